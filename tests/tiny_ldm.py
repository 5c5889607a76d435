"""The names that single files in the latent-diffusion layout have for the weights of a module."""

from __future__ import annotations

import re

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel, VQModel
from torch import Tensor


def ldm_clip(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """CLIP's weights by their names in a single file of SD 1.x."""
    return {f"cond_stage_model.transformer.text_model.{k}": v for k, v in state.items()}


def second_clip(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The text encoder of SD 2.x, with the last layer that it does not use."""
    opened = open_clip(state)
    last = {
        k.replace("blocks.1.", "blocks.2."): v * 0 for k, v in opened.items() if "blocks.1." in k
    }
    unused = {"text_projection": torch.eye(32), "logit_scale": torch.zeros(())}
    return {f"cond_stage_model.model.{k}": v for k, v in (opened | last | unused).items()}


def open_clip(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A text encoder's weights by OpenCLIP's names."""
    names = {"embeddings.token_embedding": "token_embedding", "final_layer_norm": "ln_final"}
    names |= {"encoder.layers": "transformer.resblocks", "layer_norm": "ln_"}
    names |= {"fc1": "c_fc", "fc2": "c_proj", "self_attn": "attn"}
    opened = {"positional_embedding": state["embeddings.position_embedding.weight"]}
    for name, value in state.items():
        for ours, theirs in names.items():
            name = name.replace(ours, theirs) if "position" not in name else ""
        if name and "k_proj" not in name and "v_proj" not in name:
            opened[name.replace("q_proj.", "in_proj_")] = value
    for name in [name for name in state if "q_proj" in name]:
        stacked = torch.cat([state[name.replace("q_proj", f"{letter}_proj")] for letter in "qkv"])
        layer, kind = name.split(".")[2], name.rsplit(".")[-1]
        opened[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = stacked
    return opened


def ldm_unet(module: UNet2DConditionModel) -> dict[str, Tensor]:
    """A U-Net's weights by their latent-diffusion names."""
    layers = module.config.layers_per_block + 1
    crossed = [kind.startswith("CrossAttn") for kind in module.config.up_block_types]
    return {_unet_name(name, layers, crossed): value for name, value in module.state_dict().items()}


def _unet_name(name: str, layers: int, crossed: list[bool]) -> str:
    fixed = {
        "time_embedding.linear_1.": "time_embed.0.",
        "time_embedding.linear_2.": "time_embed.2.",
        "conv_in.": "input_blocks.0.0.",
        "conv_norm_out.": "out.0.",
        "conv_out.": "out.2.",
        "add_embedding.linear_1.": "label_emb.0.0.",
        "add_embedding.linear_2.": "label_emb.0.2.",
        "mid_block.resnets.0.": "middle_block.0.",
        "mid_block.attentions.0.": "middle_block.1.",
        "mid_block.resnets.1.": "middle_block.2.",
    }
    for level, crosses in enumerate(crossed):
        for layer in range(layers):
            down, up = 1 + level * layers + layer, level * layers + layer
            fixed[f"down_blocks.{level}.resnets.{layer}."] = f"input_blocks.{down}.0."
            fixed[f"down_blocks.{level}.attentions.{layer}."] = f"input_blocks.{down}.1."
            fixed[f"up_blocks.{level}.resnets.{layer}."] = f"output_blocks.{up}.0."
            fixed[f"up_blocks.{level}.attentions.{layer}."] = f"output_blocks.{up}.1."
        fixed[f"down_blocks.{level}.downsamplers.0.conv."] = (
            f"input_blocks.{(level + 1) * layers}.0.op."
        )
        place = 2 if crosses else 1
        fixed[f"up_blocks.{level}.upsamplers.0.conv."] = (
            f"output_blocks.{(level + 1) * layers - 1}.{place}.conv."
        )
    start = next(start for start in fixed if name.startswith(start))
    rest = name.removeprefix(start)
    return fixed[start] + (_resnet(rest) if "resnets" in start else rest)


def _resnet(rest: str) -> str:
    names = {
        "norm1": "in_layers.0",
        "conv1": "in_layers.2",
        "time_emb_proj": "emb_layers.1",
        "norm2": "out_layers.0",
        "conv2": "out_layers.3",
        "conv_shortcut": "skip_connection",
    }
    first, _, last = rest.partition(".")
    return f"{names[first]}.{last}"


def ldm_vae(module: AutoencoderKL | VQModel) -> dict[str, Tensor]:
    """An autoencoder's weights by their latent-diffusion names, attention as 1x1 convolutions."""
    top = len(module.config.block_out_channels) - 1
    state = {}
    for name, value in module.state_dict().items():
        old = re.sub(r"up_blocks\.(\d+)", lambda m: f"up.{top - int(m[1])}", name)
        old = re.sub(r"down_blocks\.(\d+)", r"down.\1", old)
        old = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", old)
        old = old.replace("mid_block.attentions.0", "mid.attn_1").replace("resnets", "block")
        old = old.replace("attentions", "attn")
        old = old.replace("downsamplers.0", "downsample").replace("upsamplers.0", "upsample")
        old = old.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
        if ".attn" in old:
            for ours, theirs in {"group_norm": "norm", "to_out.0": "proj_out", "to_": ""}.items():
                old = old.replace(ours, theirs)
            value = value[:, :, None, None] if value.dim() == 2 else value
        state[old] = value
    return state
