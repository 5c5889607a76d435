"""LoRAs: merged as diffusers would apply them, laid over weights that stay as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from nodes.core.types import Lora, Model, TextEncoder
from nodes.diffusion import memory
from nodes.diffusion.describe import describe
from nodes.diffusion.lora import with_lora
from tests.lora_files import ATTENTION, as_kohya, as_of_2023, pipeline, write_models

CLOSE = 2e-6  # of outputs around 1: diffusers adds the low-rank branch to the layer's output


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    memory.release()


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def handles(models) -> tuple[Model, TextEncoder]:
    parts = describe(models / "tiny")
    assert parts.model and parts.text_encoder
    return parts.model, parts.text_encoder


def laid(handles: Any, *loras: tuple[Path, float]) -> tuple[Model, TextEncoder]:
    model, encoder = handles
    for path, strength in loras:
        model, encoder, left_out = with_lora(model, encoder, Lora(str(path), path.name, strength))
        assert left_out == []
    return model, encoder


def ours(handles: tuple[Model, TextEncoder]) -> tuple[Tensor, Tensor]:
    """What U-Net and text encoder of our handles put out for fixed input."""
    unet = memory.denoiser(handles[0]).module
    encoder = memory.text_encoder(handles[1]).modules["text_encoder"]
    return outputs(unet, encoder)


def theirs(*loras: tuple[Path, float]) -> tuple[Tensor, Tensor]:
    """The same from diffusers' own loading and scaling of these LoRAs."""
    pipe = pipeline()
    for number, (path, _) in enumerate(loras):
        pipe.load_lora_weights(path.parent, weight_name=path.name, adapter_name=f"a{number}")
    names = [f"a{number}" for number in range(len(loras))]
    pipe.set_adapters(names, [strength for _, strength in loras])
    return outputs(pipe.unet, pipe.text_encoder)


@torch.no_grad()
def outputs(unet: Any, encoder: Any) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(5)
    latent, text = torch.randn(2, 4, 8, 8, generator=draw), torch.randn(2, 16, 32, generator=draw)
    tokens = torch.randint(0, 49408, (2, 16), generator=draw)
    return unet(latent, 500, encoder_hidden_states=text).sample, encoder(tokens).last_hidden_state


def assert_close(first: tuple[Tensor, ...], second: tuple[Tensor, ...]) -> None:
    for one, other in zip(first, second, strict=True):
        assert (one - other).abs().max() <= CLOSE * max(1.0, float(other.abs().max()))


def differ(first: tuple[Tensor, ...], second: tuple[Tensor, ...]) -> bool:
    return all((one - other).abs().max() > 1e-2 for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("strength", [1.0, 0.35, -0.8])
@pytest.mark.parametrize("name", ["ink", "all"])
def test_merged_is_what_diffusers_computes(models, handles, name, strength):
    lora = (models / "loras" / f"{name}.safetensors", strength)
    assert differ(ours(laid(handles, lora)), ours(handles))
    assert_close(ours(laid(handles, lora)), theirs(lora))


@pytest.mark.parametrize(("name", "alpha"), [("ink", 1.0), ("all", 6.0)])
def test_kohya_files_are_what_diffusers_makes_of_them(models, handles, name, alpha):
    lora = (as_kohya(models / "loras" / f"{name}.safetensors", alpha), 0.9)
    assert_close(ours(laid(handles, lora)), theirs(lora))


def test_both_ways_of_naming_give_the_same_bits(models, handles):
    path = models / "loras" / "all.safetensors"
    first, second = (laid(handles, (p, 0.7)) for p in (path, as_kohya(path, 6.0)))
    assert all(map(torch.equal, ours(first), ours(second)))


def test_older_names_are_read_too(models, handles):
    path = models / "loras" / "ink.safetensors"
    first, second = (laid(handles, (p, 0.7)) for p in (path, as_of_2023(path, 2.0)))
    assert all(map(torch.equal, ours(first), ours(second)))


def test_two_stack_and_the_first_lies_lowest(models, handles):
    ink, every = (
        (models / "loras" / f"{n}.safetensors", k) for n, k in (("ink", 0.6), ("all", -0.4))
    )
    model, encoder = laid(handles, ink, every)
    assert [Path(lora.path).stem for lora in model.weights.loras] == ["ink", "all"]
    assert_close(ours((model, encoder)), theirs(ink, every))


def test_strength_nought_is_the_model_itself(models, handles):
    ink = models / "loras" / "ink.safetensors"
    assert laid(handles, (ink, 0.0)) == handles
    bare = ours(handles)
    assert all(map(torch.equal, ours(laid(handles, (ink, 0.0))), bare))


def test_the_model_below_stays_as_it_was(models, handles):
    unet = memory.denoiser(handles[0]).module
    before = {name: value.clone() for name, value in unet.state_dict().items()}
    bare = ours(handles)
    changed = laid(handles, (models / "loras" / "all.safetensors", 1.5))
    assert differ(ours(changed), bare)
    assert all(torch.equal(value, before[name]) for name, value in unet.state_dict().items())
    assert memory.denoiser(handles[0]).module is unet
    assert all(map(torch.equal, ours(handles), bare))


def test_what_is_not_touched_is_shared_and_only_the_rest_counts(models, handles):
    memory.release()
    base = memory.denoiser(handles[0]).module
    alone = memory.resident()
    model, _ = laid(handles, (models / "loras" / "ink.safetensors", 1.0))
    changed = dict(memory.denoiser(model).module.named_parameters())
    own = {n for n, p in base.named_parameters() if changed[n].data_ptr() != p.data_ptr()}
    assert own == {n for n in changed if n.endswith(tuple(f"{end}.weight" for end in ATTENTION))}
    assert memory.resident() - alone == sum(changed[name].nbytes for name in own) < alone / 4


def test_a_changed_model_leaves_memory_before_the_one_it_shares_with(models, handles):
    model, _ = laid(handles, (models / "loras" / "ink.safetensors", 1.0))
    other, _ = laid(handles, (models / "loras" / "ink.safetensors", 0.5))
    try:
        memory.release()
        memory.denoiser(model)
        memory.use("cpu", budget=memory.resident())  # of the model and one that was made from it
        first = memory.denoiser(model).module
        assert memory.denoiser(model).module is first  # what is used is kept, with what it shares
        base = memory.denoiser(handles[0]).module
        assert memory.denoiser(other).module is not memory.denoiser(model).module
        assert memory.denoiser(handles[0]).module is base
    finally:
        memory.use("cpu")
