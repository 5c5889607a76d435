"""The sampler taken apart gives the bits of the one node, and the model's own the stock picture."""

from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from nodes.diffusion.sampling import STEP_SAMPLERS
from nodes.host import MODELS
from tests import tiny
from tests.examples import node, open_loop, picture

SAME = 1e-5  # of the largest value: between a latent of a batch and the same one by itself


@pytest.fixture(scope="module")
def velocity(models):
    """A model whose output is v, beside the others."""
    return tiny.folder(models / "velocity", "ddim", "v_prediction")


@pytest.mark.parametrize("sampler", STEP_SAMPLERS)
@pytest.mark.parametrize(
    "model, batch, seed",
    [("epsilon", 1, 0), ("epsilon", 2, 7), ("flow", 2, 2**40), ("velocity", 1, 7)],
)
def test_the_open_loop_gives_the_bits_of_the_sample_node(
    terminal, velocity, model, sampler, batch, seed
):
    whole = picture(model, sampler=sampler, seed=seed)
    whole["nodes"]["blank"]["values"]["batch"] = batch
    opened = open_loop(model, sampler, seed, batch=batch)
    expected = terminal.result(whole, "sample.latent").values
    assert expected.shape[0] == batch
    assert torch.equal(terminal.result(opened, "loop.latent").values, expected)


def masked(document):
    """The workflow with a latent that has a mask: its left half is free, with a soft edge."""
    document["nodes"] |= {
        "photo": node("load_image", image="photo.png"),
        "encoded": node("vae_encode", vae="@model.vae", image="@photo.image"),
        "box": node("draw_mask", width=64, height=64, left=0.0, right=0.5),
        "soft": node("feather_mask", mask="@box.mask", radius=8),
        "held": node("set_latent_mask", latent="@encoded.latent", mask="@soft.mask"),
    }
    return document


@pytest.mark.parametrize("model", ["epsilon", "flow"])
@pytest.mark.parametrize("sampler", ["euler_ancestral", "dpmpp_2m", "euler_cfg_pp"])
def test_an_inpainted_latent_is_the_same_in_the_open_loop_and_kept_where_it_is_masked(
    terminal, model, sampler
):
    Image.new("RGB", (64, 64), "teal").save(terminal.folder / "photo.png")
    whole, opened = masked(picture(model, sampler=sampler)), masked(open_loop(model, sampler))
    whole["nodes"]["sample"]["wires"]["latent"] = "held.latent"
    opened["nodes"]["noise"]["wires"]["latent"] = "held.latent"
    latent = terminal.result(whole, "sample.latent")
    assert torch.equal(terminal.result(opened, "loop.latent").values, latent.values)
    encoded = terminal.result(whole, "encoded.latent").values
    kept = (latent.mask.values == 0).expand_as(encoded)
    assert kept.any() and torch.equal(latent.values[kept], encoded[kept])


def guided(document):
    """The workflow with a guider: a falling curve, rescaled, from the second step on."""
    document["nodes"] |= {
        "led": node("guidance", rescale=0.6),
        "curve": node("guidance_curve", curve="0:8, 1:2", guider="@led.guider"),
    }
    return document


def test_a_guider_wired_by_hand_gives_the_same_bits(terminal):
    whole, opened = guided(picture()), guided(open_loop())
    whole["nodes"]["sample"]["wires"]["guider"] = "curve.guider"
    body = opened["nodes"]["loop"]["body"]
    opened["nodes"]["loop"]["wires"]["guider"] = "curve.guider"
    body["inputs"]["guider"] = {"type": "Guider"}
    body["nodes"]["scale"] = node("guidance_step", guider="@in.guider", index="@in.index", steps=3)
    body["nodes"]["guide"] = node(
        "guide",
        guidance="@scale.float",
        rescale=0.6,
        positive="@unet.denoised",
        negative="@unet.negative_denoised",
        model="@in.model",
        latent="@in.latent",
        sigma="@level.sigma",
    )
    expected = terminal.result(whole, "sample.latent").values
    assert torch.equal(terminal.result(opened, "loop.latent").values, expected)
    assert not torch.equal(terminal.result(picture(), "sample.latent").values, expected)


@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral"])
def test_a_split_schedule_sampled_in_two_is_the_whole(terminal, sampler):
    levels = node("noise_schedule", steps=4, schedule="karras", model="@model.model")
    whole, halves = picture(sampler=sampler), picture(sampler=sampler)
    for document in (whole, halves):
        document["nodes"]["levels"] = levels
    whole["nodes"]["sample"]["wires"]["sigmas"] = "levels.sigmas"
    halves["nodes"]["split"] = node("split_schedule", sigmas="@levels.sigmas", at=2)
    first = halves["nodes"]["sample"]
    halves["nodes"]["second"] = {
        "type": "sample",
        "values": first["values"] | {"add_noise": False, "steps_before": 2},
        "wires": first["wires"] | {"sigmas": "split.low", "latent": "sample.latent"},
    }
    first["wires"]["sigmas"] = "split.high"
    expected = terminal.result(whole, "sample.latent").values
    assert torch.equal(terminal.result(halves, "second.latent").values, expected)


def test_sampling_says_where_nothing_may_change_and_where_a_size_is_rounded(terminal):
    Image.new("RGB", (64, 64), "teal").save(terminal.folder / "photo.png")
    empty = masked(picture())
    empty["nodes"]["held"]["wires"]["mask"] = "photo.mask"
    empty["nodes"]["sample"]["wires"]["latent"] = "held.latent"
    ended = terminal.run(empty)
    assert ended.status == 0 and "the mask of the latent is empty" in ended.err
    odd = picture()
    odd["nodes"]["blank"]["values"] |= {"width": 68}
    ended = terminal.run(odd)
    assert ended.status == 0 and "68 × 64 pixels are made 64 × 64" in ended.err


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"eta": 0.5}, "sample.eta: is set, but the sampler euler has none"),
        ({"add_noise": False}, "sample.latent: is blank: without noise"),
        ({"sampler": "model", "schedule": "model", "noise_scale": 0.5}, "sample.noise_scale: is"),
        ({"sampler": "model", "schedule": "karras"}, "sample.schedule: is karras, but the sampler"),
    ],
)
def test_what_cannot_be_is_refused_before_a_run(terminal, change, problem):
    ended = terminal.main(
        "check", str(terminal.write(picture(**change))), "--models", str(terminal.models)
    )
    assert ended.status == 2 and problem in ended.err


def test_a_cfg_pp_sampler_without_a_negative_is_refused_before_a_run(terminal):
    opened = open_loop(sampler="euler_cfg_pp")
    del opened["nodes"]["loop"]["body"]["nodes"]["step"]["wires"]["negative_denoised"]
    ended = terminal.run(opened)
    assert ended.problems[0].startswith("loop/step.negative_denoised: is needed")


def test_a_step_that_draws_noise_needs_to_know_its_number(terminal):
    opened = open_loop(sampler="euler_ancestral")
    del opened["nodes"]["loop"]["body"]["nodes"]["step"]["wires"]["index"]
    ended = terminal.run(opened)
    assert ended.status == 1
    assert ended.problems[0].startswith("loop/step.index: is needed with a seed")


@pytest.mark.parametrize("model", ["epsilon", "flow"])
@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral", "dpmpp_2m"])
def test_picture_i_of_a_batch_is_that_of_seed_plus_i(terminal, model, sampler):
    several = picture(model, sampler=sampler, seed=11)
    several["nodes"]["blank"]["values"]["batch"] = 3
    batch = terminal.result(several, "sample.latent").values
    for i in range(3):
        single = picture(model, sampler=sampler, seed=11 + i)
        alone = terminal.result(single, "sample.latent").values[0]
        assert (batch[i] - alone).abs().max() < SAME * alone.abs().max()
        assert i == 0 or (batch[0] - alone).abs().max() > 0.1 * alone.abs().max()


def test_a_state_wired_to_the_wrong_step_is_told(terminal):
    opened = open_loop(sampler="dpmpp_2m")
    level = opened["nodes"]["loop"]["body"]["nodes"]["level"]
    level["values"] = {"index": 0}
    del level["wires"]["index"]
    ended = terminal.run(opened)
    assert ended.status == 1
    assert ended.problems == [
        "loop/step.state: was left by a step from 14.6146, this one begins at 14.6146: "
        "wire the state of the step before"
    ]


def stock_picture(folder: Any, steps: int, width: int | None = 64, guidance: float = 4.0) -> Any:
    pipe = StableDiffusionPipeline.from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    for module in (pipe.unet, pipe.vae, pipe.text_encoder):
        module.to(torch.float32)
        for weight in module.parameters():
            weight.data = weight.data.clone()  # off the mapped file, whose alignment tells in bits
    made = pipe(
        "a red sailboat",
        width=width,
        height=width,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=torch.Generator().manual_seed(7),
        output_type="np",
    )
    return made.images


def our_picture(terminal: Any, model: str, steps: int) -> Any:
    drawn = picture(model, steps=steps, sampler="model", schedule="model")
    image = terminal.result(drawn, "decode.image")
    return image.values.permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize("scheduler", ["pndm", "ddim", "euler"])
def test_the_models_own_scheduler_gives_the_stock_pipelines_picture(terminal, scheduler):
    folder = tiny.folder(terminal.folder / "more" / "stock", scheduler)
    terminal.models = folder.parent
    ours = our_picture(terminal, "stock", 5)
    assert np.array_equal(ours, stock_picture(folder, 5))


def test_a_single_file_gives_the_stock_pipelines_picture(terminal, models):
    assert np.array_equal(our_picture(terminal, "single", 5), stock_picture(models / "epsilon", 5))


def test_the_starter_model_gives_the_stock_pipelines_picture(terminal):
    ours = our_picture(terminal, "starter", 5)
    assert np.array_equal(ours, stock_picture(MODELS / "starter", 5))


def test_a_half_sampled_latent_outlives_the_process_with_what_it_keeps(terminal):
    Image.new("RGB", (64, 64), "teal").save(terminal.folder / "photo.png")
    half = masked(picture())
    half["nodes"]["levels"] = node("custom_schedule", levels="14, 5, 1")
    half["nodes"]["sample"]["wires"] |= {"sigmas": "levels.sigmas", "latent": "held.latent"}
    second = {"add_noise": False, "seed": 7, "guidance": 4.0, "sampler": "euler"}
    half["nodes"]["second"] = half["nodes"]["sample"] | {"values": second}
    half["nodes"]["rest"] = node("custom_schedule", levels="1, 0.2, 0")
    wires = half["nodes"]["sample"]["wires"]
    half["nodes"]["second"]["wires"] = wires | {
        "latent": "sample.latent",
        "sigmas": "rest.sigmas",
    }
    half["nodes"]["decode"]["wires"]["latent"] = "second.latent"
    first = terminal.json(half)
    assert {"sample", "second"} <= terminal.json(half).reused
    half["nodes"]["second"]["values"]["guidance"] = 3.0
    again = terminal.json(half, "--out", str(terminal.folder / "again"))
    assert "sample" in again.reused and "second" in again.made and first.pictures
