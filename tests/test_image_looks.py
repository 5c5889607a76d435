"""Pictures blurred, sharpened, traced and compared, against results written by hand."""

import math

import pytest
import torch

from nodes.core.types import Image
from nodes.image.adjust import invert_image
from nodes.image.compare import compare_images
from nodes.image.filter import blur_image, find_edges, sharpen_image
from nodes.image.make import solid_image
from tests.colours import grey, rows, rule, told


def test_a_blur_of_a_point_is_a_bell_and_the_edge_goes_on():
    point = torch.zeros(1, 3, 1, 9)
    point[..., 4] = 1
    made = rows(blur_image(Image(point), 0.5), 7)[0][0]
    total = 1 + 2 * (math.exp(-2) + math.exp(-8))
    bell = [math.exp(-8) / total, math.exp(-2) / total, 1 / total]
    assert made == pytest.approx([0, 0, *bell, *bell[1::-1], 0, 0], abs=1e-6)
    corner = rows(blur_image(grey([[1, 0, 0, 0]]), 0.5))[0][0]
    assert corner[0] == pytest.approx(1 - bell[1] - bell[0], abs=1e-6)


@pytest.mark.parametrize("radius", [0.0, 0.3, 7.0, 250.0])
def test_what_is_even_stays_so_to_the_last_bit_and_one_pixel_can_be_blurred(radius):
    for size in ((1, 1), (5, 3)):
        even = solid_image(*size, "#336699")
        assert torch.equal(blur_image(even, radius).values, even.values)
        assert torch.equal(sharpen_image(even, min(radius, 50.0), 5.0).values, even.values)


def test_a_long_blur_is_the_same_by_either_way(monkeypatch):
    noise = Image(torch.rand(2, 3, 7, 90, generator=torch.Generator().manual_seed(1)))
    by_fourier = blur_image(noise, 20.0).values
    monkeypatch.setattr("nodes.raster.filters.LONG", 1000)
    assert (blur_image(noise, 20.0).values - by_fourier).abs().max() < 2e-6


def test_sharpening_adds_what_a_blur_takes_away_above_the_threshold():
    total = 1 + 2 * (math.exp(-2) + math.exp(-8))
    near, far = math.exp(-2) / total, math.exp(-8) / total
    step = grey([[0.4] * 4 + [0.6] * 4])
    made = rows(sharpen_image(step, 0.5, 2.0))[0][0]
    assert made[3] == pytest.approx(0.4 - 2 * 0.2 * (near + far), abs=1e-6)
    assert made[4] == pytest.approx(0.6 + 2 * 0.2 * (near + far), abs=1e-6)
    assert rows(sharpen_image(step, 0.5, 2.0, 0.03)) == rows(step)


STEP = [0.0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("radius", [0.0, 1.0, 2.0])
def test_the_edge_of_a_step_is_one_line(radius):
    upright = grey([STEP] * 7)
    assert rows(find_edges(upright, radius)) == [[[0, 0, 1, 0, 0, 0]] * 7]
    level = Image(upright.values.mT.contiguous())
    assert rows(find_edges(level, radius)) == [[[0] * 7] * 2 + [[1] * 7] + [[0] * 7] * 3]


def test_a_slanted_edge_is_one_line_in_steps():
    stairs = grey([[float(x > y) for x in range(9)] for y in range(9)])
    made = torch.tensor(rows(find_edges(stairs, 1.0))[0])
    assert torch.equal(made, torch.ones(9, 9).tril(1).triu())


def test_a_faint_edge_is_drawn_where_it_goes_on_from_a_strong_one():
    def picture(strong: float) -> Image:
        return grey(*[[[0, 0, 0, 0.15, 0.15, 0.15]] * 8 + [[0, 0, 0, strong, strong, strong]] * 4])

    faint = [[0, 0, 1, 0, 0, 0]]
    assert rows(find_edges(picture(0.15), 0.0)) == [[[0] * 6] * 12]
    assert rows(find_edges(picture(0.3), 0.0))[0][:7] == faint * 7
    assert rows(find_edges(picture(0.15), 0.0, 0.1, 0.15)) == [faint * 12]


def test_an_even_picture_has_no_edges_and_low_is_not_above_high():
    for size in ((1, 1), (9, 5)):
        assert find_edges(solid_image(*size, "#336699")).values.sum() == 0
    sentence = "is 0.1, it cannot be below low, which is 0.3"
    assert told(lambda: find_edges(grey([[0]]), 1.0, 0.3, 0.1)) == ("high", sentence)
    assert told(lambda: rule(find_edges)(None, 0.3, 0.1)) == ("high", sentence)


def test_differences_as_numbers_and_as_a_picture():
    made = compare_images(grey([[0, 0.5], [0.5, 1]]), grey([[0, 0.4], [0.5, 0.7]]), 2.0)
    assert made.mean == pytest.approx(0.1)
    assert made.max == pytest.approx(0.3)
    assert made.psnr == pytest.approx(-10 * math.log10(0.1 / 4), abs=1e-5)
    assert rows(made.difference) == [[[0, 0.2], [0, 0.6]]]


def test_equal_pictures_are_as_alike_as_can_be():
    noise = Image(torch.rand(2, 3, 16, 20, generator=torch.Generator().manual_seed(1)))
    same = compare_images(noise, noise)
    assert (same.mean, same.max, same.psnr, same.ssim) == (0, 0, 100, 1)
    assert same.difference.values.sum() == 0


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 30), (10, 10), (11, 11), (40, 20)])
def test_even_pictures_are_as_alike_as_their_light(width, height):
    # no structure: ssim is (2 a b + 0.0001) / (a² + b² + 0.0001)
    made = compare_images(
        solid_image(width, height, "#333333"), solid_image(width, height, "#cccccc")
    )
    assert made.ssim == pytest.approx((2 * 0.16 + 1e-4) / (0.04 + 0.64 + 1e-4), abs=1e-6)
    assert made.psnr == pytest.approx(-20 * math.log10(0.6), abs=1e-5)


def test_structure_turned_into_its_negative_is_unlike():
    stripes = grey([[0.2, 0.8] * 10] * 12)
    # one's variance is the other's, and how they vary together is minus that
    weights = [math.exp(-((at / 1.5) ** 2) / 2) for at in range(-5, 6)]
    odd = sum(weights[1::2]) / sum(weights)
    variance = 0.36 * odd * (1 - odd)
    one, other = 0.2 + 0.6 * odd, 0.8 - 0.6 * odd
    light = (2 * one * other + 1e-4) / (one**2 + other**2 + 1e-4)
    expected = light * (9e-4 - 2 * variance) / (9e-4 + 2 * variance)
    assert compare_images(stripes, invert_image(stripes)).ssim == pytest.approx(expected, abs=1e-6)
