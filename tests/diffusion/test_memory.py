import json
from shutil import copytree
from typing import Any

import pytest
import torch

from nodes.diffusion import memory
from nodes.diffusion.describe import describe
from nodes.diffusion.part import Part


@pytest.fixture(autouse=True)
def empty():
    """Every test begins and ends with nothing held."""
    memory.use("cpu")
    yield
    memory.use("cpu")


def size_of(module: Any) -> int:
    return sum(weight.nbytes for weight in module.parameters())


def test_weights_are_loaded_once(described):
    first = memory.denoiser(described("pndm").model)
    assert memory.denoiser(described("pndm").model) is first
    size = sum(weight.nbytes for weight in first.module.parameters())
    assert memory.resident() == size


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
    room = memory.resident()
    memory.use("cpu", budget=room)
    kept = memory.denoiser(described("pndm").model), memory.autoencoder(described("pndm").vae)
    assert memory.denoiser(described("pndm").model) is kept[0] is not first
    memory.denoiser(described("flow").model)
    assert memory.resident() <= room
    assert memory.denoiser(described("flow").model) and memory.resident() <= room
    assert memory.autoencoder(described("pndm").vae) is not kept[1]


def test_what_is_needed_now_is_held_even_where_nothing_else_is(described):
    handles = described("pndm")
    alone = size_of(memory.denoiser(handles.model).module)
    memory.use("cpu", budget=alone)
    memory.autoencoder(handles.vae)
    assert memory.denoiser(handles.model) is memory.denoiser(handles.model)
    assert memory.resident() == alone


def test_who_leaves_does_so_before_anything_else_is_read(described, monkeypatch):
    handles = described("pndm")
    sizes = [size_of(memory.denoiser(handles.model).module)]
    sizes.append(size_of(memory.autoencoder(handles.vae).module))
    memory.use("cpu", budget=max(sizes))
    memory.denoiser(handles.model)
    most, put = 0, Part._put

    def watched(*given: Any) -> None:
        nonlocal most
        put(*given)
        most = max(most, memory.resident())

    monkeypatch.setattr(Part, "_put", watched)
    memory.autoencoder(handles.vae)
    assert memory.resident() == sizes[1]
    assert sizes[1] <= most <= max(sizes)


def test_who_left_comes_back_when_it_is_called(described):
    handles = described("pndm")
    denoiser, vae = memory.denoiser(handles.model), memory.autoencoder(handles.vae)
    latent, text = torch.ones(1, 4, 8, 8), torch.ones(1, 16, 32)
    first = denoiser.module(latent, 500, encoder_hidden_states=text).sample
    picture = vae.module.decode(latent).sample
    room = max(size_of(denoiser.module), size_of(vae.module))
    memory.use("cpu", budget=room)
    for _ in range(2):
        assert memory.resident() <= room
        assert torch.equal(denoiser.module(latent, 500, encoder_hidden_states=text).sample, first)
        assert memory.resident() <= room
        assert torch.equal(vae.module.decode(latent).sample, picture)


def test_the_environment_names_what_decides_bits():
    before = memory.environment()
    assert f"torch {torch.__version__}" in before and "cpu, float32, 1 thread" in before
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert memory.environment() != before
    finally:
        torch.set_num_threads(threads)
