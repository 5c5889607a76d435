import json
from shutil import copytree
from typing import Any

import pytest
import torch

from nodes.diffusion import memory
from nodes.diffusion.describe import describe


@pytest.fixture(autouse=True)
def empty():
    """Every test begins and ends with nothing held."""
    memory.use("cpu")
    yield
    memory.use("cpu")


def test_weights_are_loaded_once(described):
    first = memory.denoiser(described("pndm").model)
    assert memory.denoiser(described("pndm").model) is first
    size = sum(weight.nbytes for weight in first.module.parameters())
    assert memory.held() == size


def test_the_same_bytes_elsewhere_are_the_same_weights(described, model_at, tmp_path):
    copied: Any = describe(copytree(model_at("pndm"), tmp_path / "copied"))
    assert memory.denoiser(copied.model) is memory.denoiser(described("pndm").model)


def test_another_autoencoder_beside_it_is_another_model(described, model_at, tmp_path):
    copied = copytree(model_at("pndm"), tmp_path / "copied")
    config = copied / "vae" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"scaling_factor": 0.5}))
    second: Any = describe(copied)
    assert memory.denoiser(described("pndm").model).space.scale == 0.18215
    assert memory.denoiser(second.model).space.scale == 0.5


def test_another_prediction_is_another_model(model_at):
    handles: list[Any] = [describe(model_at("pndm"), kind) for kind in ("epsilon", "v_prediction")]
    first, second = (memory.denoiser(one.model) for one in handles)
    assert first is not second and type(first.prediction) is not type(second.prediction)


def test_the_least_recently_used_leave_when_there_is_no_room(described):
    first = memory.denoiser(described("pndm").model)
    memory.autoencoder(described("pndm").vae)
    room = memory.held()
    memory.use("cpu", budget=room)
    kept = memory.denoiser(described("pndm").model), memory.autoencoder(described("pndm").vae)
    assert memory.denoiser(described("pndm").model) is kept[0] is not first
    memory.denoiser(described("flow").model)
    assert memory.held() <= room
    assert memory.denoiser(described("flow").model) and memory.held() <= room
    assert memory.autoencoder(described("pndm").vae) is not kept[1]


def test_what_is_needed_now_is_held_even_without_room(described):
    memory.use("cpu", budget=1)
    assert memory.denoiser(described("pndm").model) is memory.denoiser(described("pndm").model)
    assert memory.held() > 1


def test_the_environment_names_what_decides_bits():
    before = memory.environment()
    assert f"torch {torch.__version__}" in before and "cpu, float32, 1 thread" in before
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert memory.environment() != before
    finally:
        torch.set_num_threads(threads)
