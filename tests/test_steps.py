"""The sampler taken apart gives the bits of the one node, and the model's own the stock picture."""

from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline

from nodes.diffusion.sampling import STEP_SAMPLERS
from nodes.host import MODELS
from tests import tiny
from tests.examples import open_loop, picture

SAME = 1e-5  # of the largest value: between a latent of a batch and the same one by itself


@pytest.mark.parametrize("model", ["epsilon", "flow"])
@pytest.mark.parametrize("sampler", STEP_SAMPLERS)
@pytest.mark.parametrize("batch", [1, 2])
def test_the_open_loop_gives_the_bits_of_the_sample_node(terminal, model, sampler, batch):
    for seed in (0, 7, 2**40):
        whole = picture(model, sampler=sampler, seed=seed)
        whole["nodes"]["blank"]["values"]["batch"] = batch
        opened = open_loop(model, sampler, seed, batch=batch)
        expected = terminal.result(whole, "sample.latent").values
        assert expected.shape[0] == batch
        assert torch.equal(terminal.result(opened, "loop.latent").values, expected)


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
        "loop/step.state: was left at this very noise level, not by the step before"
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
