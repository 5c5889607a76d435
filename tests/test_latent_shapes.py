"""Latents turned, mirrored, cut and stretched: every value is written out."""

from dataclasses import replace

import pytest
import torch

from nodes.core.facts import LatentFacts
from nodes.core.problem import Problem
from nodes.latent.resize import resize_latent, resize_latent_by
from nodes.latent.shape import crop_latent, flip_latent, rotate_latent
from tests import latents
from tests.latents import blank, latent, read, read_mask, rule

WIDE = latent([[1, 2, 3], [4, 5, 6]], mask=[[[0, 1, 0], [1, 1, 0]]])
FACTS = LatentFacts("tiny", 1, 6, 4, 1, True, 2)
BLANK = LatentFacts(None, 0, 64, 32, 1, False, 1)
AUTO = replace(BLANK, width=0, height=0)


@pytest.fixture
def context(tmp_path):
    return latents.context(tmp_path)


def test_a_latent_written_by_hand_has_the_facts_used_below():
    assert WIDE.facts == FACTS and blank(64, 32).facts == BLANK


def test_flipped_sideways_or_upside_down_with_its_mask():
    sideways, over = flip_latent(WIDE), flip_latent(WIDE, "top to bottom")
    assert read(sideways) == [[[3, 2, 1], [6, 5, 4]]]
    assert read_mask(sideways) == [[[0, 1, 0], [0, 1, 1]]]
    assert read(over) == [[[4, 5, 6], [1, 2, 3]]]
    assert read_mask(over) == [[[1, 1, 0], [0, 1, 0]]]
    both = flip_latent(WIDE, "both")
    assert read(both) == [[[6, 5, 4], [3, 2, 1]]] and read_mask(both) == [[[0, 1, 1], [0, 1, 0]]]


def test_a_mask_stays_gradual_where_it_goes():
    gradual = latent([[1, 2]], mask=[[[0, 1]]], gradual=True)
    moved = flip_latent(gradual).mask
    assert moved and moved.gradual


@pytest.mark.parametrize(
    "degrees, turned, free",
    [
        ("90", [[4, 1], [5, 2], [6, 3]], [[1, 0], [1, 1], [0, 0]]),
        ("180", [[6, 5, 4], [3, 2, 1]], [[0, 1, 1], [0, 1, 0]]),
        ("270", [[3, 6], [2, 5], [1, 4]], [[0, 0], [1, 1], [0, 1]]),
    ],
)
def test_rotated_clockwise_with_its_mask(degrees, turned, free):
    result = rotate_latent(WIDE, degrees)
    assert read(result) == [turned] and read_mask(result) == [free]
    assert rule(rotate_latent)(FACTS, degrees) == result.facts


def test_a_turn_that_is_not_known_leaves_only_the_sides_of_a_square_known():
    assert rule(rotate_latent)(FACTS, None) == replace(FACTS, width=None, height=None)
    square = replace(FACTS, width=4)
    assert rule(rotate_latent)(square, None) == square


def test_a_piece_is_cut_out_in_pixels_with_its_mask(context):
    part = crop_latent(WIDE, 4, 4, 2, 0, context=context)
    assert read(part) == [[[2, 3], [5, 6]]] and read_mask(part) == [[[1, 0], [1, 0]]]
    assert context.notices == []
    assert rule(crop_latent)(FACTS, 4, 4, 2, 0) == part.facts


def test_a_piece_between_latent_values_is_rounded_down_and_said(context):
    part = crop_latent(WIDE, 3, 4, 3, 0, context=context)
    assert read(part) == [[[2], [5]]]
    assert context.notices == [
        "x 3 became 2, width 3 became 2: a latent value is 2 pixels wide and high"
    ]
    assert rule(crop_latent)(FACTS, 3, 4, 3, 0) == part.facts


def test_a_piece_is_taken_from_the_middle_unless_told(context):
    assert read(crop_latent(WIDE, 2, 4, context=context)) == [[[2], [5]]]
    assert read(crop_latent(WIDE, 4, 2, context=context)) == [[[1, 2]]]
    assert context.notices == []
    assert rule(crop_latent)(FACTS, 4, 2, "auto", "auto") == replace(FACTS, width=4, height=2)


def test_what_lies_beyond_the_edges_is_left_out(context):
    part = crop_latent(WIDE, 512, 512, 3, 2, context=context)
    assert read(part) == [[[5, 6]]] and read_mask(part) == [[[1, 0]]]
    assert rule(crop_latent)(FACTS, 512, 512, 3, 2) == part.facts
    assert read(crop_latent(WIDE, 512, 512, context=context)) == read(WIDE)


def test_a_blank_latent_is_cut_to_a_size(context):
    assert crop_latent(blank(64, 32), 9, 11, 3, 5, context=context).facts == replace(
        BLANK, width=9, height=11
    )


@pytest.mark.parametrize(
    "place, port, told",
    [
        ((2, 2, 6, 0), "x", "is 6, beyond a side of 6 pixels: nothing is left"),
        ((2, 2, 0, 5), "y", "is 5, beyond a side of 4 pixels: nothing is left"),
        ((2, 1, 0, 0), "height", "would make a picture of 2 × 0 pixels: nothing is left"),
    ],
)
def test_a_piece_of_nothing_is_refused_before_a_run_and_in_it(place, port, told, context):
    for attempt in (
        lambda: rule(crop_latent)(FACTS, *place),
        lambda: crop_latent(WIDE, *place, context=context),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        assert (caught.value.port, caught.value.message) == (port, told)


@pytest.mark.parametrize(
    "method, stretched",
    [
        ("nearest", [[0, 0, 4, 4], [0, 0, 4, 4]]),
        ("bilinear", [[0, 1, 3, 4], [0, 1, 3, 4]]),
        ("area", [[0, 0, 4, 4], [0, 0, 4, 4]]),
    ],
)
def test_stretched_to_a_size_in_pixels(method, stretched, context):
    small = latent([[0, 4]], mask=[[[0, 1]]])
    large = resize_latent(small, 8, 4, method, context=context)
    assert read(large) == [stretched]
    assert read_mask(large) == [[[value / 4 for value in row] for row in stretched]]
    assert rule(resize_latent)(small.facts, 8, 4) == large.facts


def test_stretched_by_cubic_curves_without_masks_that_overshoot(context):
    """Keys (1981) with a = -3/4: a quarter off a value, its weights are -27, 225, 67, -9 / 256."""
    small = latent([[0, 1]], mask=[[[0, 1]]])
    large = resize_latent(small, 8, 2, "bicubic", context=context)
    expected = torch.tensor([-27, 58, 198, 283]) / 256
    assert torch.allclose(large.values[0, 0, 0], expected, atol=1e-6)
    assert large.mask
    assert torch.allclose(large.mask.values[0, 0, 0], expected.clamp(0, 1), atol=1e-6)


def test_area_is_the_mean_of_what_becomes_one_value(context):
    large = latent([[1, 3, 5, 7], [1, 3, 9, 11]], mask=[[[1, 1, 0, 0], [1, 0, 0, 0]]])
    small = resize_latent(large, 4, 2, "area", context=context)
    assert read(small) == [[[2, 8]]] and read_mask(small) == [[[0.75, 0]]]


def test_a_size_between_latent_values_is_rounded_down_and_said(context):
    assert resize_latent(WIDE, 9, 4, context=context).facts == replace(FACTS, width=8)
    assert context.notices == ["width 9 became 8: a latent value is 2 pixels wide and high"]
    assert rule(resize_latent)(FACTS, 9, 4).width == 8


@pytest.mark.parametrize("size", [(1, 8), (8, 1), (16384, 16384)])
def test_a_size_of_nothing_or_over_the_limit_is_refused(size, context):
    with pytest.raises(Problem, match="would make a picture of"):
        rule(resize_latent)(FACTS, *size)
    with pytest.raises(Problem, match="would make a picture of"):
        resize_latent(WIDE, *size, context=context)


@pytest.mark.parametrize("factor, width, height", [(2, 12, 8), (0.5, 4, 2), (1.3, 8, 6), (1, 6, 4)])
def test_stretched_by_a_factor_to_the_nearest_whole_value(factor, width, height):
    result = resize_latent_by(WIDE, factor, "nearest")
    assert result.facts == replace(FACTS, width=width, height=height)
    assert rule(resize_latent_by)(FACTS, factor) == result.facts


def test_doubled_by_the_nearest_value_every_value_is_there_four_times():
    assert read(resize_latent_by(latent([[1, 2]]), 2.0, "nearest")) == [
        [[1, 1, 2, 2], [1, 1, 2, 2]]
    ]


def test_a_factor_that_leaves_nothing_or_too_much_is_refused():
    for factor, facts in ((0.1, FACTS), (16, replace(FACTS, width=2048))):
        with pytest.raises(Problem, match="would make a picture of") as caught:
            rule(resize_latent_by)(facts, factor)
        assert caught.value.port == "factor"


def test_a_blank_latent_is_a_size_and_follows_as_one(context):
    assert resize_latent(blank(64, 32), 50, 20, context=context).facts.width == 50
    assert resize_latent(blank(0, 0), 50, 20, context=context).facts.height == 20
    assert resize_latent_by(blank(64, 32), 1.5).facts == replace(BLANK, width=96, height=48)
    assert rotate_latent(blank(64, 32)).facts == replace(BLANK, width=32, height=64)
    assert flip_latent(blank(64, 32)).facts == BLANK


def test_a_size_left_to_the_model_cannot_be_cut_or_multiplied(context):
    for attempt in (
        lambda: crop_latent(blank(0, 0), 8, 8, 0, 0, context=context),
        lambda: rule(crop_latent)(AUTO, 8, 8, 0, 0),
        lambda: resize_latent_by(blank(0, 0)),
        lambda: rule(resize_latent_by)(AUTO, 2.0),
    ):
        with pytest.raises(Problem, match="no size of its own yet") as caught:
            attempt()
        assert caught.value.port == "latent"


def test_what_is_cut_out_shares_nothing_with_where_it_came_from(context):
    part = crop_latent(WIDE, 2, 2, 0, 0, context=context)
    part.values.add_(1)
    assert read(WIDE) == [[[1, 2, 3], [4, 5, 6]]]
