"""Autoencoders with a codebook, from every place they lie in: as VQModel itself, to the bit."""

import shutil

import pytest
import torch

from nodes.catalogue import catalogue
from nodes.core.check import check
from nodes.core.problem import Problems
from nodes.core.types import Image, Latent
from nodes.core.workflow import parse
from nodes.diffusion import autoencoder, memory
from nodes.diffusion.describe import describe
from nodes.diffusion.recognise import recognise
from nodes.host import Local
from server.worker.models import about
from tests import tiny, tiny_vq
from tests.examples import node, workflow

SPACE = "vq 4x8 scale 0.18215"
PLACES = ["folder", "authors.safetensors", "whole.safetensors", "plain.safetensors"]


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "attending"])
def module(request):
    return tiny_vq.vq(attends=request.param)


@pytest.fixture(scope="module")
def models(tmp_path_factory, module):
    root = tmp_path_factory.mktemp("models")
    module.save_pretrained(root / "folder")
    tiny_vq.authors_file(root / "authors.safetensors", module)
    tiny_vq.authors_file(root / "whole.safetensors", module, "first_stage_model.")
    tiny_vq.plain_file(root / "plain.safetensors", module)
    tiny.folder(root / "one")
    return root


def opened(path):
    found = describe(path)
    assert found.vae and not found.model and not found.text_encoder
    return memory.autoencoder(found.vae)


def picture(side=64):
    return Image(torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1)))


@pytest.mark.parametrize("name", PLACES)
def test_it_writes_and_reads_latents_as_its_class_does(models, module, name):
    vae, image = opened(models / name), picture()
    assert vae.space.name == SPACE
    with torch.no_grad():
        expected = [module.encode(one * 2 - 1).latents for one in image.values.split(1)]
        latent = autoencoder.encode(vae, image)
        assert torch.equal(latent.values, torch.cat(expected) * 0.18215)
        drawn = [module.decode(one / 0.18215).sample for one in latent.values.split(1)]
    shown = autoencoder.decode(vae, latent).values
    assert torch.equal(shown, (torch.cat(drawn) / 2 + 0.5).clamp(0, 1))


def test_nothing_in_it_is_drawn_so_a_seed_changes_nothing(models):
    vae = opened(models / "folder")
    first, second = (autoencoder.encode(vae, picture(), seed=seed).values for seed in (None, 3))
    assert torch.equal(first, second)


def test_latents_between_two_vectors_are_decoded_as_the_nearer_one(models):
    vae = opened(models / "folder")
    vectors = vae.module.quantize.embedding.weight[:64].T.reshape(1, 4, 8, 8) * vae.space.scale
    near = vectors + 1e-4 * torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(2))
    pictures = [autoencoder.decode(vae, Latent(one, vae.space)) for one in (vectors, near)]
    assert (pictures[0].values - pictures[1].values).abs().max() < 1e-5


def test_tiles_come_near_the_whole_picture(models):
    vae, image = opened(models / "folder"), picture(160)
    whole, tiled = (autoencoder.encode(vae, image, tile=tile) for tile in (0, 96))
    assert whole.values.shape == tiled.values.shape == (2, 4, 20, 20)
    apart = (whole.values - tiled.values).abs().mean() / whole.values.std()
    assert apart < 0.25
    shown = [autoencoder.decode(vae, whole, tile=tile).values for tile in (0, 96)]
    assert (shown[0] - shown[1]).abs().mean() < 0.1


@pytest.mark.parametrize("name", PLACES)
def test_it_is_listed_as_an_autoencoder(models, name):
    assert about(models / name) == ("vae", None, None)


def test_widths_and_factor_are_those_of_the_file(tmp_path):
    other = tiny_vq.vq(
        block_out_channels=(32, 64),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=6,
        vq_embed_dim=3,
    )
    path = tiny_vq.authors_file(tmp_path / "f2.safetensors", other)
    assert recognise(path).space and opened(path).space.name == "vq 3x2 scale 0.18215"
    with torch.no_grad():
        image = picture()
        expected = torch.cat([other.encode(one * 2 - 1).latents for one in image.values.split(1)])
    assert torch.equal(autoencoder.encode(opened(path), image).values, expected * 0.18215)


def refusal(models, tmp_path, load, other):
    """What a check says of a picture encoded by one autoencoder and decoded by another."""
    document = workflow(
        first=load,
        second=other,
        colour=node("solid_image", width=64, height=64),
        encode=node("vae_encode", image="@colour.image", vae="@first.vae"),
        decode=node("vae_decode", vae="@second.vae", latent="@encode.latent"),
        save=node("save_image", image="@decode.image"),
    )
    host = Local(tmp_path / "out", tmp_path, [models], data=tmp_path / "data")
    with pytest.raises(Problems) as error:
        check(parse(document), catalogue(), host)
    return "; ".join(f"{p.node}.{p.port} {p.message}" for p in error.value.problems)


def test_latents_of_a_codebook_and_of_kl_are_never_taken_for_one_another(models, tmp_path):
    vq = node("load_vae", vae="folder")
    kl = node("load_vae", vae="one")
    for first, second in ((vq, kl), (kl, vq)):
        told = refusal(models, tmp_path, first, second)
        assert told.startswith("decode.latent is in the space")
        assert SPACE in told and "SD 1.x" in told


def test_a_codebook_is_not_taken_for_the_space_of_a_model(models, tmp_path):
    file = node("load_vae", vae="authors", space="SD 1.x")
    told = refusal(models, tmp_path, file, file)
    assert f"first.space is SD 1.x, but authors has a codebook: its space is {SPACE}" in told


def test_a_model_may_have_one_in_place_of_its_own(models, module, tmp_path):
    shutil.copytree(models / "one", tmp_path / "model")
    shutil.rmtree(tmp_path / "model/vae")
    module.save_pretrained(tmp_path / "model/vae")
    index = tmp_path / "model/model_index.json"
    index.write_text(index.read_text().replace("AutoencoderKL", "VQModel"))
    found = recognise(tmp_path / "model")
    assert found.model and found.space and found.model.space == found.space.name == SPACE
    handle = describe(tmp_path / "model").vae
    assert handle and type(memory.autoencoder(handle).module).__name__ == "VQModel"
