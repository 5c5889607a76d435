"""SD3 and SD3.5: a transformer of two streams, reading two CLIPs and T5 (Esser et al., 2024).

Conditioning: `text` is the last state but one of CLIP-L and OpenCLIP-bigG side by side, with zeros
up to T5's width, and after it T5's last state, words or not; zeros where there is no T5. `pooled`
is both CLIPs' projected embedding. No prompt is "" encoded. The time is 1000 * sigma.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Conditioning, LatentSpace

from . import sd1, sd3_file
from .family import Config, Defaults, Family
from .known import known
from .space import space_of

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .control import Residuals, Steering
    from .text import Prompter

NAME = "SD3"
TOKENS = 256


def in_folder(configs: dict[str, Config]) -> bool:
    """No other family has a transformer of its class."""
    return True


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the transformer, or the usual one where there is none."""
    return space_of(configs.get("vae") or known("sd3", "vae"))


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the transformer works on and reads. Those with normed queries (3.5) want less guidance.

    It knows the places of so many patches and no more.
    """
    transformer, ours = configs["transformer"], space(configs)
    if transformer["in_channels"] != ours.channels:
        raise Problem(
            f"Its transformer takes {transformer['in_channels']} channels, its latents have "
            f"{ours.channels}: it is made for another task, which is not known yet."
        )
    side, patch = transformer["sample_size"] * ours.factor, transformer["patch_size"]
    return ModelFacts(
        family=NAME,
        space=ours.name,
        channels=ours.channels,
        factor=ours.factor,
        text_width=transformer["joint_attention_dim"],
        pooled_width=transformer["pooled_projection_dim"],
        width=side,
        height=side,
        guidance=4.5 if transformer.get("qk_norm") else None,
        patch=patch,
        largest=transformer["pos_embed_max_size"] * patch * ours.factor,
    )


def reads(configs: dict[str, Config]) -> TextFacts:
    """T5's width, without T5 that of the transformer; what both CLIPs project."""
    third = configs.get("text_encoder_3")
    usual = configs.get("transformer") or known("sd3", "transformer")
    pooled = (configs[part]["projection_dim"] for part in ("text_encoder", "text_encoder_2"))
    return TextFacts(NAME, third["d_model"] if third else usual["joint_attention_dim"], sum(pooled))


def defaults(kind: str) -> Defaults:
    """28 steps of its own method at guidance 7, as its pipeline has it."""
    return Defaults(28, 7.0, "euler", "simple")


def timing(config: Config, steps: int, rows: int, columns: int) -> dict[str, Any]:
    """The number of steps; and where they move with the size, by how much."""
    from .stock import lengths_of

    moved = lengths_of(config)
    shift = {"mu": moved.value(rows, columns)} if moved else {}
    return {"num_inference_steps": steps} | shift


def predict(
    transformer: nn.Module,
    x: Tensor,
    time: Any,
    conditioning: Conditioning,
    space: LatentSpace,
    **added: Any,
) -> Tensor:
    """One call of the transformer: (B, 16, H, W), a time, text (B, tokens, width) and pooled text
    → (B, 16, H, W).
    """
    out: Tensor = transformer(
        hidden_states=x,
        timestep=_times(x, time),
        encoder_hidden_states=conditioning.text,
        pooled_projections=conditioning.pooled,
        return_dict=False,
        **added,
    )[0]
    return out


def _times(x: Tensor, time: Any) -> Tensor:
    import torch

    return torch.as_tensor(time, device=x.device, dtype=torch.float32).expand(len(x))


def control(
    one: Steering, x: Tensor, time: Any, conditioning: Conditioning, space: LatentSpace
) -> Residuals:
    """What a ControlNet adds to the blocks. One without places of its own is given the patches at
    the transformer's, one without words is told only what is pooled, one that is told nothing of
    that sees latents that are not shifted.
    """
    from .control import spread

    net, pooled = one.module, conditioning.pooled
    assert pooled is not None
    zeros = net.config.force_zeros_for_pooled_projection
    height, width = (side * space.factor for side in x.shape[-2:])
    found = net(
        hidden_states=x if net.pos_embed else one.denoiser.get_submodule("pos_embed")(x),
        timestep=_times(x, time),
        encoder_hidden_states=conditioning.text if net.context_embedder else None,
        pooled_projections=pooled.new_zeros(pooled.shape)
        if zeros and pooled is not None
        else pooled,
        controlnet_cond=one.hint(len(x), height, width, shifted=not zeros),
        conditioning_scale=one.control.strength,
        return_dict=False,
    )[0]
    blocks = one.denoiser.get_submodule("transformer_blocks")
    return {"block_controlnet_hidden_states": spread(found, blocks, "even")}


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """Both CLIPs' words, then T5's, and what the CLIPs pool."""
    import torch
    from torch.nn.functional import pad

    first, pooled = prompter.clip("text_encoder", texts, layer=1)
    second, more = prompter.clip("text_encoder_2", texts, layer=1)
    if "text_encoder_3" in prompter.modules:
        third, _ = prompter.t5("text_encoder_3", texts)
    else:
        third = first.new_zeros(len(texts), TOKENS, prompter.width)
    words = torch.cat([first, second], dim=-1)
    words = pad(words, (0, third.shape[-1] - words.shape[-1]))
    text = torch.cat([words, third], dim=-2)
    return Conditioning(text, torch.cat([pooled, more], dim=-1), families=(NAME,))


FAMILY = Family(
    name=NAME,
    pipelines=(
        "StableDiffusion3Pipeline",
        "StableDiffusion3Img2ImgPipeline",
        "StableDiffusion3InpaintPipeline",
    ),
    classes={
        "transformer": "SD3Transformer2DModel",
        "vae": "AutoencoderKL",
        "text_encoder": "CLIPTextModelWithProjection",
        "text_encoder_2": "CLIPTextModelWithProjection",
        "text_encoder_3": "T5EncoderModel",
    },
    optional=("text_encoder_3",),
    denoiser="transformer",
    in_folder=in_folder,
    in_file=sd3_file.in_file,
    configs=sd3_file.configs,
    rename=sd3_file.rename,
    space=space,
    facts=facts,
    reads=reads,
    defaults=defaults,
    scheduler=lambda config: config,
    prediction=sd1.prediction,
    predict=predict,
    control=control,
    encode=encode,
    unconditional=sd1.unconditional,
    tokenizers={"text_encoder_2": {"pad_token": "!"}},
    lengths={"text_encoder_3": TOKENS},
    timing=timing,
    half="bfloat16",
    tree="sd3",
    alias=sd3_file.alias,
    blocks=r"joint_blocks_\d+_(x|context)_block_|transformer_blocks_\d+_(?!attn1_)",
    layer=1,
)
