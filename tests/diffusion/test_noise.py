import math

import pytest
import torch
from diffusers.utils.torch_utils import randn_tensor

from nodes.core.problem import Problem
from nodes.core.types import Latent, LatentSpace, Noise
from nodes.diffusion.noise import drawn, noise, seed_of
from nodes.diffusion.sphere import spherical

SHAPE = (4, 8, 8)
SPACE = LatentSpace("SD 1.x", 4, 8)


def test_the_first_noise_is_what_a_pipeline_draws():
    streams = [torch.Generator().manual_seed(7 + i) for i in range(3)]
    assert torch.equal(noise(SHAPE, 7, 3), randn_tensor((3, *SHAPE), generator=streams))


def test_a_batch_holds_the_noise_of_single_pictures():
    batch = noise(SHAPE, 7, 3, index=5)
    assert all(torch.equal(batch[i : i + 1], noise(SHAPE, 7 + i, 1, index=5)) for i in range(3))


def test_every_step_and_seed_has_noise_of_its_own():
    drawn = [noise(SHAPE, seed, 1, index) for seed in (0, 1, 2**53 - 1) for index in range(4)]
    assert all(not torch.allclose(a, b) for i, a in enumerate(drawn) for b in drawn[:i])


def test_noise_of_a_step_is_found_without_the_steps_before():
    noise(SHAPE, 7, 1, 1)
    assert torch.equal(noise(SHAPE, 7, 1, 2), noise(SHAPE, 7, 1, 2))


def test_drawing_leaves_the_global_stream_alone():
    before = torch.get_rng_state()
    noise(SHAPE, 7, 2, 3)
    assert torch.equal(before, torch.get_rng_state())


def at(batch=1):
    return Latent(torch.zeros(batch, *SHAPE), SPACE)


def varied(amount, first=7, second=90):
    return Noise(ends=(Noise(first), Noise(second)), amount=amount)


def test_a_variation_goes_from_one_seed_to_the_other():
    assert torch.equal(drawn(varied(0.0), at(2)), noise(SHAPE, 7, 2))
    assert torch.equal(drawn(varied(1.0), at(2)), noise(SHAPE, 90, 2))
    near = [(drawn(varied(part), at()) - noise(SHAPE, 7, 1)).norm() for part in (0.1, 0.4, 0.8)]
    assert near == sorted(near) and near[0] > 0


def test_a_variation_stays_noise_on_the_way():
    spread = [drawn(varied(part), at()).std().item() for part in (0.25, 0.5, 0.75)]
    assert all(0.9 < value < 1.1 for value in spread)


def test_picture_i_of_a_variation_is_that_of_both_seeds_plus_i():
    batch = drawn(varied(0.3), at(3))
    for i in range(3):
        assert torch.equal(batch[i : i + 1], drawn(varied(0.3, 7 + i, 90 + i), at()))


def test_a_variation_of_a_variation_is_both():
    twice = Noise(ends=(varied(0.3), Noise(5)), amount=0.0)
    assert torch.equal(drawn(twice, at()), drawn(varied(0.3), at()))
    assert seed_of(twice) == 7 and seed_of(varied(1.0)) == 7


def test_a_turn_of_a_right_angle_is_sine_and_cosine():
    a, b = torch.zeros(1, 1, 1, 2), torch.zeros(1, 1, 1, 2)
    a[..., 0], b[..., 1] = 2.0, 2.0
    expected = torch.tensor([2 * math.cos(math.pi / 6), 2 * math.sin(math.pi / 6)])
    assert torch.allclose(spherical(a, b, 1 / 3).flatten(), expected)


def test_noises_that_point_the_same_or_the_opposite_way_stay_finite():
    taken = Latent(noise(SHAPE, 7, 1), SPACE)
    for other in (taken.values, -taken.values, torch.zeros(1, *SHAPE)):
        ends = (Noise(drawn=taken), Noise(drawn=Latent(other, SPACE)))
        assert drawn(Noise(ends=ends, amount=0.5), at()).isfinite().all()


def test_a_latent_taken_as_noise_serves_a_batch_and_has_no_seed():
    taken = Noise(drawn=Latent(noise(SHAPE, 7, 1), SPACE))
    assert torch.equal(drawn(taken, at(2))[1:], noise(SHAPE, 7, 1)) and seed_of(taken) is None
    with pytest.raises(Problem, match="is a latent of 1 × 4 × 8 × 8 values") as caught:
        drawn(taken, Latent(torch.zeros(1, 4, 8, 4), SPACE))
    assert caught.value.port == "noise"
