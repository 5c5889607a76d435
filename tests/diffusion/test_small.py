"""Small autoencoders, taught the space of another: as AutoencoderTiny itself, to the bit."""

import shutil
from typing import Any

import pytest
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.problem import Problem, Problems
from nodes.core.run import Run
from nodes.core.types import Image
from nodes.core.workflow import parse
from nodes.diffusion import autoencoder, memory, text
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import recognise
from nodes.diffusion.sampling import sample
from nodes.host import Local
from server.worker.models import about
from tests import tiny, tiny_flux, tiny_sd3, tiny_vq, tiny_xl
from tests.examples import node, workflow


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Small ones of 4 and 16 channels, in folders and files, and the models they may be for."""
    root = tmp_path_factory.mktemp("models")
    for name, channels in {"four": 4, "sixteen": 16}.items():
        tiny_vq.small(channels).save_pretrained(root / name)
        tiny_vq.plain_file(root / f"{name}-file.safetensors", tiny_vq.small(channels))
    tiny.folder(root / "one")
    tiny_xl.folder(root / "xl")
    tiny_sd3.folder(root / "three")
    tiny_flux.folder(root / "flux")
    return root


def opened(models, tmp_path, name, space) -> Any:
    """What load_vae gives, in use."""
    host = Local(tmp_path / "out", tmp_path, [models], data=tmp_path / "data")
    document = workflow(vae=node("load_vae", vae=name, space=space))
    run = Run(check(parse(document), catalogue(), host), host, Cache(), ["vae"])
    list(run.events())
    return memory.autoencoder(run.results.found["vae"][0])


@pytest.mark.parametrize(
    ("name", "space"),
    [(name, space) for name in ("four", "four-file") for space in ("SD 1.x", "SDXL")]
    + [("four", "Playground v2.5")]
    + [(name, space) for name in ("sixteen", "sixteen-file") for space in ("SD3", "FLUX.1")],
)
def test_it_reads_and_writes_latents_as_models_have_them(models, tmp_path, name, space):
    vae, module = opened(models, tmp_path, name, space), tiny_vq.small(vae_channels(space))
    assert vae.space.name == space
    image = Image(torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1)))
    with torch.no_grad():
        latent = autoencoder.encode(vae, image, seed=3)
        assert torch.equal(latent.values, module.encode(image.values * 2 - 1).latents)
        expected = (module.decode(latent.values).sample / 2 + 0.5).clamp(0, 1)
    assert torch.equal(autoencoder.decode(vae, latent).values, expected)


def vae_channels(space):
    return 16 if space in ("SD3", "FLUX.1") else 4


def told(models, tmp_path, **nodes):
    """What a check says, None where it lets it pass."""
    host = Local(tmp_path / "out", tmp_path, [models], data=tmp_path / "data")
    try:
        check(parse(workflow(**nodes)), catalogue(), host)
    except Problems as error:
        return "; ".join(f"{p.node}.{p.port} {p.message}" for p in error.problems)
    return None


def decoded(model, vae):
    """The nodes that decode a latent of a model by an autoencoder of its own file."""
    return {
        "model": node("load_model", model=model),
        "vae": vae,
        "colour": node("solid_image", width=64, height=64),
        "encode": node("vae_encode", image="@colour.image", vae="@model.vae"),
        "decode": node("vae_decode", vae="@vae.vae", latent="@encode.latent"),
        "save": node("save_image", image="@decode.image"),
    }


@pytest.mark.parametrize(
    ("model", "name", "space"),
    [
        ("one", "four", "SD 1.x"),
        ("xl", "four-file", "SDXL"),
        ("three", "sixteen", "SD3"),
        ("flux", "sixteen-file", "FLUX.1"),
    ],
)
def test_it_decodes_for_the_models_whose_space_it_is_said_to_have(
    models, tmp_path, model, name, space
):
    vae = node("load_vae", vae=name, space=space)
    assert told(models, tmp_path, **decoded(model, vae)) is None
    others = {"SD 1.x", "SDXL"} if "four" in name else {"SD3", "FLUX.1"}
    [other] = others - {space}
    wrong = node("load_vae", vae=name, space=other)
    refused = told(models, tmp_path, **decoded(model, wrong))
    assert refused and refused.startswith("decode.latent is in the space")
    assert space in refused and other in refused


@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("four", "SD 1.x or SDXL or Playground v2.5"),
        ("four-file", "SD 1.x or SDXL or Playground v2.5"),
        ("sixteen", "SD3 or FLUX.1"),
    ],
)
def test_it_asks_whose_latents_it_reads(models, tmp_path, name, fitting):
    channels = 4 if "four" in name else 16
    assert told(models, tmp_path, **decoded("one", node("load_vae", vae=name))) == (
        f"vae.space is auto, but {name} does not say which of {channels} channels it is: "
        f"choose {fitting}"
    )


def test_a_space_of_other_channels_is_refused(models, tmp_path):
    vae = node("load_vae", vae="four", space="SD3")
    refused = told(models, tmp_path, **decoded("three", vae))
    assert refused == "vae.space is SD3, of 16 channels; the autoencoder in four has 4"


@pytest.mark.parametrize("name", ["four", "sixteen-file.safetensors"])
def test_it_is_listed_as_an_autoencoder(models, name):
    assert about(models / name) == ("vae", None, None)


def test_tiles_come_near_the_whole_picture(models, tmp_path):
    vae = opened(models, tmp_path, "four", "SD 1.x")
    image = Image(torch.rand(1, 3, 160, 160, generator=torch.Generator().manual_seed(1)))
    whole, tiled = (autoencoder.encode(vae, image, tile=tile) for tile in (0, 96))
    shown = [autoencoder.decode(vae, whole, tile=tile).values for tile in (0, 96)]
    assert (whole.values - tiled.values).abs().mean() < 0.05 * whole.values.std()
    assert (shown[0] - shown[1]).abs().mean() < 0.01


def test_one_of_other_channels_than_its_model_is_refused(models, tmp_path):
    shutil.copytree(models / "one", tmp_path / "model")
    shutil.rmtree(tmp_path / "model/vae")
    tiny_vq.small(16).save_pretrained(tmp_path / "model/vae")
    index = tmp_path / "model/model_index.json"
    index.write_text(index.read_text().replace("AutoencoderKL", "AutoencoderTiny"))
    with pytest.raises(Problem) as error:
        recognise(tmp_path / "model")
    assert str(error.value) == (
        "Its small autoencoder has 16 channels; the space SD 1.x of its model has 4."
    )


def test_a_pipeline_that_has_one_draws_its_picture_to_the_bit(models, tmp_path):
    """As people save them, with the small one in place of the model's own autoencoder."""
    shutil.copytree(models / "one", tmp_path / "model")
    shutil.rmtree(tmp_path / "model/vae")
    tiny_vq.small().save_pretrained(tmp_path / "model/vae")
    index = tmp_path / "model/model_index.json"
    index.write_text(index.read_text().replace("AutoencoderKL", "AutoencoderTiny"))
    found, handles = recognise(tmp_path / "model"), describe(tmp_path / "model")
    assert found.model and found.space == recognise(models / "one").space
    assert handles.model and handles.vae and handles.text_encoder
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), tiny.PROMPT)
    denoiser = memory.denoiser(handles.model)
    steps = sample(denoiser, tiny.blank(), conditioning, None, 7, 2, 7.5, "model", "model")
    picture = autoencoder.decode(memory.autoencoder(handles.vae), tiny.finish(steps))
    pipe = StableDiffusionPipeline.from_pretrained(tmp_path / "model", local_files_only=True)
    assert isinstance(pipe.vae, AutoencoderTiny)
    for module in (pipe.unet, pipe.vae, pipe.text_encoder):
        for weight in module.parameters():
            weight.data = weight.data.clone()
    expected = pipe(
        tiny.PROMPT,
        width=64,
        height=64,
        num_inference_steps=2,
        guidance_scale=7.5,
        generator=torch.Generator().manual_seed(7),
        output_type="pt",
    ).images
    assert torch.equal(picture.values, expected)
