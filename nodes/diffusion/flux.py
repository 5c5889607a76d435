"""FLUX.1: a transformer on patches of 2 x 2 latent values, reading T5 (Black Forest Labs, 2024).

dev is told its guidance as a number and moves its levels with the size of the picture; schnell is
distilled to few steps without guidance; Fill is shown a masked picture beside the latent.
Conditioning: `text` is T5's last state, words or not, `pooled` is CLIP's. The time is sigma.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Conditioning, LatentMask, LatentSpace

from . import flux_file, sd1
from .family import Config, Defaults, Family
from .known import known
from .space import space_of

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .control import Residuals, Steering
    from .text import Prompter

NAME = "FLUX.1"
PATCH = 2
SIDE = 1024
TOKENS, FEWER_TOKENS = 512, 256
FILLING, DISTILLED = (50, 30.0), (4, 1.0)  # steps and guidance


def in_folder(configs: dict[str, Config]) -> bool:
    """No other family has a transformer of its class."""
    return True


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the transformer, or the usual one where there is none."""
    return space_of(configs.get("vae") or known("flux", "vae"))


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the transformer works on and reads, and what its kind wants."""
    transformer, ours = configs["transformer"], space(configs)
    seen, fills = transformer["in_channels"] // PATCH**2, 2 * ours.channels + ours.factor**2
    if seen not in (ours.channels, fills):
        raise Problem(
            f"Its transformer takes {seen} channels, its latents have {ours.channels}: it is made "
            "for another task than pictures from text or filling holes, which is not known yet."
        )
    told = bool(transformer.get("guidance_embeds"))
    steps, guidance = FILLING if seen == fills else (None, None) if told else DISTILLED
    return ModelFacts(
        family=NAME,
        space=ours.name,
        channels=ours.channels,
        factor=ours.factor,
        text_width=transformer["joint_attention_dim"],
        pooled_width=transformer["pooled_projection_dim"],
        width=SIDE,
        height=SIDE,
        steps=steps,
        guidance=guidance,
        embeds_guidance=told,
        patch=PATCH,
        inpaints=seen == fills,
    )


def reads(configs: dict[str, Config]) -> TextFacts:
    """T5's width, and CLIP's for what is pooled."""
    return TextFacts(
        NAME, configs["text_encoder_2"]["d_model"], configs["text_encoder"]["hidden_size"]
    )


def lengths(configs: dict[str, Config]) -> dict[str, int]:
    """T5 reads 512 tokens for models that are told their guidance, 256 for schnell."""
    told = configs.get("transformer", {}).get("guidance_embeds", True)
    return {"text_encoder_2": TOKENS if told else FEWER_TOKENS}


def defaults(kind: str) -> Defaults:
    """What dev wants: 28 steps at guidance 3.5."""
    return Defaults(28, 3.5, "euler", "simple")


def timing(config: Config, steps: int, rows: int, columns: int) -> dict[str, Any]:
    """Even steps; where they move with the size, by how much, as FluxPipeline says."""
    import numpy

    from .stock import lengths_of

    moved = lengths_of(config)
    shift = {"mu": moved.value(rows, columns)} if moved else {}
    if config.get("use_flow_sigmas"):
        return {"num_inference_steps": steps} | shift
    return {"sigmas": numpy.linspace(1.0, 1 / steps, steps)} | shift


def beside(mask: LatentMask) -> Tensor:
    """What Fill is shown: the picture with its hole, then all pixels of the mask."""
    import torch

    assert mask.shown is not None and mask.pixels is not None
    most = max(len(mask.shown), len(mask.pixels))
    return torch.cat([part.expand(most, -1, -1, -1) for part in (mask.shown, mask.pixels)], dim=1)


def predict(
    transformer: nn.Module,
    x: Tensor,
    time: Any,
    conditioning: Conditioning,
    space: LatentSpace,
    **added: Any,
) -> Tensor:
    """One call of the transformer: (B, C, H, W), a time of 1000 sigma, text (B, tokens, width) and
    pooled text → (B, 16, H, W).
    """
    asked = _asked(x, time, conditioning, conditioning.guidance)
    return unpacked(transformer(**asked, **added)[0], *x.shape[-2:])


def _asked(
    x: Tensor, time: Any, conditioning: Conditioning, guidance: float | None
) -> dict[str, Any]:
    """What a transformer is called with."""
    import torch

    text = conditioning.text
    batch, _, rows, columns = x.shape
    if guidance is not None:
        told = torch.full([1], guidance, device=x.device, dtype=torch.float32).expand(batch)
    time = torch.as_tensor(time, device=x.device).expand(batch).to(x.dtype) / 1000
    return {
        "hidden_states": packed(x),
        "timestep": time,
        "guidance": None if guidance is None else told,
        "pooled_projections": conditioning.pooled,
        "encoder_hidden_states": text,
        "txt_ids": torch.zeros(text.shape[1], 3, device=x.device, dtype=text.dtype),
        "img_ids": _places(rows // PATCH, columns // PATCH).to(x.device, text.dtype),
        "return_dict": False,
    }


def control(
    one: Steering, x: Tensor, time: Any, conditioning: Conditioning, space: LatentSpace
) -> Residuals:
    """What a ControlNet adds to the blocks of two streams and of one. It may be told a guidance
    where the transformer is not. One with layers of its own for pictures sees pixels, -1 to 1, and
    what it gives is for block after block.
    """
    import torch

    from .control import spread

    net, told = one.module, conditioning.guidance or defaults("").guidance
    pixels = net.input_hint_block is not None
    height, width = (side * space.factor for side in x.shape[-2:])
    hint = one.hint(len(x), height, width)
    mode = torch.full((len(x), 1), one.control.mode or 0, device=x.device) if net.union else None
    double, single = net(
        **_asked(x, time, conditioning, told if net.config.guidance_embeds else None),
        controlnet_cond=hint * 2 - 1 if pixels else packed(hint),
        controlnet_mode=mode,
        conditioning_scale=one.control.strength,
    )
    blocks = (one.denoiser.get_submodule(f"{kind}transformer_blocks") for kind in ("", "single_"))
    return {
        "controlnet_block_samples": spread(double, next(blocks), "again" if pixels else "rows"),
        "controlnet_single_block_samples": spread(single, next(blocks), "rows"),
    }


def packed(x: Tensor) -> Tensor:
    """Patches as tokens: (B, C, H, W) → (B, H/2 * W/2, 4 C), a channel's four side by side."""
    batch, channels, rows, columns = x.shape
    cut = x.reshape(batch, channels, rows // PATCH, PATCH, columns // PATCH, PATCH)
    return cut.permute(0, 2, 4, 1, 3, 5).reshape(batch, -1, channels * PATCH**2)


def unpacked(tokens: Tensor, rows: int, columns: int) -> Tensor:
    """`packed` undone: (B, H/2 * W/2, 4 C) → (B, C, H, W)."""
    batch, _, width = tokens.shape
    channels = width // PATCH**2
    cut = tokens.view(batch, rows // PATCH, columns // PATCH, channels, PATCH, PATCH)
    return cut.permute(0, 3, 1, 4, 2, 5).reshape(batch, channels, rows, columns)


def _places(rows: int, columns: int) -> Tensor:
    """Where each patch is: (rows * columns, 3), that is 0, its row, its column."""
    import torch

    places = torch.zeros(rows, columns, 3)
    places[..., 1] = torch.arange(rows)[:, None]
    places[..., 2] = torch.arange(columns)
    return places.reshape(-1, 3)


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """T5's last state, padding and all, and what CLIP pools."""
    _, pooled = prompter.clip("text_encoder", texts)
    text, _ = prompter.t5("text_encoder_2", texts)
    return Conditioning(text, pooled, families=(NAME,))


FAMILY = Family(
    name=NAME,
    pipelines=("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline", "FluxFillPipeline"),
    classes={
        "transformer": "FluxTransformer2DModel",
        "vae": "AutoencoderKL",
        "text_encoder": "CLIPTextModel",
        "text_encoder_2": "T5EncoderModel",
    },
    denoiser="transformer",
    in_folder=in_folder,
    in_file=flux_file.in_file,
    configs=flux_file.configs,
    rename=flux_file.rename,
    alias=flux_file.alias,
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
    lengths=lengths,
    timing=timing,
    levels=flux_file.levels,
    beside=beside,
    half="bfloat16",
    blocks=r"(double|single)_blocks_|single_transformer_blocks_|transformer_blocks_\d+_(?!attn[12]_)",
    tree="flux",
)
