"""Runs whose weights do not fit: the same pictures to the bit, within the budget at every layer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.core.types import Image, Lora
from nodes.diffusion import memory, sampling
from nodes.diffusion.autoencoder import decode, encode
from nodes.diffusion.describe import Described, describe
from nodes.diffusion.lora import with_lora
from nodes.diffusion.text import encode as encode_text
from tests import tiny, tiny_xl
from tests.lora_files import write_models

MAKERS: dict[str, Callable[[Path], Path]] = {
    "SD 1.x folder": tiny.folder,
    "SD 1.x file": lambda path: tiny.single_file(path.with_suffix(".safetensors")),
    "SD 2.x file": lambda path: tiny.single_file(path.with_suffix(".safetensors"), second=True),
    "SDXL folder": tiny_xl.folder,
    "SDXL file": lambda path: tiny_xl.single_file(path.with_suffix(".safetensors")),
}


@pytest.fixture(scope="module", params=MAKERS)
def handles(request, tmp_path_factory) -> Any:
    return describe(MAKERS[request.param](tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    memory.use("cpu")
    yield
    memory.use("cpu")


def picture(handles: Any) -> Tensor:
    """What a run from a prompt and a picture gives: every part is used."""
    text = encode_text(memory.text_encoder(handles.text_encoder), tiny.PROMPT)
    seen = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    latent = encode(memory.autoencoder(handles.vae), Image(seen))
    denoiser = memory.denoiser(handles.model)
    sampled = tiny.finish(
        sampling.sample(denoiser, latent, text, None, 7, 3, 5.0, "euler", "karras", 0.9)
    )
    return decode(memory.autoencoder(handles.vae), sampled).values


def sizes(handles: Any) -> list[int]:
    """Of all modules, when there is room for everything."""
    memory.use("cpu")
    prompter = memory.text_encoder(handles.text_encoder)
    modules = [*prompter.modules.values(), memory.denoiser(handles.model).module]
    modules.append(memory.autoencoder(handles.vae).module)
    return [sum(weight.nbytes for weight in module.parameters()) for module in modules]


def watched(run: Callable[[], Tensor]) -> tuple[Tensor, int]:
    """What it gives, and the most weights there were while any layer was called."""
    most = 0

    def look(*_: Any) -> None:
        nonlocal most
        most = max(most, memory.resident())

    with nn.modules.module.register_module_forward_hook(look):
        return run(), most


def test_a_run_within_a_third_of_its_weights_gives_the_same_picture(handles):
    whole, weights = picture(handles), sum(sizes(handles))
    memory.use("cpu", budget=weights // 3)
    within, most = watched(lambda: picture(handles))
    assert torch.equal(within, whole)
    assert 0 < most <= weights // 3


@pytest.mark.parametrize("handles", ["SDXL file"], indirect=True)
def test_one_budget_more_or_less_changes_nothing(handles):
    """From what is only just enough to what is too much by a byte."""
    whole, each = picture(handles), sizes(handles)
    for budget in (max(each) - 1, max(each), sum(each) - 1):
        memory.use("cpu", budget=budget)
        within, most = watched(lambda: picture(handles))
        assert torch.equal(within, whole) and most <= budget


def test_loras_are_laid_over_the_pieces(tmp_path):
    models = write_models(tmp_path)
    given: Any = describe(models / "tiny")
    model, encoder = given.model, given.text_encoder
    for name, strength in (("ink", 0.6), ("all", -0.4)):
        path = models / "loras" / f"{name}.safetensors"
        model, encoder, _ = with_lora(model, encoder, Lora(str(path), name, strength))
    laid = Described(model, encoder, given.vae)
    whole, bare = picture(laid), picture(given)
    assert not torch.equal(whole, bare)
    memory.use("cpu", budget=sum(sizes(given)) // 3)
    within, most = watched(lambda: picture(laid))
    assert torch.equal(within, whole) and most <= memory.budget()
    assert torch.equal(picture(given), bare)


def test_weights_in_several_files_and_in_half_precision_are_streamed_too(tmp_path):
    folder = tiny.folder(tmp_path / "tiny")
    for part in ("unet", "vae"):
        in_pieces(folder / part / "diffusion_pytorch_model.safetensors")
    handles = describe(folder)
    whole = picture(handles)
    memory.use("cpu", budget=sum(sizes(handles)) // 3)
    within, most = watched(lambda: picture(handles))
    assert torch.equal(within, whole) and most <= memory.budget()


def in_pieces(path: Path) -> None:
    """The weights of a file as two halves in two files."""
    state = {name: tensor.half() for name, tensor in load_file(path).items()}
    where = {name: f"{number % 2}.safetensors" for number, name in enumerate(state)}
    for piece in set(where.values()):
        held = {name: tensor for name, tensor in state.items() if where[name] == piece}
        save_file(held, path.with_name(piece))
    path.unlink()
    path.with_name(f"{path.name}.index.json").write_text(json.dumps({"weight_map": where}))


def test_what_cannot_be_streamed_is_refused_with_numbers_before_it_is_run(handles):
    memory.use("cpu", budget=100_000)
    told = r"^The unet needs \d+ KB for its largest piece, and 100 KB may be held of all weights"
    with pytest.raises(Problem, match=told) as caught:
        memory.denoiser(handles.model)
    assert "--weights 1MB" in caught.value.message
    assert memory.resident() == 0


def test_a_file_that_changes_while_it_is_in_use_is_refused(tmp_path):
    handles: Any = describe(tiny.single_file(tmp_path / "tiny.safetensors"))
    denoiser = memory.denoiser(handles.model)
    tiny.single_file(tmp_path / "tiny.safetensors", seed=1)
    memory.release()
    with pytest.raises(Problem, match="was changed on disk while it was in use"):
        denoiser.module(torch.ones(1, 4, 8, 8), 5, encoder_hidden_states=torch.ones(1, 16, 32))
