"""Pictures to latents and back as nodes: what they say on the way, and what they refuse."""

import pytest
import torch

from nodes.core.events import Progress
from nodes.core.problem import Problem
from nodes.core.types import Image, Latent, LatentSpace
from nodes.diffusion.autoencoder import encode
from nodes.diffusion.describe import describe
from nodes.diffusion.memory import autoencoder
from nodes.latent.codec import vae_decode, vae_encode
from nodes.latent.composite import composite_latents
from nodes.latent.mask import set_latent_mask
from nodes.latent.mix import add_latents, subtract_latents
from tests import latents
from tests.latents import blank, latent, mask, rule
from tests.tiny import finish


@pytest.fixture(scope="module")
def vae(models):
    return describe(models / "epsilon").vae


@pytest.fixture
def context(tmp_path):
    return latents.context(tmp_path)


def picture(width, height, batch=1):
    return Image(torch.rand(batch, 3, height, width))


def test_a_picture_that_is_cropped_is_said_with_both_sizes(vae, context):
    image = picture(70, 67)
    made = finish(vae_encode(vae, image, context=context))
    assert context.notices == [
        "the picture is 70 × 67, its middle 64 × 64 is encoded: "
        "this autoencoder takes sides that are multiples of 8"
    ]
    assert made.facts == rule(vae_encode)(vae.facts, image.facts)
    finish(vae_encode(vae, picture(64, 64), context=context))
    assert len(context.notices) == 1


def test_a_seed_and_tiles_are_those_of_the_autoencoder(vae, context):
    image = picture(128, 64, 2)
    made = finish(vae_encode(vae, image, 64, 3, context=context))
    assert torch.equal(made.values, encode(autoencoder(vae), image, 3, 64).values)


def test_each_tile_is_a_step_to_stop_at(vae, context):
    encoding = vae_encode(vae, picture(128, 64), 64, context=context)
    assert [next(encoding), next(encoding), next(encoding)] == [Progress(n, 3) for n in (1, 2, 3)]
    made = finish(encoding)
    assert list(vae_decode(vae, made, 64, context=context)) == [Progress(n, 3) for n in (1, 2, 3)]


def test_what_a_rule_refuses_is_refused_in_the_run_in_the_same_words(vae, context):
    elsewhere = Latent(torch.zeros(1, 4, 8, 8), LatentSpace("other", 4, 8))
    for attempt, foreseen in (
        (vae_encode(vae, picture(64, 7), context=context), (vae_encode, picture(64, 7))),
        (vae_decode(vae, elsewhere, context=context), (vae_decode, elsewhere)),
        (vae_decode(vae, blank(64, 64), context=context), (vae_decode, blank(64, 64))),
    ):
        with pytest.raises(Problem) as before:
            rule(foreseen[0])(vae.facts, foreseen[1].facts)
        with pytest.raises(Problem) as during:
            next(attempt)
        assert (during.value.port, during.value.message) == (
            before.value.port,
            before.value.message,
        )


def test_what_is_put_to_a_latent_follows_it_to_its_device(context):
    here = latent([[1, 2]], mask=[[[1, 0]]])
    there = Latent(here.values.to("meta"), here.space)
    white = mask([[1.0] * 4] * 2)
    for made in (
        add_latents(there, here),
        subtract_latents(there, here),
        composite_latents(there, here, mask=white, context=context),
        set_latent_mask(there, white),
    ):
        assert made.values.device.type == "meta"
        assert made.mask is None or made.mask.values.device.type == "meta"
