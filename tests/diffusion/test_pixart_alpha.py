"""PixArt-Alpha: told the size of the picture; the stock pipeline's picture to the bit."""

from typing import Any

import pytest
import torch
from diffusers import PixArtAlphaPipeline

from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.sampling import sample
from tests import tiny_pixart
from tests.tiny import PROMPT, blank, finish


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_pixart.folder(tmp_path_factory.mktemp("alpha") / "alpha", "ddim", alpha=True)


@pytest.fixture(scope="module")
def stock(folder):
    pipe = PixArtAlphaPipeline.from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    for module in (pipe.transformer, pipe.vae, pipe.text_encoder):
        for weight in module.parameters():
            weight.data = weight.data.clone()
    return pipe


def drawn(model, folder, guidance=4.5, batch=1):
    handles: Any = describe(folder)
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    denoiser, begun = memory.denoiser(model or handles.model), blank(batch, 64, 96)
    return finish(sample(denoiser, begun, conditioning, None, 7, 3, guidance, "model", "model"))


@pytest.mark.parametrize("guidance", [4.5, 1.0])
@pytest.mark.parametrize("seeds", [(7,), (7, 8)])
def test_the_picture_is_the_pipelines_to_the_bit(folder, stock, guidance, seeds):
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    expected = stock(
        PROMPT,
        num_images_per_prompt=len(seeds),
        width=64,
        height=96,
        num_inference_steps=3,
        guidance_scale=guidance,
        generator=streams if len(seeds) > 1 else streams[0],
        use_resolution_binning=False,
        output_type="latent",
    ).images
    latent = drawn(None, folder, guidance, len(seeds))
    assert torch.equal(latent.values, expected)
    vae: Any = describe(folder).vae
    decoded = autoencoder.decode(memory.autoencoder(vae), latent)
    assert decoded.values.shape == (len(seeds), 3, 96, 64)


def test_its_authors_file_gives_the_folders_picture(folder, tmp_path):
    file = tiny_pixart.single_file(tmp_path / "alpha.safetensors", alpha=True)
    alone: Any = describe(file).model
    assert alone.facts.family == "PixArt-Alpha" and alone.facts.space == "SD 1.x"
    again: Any = describe(folder / "transformer").model
    assert again.facts.family == "PixArt-Alpha"
    whole: Any = describe(folder).model
    assert alone.facts == whole.facts == again.facts
