"""SDXL that was taught v in the frame of Karras et al. (CosXL): the stock pipeline's pictures."""

from typing import Any

import pytest
import torch
from diffusers import EDMEulerScheduler, StableDiffusionXLPipeline

from nodes.diffusion import memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from tests import tiny_xl
from tests.tiny import PROMPT, blank, finish

LEVELS = {"sigma_min": 0.002, "sigma_max": 120.0, "sigma_data": 1.0}
STEPS = 5


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The same model as a folder and as one file."""
    root = tmp_path_factory.mktemp("cosxl")
    pipe = tiny_xl.pipeline()
    pipe.scheduler = EDMEulerScheduler(prediction_type="v_prediction", **LEVELS)
    pipe.save_pretrained(root / "folder")
    ends = {f"edm_vpred.{name}": torch.tensor(LEVELS[name]) for name in ("sigma_min", "sigma_max")}
    tiny_xl.write(root / "file.safetensors", tiny_xl.state(pipe) | ends)
    return root


def ours(path, guidance=5.0, sampler="model"):
    handles: Any = describe(path)
    read = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    how = (None, 7, STEPS, guidance, sampler, "model")
    return finish(sample(memory.denoiser(handles.model), blank(1, 64, 96), read, *how)).values


@pytest.mark.parametrize("guidance", [5.0, 1.0])
def test_the_latent_is_the_pipelines_to_the_bit(models, guidance):
    pipe = StableDiffusionXLPipeline.from_pretrained(models / "folder", local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    for module in (pipe.unet, pipe.text_encoder, pipe.text_encoder_2):
        for weight in module.parameters():
            weight.data = weight.data.clone()
    expected = pipe(
        PROMPT,
        width=64,
        height=96,
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    assert torch.equal(ours(models / "folder", guidance), expected)


def test_a_file_says_by_its_keys_what_the_folder_says(models):
    for name in ("folder", "file.safetensors"):
        found: Any = describe(models / name)
        assert found.model.facts.family == "SDXL"
        assert found.model.weights.prediction == "edm_prediction"
    assert torch.equal(ours(models / "file.safetensors"), ours(models / "folder"))


def test_our_own_steps_are_its_schedulers(models):
    stock, own = ours(models / "folder"), ours(models / "folder", sampler="euler")
    assert (own - stock).norm() / stock.norm() < 1e-5  # the network makes more of what is rounded
