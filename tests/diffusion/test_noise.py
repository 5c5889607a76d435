import torch
from diffusers.utils.torch_utils import randn_tensor

from nodes.diffusion.noise import noise

SHAPE = (4, 8, 8)


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
