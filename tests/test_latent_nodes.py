"""Latents reckoned with, batched, masked and measured: every value is written out."""

from dataclasses import replace

import pytest
import torch

from nodes.core.facts import ImageFacts, LatentFacts
from nodes.core.problem import Problem
from nodes.core.types import Image, LatentSpace
from nodes.latent.batch import batch_latents, pick_latent, repeat_latent, split_latent
from nodes.latent.measure import measure_latent
from nodes.latent.mix import add_latents, blend_latents, multiply_latent, subtract_latents
from nodes.latent.size import empty_latent, empty_latent_like
from tests.latents import blank, latent, read, read_mask, rule

A = latent([[3, 0], [0, 0]])
B = latent([[0, 4], [0, 0]])
FACTS = LatentFacts("tiny", 1, 4, 4, 1, False, 2)
BLANK = LatentFacts(None, 0, 4, 4, 1, False, 1)
TWO = (add_latents, subtract_latents, blend_latents)


def test_two_latents_are_added_and_subtracted_value_by_value():
    assert read(add_latents(A, B)) == [[[3, 4], [0, 0]]]
    assert read(subtract_latents(A, B)) == [[[3, -4], [0, 0]]]


def test_a_latent_is_multiplied_by_a_number():
    kept = latent([[1, -2]], mask=[[[1, 0]]])
    assert read(multiply_latent(kept, -0.5)) == [[[-0.5, 1]]]
    assert read_mask(multiply_latent(kept, 3.0)) == [[[1, 0]]]


def test_blended_along_a_line():
    assert read(blend_latents(A, B, 0.25)) == [[[2.25, 1], [0, 0]]]
    assert read(blend_latents(A, B, 0.0)) == read(A)
    assert read(blend_latents(A, B, 1.0)) == read(B)


def test_blended_along_the_sphere_a_third_of_a_right_angle_is_30_degrees():
    """sin 60° of a and sin 30° of b."""
    values = blend_latents(A, B, 1 / 3, "spherical").values[0, 0, 0]
    assert torch.allclose(values, torch.tensor([3 * 0.75**0.5, 4 * 0.5]))
    assert read(blend_latents(A, B, 0.0, "spherical")) == read(A)
    assert read(blend_latents(A, B, 1.0, "spherical")) == read(B)


def test_latents_that_point_the_same_way_or_nowhere_are_blended_along_a_line():
    twice, back, none = (multiply_latent(A, by) for by in (2.0, -1.0, 0.0))
    assert read(blend_latents(A, twice, 0.5, "spherical")) == [[[4.5, 0], [0, 0]]]
    assert read(blend_latents(A, back, 0.25, "spherical")) == [[[1.5, 0], [0, 0]]]
    assert read(blend_latents(A, none, 0.5, "spherical")) == [[[1.5, 0], [0, 0]]]


def test_each_picture_turns_by_an_angle_of_its_own():
    first, second = latent([[1, 0]], [[2, 0]]), latent([[0, 1]], [[4, 0]])
    mixed = blend_latents(first, second, 0.5, "spherical").values
    assert torch.allclose(mixed[:, 0, 0], torch.tensor([[0.5**0.5, 0.5**0.5], [3, 0]]))


@pytest.mark.parametrize("node", TWO)
def test_one_picture_goes_with_each_of_a_batch_and_the_mask_is_that_of_a(node):
    several = latent([[1, 2]], [[3, 4]])
    one = latent([[1, 1]], mask=[[[0, 1]]])
    mixed = node(one, several)
    assert mixed.facts.batch == 2 and read_mask(mixed) == [[[0, 1]]]
    assert node(several, one).mask is None
    assert rule(node)(one.facts, several.facts) == mixed.facts
    assert rule(node)(LatentFacts(), several.facts) == replace(several.facts, batch=2, masked=None)


@pytest.mark.parametrize("node", TWO)
@pytest.mark.parametrize(
    "second, told",
    [
        (latent([[1, 2, 3], [4, 5, 6]]), "is 6 × 4 pixels, a is 4 × 4: resize one of them"),
        (latent([[1, 2]]), "is 4 × 2 pixels, a is 4 × 4: resize one of them"),
        (
            replace(B, space=LatentSpace("other", 1, 2)),
            "is in the space other, a in tiny: use one autoencoder for both",
        ),
        (blank(4, 4), "is blank, there are no values in it yet: sample or encode it first"),
    ],
)
def test_latents_that_do_not_fit_are_refused_before_a_run_and_in_it(node, second, told):
    for attempt in (lambda: node(A, second), lambda: rule(node)(A.facts, second.facts)):
        with pytest.raises(Problem) as caught:
            attempt()
        assert (caught.value.port, caught.value.message) == ("b", told)


@pytest.mark.parametrize("node", TWO)
def test_batches_of_different_length_are_refused(node):
    with pytest.raises(Problem, match="has 3 pictures, a has 2") as caught:
        node(latent([[1]], [[2]]), latent([[1]], [[2]], [[3]]))
    assert caught.value.port == "b"


def test_a_blank_latent_cannot_be_multiplied_or_measured():
    for attempt in (
        lambda: multiply_latent(blank(4, 4), 2.0),
        lambda: rule(multiply_latent)(BLANK),
        lambda: measure_latent(blank(4, 4)),
        lambda: rule(measure_latent)(BLANK),
    ):
        with pytest.raises(Problem, match="is blank") as caught:
            attempt()
        assert caught.value.port == "latent"


def test_latents_become_a_batch_in_their_order():
    joined = batch_latents([B, A, latent([[1, 1], [1, 1]], [[2, 2], [2, 2]])])
    assert read(joined) == [*read(B), *read(A), [[1, 1], [1, 1]], [[2, 2], [2, 2]]]
    assert joined.mask is None and joined.facts == replace(FACTS, batch=4)
    assert rule(batch_latents)([FACTS, FACTS, replace(FACTS, batch=2)]) == joined.facts
    assert rule(batch_latents)([FACTS, LatentFacts()]) == replace(FACTS, batch=None, masked=None)
    assert rule(batch_latents)(None) == LatentFacts()


def test_masks_become_a_batch_too_and_what_has_none_is_free():
    kept = latent([[1, 2]], [[3, 4]], mask=[[[0, 0.5]]], gradual=True)
    joined = batch_latents([latent([[5, 6]]), kept])
    assert read_mask(joined) == [[[1, 1]], [[0, 0.5]], [[0, 0.5]]]
    assert joined.mask and joined.mask.gradual and joined.facts.masked


def test_blank_latents_of_one_size_are_a_larger_blank_one():
    assert batch_latents([blank(4, 4), blank(4, 4, 2)]).facts == replace(BLANK, batch=3)


@pytest.mark.parametrize(
    "latents, told",
    [
        ([], "is empty, wire at least one latent to it"),
        (
            [A, B, latent([[1, 2]])],
            "number 3 is 4 × 2 pixels, number 1 is 4 × 4: resize one of them",
        ),
        ([A, blank(4, 4)], "number 2 is blank, number 1 is not: sample the blank one first"),
        ([blank(4, 4), A], "number 2 is not blank, number 1 is: sample the blank one first"),
    ],
)
def test_latents_that_make_no_batch_are_refused(latents, told):
    for attempt in (
        lambda: batch_latents(latents),
        lambda: rule(batch_latents)([one.facts for one in latents]),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        assert (caught.value.port, caught.value.message) == ("latents", told)


FOUR = latent([[1]], [[2]], [[3]], [[4]], mask=[[[0.1]], [[0.2]], [[0.3]], [[0.4]]])


def test_pictures_are_picked_out_of_a_batch_with_their_masks():
    picked = pick_latent(FOUR, 1, 2)
    assert read(picked) == [[[2]], [[3]]]
    assert read_mask(picked) == [[[pytest.approx(0.2)]], [[pytest.approx(0.3)]]]
    assert rule(pick_latent)(FOUR.facts, 1, 2) == picked.facts
    shared = latent([[1]], [[2]], mask=[[[0]]])
    assert read_mask(pick_latent(shared, 1)) == [[[0]]]


@pytest.mark.parametrize(
    "index, count, port, told",
    [
        (4, 1, "index", "is 4, the last of 4 pictures is 3"),
        (2, 3, "count", "is 3, from picture 2 "),
    ],
)
def test_pictures_that_are_not_there_are_not_picked(index, count, port, told):
    for attempt in (
        lambda: pick_latent(FOUR, index, count),
        lambda: rule(pick_latent)(FOUR.facts, index, count),
    ):
        with pytest.raises(Problem, match=told) as caught:
            attempt()
        assert caught.value.port == port


def test_a_batch_is_split_in_two():
    first, rest = split_latent(FOUR, 1)
    assert read(first) == [[[1]]] and read(rest) == [[[2]], [[3]], [[4]]]
    assert first.mask and rest.mask and len(first.mask.values) == 1 and len(rest.mask.values) == 3
    assert rule(split_latent)(FOUR.facts, 1) == (first.facts, rest.facts)
    with pytest.raises(Problem, match="is 4, with 4 pictures there would be no rest") as caught:
        split_latent(FOUR, 4)
    assert caught.value.port == "at"


def test_a_batch_is_repeated_whole():
    two = latent([[1]], [[2]], mask=[[[0]], [[1]]])
    again = repeat_latent(two, 2)
    assert read(again) == [[[1]], [[2]], [[1]], [[2]]]
    assert read_mask(again) == [[[0]], [[1]], [[0]], [[1]]]
    assert rule(repeat_latent)(two.facts, 2) == again.facts
    assert read_mask(repeat_latent(latent([[1]], mask=[[[0]]]), 3)) == [[[0]]]


def test_a_latent_in_numbers():
    told = measure_latent(latent([[1, 2], [3, 6]]))
    assert (told.mean, told.min, told.max, told.values, told.picture_values) == (3, 1, 6, 4, 48)
    assert told.std == pytest.approx(3.5**0.5)
    assert measure_latent(latent([[5]])).std == 0


def test_a_picture_of_512_is_48_times_fewer_values_in_a_latent_and_that_is_known_before():
    known = rule(measure_latent)(LatentFacts("SD 1.x", 4, 512, 512, 1, False, 8))
    assert known == {"values": 16_384, "picture_values": 786_432}
    assert rule(measure_latent)(LatentFacts("SD 1.x", 4)) == {}


def test_a_blank_latent_as_large_as_pictures():
    made = empty_latent_like(Image(torch.rand(2, 3, 5, 7)))
    assert made.facts == LatentFacts(None, 0, 7, 5, 2, False, 1)
    assert rule(empty_latent_like)(ImageFacts(7, 5, 2)) == made.facts
    assert rule(empty_latent)(7, "auto", 2).height == 0


def test_a_size_over_the_limit_of_pictures_is_refused_before_a_run_and_in_it():
    for attempt in (
        lambda: empty_latent(16384, 16384),
        lambda: rule(empty_latent)(16384, 16384, None),
    ):
        with pytest.raises(Problem, match="16384 × 16384 pixels, the limit is") as caught:
            attempt()
        assert caught.value.port == "width"
    assert empty_latent("auto", 64, 2).facts == LatentFacts(None, 0, 0, 64, 2, False, 1)
