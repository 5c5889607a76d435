"""What of a latent may change, set, seen and cleared: every value is written out."""

from dataclasses import replace

import pytest

from nodes.core.facts import LatentFacts, MaskFacts
from nodes.core.problem import Problem
from nodes.core.types import Kept, Latent, LatentMask
from nodes.latent.batch import batch_latents, pick_latent
from nodes.latent.composite import composite_latents
from nodes.latent.mask import clear_latent_mask, latent_mask, set_latent_mask
from nodes.latent.resize import resize_latent_by
from nodes.latent.shape import flip_latent
from tests.latents import SPACE, blank, context, latent, mask, read, read_mask, rule, values

LATENT = latent([[1, 2]])
FACTS = LatentFacts("tiny", 1, 4, 2, 1, False, 2)
DRAWN = mask([[0, 1, 0, 0], [1, 1, 0, 0.5]])


@pytest.mark.parametrize(
    "how, expected", [("area", [0.75, 0.125]), ("nearest", [0, 0]), ("cover", [1, 0.5])]
)
def test_a_latent_value_takes_the_mean_one_or_the_most_of_its_pixels(how, expected):
    masked = set_latent_mask(LATENT, DRAWN, how)
    assert read_mask(masked) == [[expected]] and read(masked) == [[[1, 2]]]
    assert masked.mask and not masked.mask.gradual
    assert LATENT.mask is None


def test_that_there_is_a_mask_is_known_before_a_run():
    masked = set_latent_mask(LATENT, DRAWN)
    assert masked.facts == replace(FACTS, masked=True)
    assert rule(set_latent_mask)(FACTS, DRAWN.facts) == masked.facts
    assert rule(clear_latent_mask)(masked.facts) == clear_latent_mask(masked).facts == FACTS


def test_a_mask_may_be_gradual_and_takes_the_place_of_the_one_before():
    again = set_latent_mask(set_latent_mask(LATENT, DRAWN), mask([[1] * 4] * 2), gradual=True)
    assert read_mask(again) == [[[1, 1]]] and again.mask and again.mask.gradual


def test_what_encoding_crops_from_a_picture_is_cropped_from_its_mask():
    """Of 5 x 3 pixels the left 4 and the upper 2 are encoded."""
    larger = mask([[0, 1, 0, 0, 9], [1, 1, 0, 0.5, 9], [9, 9, 9, 9, 9]])
    assert read_mask(set_latent_mask(LATENT, larger)) == [[[0.75, 0.125]]]


def test_several_masks_on_one_latent_are_several_pictures():
    masks = mask([[0] * 4] * 2, [[1] * 4] * 2)
    masked = set_latent_mask(LATENT, masks)
    assert read(masked) == [[[1, 2]], [[1, 2]]] and read_mask(masked) == [[[0, 0]], [[1, 1]]]
    assert rule(set_latent_mask)(FACTS, masks.facts) == masked.facts
    for_all = set_latent_mask(latent([[1, 2]], [[3, 4]]), DRAWN)
    assert read_mask(for_all) == [[[0.75, 0.125]]] and for_all.facts.batch == 2


@pytest.mark.parametrize(
    "given, free, port, told",
    [
        (FACTS, MaskFacts(6, 2, 1), "mask", "has width 6, the latent stands for 4 pixels: resize "),
        (FACTS, MaskFacts(4, 1, 1), "mask", "has height 1, the latent stands for 2 pixels"),
        (replace(FACTS, channels=0), MaskFacts(4, 2, 1), "latent", "is blank"),
        (replace(FACTS, batch=3), MaskFacts(4, 2, 2), "mask", "has 2 pictures, latent has 3"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(given, free, port, told):
    with pytest.raises(Problem, match=told) as caught:
        rule(set_latent_mask)(given, free)
    assert caught.value.port == port


def test_the_run_refuses_what_the_rule_would():
    with pytest.raises(Problem, match="has width 2, the latent stands for 4 pixels"):
        set_latent_mask(LATENT, mask([[1, 1], [1, 1]]))
    with pytest.raises(Problem, match="is blank"):
        set_latent_mask(blank(4, 2), DRAWN)


def test_the_mask_set_is_seen_at_the_size_of_the_picture():
    kept = latent([[1, 2]], [[3, 4]], mask=[[[0, 0.5]]])
    seen = latent_mask(kept)
    rows = [[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]
    assert seen.values[:, 0].tolist() == [rows, rows]
    assert rule(latent_mask)(kept.facts) == seen.facts


def test_where_no_mask_is_set_everything_may_change():
    assert latent_mask(LATENT).values.tolist() == [[[[1] * 4] * 2]]
    assert latent_mask(blank(3, 2)).facts == MaskFacts(3, 2, 1)
    with pytest.raises(Problem, match="no size of its own"):
        latent_mask(blank(0, 0))


def between_steps(levels=(2.0, 1.0, 0.0)):
    """Two pictures in the middle of a run, of which the second value is kept."""
    kept = Kept(values([[1, 2]], [[3, 4]]), values([[5, 6]], [[7, 8]]), levels)
    mask = LatentMask(values([[1, 0]]), kept=kept)
    return Latent(values([[9, 9]], [[9, 9]]), SPACE, mask)


def what_is_kept(latent):
    assert latent.mask and latent.mask.kept and latent.mask.kept.noise is not None
    kept = latent.mask.kept
    return kept.values[:, 0].tolist(), kept.noise[:, 0].tolist(), kept.levels


def test_what_a_mask_keeps_between_steps_goes_where_the_latent_goes(tmp_path):
    levels, here = (2.0, 1.0, 0.0), between_steps()
    flipped, second = flip_latent(here), pick_latent(here, 1)
    assert what_is_kept(flipped) == ([[[2, 1]], [[4, 3]]], [[[6, 5]], [[8, 7]]], levels)
    assert what_is_kept(second) == ([[[3, 4]]], [[[7, 8]]], levels)
    joined = batch_latents([pick_latent(here, 0), second])
    assert what_is_kept(joined) == what_is_kept(here)
    doubled = resize_latent_by(second, 2.0, "nearest")
    assert what_is_kept(doubled)[0] == [[[3, 3, 4, 4], [3, 3, 4, 4]]]
    laid = composite_latents(here, latent([[0]]), context=context(tmp_path))
    assert what_is_kept(laid)[0][1] == [[0, 4]] and read_mask(laid)[1] == [[1, 0]]
