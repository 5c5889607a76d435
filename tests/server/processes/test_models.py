"""Models that are broken, or replaced while they are in use."""

import shutil

import torch
from safetensors.torch import load_file, save_file

from tests.examples import picture


def shelved(crew, models, name):
    """A copy of a tiny model where the test may break it."""
    file = crew.settings.models[1] / f"{name}.safetensors"
    shutil.copy(models / "single.safetensors", file)
    return file


def changed(file, part, change):
    """Every weight of a part changed, and the file replaced by another."""
    weights = load_file(file)
    for name in weights:
        if name.startswith(part):
            weights[name] = change(weights[name])
    fresh = file.with_suffix(".new")
    save_file(weights, fresh)
    fresh.replace(file)


def test_f10_a_model_that_was_cut_short_fails_the_run_and_the_worker_lives(crew, models):
    file = shelved(crew, models, "cut")
    file.write_bytes(file.read_bytes()[:-1000])
    going = crew.run(picture("cut"))
    assert going.state == "failed"
    assert going.problem.startswith("model: cut.safetensors")
    assert crew.run(picture(seed=1)).pid == going.pid


def test_f10_weights_that_are_no_numbers_are_told_and_the_worker_lives(crew, models):
    file = shelved(crew, models, "nan")
    changed(file, "first_stage_model.decoder", lambda weight: torch.full_like(weight, torch.nan))
    going = crew.run(picture("nan"))
    assert going.state == "failed"
    assert going.problem.startswith("decode: has broken weights: decoder.")
    assert "of nan.safetensors holds what is no number" in going.problem
    assert crew.run(picture(seed=1)).pid == going.pid


def test_f11_a_model_that_was_replaced_is_another_and_nothing_of_the_old_is_reused(crew, models):
    file = shelved(crew, models, "changing")
    before = crew.run(picture("changing"))
    same = crew.run(picture("changing"))
    changed(file, "first_stage_model.decoder", lambda weight: weight * 1.5)
    after = crew.run(picture("changing"))
    assert {before.state, same.state, after.state} == {"done"}
    assert same.ended["nodes"]["save"]["reused"]
    assert not after.ended["nodes"]["save"]["reused"]
    assert after.ended["outputs"][0]["sha256"] != before.ended["outputs"][0]["sha256"]
