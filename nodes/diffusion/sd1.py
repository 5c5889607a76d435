"""SD 1.x: a U-Net on four channels that reads CLIP's text (Rombach et al., 2022).

Conditioning: `text` is CLIP's last hidden state after its final norm; no prompt is "" encoded.
The module's time is the training index; for flow 1000 * sigma, as diffusers' solvers pass it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Conditioning, LatentSpace

from . import ldm, sgm, vae_file
from .family import Config, Defaults, Family
from .header import Header
from .known import known
from .space import space_of

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .control import Residuals, Steering
    from .prediction import Prediction
    from .text import Prompter

NAME = "SD 1.x"


def in_folder(configs: dict[str, Config]) -> bool:
    """Its text encoder is OpenAI's CLIP, or without one its attention lies behind convolutions."""
    text = configs.get("text_encoder")
    if not reads_text_only(configs):
        return False
    if text:
        return bool(text.get("hidden_act", "quick_gelu") == "quick_gelu")
    return not configs["unet"].get("use_linear_projection")


def reads_text_only(configs: dict[str, Config]) -> bool:
    """Whether the U-Net is told nothing besides a text, and reads that as it is."""
    unet = configs["unet"]
    told = ("addition_embed_type", "class_embed_type", "encoder_hid_dim_type")
    return not any(unet.get(name) for name in told)


def in_file(header: Header) -> bool:
    """Cross-attention behind convolutions, no label embedding, no other family's text encoder."""
    bert = f"{ldm.CLIP}token_emb."
    others = ("cond_stage_model.model.", "conditioner.", f"{ldm.UNET}label_emb.", bert)
    return ldm.projections(header) == {4} and not any(
        name.startswith(others) for name in header.tensors
    )


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's."""
    found = {
        "unet": ldm.unet_config(header, known("sd1", "unet")),
        "scheduler": known("sd1", "scheduler"),
    }
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, known("sd1", "vae"))
    if any(name.startswith(ldm.CLIP) for name in header.tensors):
        found["text_encoder"] = ldm.clip_config(header, known("sd1", "text_encoder"))
    return found


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    from diffusers.loaders import single_file_utils as single

    if part == "unet":
        renamed = single.convert_ldm_unet_checkpoint(state, config=dict(config))
    elif part == "vae":
        renamed = vae_file.renamed(state, config)
    else:
        renamed = {
            name.removeprefix(ldm.CLIP).removeprefix("text_model."): tensor
            for name, tensor in state.items()
            if name.startswith(ldm.CLIP) and not name.endswith("position_ids")
        }
    return renamed


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the U-Net, or the usual one where there is none."""
    return space_of(configs.get("vae") or known("sd1", "vae"))


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads."""
    unet, ours = configs["unet"], space(configs)
    seen = unet["in_channels"]
    if seen not in (ours.channels, 2 * ours.channels + 1):  # a mask and a picture with a hole
        raise Problem(
            f"Its U-Net takes {seen} channels, its latents have {ours.channels}: it is made for "
            "another task than pictures from text or filling holes, which is not known yet."
        )
    size = unet.get("sample_size") or 64
    height, width = (size, size) if isinstance(size, int) else size
    return ModelFacts(
        family=NAME,
        space=ours.name,
        channels=ours.channels,
        factor=ours.factor,
        text_width=unet["cross_attention_dim"],
        pooled_width=0,
        width=width * ours.factor,
        height=height * ours.factor,
        inpaints=seen > ours.channels,
    )


def reads(configs: dict[str, Config]) -> TextFacts:
    """CLIP's width; nothing is pooled."""
    return TextFacts(NAME, configs["text_encoder"]["hidden_size"], 0)


def defaults(kind: str) -> Defaults:
    """20 steps of DPM++ 2M at guidance 7.5; flow models want even steps and less guidance."""
    if kind == "flow_prediction":
        return Defaults(20, 4.0, "dpmpp_2m", "simple")
    return Defaults(20, 7.5, "dpmpp_2m", "karras")


def scheduler(config: Config) -> Config:
    """The scheduler's config as StableDiffusionPipeline corrects it, whatever the folder says."""
    from .stock import scheduler as made

    corrected = {"steps_offset": 1, "clip_sample": False}
    return config | {key: value for key, value in corrected.items() if key in made(config).config}


def prediction(kind: str, scheduler: Config) -> Prediction:
    """Sigmas from the scheduler's betas, or its flow shift."""
    from .stock import prediction_of

    return prediction_of(kind, scheduler)


def predict(
    unet: nn.Module,
    x: Tensor,
    time: Any,
    conditioning: Conditioning,
    space: LatentSpace,
    **added: Any,
) -> Tensor:
    """One call of the U-Net: (B, 4, H, W), a time, text (B, tokens, width) → (B, 4, H, W)."""
    text = conditioning.text
    out: Tensor = unet(x, time, encoder_hidden_states=text, return_dict=False, **added)[0]
    return out


def control(
    one: Steering,
    x: Tensor,
    time: Any,
    conditioning: Conditioning,
    space: LatentSpace,
    **told: Any,
) -> Residuals:
    """What a ControlNet adds to what a U-Net passes across, and to its middle."""
    height, width = (side * space.factor for side in x.shape[-2:])
    across, middle = one.module(
        x,
        time,
        encoder_hidden_states=conditioning.text,
        controlnet_cond=one.hint(len(x), height, width),
        conditioning_scale=one.control.strength,
        return_dict=False,
        **told,
    )
    return {"down_block_additional_residuals": across, "mid_block_additional_residual": middle}


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """CLIP's last hidden state, without a mask, as the pipeline's encode_prompt."""
    return Conditioning(prompter.clip("text_encoder", texts)[0], families=(NAME,))


def unconditional(prompter: Prompter) -> Conditioning:
    """The empty prompt, encoded."""
    return prompter.family.encode(prompter, [""])


FAMILY = Family(
    name=NAME,
    pipelines=(
        "StableDiffusionPipeline",
        "StableDiffusionImg2ImgPipeline",
        "StableDiffusionInpaintPipeline",
    ),
    classes={
        "unet": "UNet2DConditionModel",
        "vae": "AutoencoderKL",
        "text_encoder": "CLIPTextModel",
    },
    denoiser="unet",
    in_folder=in_folder,
    in_file=in_file,
    configs=configs,
    rename=rename,
    space=space,
    facts=facts,
    reads=reads,
    defaults=defaults,
    scheduler=scheduler,
    prediction=prediction,
    predict=predict,
    control=control,
    encode=encode,
    unconditional=unconditional,
    alias=sgm.alias,
    repeats=True,
)
