from itertools import pairwise

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Image, Latent, LatentSpace
from nodes.diffusion.autoencoder import cropped, decode, decoding, encode, encoding
from nodes.diffusion.tiles import blended, starts, tiles
from tests.tiny import finish


@pytest.fixture(scope="module")
def vae(parts):
    return parts("flow")[2]


def picture(width=64, height=64, batch=1):
    torch.manual_seed(1)
    return Image(torch.rand(batch, 3, height, width))


def latent(vae, height=8, width=8, batch=1):
    torch.manual_seed(2)
    return Latent(torch.randn(batch, 4, height, width), vae.space)


def test_encoding_gives_the_posteriors_mean_in_the_models_scale(vae):
    image = picture()
    expected = vae.module.encode(image.values * 2 - 1).latent_dist.mean * 0.9437
    assert torch.equal(encode(vae, image).values, expected)
    assert encode(vae, image).space == vae.space


def test_a_seed_samples_the_posterior_as_a_pipeline_would(vae):
    image = picture(batch=2)
    posterior = vae.module.encode(image.values[1:] * 2 - 1).latent_dist
    expected = posterior.sample(torch.Generator().manual_seed(8)) * 0.9437
    assert torch.equal(encode(vae, image, seed=7).values[1:], expected)


def test_decoding_is_what_the_pipeline_does(vae):
    given = latent(vae)
    raw = vae.module.decode(given.values / 0.9437).sample
    image = decode(vae, given)
    assert torch.equal(image.values, (raw / 2 + 0.5).clamp(0, 1))
    assert image.values.shape == (1, 3, 64, 64) and not image.values.requires_grad


def test_pictures_of_a_batch_are_decoded_each_by_itself(vae):
    given = latent(vae, batch=3)
    alone = [decode(vae, Latent(one, vae.space)).values for one in given.values.split(1)]
    assert torch.equal(decode(vae, given).values, torch.cat(alone))


def test_tiles_come_nearer_to_the_whole_picture_than_those_of_diffusers(vae):
    """0.036 a value against 0.059: random weights make attention see far. A trained VAE: 0.006."""
    given = latent(vae, 24, 32)
    whole, tiled = decode(vae, given).values, decode(vae, given, tile=128).values
    vae.module.enable_tiling()
    vae.module.tile_sample_min_size, vae.module.tile_latent_min_size = 128, 16
    try:
        theirs = decode(vae, given).values
    finally:
        vae.module.disable_tiling()
    ours, others = ((whole - picture).abs().mean() for picture in (tiled, theirs))
    assert tiled.shape == whole.shape == (1, 3, 192, 256)
    assert ours < 0.05 and ours < others


def test_a_tile_as_large_as_the_picture_changes_nothing(vae):
    given = latent(vae)
    assert torch.equal(decode(vae, given, tile=64).values, decode(vae, given).values)


def test_decoding_tells_how_far_it_is(vae):
    told = list(decoding(vae, latent(vae, 16, 16, batch=2), tile=64))
    assert told == [(done, 18) for done in range(1, 19)]


def test_a_tile_as_large_as_the_picture_changes_nothing_in_encoding(vae):
    image = picture()
    for seed in (None, 3):
        assert torch.equal(encode(vae, image, seed, 64).values, encode(vae, image, seed).values)


def test_pictures_encoded_in_tiles_are_near_those_encoded_whole(vae):
    """Random weights make attention see far; a tile's middle is nearer than its seams."""
    image = picture(192, 128, batch=2)
    whole, tiled = encode(vae, image).values, encode(vae, image, tile=96).values
    assert tiled.shape == whole.shape == (2, 4, 16, 24)
    assert (tiled - whole).abs().mean() < 0.25 * whole.std()


def test_a_sample_of_tiles_is_drawn_once_over_the_whole_picture(vae):
    """Its noise is that of the whole picture, spread as the blended posterior says."""
    image = picture(128, 64)
    mean, drawn = (encode(vae, image, seed, 64).values for seed in (None, 5))
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(5))
    assert torch.equal((drawn - mean).sign(), noise.sign())


def test_encoding_tells_how_far_it_is(vae):
    told = list(encoding(vae, picture(128, 128, batch=2), tile=64))
    assert told == [(done, 18) for done in range(1, 19)]


def test_tiles_of_one_value_blend_into_that_value_at_every_edge():
    plan = tiles(20, 13, 8)
    even = [(place, torch.full((1, 1, place.height * 2, place.width * 2), 3.0)) for place in plan]
    assert torch.allclose(blended(even, 20, 13, 2), torch.full((1, 1, 40, 26), 3.0))


@pytest.mark.parametrize("length", range(1, 70))
@pytest.mark.parametrize("side", [8, 9, 16])
def test_tiles_cover_everything_and_overlap_by_a_quarter(length, side):
    begins = starts(length, side)
    assert begins[0] == 0 and begins[-1] + side >= length
    if len(begins) > 1:
        assert begins[-1] + side == length
        assert all(a + side - b >= side // 4 for a, b in pairwise(begins))


def test_tiles_lie_inside_the_latent():
    plan = tiles(20, 8, 8)
    assert all(tile.top + tile.height <= 20 and tile.left + tile.width <= 8 for tile in plan)


def test_a_size_that_does_not_fit_is_cropped_to_the_middle(vae):
    image = picture(70, 67)
    middle = cropped(vae, image)
    assert torch.equal(middle.values, image.values[:, :, 1:65, 3:67])
    assert encode(vae, image).values.shape == (1, 4, 8, 8)
    assert cropped(vae, picture()).values.shape == (1, 3, 64, 64)
    with pytest.raises(Problem, match="7x64 is too small"):
        cropped(vae, picture(7, 64))


def test_latents_of_another_space_are_refused(vae):
    other = Latent(torch.zeros(1, 4, 8, 8), LatentSpace("SD 1.x", 4, 8, 0.18215))
    with pytest.raises(Problem, match=r"SD 1\.x; the VAE decodes kl 4x8 scale 0\.9437"):
        decode(vae, other)
    with pytest.raises(Problem, match="sample it first"):
        decode(vae, Latent(torch.zeros(1, 0, 64, 64)))


def test_nothing_that_comes_in_is_changed(vae):
    image, given = picture(), latent(vae, 16, 16)
    copies = image.values.clone(), given.values.clone()
    encode(vae, image, seed=1)
    finish(decoding(vae, given, tile=64))
    assert image.values._version == given.values._version == 0
    assert torch.equal(image.values, copies[0]) and torch.equal(given.values, copies[1])
    assert not encode(vae, image).values.is_inference()
