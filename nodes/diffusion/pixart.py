"""PixArt-Sigma: a transformer on patches of SDXL's latents that reads T5 (Chen et al., 2024).

Conditioning: `text` is T5's last state for 300 tokens of the lower-cased prompt, `mask` is where it
has words, for T5 and for the transformer. No prompt is "" encoded. Half of what it puts out is a
variance that no scheduler of its pipeline reads. The stock pipeline takes the nearest size from a
list and resizes the picture unless use_resolution_binning is off; here a size stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isqrt
from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Conditioning, LatentSpace

from . import sd1
from .family import Config, Defaults
from .header import Header
from .known import known
from .space import space_of

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .text import Prompter

NAME = "PixArt-Sigma"
HEAD = 72  # numbers of an attention head, in every size there is
KINDS = ("weight", "bias")
TOKENS, EMPTY = 300, "y_embedder.y_embedding"
TOLD = "adaln_single.emb.resolution_embedder.linear_1.weight"
UNUSED = ("pos_embed", EMPTY)  # places are worked out, no prompt is encoded
NAMES = {
    "x_embedder.proj": "pos_embed.proj",
    "y_embedder.y_proj.fc1": "caption_projection.linear_1",
    "y_embedder.y_proj.fc2": "caption_projection.linear_2",
    "t_embedder.mlp.0": "adaln_single.emb.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "adaln_single.emb.timestep_embedder.linear_2",
    "t_block.1": "adaln_single.linear",
    "csize_embedder.mlp.0": "adaln_single.emb.resolution_embedder.linear_1",
    "csize_embedder.mlp.2": "adaln_single.emb.resolution_embedder.linear_2",
    "ar_embedder.mlp.0": "adaln_single.emb.aspect_ratio_embedder.linear_1",
    "ar_embedder.mlp.2": "adaln_single.emb.aspect_ratio_embedder.linear_2",
    "final_layer.linear": "proj_out",
    "final_layer.scale_shift_table": "scale_shift_table",
}
IN_BLOCKS = {
    "attn.qkv": ("attn1.to_q", "attn1.to_k", "attn1.to_v"),
    "attn.proj": ("attn1.to_out.0",),
    "cross_attn.q_linear": ("attn2.to_q",),
    "cross_attn.kv_linear": ("attn2.to_k", "attn2.to_v"),
    "cross_attn.proj": ("attn2.to_out.0",),
    "mlp.fc1": ("ff.net.0.proj",),
    "mlp.fc2": ("ff.net.2",),
}


def in_folder(configs: dict[str, Config]) -> bool:
    """Its transformer is told no sizes, as PixArt-Alpha's largest is."""
    return not told_sizes(configs["transformer"])


def told_sizes(transformer: Config) -> bool:
    """Whether it is told the size and shape of the picture: where unsaid, as its class decides."""
    said = transformer.get("use_additional_conditions")
    return transformer.get("sample_size") == 128 if said is None else bool(said)


def by_name(header: Header) -> bool:
    """Adaptive norms shared by all blocks, and a text that is projected.

    By its authors' names or those of diffusers.
    """
    ours = ("pos_embed.proj", "caption_projection.linear_1", "adaln_single.linear", "proj_out")
    return all(f"{name}.weight" in _shapes(header) for name in ours)


def in_file(header: Header) -> bool:
    """It is told no sizes, and reads as many tokens as PixArt-Sigma where that is said."""
    shapes = _shapes(header)
    tokens = shapes.get(EMPTY, (TOKENS,))[0]
    return by_name(header) and TOLD not in shapes and tokens == TOKENS


def _shapes(header: Header) -> dict[str, tuple[int, ...]]:
    """The shapes of a file's tensors; those outside of blocks by the names of diffusers."""
    names = {f"{old}.{kind}": f"{new}.{kind}" for old, new in NAMES.items() for kind in KINDS}
    return {names.get(name, name): entry.shape for name, entry in header.tensors.items()}


def configs(header: Header) -> dict[str, Config]:
    """The transformer's sizes, all from its tensors' shapes, and the scheduler's config."""
    shapes = _shapes(header)
    width, channels, patch, _ = shapes["pos_embed.proj.weight"]
    blocks = (name.removeprefix("transformer_") for name in shapes if "blocks." in name)
    usual = known("pixart", "transformer")
    places = shapes.get("pos_embed", (1, (usual["sample_size"] // patch) ** 2, width))[1]
    side = isqrt(places) * patch
    transformer = usual | {
        "caption_channels": shapes["caption_projection.linear_1.weight"][1],
        "cross_attention_dim": width,
        "in_channels": channels,
        "interpolation_scale": side / 64,
        "num_attention_heads": max(width // HEAD, 1),
        "num_layers": len({name.split(".")[1] for name in blocks}),
        "out_channels": shapes["proj_out.weight"][0] // patch**2,
        "patch_size": patch,
        "sample_size": side,
        "use_additional_conditions": TOLD in shapes,
    }
    return {"transformer": transformer, "scheduler": known("pixart", "scheduler")}


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of its authors' file; those of diffusers stay."""
    return dict(
        pair
        for name, tensor in state.items()
        if name not in UNUSED
        for pair in _renamed(name, tensor)
    )


def _renamed(name: str, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
    """What a tensor is called in the module: some are several there, one below the other."""
    layer, _, kind = name.rpartition(".")
    if name in NAMES or layer in NAMES:
        yield (NAMES[name], tensor) if name in NAMES else (f"{NAMES[layer]}.{kind}", tensor)
        return
    place, _, inner = layer.removeprefix("blocks.").partition(".")
    parts = IN_BLOCKS.get(inner)
    if parts is None:
        yield (f"transformer_{name}" if name.startswith("blocks.") else name), tensor
        return
    for part, piece in zip(parts, tensor.chunk(len(parts)), strict=True):
        yield f"transformer_blocks.{place}.{part}.{kind}", piece


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the transformer, or SDXL's where there is none."""
    return space_of(configs.get("vae") or known("sdxl", "vae"))


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the transformer works on and reads."""
    return facts_in(configs, space(configs))


def facts_in(configs: dict[str, Config], ours: LatentSpace) -> ModelFacts:
    """The same for latents of that space."""
    transformer = configs["transformer"]
    if transformer["in_channels"] != ours.channels:
        raise Problem(
            f"Its transformer takes {transformer['in_channels']} channels, "
            f"its latents have {ours.channels}: the parts are not those of one model."
        )
    side = transformer["sample_size"] * ours.factor
    return ModelFacts(
        family=NAME,
        space=ours.name,
        channels=ours.channels,
        factor=ours.factor,
        text_width=transformer["caption_channels"],
        pooled_width=0,
        width=side,
        height=side,
        patch=transformer["patch_size"],
    )


def reads(configs: dict[str, Config]) -> TextFacts:
    """T5's width; nothing is pooled."""
    return TextFacts(NAME, configs["text_encoder"]["d_model"], 0)


def defaults(kind: str) -> Defaults:
    """20 steps of DPM++ 2M at guidance 4.5, the levels spaced as its scheduler spaces them."""
    return Defaults(20, 4.5, "dpmpp_2m", "model")


def predict(
    transformer: nn.Module, x: Tensor, time: Any, conditioning: Conditioning, space: LatentSpace
) -> Tensor:
    """One call: (B, 4, H, W), a time, text (B, tokens, width) and its mask → (B, 8, H, W)."""
    return called(transformer, x, time, conditioning)


def called(
    transformer: nn.Module,
    x: Tensor,
    time: Any,
    conditioning: Conditioning,
    sizes: Tensor | None = None,
    ratio: Tensor | None = None,
) -> Tensor:
    """The same with `sizes` (B, 2) and `ratio` (B, 1) of the pictures for those told them."""
    import torch

    out: Tensor = transformer(
        x,
        encoder_hidden_states=conditioning.text,
        encoder_attention_mask=conditioning.mask,
        timestep=torch.as_tensor(time, device=x.device).expand(len(x)),
        added_cond_kwargs={"resolution": sizes, "aspect_ratio": ratio},
        return_dict=False,
    )[0]
    return out


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """T5's last state and where words are, for prompts in small letters."""
    plain = [text.lower().strip() for text in texts]
    text, mask = prompter.t5("text_encoder", plain, masked=True)
    return Conditioning(text, families=(NAME,), mask=mask)


FAMILY = replace(
    sd1.FAMILY,
    name=NAME,
    pipelines=("PixArtSigmaPipeline",),
    classes={
        "transformer": "PixArtTransformer2DModel",
        "vae": "AutoencoderKL",
        "text_encoder": "T5EncoderModel",
    },
    denoiser="transformer",
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
    encode=encode,
    lengths={"text_encoder": TOKENS},
    half="bfloat16",
    blocks=r"blocks_\d+_|transformer_blocks_\d+_(?!attn_)",
    tree="pixart",
    repeats=False,
)
