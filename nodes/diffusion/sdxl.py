"""SDXL: a wider U-Net that reads two text encoders and is told sizes (Podell et al., 2023).

Conditioning: `text` is the last state but one of CLIP-L and OpenCLIP-bigG side by side, without a
norm; `pooled` is bigG's projected embedding. No prompt is zeros where the folder says so, as the
usual ones do. The sizes it is told are those of the picture itself, uncropped, unless others are
set.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning, LatentSpace

from . import ldm, openclip, sd1
from .family import Config, Defaults
from .header import Header
from .known import known
from .space import TINY, space_of
from .told import time_ids

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .control import Residuals, Steering
    from .text import Prompter

NAME = "SDXL"
FIRST = "conditioner.embedders.0.transformer."
SECOND = "conditioner.embedders.1.model."
COSXL: Config = {  # SDXL that was taught v in the frame of Karras et al.
    "_class_name": "EDMEulerScheduler",
    "prediction_type": "v_prediction",
    "sigma_data": 1.0,
    "sigma_min": 0.002,
    "sigma_max": 120.0,
}


def in_folder(configs: dict[str, Config]) -> bool:
    """Its U-Net is told a pooled text and six numbers, and it is not Playground."""
    return numbers_told(configs) == 6 and not is_preconditioned(configs)


def numbers_told(configs: dict[str, Config]) -> int:
    """How many numbers the U-Net is told beside a pooled text, 0 where it is told none.

    By itself a U-Net does not say; that of the refiner has no attention at its last level.
    """
    unet, text = configs["unet"], configs.get("text_encoder_2")
    if unet.get("addition_embed_type") != "text_time":
        return 0
    if not text:
        return 5 if unet["down_block_types"][-1] == "DownBlock2D" else 6
    told = unet["projection_class_embeddings_input_dim"] - text["projection_dim"]
    return int(told // unet["addition_time_embed_dim"])


def is_preconditioned(configs: dict[str, Config]) -> bool:
    """Whether it is in the frame of Karras et al., with latents scaled channel by channel."""
    scheduler, vae = configs.get("scheduler", {}), configs.get("vae")
    named, kind = str(scheduler.get("_class_name")), scheduler.get("prediction_type", "epsilon")
    tells = {} if vae and vae.get("_class_name") == TINY else vae
    by_channel = bool(tells.get("latents_mean")) if tells else kind == "epsilon"
    return named.startswith("EDM") and by_channel


def in_file(header: Header) -> bool:
    """A U-Net as its own, without what Playground and the refiner have."""
    others = ("conditioner.embedders.0.model.", "edm_mean")
    return is_unet(header) and not any(name.startswith(others) for name in header.tensors)


def is_unet(header: Header) -> bool:
    """Cross-attention behind linear layers, and a label embedding."""
    told = f"{ldm.UNET}label_emb.0.0.weight" in header.tensors
    return ldm.projections(header) == {2} and told


def configs(header: Header) -> dict[str, Config]:
    """A config for each part the file holds, and the scheduler's."""
    levels = COSXL if "edm_vpred.sigma_max" in header.tensors else known("sdxl", "scheduler")
    found = {"scheduler": levels, "pipeline": known("sdxl", "pipeline")}
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found["vae"] = ldm.vae_config(header, known("sdxl", "vae"))
    if any(name.startswith(FIRST) for name in header.tensors):
        found["text_encoder"] = ldm.clip_config(header, known("sd1", "text_encoder"), FIRST)
    if any(name.startswith(SECOND) for name in header.tensors):
        found["text_encoder_2"] = openclip.config(header, SECOND, known("sdxl", "text_encoder_2"))
    second = found.get("text_encoder_2", known("sdxl", "text_encoder_2"))
    return found | {"unet": unet_config(header, second["projection_dim"], known("sdxl", "unet"), 6)}


def unet_config(header: Header, pooled: int, usual: Config, ids: int) -> Config:
    """The U-Net's, which is told a pooled text so wide and `ids` numbers. A head is 64 wide."""
    unet = ldm.unet_config(header, usual)
    told = ldm.shape(header, f"{ldm.UNET}label_emb.0.0.weight")[1]
    return unet | {
        "attention_head_dim": [max(width // 64, 1) for width in unet["block_out_channels"]],
        "addition_time_embed_dim": (told - pooled) // ids,
        "projection_class_embeddings_input_dim": told,
        "transformer_layers_per_block": ldm.depths(header, unet),
    }


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    if part == "text_encoder":
        return {
            name.removeprefix(FIRST).removeprefix("text_model."): tensor
            for name, tensor in state.items()
            if name.startswith(FIRST)
        }
    if part == "text_encoder_2":
        return openclip.projected(state, SECOND, config["num_hidden_layers"])
    return sd1.rename(part, state, config)


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the U-Net, or the usual one where there is none."""
    return space_of(configs.get("vae") or known("sdxl", "vae"))


def facts(configs: dict[str, Config], ids: int = 6) -> ModelFacts:
    """What the U-Net works on and reads; it is told the pooled text and `ids` numbers."""
    unet = configs["unet"]
    sized = unet | {"sample_size": unet.get("sample_size") or 128}
    told = unet["projection_class_embeddings_input_dim"]
    return replace(
        sd1.facts({"vae": known("sdxl", "vae")} | configs | {"unet": sized}),
        family=NAME,
        pooled_width=told - ids * unet["addition_time_embed_dim"],
    )


def reads(configs: dict[str, Config]) -> TextFacts:
    """Both encoders' widths side by side, and the second one's projection."""
    first, second = configs["text_encoder"], configs["text_encoder_2"]
    return TextFacts(NAME, first["hidden_size"] + second["hidden_size"], second["projection_dim"])


def defaults(kind: str) -> Defaults:
    """30 steps of DPM++ 2M at guidance 5, as its own pipeline has it."""
    return Defaults(30, 5.0, "dpmpp_2m", "karras")


def predict(
    unet: nn.Module,
    x: Tensor,
    time: Any,
    conditioning: Conditioning,
    space: LatentSpace,
    scored: bool = False,
    **added: Any,
) -> Tensor:
    """One call of the U-Net: (B, 4, H, W), a time, text and pooled text → (B, 4, H, W)."""
    told = _told(x, conditioning, space, scored)
    return sd1.predict(unet, x, time, conditioning, space, added_cond_kwargs=told, **added)


def _told(
    x: Tensor, conditioning: Conditioning, space: LatentSpace, scored: bool = False
) -> dict[str, Any]:
    height, width = (side * space.factor for side in x.shape[-2:])
    ids = time_ids(conditioning, height, width, scored)
    return {"text_embeds": conditioning.pooled, "time_ids": ids}


def control(
    one: Steering, x: Tensor, time: Any, conditioning: Conditioning, space: LatentSpace
) -> Residuals:
    """What a ControlNet adds, which is told what the U-Net is told, and in as wide numbers."""
    one.module.add_time_proj.num_channels = one.denoiser.get_submodule("add_time_proj").num_channels
    told = _told(x, conditioning, space)
    return sd1.control(one, x, time, conditioning, space, added_cond_kwargs=told)


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """The last state but one of both encoders, and what the second pools."""
    import torch

    first, _ = prompter.clip("text_encoder", texts, layer=1)
    second, pooled = prompter.clip("text_encoder_2", texts, layer=1)
    return Conditioning(torch.cat([first, second], dim=-1), pooled, families=(NAME,))


def unconditional(prompter: Prompter) -> Conditioning:
    """Zeros, or the empty prompt encoded where the folder says so."""
    import torch

    empty = prompter.family.encode(prompter, [""])
    if not prompter.options.get("force_zeros_for_empty_prompt", True):
        return empty
    assert empty.pooled is not None
    zeros = torch.zeros_like(empty.text), torch.zeros_like(empty.pooled)
    return Conditioning(*zeros, families=empty.families)


FAMILY = replace(
    sd1.FAMILY,
    name=NAME,
    pipelines=(
        "StableDiffusionXLPipeline",
        "StableDiffusionXLImg2ImgPipeline",
        "StableDiffusionXLInpaintPipeline",
    ),
    classes=sd1.FAMILY.classes | {"text_encoder_2": "CLIPTextModelWithProjection"},
    in_folder=in_folder,
    in_file=in_file,
    configs=configs,
    rename=rename,
    space=space,
    facts=facts,
    reads=reads,
    defaults=defaults,
    scheduler=lambda config: config,
    predict=predict,
    control=control,
    encode=encode,
    unconditional=unconditional,
    tokenizers={"text_encoder_2": {"pad_token": "!"}},
    told=("sizes", "target"),
    tree="sdxl",
    layer=1,
)
