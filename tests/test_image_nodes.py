"""Pictures blended, coloured, filtered, batched and compared, against results written by hand."""

import math

import pytest
import torch

from nodes.core.facts import ImageFacts
from nodes.core.types import Image
from nodes.image.adjust import adjust_colour, adjust_levels, greyscale_image, invert_image
from nodes.image.batch import batch_images, join_images, pick_image, split_image
from nodes.image.compare import compare_images
from nodes.image.layers import blend_images, composite_images
from nodes.image.make import solid_image
from nodes.raster.blend import MODES
from nodes.values import format_number
from tests.colours import colour, grey, mask, pixel, rows, rule, told

# below, above, and what the mode makes of them, reckoned with the formulas of the W3C
BLENDED = {
    "normal": [(0.2, 0.6, 0.6)],
    "multiply": [(0.5, 0.4, 0.2)],
    "screen": [(0.5, 0.4, 0.7)],
    "overlay": [(0.25, 0.4, 0.2), (0.75, 0.4, 0.7)],
    "hard light": [(0.4, 0.25, 0.2), (0.4, 0.75, 0.7)],
    "soft light": [(0.5, 0.25, 0.375), (0.25, 0.75, 0.375), (0.16, 0.75, 0.279168), (1, 1, 1)],
    "darken": [(0.2, 0.6, 0.2)],
    "lighten": [(0.2, 0.6, 0.6)],
    "difference": [(0.2, 0.6, 0.4), (0.6, 0.2, 0.4)],
    "exclusion": [(0.2, 0.5, 0.5), (1, 1, 0)],
    "colour dodge": [(0.2, 0.5, 0.4), (0, 1, 0), (0.1, 1, 1), (0.6, 0.6, 1)],
    "colour burn": [(0.8, 0.5, 0.6), (1, 0, 1), (0.9, 0, 0), (0.4, 0.5, 0)],
    "add": [(0.2, 0.5, 0.7), (0.7, 0.5, 1)],
    "subtract": [(0.7, 0.5, 0.2), (0.2, 0.5, 0)],
    "linear light": [(0.5, 0.6, 0.7), (0.5, 0.1, 0), (0.5, 0.9, 1)],
}


@pytest.mark.parametrize("mode", BLENDED)
def test_a_mode_follows_its_formula(mode):
    for below, above, expected in BLENDED[mode]:
        made = blend_images(grey([[below]]), grey([[above]]), mode, 1.0)
        assert rows(made)[0][0][0] == pytest.approx(expected, abs=2e-6)


# luminosity is 0.3 red + 0.59 green + 0.11 blue; what leaves 0..1 is drawn towards it
@pytest.mark.parametrize(
    ("mode", "below", "above", "expected"),
    [
        # red's hue with saturation 0.2 is (0.2, 0, 0), 0.06 bright; raised to 0.429
        ("hue", (0.3, 0.5, 0.4), (1, 0, 0), (0.569, 0.369, 0.369)),
        ("hue", (0.5, 0.5, 0.5), (1, 0, 0), (0.5, 0.5, 0.5)),
        # (0.3, 0.5, 0.4) spread to 0.4 is (0, 0.4, 0.2), 0.258 bright; raised to 0.429
        ("saturation", (0.3, 0.5, 0.4), (0.2, 0.6, 0.2), (0.171, 0.571, 0.371)),
        ("saturation", (0.3, 0.5, 0.4), (0.7, 0.7, 0.7), (0.429, 0.429, 0.429)),
        # red is 0.3 bright, raised by 0.2: (1.2, 0.2, 0.2), drawn in by 5/7
        ("colour", (0.5, 0.5, 0.5), (1, 0, 0), (1, 0.2857, 0.2857)),
        # green lowered to 0.2: (-0.39, 0.61, -0.39), drawn in by 0.2/0.59
        ("colour", (0.2, 0.2, 0.2), (0, 1, 0), (0, 0.339, 0)),
        ("luminosity", (0.3, 0.5, 0.4), (0.5, 0.5, 0.5), (0.371, 0.571, 0.471)),
    ],
)
def test_modes_of_hue_and_light(mode, below, above, expected):
    made = blend_images(pixel(*below), pixel(*above), mode, 1.0)
    assert colour(made) == pytest.approx(expected, abs=1e-3)


def test_every_mode_has_a_test_and_stays_within_black_and_white():
    assert set(MODES) == set(BLENDED) | {"hue", "saturation", "colour", "luminosity"}
    corners = torch.cartesian_prod(*[torch.tensor([0, 0.25, 0.5, 1])] * 3).mT.reshape(1, 3, 8, 8)
    for mode in MODES:
        for turn in range(4):
            top = Image(corners.rot90(turn, (-2, -1)).flip(1))
            values = blend_images(Image(corners), top, mode, 1.0).values
            assert values.min() >= 0 and values.max() <= 1, mode


def test_the_amount_and_the_mask_say_how_much():
    low, high = grey([[0, 0, 0]]), grey([[1, 1, 1]])
    assert rows(blend_images(low, high)) == [[[0.5] * 3]]
    made = blend_images(low, high, "normal", 0.5, mask([[0, 0.5, 1]]))
    assert rows(made) == [[[0, 0.25, 0.5]]]
    assert torch.equal(blend_images(low, high, "screen", 0.0).values, low.values)


def test_one_picture_goes_with_every_one_of_a_batch():
    made = blend_images(grey([[0.0]]), grey([[0.2]], [[0.4]]), "normal", 1.0)
    assert rows(made) == [[[0.2]], [[0.4]]]


def test_a_composite_lays_one_on_the_other_and_cuts_what_is_beyond():
    paper, spot = grey([[0] * 3] * 2), grey([[0.2, 0.4], [0.6, 0.8]])
    assert rows(composite_images(paper, spot, 1, 0)) == [[[0, 0.2, 0.4], [0, 0.6, 0.8]]]
    assert rows(composite_images(paper, spot, -1, 1)) == [[[0, 0, 0], [0.4, 0, 0]]]
    assert rows(composite_images(paper, spot, 2, -1)) == [[[0, 0, 0.6], [0, 0, 0]]]
    for x, y in ((3, 0), (-2, 0), (0, 2), (0, -2), (99, 99)):
        assert torch.equal(composite_images(paper, spot, x, y).values, paper.values)


def test_a_composite_shows_by_amount_and_mask():
    shown = mask([[1, 0.5], [0, 1]])
    made = composite_images(
        grey([[0] * 2] * 2), grey([[0.2, 0.4], [0.6, 0.8]]), amount=0.5, mask=shown
    )
    assert rows(made) == [[[0.1, 0.1], [0, 0.4]]]


def test_sizes_and_batches_that_do_not_go_together_are_told_with_both_ports():
    one, other = ImageFacts(3, 2, 1), ImageFacts(3, 4, 1)
    sentence = "is 3 × 4 pixels, bottom is 3 × 2: resize one of them"
    assert told(lambda: rule(blend_images)(one, other, None)) == ("top", sentence)
    small, large = grey([[0] * 3] * 2), grey([[0] * 3] * 4)
    assert told(lambda: blend_images(small, large)) == ("top", sentence)
    sentence = "is 3 × 1 pixels, top is 2 × 1: resize one of them"
    call = lambda: composite_images(large, grey([[0, 0]]), mask=mask([[1, 1, 1]]))  # noqa: E731
    assert told(call) == ("mask", sentence)
    two, three = ImageFacts(3, 2, 2), ImageFacts(3, 2, 3)
    sentence = "has 3 pictures, a has 2: give as many, or one for all"
    assert told(lambda: rule(compare_images)(two, three)) == ("b", sentence)


def test_levels_stretch_what_is_between_black_and_white():
    made = adjust_levels(grey([[0.1, 0.2, 0.4, 0.6, 0.9]]), 0.2, 0.6, 1.0)
    assert rows(made) == [[[0, 0, 0.5, 1, 1]]]
    assert rows(adjust_levels(grey([[0.25, 1]]), 0.0, 1.0, 2.0)) == [[[0.5, 1]]]
    sentence = "is 0.5, it must be above black, which is 0.5"
    assert told(lambda: adjust_levels(grey([[0]]), 0.5, 0.5)) == ("white", sentence)
    assert told(lambda: rule(adjust_levels)(None, 0.5, 0.5)) == ("white", sentence)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (0.2, 0.4, 0.6)),
        ({"brightness": 1.5}, (0.3, 0.6, 0.9)),
        ({"brightness": 2.0}, (0.4, 0.8, 1.0)),
        ({"contrast": 0.5}, (0.35, 0.45, 0.55)),
        ({"contrast": 3.0}, (0.0, 0.2, 0.8)),
        # 0.213 * 0.2 + 0.715 * 0.4 + 0.072 * 0.6
        ({"saturation": 0.0}, (0.3718, 0.3718, 0.3718)),
        ({"saturation": 2.0}, (0.0282, 0.4282, 0.8282)),
        # half a turn mirrors every colour in its grey
        ({"hue": 180.0}, (0.5436, 0.3436, 0.1436)),
        # 0.3718 + (-0.213, 0.143, -0.787) R + (-0.715, 0.140, 0.715) G + (0.928, -0.283, 0.072) B
        ({"hue": 90.0}, (0.6, 0.2866, 0.5436)),
        ({"temperature": 1.0}, (0.2 * math.sqrt(2), 0.4, 0.6 / math.sqrt(2))),
    ],
)
def test_colours_are_adjusted_by_the_formulas_of_css(settings, expected):
    made = adjust_colour(pixel(0.2, 0.4, 0.6), **settings)
    assert colour(made) == pytest.approx(expected, abs=1e-4)


def test_grey_stays_grey_whatever_the_hue():
    assert colour(adjust_colour(pixel(0.3, 0.3, 0.3), hue=77.0)) == [0.3, 0.3, 0.3]


def test_the_negative_and_the_grey_of_a_colour():
    assert colour(invert_image(pixel(0.2, 0.4, 1))) == [0.8, 0.6, 0]
    assert colour(greyscale_image(pixel(1, 0, 0))) == [0.299] * 3
    assert colour(greyscale_image(pixel(0, 1, 0))) == [0.587] * 3
    assert colour(greyscale_image(pixel(1, 1, 1))) == [1, 1, 1]


def test_a_batch_is_put_together_and_taken_apart():
    first, second = grey([[0.1]], [[0.2]]), grey([[0.3]])
    batch = batch_images([first, second])
    assert rows(batch) == [[[0.1]], [[0.2]], [[0.3]]]
    assert rows(pick_image(batch, 1)) == [[[0.2]]]
    assert rows(pick_image(batch, 1, 2)) == [[[0.2]], [[0.3]]]
    assert [rows(part) for part in split_image(batch, 2)] == [[[[0.1]], [[0.2]]], [[[0.3]]]]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda b: pick_image(b, 2), ("index", "is 2, the batch has 2 (counted from 0)")),
        (lambda b: pick_image(b, 1, 2), ("count", "is 2, from picture 1 on there are 1")),
        (lambda b: split_image(b, 2), ("at", "is 2, of a batch of 2 nothing would be left")),
        (lambda b: batch_images([]), ("images", "is empty, wire at least one picture to it")),
        (lambda b: join_images([]), ("images", "is empty, wire at least one picture to it")),
        (
            lambda b: batch_images([b, grey([[1, 1]])]),
            ("images", "number 2 is 2 × 1 pixels, number 1 is 1 × 1: resize one of them"),
        ),
        (
            lambda b: join_images([b, batch_images([b, grey([[1]])])]),
            ("images", "number 2 has 3 pictures, number 1 has 2: give as many, or one for all"),
        ),
    ],
)
def test_what_a_batch_does_not_hold_is_told(call, sentence):
    assert told(lambda: call(grey([[0.1]], [[0.2]]))) == sentence


def test_pictures_stand_side_by_side_or_below_each_other():
    tall, low = grey([[0.1], [0.2], [0.3]]), grey([[0.5, 0.6]])
    assert rows(join_images([tall, low], "right", 1)) == [
        [[0.1, 1, 1, 1], [0.2, 1, 0.5, 0.6], [0.3, 1, 1, 1]]
    ]
    assert rows(join_images([low, grey([[0.9]])], "down", 1, "#000000")) == [
        [[0.5, 0.6], [0, 0], [0.9, 0]]
    ]
    both = join_images([low, grey([[0.1]], [[0.2]])])
    assert rows(both) == [[[0.5, 0.6, 0.1]], [[0.5, 0.6, 0.2]]]


def test_a_number_is_written_with_words_around_it():
    assert format_number(31.4159, 1, "PSNR ", " dB") == "PSNR 31.4 dB"
    assert format_number(-0.001, 2) == "0.00"
    assert rule(format_number)(2.0, 0, "x", "") == "x2"
    assert rule(format_number)(None, 0, "x", "") is None


def test_a_colour_over_the_limit_is_refused():
    assert told(lambda: rule(solid_image)(16384, 16384, 1))[1].startswith("would make a picture")
