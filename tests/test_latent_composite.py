"""One latent laid on another: every value is written out."""

from dataclasses import replace

import pytest

from nodes.core.facts import LatentFacts, MaskFacts
from nodes.core.problem import Problem
from nodes.core.types import LatentSpace
from nodes.latent.composite import composite_latents
from tests import latents
from tests.latents import latent, mask, read, read_mask, rule

FACTS = LatentFacts("tiny", 1, 6, 4, 1, False, 2)
BLANK = LatentFacts(None, 0, 64, 32, 1, False, 1)


@pytest.fixture
def context(tmp_path):
    return latents.context(tmp_path)


GROUND = latent([[0, 0, 0], [0, 0, 0], [0, 0, 0]])
PATCH = latent([[1, 2], [3, 4]])


@pytest.mark.parametrize(
    "x, y, laid",
    [
        (0, 0, [[1, 2, 0], [3, 4, 0], [0, 0, 0]]),
        (2, 2, [[0, 0, 0], [0, 1, 2], [0, 3, 4]]),
        (4, -2, [[0, 0, 3], [0, 0, 0], [0, 0, 0]]),
        (-2, 4, [[0, 0, 0], [0, 0, 0], [2, 0, 0]]),
    ],
)
def test_one_latent_is_laid_on_another_and_cut_at_its_edges(x, y, laid, context):
    result = composite_latents(GROUND, PATCH, x, y, context=context)
    assert read(result) == [laid] and result.mask is None
    assert rule(composite_latents)(GROUND.facts, PATCH.facts, x, y, None) == result.facts


def test_a_larger_latent_covers_a_smaller_one_whole(context):
    assert read(composite_latents(PATCH, GROUND, -2, 0, context=context)) == [[[0, 0], [0, 0]]]


def test_a_place_between_values_is_rounded_down_and_said(context):
    assert read(composite_latents(GROUND, PATCH, 3, -1, context=context)) == [
        [[0, 3, 4], [0, 0, 0], [0, 0, 0]]
    ]
    assert context.notices == [
        "x 3 became 2, y -1 became -2: a latent value is 2 pixels wide and high"
    ]


def test_it_is_laid_only_where_the_mask_is_white(context):
    white = mask([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    assert read(composite_latents(GROUND, PATCH, 0, 0, white, context=context)) == [
        [[1, 0.5, 0], [0, 4, 0], [0, 0, 0]]
    ]


def test_feathered_edges_fade_in_but_not_along_the_edges_below(context):
    line, bar = latent([[0] * 6]), latent([[8] * 4])
    inside = composite_latents(line, bar, 2, 0, feather=4, context=context)
    assert read(inside) == [[[0, 2, 6, 6, 2, 0]]]
    at_the_left = composite_latents(line, bar, 0, 0, feather=4, context=context)
    assert read(at_the_left) == [[[8, 8, 6, 2, 0, 0]]]


def test_masks_are_laid_on_each_other_as_the_latents_are(context):
    kept = latent([[0, 0, 0]], mask=[[[0, 0.5, 0]]], gradual=True)
    bar = latent([[1, 1]])
    result = composite_latents(kept, bar, 2, 0, context=context)
    assert read_mask(result) == [[[0, 1, 1]]]
    assert result.mask and result.mask.gradual and result.facts.masked
    line, dot = latent([[0, 0, 0]]), latent([[1]], mask=[[[0]]])
    below = composite_latents(line, dot, context=context)
    assert rule(composite_latents)(line.facts, dot.facts, 0, 0, None) == below.facts
    assert read_mask(below) == [[[0, 1, 1]]]


def test_one_patch_goes_on_each_of_a_batch_and_several_on_one(context):
    several = latent([[0, 0]], [[5, 5]])
    patch = latent([[1]])
    assert read(composite_latents(several, patch, context=context)) == [[[1, 0]], [[1, 5]]]
    patches = latent([[1]], [[2]])
    result = composite_latents(latent([[0, 7]]), patches, context=context)
    assert read(result) == [[[1, 7]], [[2, 7]]]
    masks = mask([[1, 1], [1, 1]], [[0, 0], [0, 0]])
    each = composite_latents(latent([[0, 7]]), patch, mask=masks, context=context)
    assert read(each) == [[[1, 7]], [[0, 7]]] and each.facts.batch == 2


def other(**change):
    return replace(FACTS, **change)


@pytest.mark.parametrize(
    "given, port, told",
    [
        ((FACTS, other(space="SD 1.x"), 0, 0, None), "b", "is in the space SD 1.x, a in tiny"),
        ((FACTS, BLANK, 0, 0, None), "b", "is blank, there are no values"),
        ((BLANK, FACTS, 0, 0, None), "a", "is blank, there are no values"),
        ((FACTS, FACTS, 6, 0, None), "x", r"is 6, there b \(6 pixels wide\) lies wholly outside"),
        ((FACTS, FACTS, 0, -4, None), "y", r"is -4, there b \(4 pixels high\) lies wholly"),
        ((FACTS, FACTS, 0, 0, MaskFacts(8, 4, 1)), "mask", "has width 8, b stands for 6 pixels"),
        ((other(batch=2), other(batch=3), 0, 0, None), "b", "has 3 pictures, a has 2"),
    ],
)
def test_what_cannot_be_laid_on_another_is_named(given, port, told):
    with pytest.raises(Problem, match=told) as caught:
        rule(composite_latents)(*given)
    assert caught.value.port == port


def test_the_run_refuses_what_the_rule_would(context):
    elsewhere = replace(PATCH, space=LatentSpace("other", 1, 2))
    with pytest.raises(Problem, match="is in the space other, a in tiny"):
        composite_latents(GROUND, elsewhere, context=context)


def test_what_lies_below_is_left_as_it_was(context):
    composite_latents(GROUND, PATCH, context=context)
    assert read(GROUND) == [[[0, 0, 0], [0, 0, 0], [0, 0, 0]]]
