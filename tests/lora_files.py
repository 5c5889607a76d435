"""LoRA files of random weights for the tiny model, in every way of naming that is about."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from diffusers.training_utils import _collate_lora_metadata
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import Tensor

from tests import tiny

ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
EVERYWHERE = [*ATTENTION, "proj_in", "ff.net.2", "conv1", "conv_shortcut", "time_emb_proj"]
TEXT = ["q_proj", "out_proj", "fc1"]


def write_models(folder: Path) -> Path:
    """A model folder: the model `tiny`, and two LoRAs for it whose alpha is not their rank."""
    tiny.folder(folder / "tiny", "ddim")
    write_lora(folder / "loras" / "ink.safetensors", alpha=2.0)
    write_lora(folder / "loras" / "all.safetensors", 2, 3, 6.0, EVERYWHERE)
    return folder


def pipeline() -> StableDiffusionPipeline:
    return tiny.pipeline("ddim")


def write_lora(
    path: Path, seed: int = 1, rank: int = 4, alpha: float = 4.0, targets: list[str] = ATTENTION
) -> Path:
    """A LoRA of random weights for both parts, saved as the training scripts of diffusers do."""
    torch.manual_seed(seed)
    pipe = pipeline()
    for module, layers in ((pipe.unet, targets), (pipe.text_encoder, TEXT)):
        module.add_adapter(
            LoraConfig(r=rank, lora_alpha=alpha, init_lora_weights=False, target_modules=layers)
        )
    parts = {"unet": pipe.unet, "text_encoder": pipe.text_encoder}
    states = {f"{n}_lora_layers": get_peft_model_state_dict(m) for n, m in parts.items()}
    path.parent.mkdir(exist_ok=True)
    StableDiffusionPipeline.save_lora_weights(
        path.parent, weight_name=path.name, **states, **_collate_lora_metadata(parts)
    )
    return path


def as_kohya(path: Path, alpha: float) -> Path:
    """The same tensors by kohya's names, alpha as a tensor of every layer."""
    state: dict[str, Tensor] = {}
    for name, value in load_file(path).items():
        part, _, rest = name.partition(".")
        layer, _, side = rest.partition(".lora_")
        start = {"unet": "lora_unet_", "text_encoder": "lora_te_"}[part]
        stem = start + layer.replace(".", "_")
        state[f"{stem}.lora_{'down' if side[0] == 'A' else 'up'}.weight"] = value.contiguous()
        state[f"{stem}.alpha"] = torch.tensor(alpha)
    kohya = path.with_name(f"kohya-{path.name}")
    save_file(state, kohya)
    return kohya


def as_of_2023(path: Path, alpha: float) -> Path:
    """The same tensors by the names that diffusers wrote in 2023, alpha as a tensor."""
    state = {_older(name): value for name, value in load_file(path).items()}
    for name in list(state):
        layer = name.partition("_lora." if "_lora." in name else ".lora")[0]
        state[f"{layer}.alpha"] = torch.tensor(alpha)
    older = path.with_name(f"2023-{path.name}")
    save_file(state, older)
    return older


def _older(name: str) -> str:
    name = name.replace(".lora_A.", ".lora.down.").replace(".lora_B.", ".lora.up.")
    if name.startswith("text_encoder."):
        return name.replace("text_encoder.", "text_encoder.text_model.", 1).replace(
            ".lora.", ".lora_linear_layer."
        )
    name = name.replace(".to_out.0.", ".to_out.").replace(".to_", ".processor.to_")
    return name.replace(".lora.", "_lora.")
