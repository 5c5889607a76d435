"""Pictures resized, cropped, turned and padded, against results written by hand."""

import inspect
import math

import pytest
import torch

from nodes.core.facts import ImageFacts
from nodes.core.types import Image
from nodes.image.frame import flip_image, pad_image, rotate_image
from nodes.image.make import solid_image
from nodes.image.resize import crop_image, image_size, resize_image, scale_image
from nodes.raster.resize import METHODS
from tests.colours import colour, grey, rows, rule, told

RAMP = grey([[0, 1]])
SQUARE = grey([[0, 0.25], [0.5, 1]])
NUMBERS = grey([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])


def test_nearest_repeats_pixels():
    assert rows(resize_image(SQUARE, 4, 2, method="nearest")) == [
        [[0, 0, 0.25, 0.25], [0.5, 0.5, 1, 1]]
    ]


def test_bilinear_weighs_by_the_distance_of_middles():
    assert rows(resize_image(RAMP, 4, 1, method="bilinear")) == [[[0, 0.25, 0.75, 1]]]


def test_bicubic_is_that_of_keys_with_half():
    # at 1/4 past a pixel, a = -1/2: weights -9/128, 111/128, 29/128, -3/128
    step = grey([[0, 0, 0, 1, 1, 1]])
    made = resize_image(step, 12, 1, method="bicubic")
    expected = [0, 0, 0, 0, 0, 26 / 128, 102 / 128, 1, 1, 1, 1, 1]
    assert rows(made)[0][0] == pytest.approx(expected, abs=1e-6)


def test_lanczos_has_three_lobes():
    line = torch.full((1, 3, 1, 9), 0.5)
    line[..., 4] = 1
    made = resize_image(Image(line), 18, 1, method="lanczos").values[0, 0, 0]

    def lanczos(x: float) -> float:
        sides = math.pi * x, math.pi * x / 3
        return math.prod(math.sin(side) / side for side in sides)

    everywhere = sum(lanczos(0.25 + at) for at in (-3, -2, -1, 0, 1, 2))
    for place, distance in ((8, 0.25), (9, 0.25), (7, 0.75), (5, 1.75), (11, 1.25)):
        expected = 0.5 + 0.5 * lanczos(distance) / everywhere
        assert float(made[place]) == pytest.approx(expected, abs=1e-6)


def test_area_averages_what_falls_together():
    assert rows(resize_image(SQUARE, 1, 1, method="area")) == [[[0.4375]]]


@pytest.mark.parametrize("method", METHODS)
def test_a_picture_of_one_pixel_takes_any_size_and_any_colour_stays(method):
    made = resize_image(solid_image(1, 1, "#336699"), 5, 3, method=method)
    assert torch.equal(made.values, solid_image(5, 3, "#336699").values)


@pytest.mark.parametrize("method", METHODS)
def test_what_overshoots_is_kept_within_black_and_white(method):
    values = resize_image(grey([[0, 1, 0, 1, 1, 0]]), 17, 3, method=method).values
    assert values.min() >= 0 and values.max() <= 1


@pytest.mark.parametrize("method", ["lanczos", "bicubic", "bilinear", "area"])
def test_making_smaller_averages_so_fine_stripes_become_grey(method):
    stripes = grey([[0, 1] * 64] * 4)
    made = resize_image(stripes, 8, 4, method=method).values
    assert (made[..., 1:-1] - 0.5).abs().max() < 0.07


@pytest.mark.parametrize(
    ("wanted", "width", "height"),
    [
        ({"width": 5}, 5, 3),
        ({"height": 5}, 8, 5),
        ({}, 3, 2),
        ({"width": 7, "height": 7}, 7, 7),
        ({"width": 7, "height": 7, "how": "fit"}, 7, 5),
        ({"width": 7, "height": 1, "how": "fit"}, 2, 1),
        ({"width": 7, "height": 7, "how": "crop"}, 7, 7),
        ({"width": 7, "height": 7, "how": "pad"}, 7, 7),
    ],
)
def test_sides_follow_the_proportions(wanted, width, height):
    given = {"width": "auto", "height": "auto", "how": "stretch"} | wanted
    assert rule(resize_image)(ImageFacts(3, 2, 1), **given) == ImageFacts(width, height, 1)
    assert resize_image(NUMBERS, **given).facts == ImageFacts(width, height, 1)


def test_crop_takes_the_middle_and_pad_surrounds():
    wide = grey([[0, 0.2, 0.4, 0.6]])
    assert rows(resize_image(wide, 2, 1, "crop", "nearest")) == [[[0.2, 0.4]]]
    padded = resize_image(grey([[0.5, 0.5]]), 2, 4, "pad", "nearest", "#ffffff")
    assert rows(padded) == [[[1, 1], [0.5, 0.5], [1, 1], [1, 1]]]
    beside = resize_image(grey([[0.5], [0.5]]), 4, 2, "pad", "nearest", "#ffffff")
    assert rows(beside) == [[[1, 0.5, 1, 1]] * 2]


def test_a_scale_rounds_sides_to_the_nearest_multiple():
    assert scale_image(NUMBERS, 1.5).facts == ImageFacts(5, 3, 1)
    assert scale_image(NUMBERS, 0.01).facts == ImageFacts(1, 1, 1)
    assert scale_image(NUMBERS, 5, multiple=8).facts == ImageFacts(16, 8, 1)
    million = rule(scale_image)(ImageFacts(512, 256, 3), 2.0, 1.0, 8)
    assert million == ImageFacts(1448, 728, 3)


def test_a_crop_takes_a_piece_and_leaves_out_what_is_beyond():
    assert rows(crop_image(NUMBERS, 2, 1, 1, 1)) == [[[0.5, 0.6]]]
    assert rows(crop_image(NUMBERS, 1, 2)) == [[[0.2], [0.5]]]
    assert rows(crop_image(NUMBERS, 9, 9, 2, 0)) == [[[0.3], [0.6]]]
    sentence = "is 3, beyond a side of 3 pixels: nothing is left"
    assert told(lambda: crop_image(NUMBERS, 9, 9, 3, 0)) == ("x", sentence)
    assert told(lambda: rule(crop_image)(ImageFacts(3, 2, 1), 9, 9, 3, 0)) == ("x", sentence)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("left to right", [[0.3, 0.2, 0.1], [0.6, 0.5, 0.4]]),
        ("top to bottom", [[0.4, 0.5, 0.6], [0.1, 0.2, 0.3]]),
        ("both", [[0.6, 0.5, 0.4], [0.3, 0.2, 0.1]]),
    ],
)
def test_a_flip_mirrors(direction, expected):
    assert rows(flip_image(NUMBERS, direction)) == [expected]


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (90, [[0.4, 0.1], [0.5, 0.2], [0.6, 0.3]]),
        (-90, [[0.3, 0.6], [0.2, 0.5], [0.1, 0.4]]),
        (180, [[0.6, 0.5, 0.4], [0.3, 0.2, 0.1]]),
        (360, [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]),
    ],
)
def test_quarter_turns_are_clockwise_and_exact(angle, expected):
    assert rows(rotate_image(NUMBERS, angle)) == [expected]


def test_any_other_turn_makes_room_and_has_the_paper_in_its_corners():
    white = solid_image(10, 10, "#ffffff")
    made = rotate_image(white, 45, colour="#000000")
    assert made.facts == ImageFacts(15, 15, 1) == rule(rotate_image)(white.facts, 45.0, "grow")
    assert colour(made, 7, 7) == [1, 1, 1]
    assert colour(made, 0, 0) == [0, 0, 0]
    assert float(made.values.mean() * 225) == pytest.approx(100, abs=1)


def test_a_turn_that_keeps_the_size_cuts_the_corners():
    cross = grey([[0, 0, 0], [0, 0.5, 1], [0, 0, 0]])
    assert rows(rotate_image(cross, 90, "keep")) == [[[0, 0, 0], [0, 0.5, 0], [0, 1, 0]]]
    # by 45 degrees what is right of the middle lies below on the right, between four pixels
    made = rotate_image(cross, 45, "keep")
    assert made.facts == ImageFacts(3, 3, 1)
    assert float(made.values[0, 0, 2, 2]) > 0.2 > float(made.values[0, 0, 0, 2])


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("colour", [[1, 1, 1, 1, 1, 1], [1, 1, 0.1, 0.2, 0.3, 1]]),
        ("edge", [[0.1, 0.1, 0.1, 0.2, 0.3, 0.3], [0.1, 0.1, 0.1, 0.2, 0.3, 0.3]]),
        ("reflect", [[0.3, 0.2, 0.1, 0.2, 0.3, 0.2], [0.3, 0.2, 0.1, 0.2, 0.3, 0.2]]),
    ],
)
def test_padding_is_a_colour_or_made_of_the_picture(fill, expected):
    line = grey([[0.1, 0.2, 0.3]])
    assert rows(pad_image(line, 2, 1, 1, 0, fill, "#ffffff")) == [expected]


def test_reflection_goes_on_over_more_than_the_picture():
    assert rows(pad_image(grey([[0.1, 0.2]]), 3, 0, 2, 0, "reflect")) == [
        [[0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2]]
    ]
    assert rows(pad_image(grey([[0.7]]), 2, 0, 0, 1, "reflect")) == [[[0.7] * 3] * 2]


def test_a_picture_of_one_colour_and_its_size():
    made = solid_image(3, 2, "#ff8000", 2)
    assert image_size(made) == (3, 2, 2)
    assert colour(made, 2, 1) == [1, 0.502, 0]


LIMIT = "the limit is 16384 a side and 128 million in all"


@pytest.mark.parametrize(
    ("node", "inputs", "size"),
    [
        (resize_image, {"width": 16384, "height": "auto", "how": "stretch"}, "16384 × 32768"),
        (scale_image, {"factor": 64.0, "megapixels": 0.0, "multiple": 1}, "32000 × 64000"),
        (pad_image, {"left": 16000, "top": 0, "right": 14000, "bottom": 0}, "30500 × 1000"),
        (rotate_image, {"angle": 45.0, "size": "grow"}, None),
    ],
)
def test_a_picture_over_the_limit_is_refused_before_it_is_made(node, inputs, size):
    facts = ImageFacts(500, 1000, 1) if size else ImageFacts(16384, 8192, 1)
    sentence = f"would make a picture of {size or '17378 × 17378'} pixels, {LIMIT}"
    assert told(lambda: rule(node)(facts, **inputs)) == (None, sentence)
    flat = Image(torch.zeros(1).expand(1, 3, facts.height or 0, facts.width or 0))
    assert told(lambda: node(flat, **inputs)) == (None, sentence)


@pytest.mark.parametrize(
    "node", [resize_image, scale_image, crop_image, rotate_image, pad_image, image_size]
)
def test_what_is_not_known_yet_refuses_nothing(node):
    wanted = inspect.signature(rule(node)).parameters
    rule(node)(**dict.fromkeys(wanted))
