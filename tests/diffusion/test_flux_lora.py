"""LoRAs of FLUX.1 in the ways they are named: what diffusers fuses, and what kohya's names say."""

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import FluxPipeline
from diffusers.training_utils import _collate_lora_metadata
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file

from nodes.core.types import Lora
from nodes.diffusion import loading, memory
from nodes.diffusion.describe import describe
from nodes.diffusion.lora import with_lora
from nodes.diffusion.recognise import recognise
from tests import tiny_flux

LAYERS = ["to_q", "add_k_proj", "to_out.0", "proj_mlp", "proj_out", "norm1.linear", "ff.net.2"]
STRENGTH = 0.7


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    yield tiny_flux.folder(tmp_path_factory.mktemp("flux") / "dev")
    memory.release()


def laid(folder: Path, lora: Path) -> dict[str, torch.Tensor]:
    """The transformer's weights with a LoRA over them."""
    handles: Any = describe(folder)
    told = Lora(str(lora), str(lora), STRENGTH)
    model, _, left_out = with_lora(handles.model, handles.text_encoder, told)
    assert left_out == []
    return dict(memory.denoiser(model).module.state_dict())


def apart(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> float:
    assert first.keys() == second.keys()
    return max(float((first[name] - second[name]).abs().max()) for name in first)


def test_it_is_what_diffusers_fuses(folder, tmp_path):
    torch.manual_seed(1)
    module = tiny_flux.pipeline().transformer
    bare = {name: value.clone() for name, value in module.state_dict().items()}
    module.add_adapter(
        LoraConfig(r=4, lora_alpha=2.0, init_lora_weights=False, target_modules=LAYERS)
    )
    FluxPipeline.save_lora_weights(
        tmp_path,
        weight_name="lora.safetensors",
        transformer_lora_layers=get_peft_model_state_dict(module),
        **_collate_lora_metadata({"transformer": module}),
    )
    ours, pipe = laid(folder, tmp_path / "lora.safetensors"), tiny_flux.pipeline()
    pipe.load_lora_weights(tmp_path, weight_name="lora.safetensors")
    pipe.fuse_lora(lora_scale=STRENGTH)
    pipe.unload_lora_weights()
    assert apart(ours, dict(pipe.transformer.state_dict())) < 1e-6
    assert apart(ours, bare) > 1e-2


@pytest.mark.parametrize("start", ["lora_unet_", "diffusion_model."])
def test_its_authors_names_change_what_they_name(folder, tmp_path, start):
    """All weights by their authors' names are changed, and then read as a file of them is."""
    file = tiny_flux.single_file(tmp_path / "one.safetensors", "dev", "authors")
    theirs, draw = load_file(file), torch.Generator().manual_seed(2)
    state: dict[str, torch.Tensor] = {}
    for name in [n for n, value in theirs.items() if n.endswith(".weight") and value.dim() == 2]:
        rows, columns = theirs[name].shape
        down = torch.randn(4, columns, generator=draw) / 8
        up = torch.randn(rows, 4, generator=draw) / 8
        layer = name.removesuffix(".weight")
        if start == "lora_unet_":
            layer = f"{start}{layer.replace('.', '_')}"
            state |= {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up}
        else:
            layer = f"{start}{layer}"
            state |= {f"{layer}.lora_A.weight": down, f"{layer}.lora_B.weight": up}
        state[f"{layer}.alpha"] = torch.tensor(2.0)
        theirs[name] = theirs[name] + STRENGTH * 0.5 * (up @ down)
    save_file(state, tmp_path / "lora.safetensors")
    save_file(theirs, file)
    expected = loading.load(recognise(file), "transformer", torch.device("cpu"), torch.float32)
    assert apart(laid(folder, tmp_path / "lora.safetensors"), expected.state_dict()) < 1e-6
