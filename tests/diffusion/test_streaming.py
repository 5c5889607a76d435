"""Runs whose weights do not fit: the same pictures to the bit, within the budget at every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.core.types import Lora
from nodes.diffusion import memory, sampling
from nodes.diffusion.autoencoder import decode, encode
from nodes.diffusion.describe import describe
from nodes.diffusion.lora import with_lora
from nodes.diffusion.pieces import plan, weights_of
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
    latent = encode(memory.autoencoder(handles.vae), tiny_image(seen))
    denoiser = memory.denoiser(handles.model)
    sampled = tiny.finish(
        sampling.sample(denoiser, latent, text, None, 7, 3, 5.0, "euler", "karras", 0.9)
    )
    return decode(memory.autoencoder(handles.vae), sampled).values


def tiny_image(values: Tensor) -> Any:
    from nodes.core.types import Image

    return Image(values)


def sizes(handles: Any) -> list[int]:
    """Of all modules, when there is room for everything."""
    memory.use("cpu")
    prompter = memory.text_encoder(handles.text_encoder)
    modules = [*prompter.modules.values(), memory.denoiser(handles.model).module]
    modules.append(memory.autoencoder(handles.vae).module)
    return [sum(weight.nbytes for weight in module.parameters()) for module in modules]


def watched(run: Callable[[], Tensor]) -> tuple[Tensor, int]:
    """What it gives, and the most weights there were before or after any layer was called."""
    most = 0

    def look(*_: Any) -> None:
        nonlocal most
        most = max(most, memory.resident())

    hooks = [
        nn.modules.module.register_module_forward_pre_hook(look),
        nn.modules.module.register_module_forward_hook(look),
    ]
    try:
        return run(), most
    finally:
        for hook in hooks:
            hook.remove()


def test_a_run_within_a_third_of_its_weights_gives_the_same_picture(handles):
    whole, weights = picture(handles), sum(sizes(handles))
    memory.use("cpu", budget=weights // 3)
    within, most = watched(lambda: picture(handles))
    assert torch.equal(within, whole)
    assert 0 < most <= weights // 3
