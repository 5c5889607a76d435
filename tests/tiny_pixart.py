"""A tiny PixArt-Sigma with random weights: a folder as its pipeline saves it, its authors' file.

A head is 72 wide, as in every size of it: a file does not say how wide they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PixArtAlphaPipeline,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
)
from safetensors.torch import save_file

from tests.tiny import vae
from tests.tiny_t5 import WIDTH, encoder, tokenizer

SCALE = 0.13025
BETAS = {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear"}
SCHEDULERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "dpm": (DPMSolverMultistepScheduler, {}),
    "ddim": (DDIMScheduler, {"clip_sample": False}),
    "euler": (EulerDiscreteScheduler, {}),
}


def transformer(told: bool = False) -> PixArtTransformer2DModel:
    """Two blocks of one head on patches of two by two, which also foresee a variance.

    `told`: it is told the size and shape of the picture, as PixArt-Alpha's largest is.
    """
    made = PixArtTransformer2DModel(
        num_attention_heads=1,
        attention_head_dim=72,
        num_layers=2,
        cross_attention_dim=72,
        sample_size=128 if told else 8,
        caption_channels=WIDTH,
        interpolation_scale=2 if told else 0.125,
        use_additional_conditions=told,
    ).eval()
    for name, weight in made.named_parameters():
        if name.endswith("bias"):  # they begin as zeros, which hides a bias in the wrong place
            torch.nn.init.normal_(weight, std=0.1)
    return made


def pipeline(scheduler: str = "dpm", seed: int = 0, alpha: bool = False) -> Any:
    """The stock pipeline of PixArt-Sigma, or PixArt-Alpha, over tiny random parts."""
    torch.manual_seed(seed)
    kind, options = SCHEDULERS[scheduler]
    return (PixArtAlphaPipeline if alpha else PixArtSigmaPipeline)(
        tokenizer=tokenizer(),
        text_encoder=encoder(),
        vae=vae() if alpha else vae(SCALE),
        transformer=transformer(told=alpha),
        scheduler=kind(**(BETAS | options)),
    )


def folder(path: str | Path, scheduler: str = "dpm", seed: int = 0, alpha: bool = False) -> Path:
    """Write a model folder at `path` and return it."""
    pipeline(scheduler, seed, alpha).save_pretrained(path)
    return Path(path)


def single_file(path: str | Path, seed: int = 0, alpha: bool = False) -> Path:
    """Write the transformer that `folder` has as its authors write it: nothing else is in there."""
    model, tokens = pipeline(seed=seed, alpha=alpha).transformer, 120 if alpha else 300
    state = _authors(model.state_dict())
    empty = {"y_embedder.y_embedding": torch.zeros(tokens, WIDTH)}
    state |= empty | {"pos_embed": model.pos_embed.pos_embed}
    save_file({name: value.contiguous() for name, value in state.items()}, path)
    return Path(path)


def _authors(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Its authors' names: what attention compares is one tensor, and all text is read by two."""
    found = {"final_layer.scale_shift_table": state.pop("scale_shift_table")}
    for name, value in state.items():
        for new, old in OLD.items():
            name = name.replace(new, old)
        found[name] = value
    for part, of, pieces in (("attn", "qkv", "qkv"), ("cross_attn", "kv_linear", "kv")):
        firsts = [n for n in found if f".{part}.to_{pieces[0]}." in n]
        for first in firsts:
            whole = [found.pop(first.replace(f"to_{pieces[0]}", f"to_{p}")) for p in pieces]
            found[first.replace(f"to_{pieces[0]}", of)] = torch.cat(whole)
    return {name.replace("cross_attn.to_q", "cross_attn.q_linear"): v for name, v in found.items()}


OLD = {
    "pos_embed.proj": "x_embedder.proj",
    "caption_projection.linear_": "y_embedder.y_proj.fc",
    "adaln_single.emb.timestep_embedder.linear_1": "t_embedder.mlp.0",
    "adaln_single.emb.timestep_embedder.linear_2": "t_embedder.mlp.2",
    "adaln_single.emb.resolution_embedder.linear_1": "csize_embedder.mlp.0",
    "adaln_single.emb.resolution_embedder.linear_2": "csize_embedder.mlp.2",
    "adaln_single.emb.aspect_ratio_embedder.linear_1": "ar_embedder.mlp.0",
    "adaln_single.emb.aspect_ratio_embedder.linear_2": "ar_embedder.mlp.2",
    "adaln_single.linear": "t_block.1",
    "proj_out": "final_layer.linear",
    "transformer_blocks.": "blocks.",
    "attn1.to_out.0": "attn.proj",
    "attn2.to_out.0": "cross_attn.proj",
    "attn1.": "attn.",
    "attn2.": "cross_attn.",
    "ff.net.0.proj": "mlp.fc1",
    "ff.net.2": "mlp.fc2",
}
