"""LoRAs for models with several text encoders and with transformers, in every way of naming."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusion3Pipeline, StableDiffusionXLPipeline
from diffusers.loaders import single_file_utils as single
from diffusers.training_utils import _collate_lora_metadata
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import Tensor

from nodes.core.facts import ModelFacts
from nodes.core.problem import Problem
from nodes.core.types import Lora
from nodes.diffusion import memory
from nodes.diffusion.describe import describe
from nodes.diffusion.lora import with_lora
from nodes.diffusion.lora_family import suit
from nodes.diffusion.lora_file import read_lora
from tests import tiny_sd3, tiny_xl
from tests.tiny_ldm import _unet_name

TEXT = ["q_proj", "out_proj", "fc1"]
UNET = ["to_q", "to_k", "to_out.0", "proj_in", "ff.net.2", "conv1", "conv_shortcut"]
UNET += ["time_emb_proj", "conv_in", "conv_out", "linear_1", "conv"]
JOINED = ["to_q", "add_k_proj", "to_out.0", "to_add_out", "ff.net.2", "norm1.linear"]
PIPES: dict[str, tuple[Any, Any, list[str]]] = {
    "SDXL": (tiny_xl, StableDiffusionXLPipeline, UNET),
    "SD3": (tiny_sd3, StableDiffusion3Pipeline, JOINED),
}
KOHYA = {"unet": "lora_unet_", "text_encoder": "lora_te1_", "text_encoder_2": "lora_te2_"}


@pytest.fixture(scope="module", autouse=True)
def let_go():
    yield
    memory.release()


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    for name, (tiny, _, _) in PIPES.items():
        tiny.folder(root / name)
        write_lora(name, root / f"{name}.safetensors")
    return root


def write_lora(name: str, path: Path) -> None:
    """Random weights for the denoiser and both CLIPs, saved as diffusers' training scripts do."""
    torch.manual_seed(1)
    tiny, made, layers = PIPES[name]
    pipe = tiny.pipeline()
    parts = {part: getattr(pipe, part) for part in (denoiser(pipe), "text_encoder")}
    parts["text_encoder_2"] = pipe.text_encoder_2
    for part, module in parts.items():
        targets = TEXT if part.startswith("text") else layers
        wants = LoraConfig(r=4, lora_alpha=2.0, init_lora_weights=False, target_modules=targets)
        module.add_adapter(wants)
    states = {f"{n}_lora_layers": get_peft_model_state_dict(m) for n, m in parts.items()}
    said = _collate_lora_metadata(parts)
    made.save_lora_weights(path.parent, weight_name=path.name, **states, **said)


def denoiser(pipe: Any) -> str:
    return "unet" if hasattr(pipe, "unet") else "transformer"


def laid(folder: Path, lora: Path, strength: float = 0.7) -> dict[str, dict[str, Tensor]]:
    """The weights of every part of the model with a LoRA over them."""
    handles: Any = describe(folder)
    told = Lora(str(lora), lora.name, strength)
    model, encoder, left_out = with_lora(handles.model, handles.text_encoder, told)
    assert left_out == []
    modules = {model.weights.part: memory.denoiser(model).module}
    modules |= memory.text_encoder(encoder).modules
    return {name: module.state_dict() for name, module in modules.items()}


def apart(first: dict[str, Tensor], second: dict[str, Tensor]) -> float:
    """How far two modules' weights are from one another at most."""
    assert first.keys() == second.keys()
    return max(float((first[name] - second[name]).abs().max()) for name in first)


@pytest.mark.parametrize("name", PIPES)
def test_every_part_gets_what_diffusers_fuses_into_it(at, name):
    tiny, _, _ = PIPES[name]
    ours, pipe = laid(at / name, at / f"{name}.safetensors"), tiny.pipeline()
    bare = {part: getattr(pipe, part).state_dict() for part in ours}
    bare = {part: {n: v.clone() for n, v in state.items()} for part, state in bare.items()}
    pipe.load_lora_weights(at, weight_name=f"{name}.safetensors")
    pipe.fuse_lora(components=[part for part in ours if part != "text_encoder_3"], lora_scale=0.7)
    pipe.unload_lora_weights()
    for part, weights in ours.items():
        assert apart(weights, getattr(pipe, part).state_dict()) < 1e-6
        assert part == "text_encoder_3" or apart(weights, bare[part]) > 1e-2


def as_sgm(path: Path) -> Path:
    """The same tensors by the names that kohya's scripts give SDXL's."""
    state: dict[str, Tensor] = {}
    for name, value in load_file(path).items():
        part, _, rest = name.partition(".")
        layer, _, side = rest.partition(".lora_")
        layer = _unet_name(f"{layer}.", 2, [False, True]) if part == "unet" else layer
        layer = layer.removesuffix(".").replace(".", "_")
        start = KOHYA[part] + ("" if part == "unet" else "text_model_")
        start = start.removesuffix("text_model_") if layer.startswith("text_model_") else start
        state[f"{start}{layer}.lora_{'down' if side[0] == 'A' else 'up'}.weight"] = value.clone()
        state[f"{start}{layer}.alpha"] = torch.tensor(2.0)
    assert any("input_blocks_" in name for name in state)
    save_file(state, path.with_name("sgm.safetensors"))
    return path.with_name("sgm.safetensors")


def test_sdxls_names_of_its_authors_give_the_same_bits(at):
    path = at / "SDXL.safetensors"
    first, second = (laid(at / "SDXL", lora) for lora in (path, as_sgm(path)))
    for part in first:
        assert all(torch.equal(first[part][n], second[part][n]) for n in first[part])


def test_sd3s_names_of_its_authors_change_what_they_name(at, tmp_path):
    """The weights by their authors' names are changed, and then read as diffusers reads them."""
    pipe = tiny_sd3.pipeline()
    theirs = tiny_sd3.authors(pipe.transformer)
    draw, state = torch.Generator().manual_seed(2), dict[str, Tensor]()
    for name in [name for name in theirs if name.endswith(".weight") and "ln_" not in name]:
        down, up = (
            torch.randn(shape, generator=draw) / 8
            for shape in ((4, *theirs[name].shape[1:]), (theirs[name].shape[0], 4))
        )
        layer = f"lora_unet_{name.removesuffix('.weight').replace('.', '_')}"
        up_shape = (*up.shape, 1, 1) if down.dim() == 4 else up.shape
        state |= {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up.view(up_shape)}
        state[f"{layer}.alpha"] = torch.tensor(2.0)
        theirs[name] = theirs[name] + 0.7 * 0.5 * (up @ down.flatten(1)).view(theirs[name].shape)
    layer = "lora_te3_encoder_block_1_layer_0_SelfAttention_v"
    state |= {f"{layer}.lora_down.weight": torch.ones(1, 112)}
    state |= {f"{layer}.lora_up.weight": torch.ones(16, 1)}
    save_file(state, tmp_path / "kohya.safetensors")
    ours = laid(at / "SD3", tmp_path / "kohya.safetensors")
    expected = single.convert_sd3_transformer_checkpoint_to_diffusers(theirs)
    assert apart(ours["transformer"], expected) < 1e-6
    value = "encoder.block.1.layer.0.SelfAttention.v.weight"
    before = pipe.text_encoder_3.state_dict()[value]
    assert torch.allclose(ours["text_encoder_3"][value], before + 0.7, atol=1e-6)


def test_text_encoders_that_it_does_not_touch_are_those_below(at, tmp_path):
    state = {n: v for n, v in load_file(at / "SDXL.safetensors").items() if "encoder_2." in n}
    save_file(state, tmp_path / "second.safetensors")
    handles: Any = describe(at / "SDXL")
    told = Lora(str(tmp_path / "second.safetensors"), "second", 1.0)
    model, encoder, _ = with_lora(handles.model, handles.text_encoder, told)
    assert model == handles.model and encoder != handles.text_encoder
    below, above = (memory.text_encoder(one).modules for one in (handles.text_encoder, encoder))
    assert above["text_encoder"] is below["text_encoder"]
    assert above["text_encoder_2"] is not below["text_encoder_2"]


def test_a_lora_for_a_u_net_is_refused_for_a_transformer_and_the_other_way_round(at):
    for_unet, joined = (read_lora(at / f"{name}.safetensors") for name in PIPES)
    suit(joined, ModelFacts(family="SD3", text_width=4096))
    handles: Any = describe(at / "SD3")
    other: Any = describe(at / "SDXL")
    for file, one in ((for_unet, handles), (joined, other)):
        with pytest.raises(Problem, match="was made for another family: it changes"):
            suit(file, one.model.facts)
        told = Lora(str(file.header.path), "x", 1.0)
        with pytest.raises(Problem, match="layers it changes none is in this model"):
            with_lora(one.model, one.text_encoder, told)


LAYERS = {
    "SD3": ["joint_blocks_0_x_block_attn_qkv"],
    "FLUX.1": ["double_blocks_0_img_attn_qkv", "single_transformer_blocks_0_attn_to_q"],
    "PixArt-Sigma": ["transformer_blocks_0_attn1_to_q"],
}


@pytest.mark.parametrize("layer", [layer for layers in LAYERS.values() for layer in layers])
@pytest.mark.parametrize("model", LAYERS)
def test_a_lora_for_another_transformer_is_refused_by_its_header(tmp_path, layer, model):
    path, facts = tmp_path / "lora.safetensors", ModelFacts(family=model)
    halves = {"down": torch.ones(4, 8), "up": torch.ones(8, 4)}
    save_file({f"lora_unet_{layer}.lora_{side}.weight": w for side, w in halves.items()}, path)
    if layer in LAYERS[model]:
        suit(read_lora(path), facts)
        return
    made_for = next(name for name, layers in LAYERS.items() if layer in layers)
    with pytest.raises(Problem, match=rf"for another family \({made_for}.*\): 1 of the layers"):
        suit(read_lora(path), facts)
