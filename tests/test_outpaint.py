"""Room around a picture, and what fills a hole in one."""

import pytest
import torch

from nodes.core import Problem
from nodes.core.facts import ImageFacts
from nodes.core.types import Image, Mask
from nodes.mask.outpaint import fill_masked, pad_for_outpaint
from tests.test_mask_parts import photo, spot


def row(*values: float) -> Image:
    return Image(torch.tensor(values).expand(1, 3, 1, len(values)))


@pytest.mark.parametrize(
    "fill, expected",
    [
        ("edge", [0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75]),
        ("reflect", [0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25]),
        ("grey", [0.5, 0.5, 0.25, 0.75, 0.5, 0.5, 0.5]),
    ],
)
def test_room_around_a_picture_is_filled_and_masked(fill, expected):
    padded = pad_for_outpaint(row(0.25, 0.75), 2, 1, 3, 0, 0, fill, 1)
    assert padded.image.values[0, 1].tolist()[1] == expected
    assert padded.mask.values[0, 0].tolist() == [[1] * 7, [1, 1, 0, 0, 1, 1, 1]]
    assert pad_for_outpaint.rule
    foreseen = pad_for_outpaint.rule(ImageFacts(2, 1, 1), 2, 1, 3, 0, 1)
    assert foreseen == {"image": padded.image.facts, "mask": padded.mask.facts}


@pytest.mark.parametrize(
    "left, right, old", [(0, 1, 0), (1, 0, 6), (1, 1, 1), (0, 0, 0), (7, 7, 7), (6, 8, 6)]
)
def test_sides_are_rounded_up_where_there_is_room_already(left, right, old):
    padded = pad_for_outpaint(row(0.25, 0.75), left, 0, right, 0, 0, "grey", 8)
    kept = (padded.mask.values[0, 0, 0] == 0).nonzero().flatten().tolist()
    assert kept == [old, old + 1]
    assert padded.mask.facts.width == (8 if left + right <= 6 else 16)
    assert padded.mask.facts.height == 8


def test_the_mask_of_new_room_fades_into_the_old_picture_only():
    padded = pad_for_outpaint(photo(40, 40), 0, 0, 24, 0, 10, "edge", 8)
    (line,) = {tuple(values) for values in padded.mask.values[0, 0].tolist()}
    assert line[40:] == (1,) * 24 and line[:30] == (0,) * 30
    assert list(line) == sorted(line) and 0 < line[34] < line[36] < 1


def test_too_much_room_is_refused_before_a_run():
    assert pad_for_outpaint.rule
    with pytest.raises(Problem, match="16904 × 64 pixels, the limit is") as caught:
        pad_for_outpaint.rule(ImageFacts(900, 64, 1), 0, 0, 16000, 0, 8)
    assert caught.value.port == "image"


def test_a_hole_is_filled_with_the_colours_around_it():
    hole = Mask(torch.tensor([[[[0.0, 1, 1, 0]]]]))
    filled = fill_masked(row(0, 0.9, 0.9, 1), hole, "surroundings")
    assert filled.values[0, 0, 0].tolist() == [0, 0.25, 0.75, 1]
    corner = Image(torch.tensor([[0.3, 0.6], [0.9, 0.0]]).expand(1, 3, 2, 2))
    filled = fill_masked(corner, spot(2, 2, 1, 1), "surroundings")
    assert filled.values[0, 2].flatten().tolist() == pytest.approx([0.3, 0.6, 0.9, 0.6])


@pytest.mark.parametrize("fill", ["surroundings", "grey", "noise"])
def test_what_is_not_masked_stays_to_the_bit_and_what_is_masked_leaves_no_trace(fill):
    image, mask = photo(13, 7), spot(13, 7, 4, 1, 6, 5)
    other = Image(torch.where(mask.values > 0, 1 - image.values, image.values))
    filled = fill_masked(image, mask, fill).values
    outside = mask.values.expand_as(filled) == 0
    assert torch.equal(filled[outside], image.values[outside])
    assert torch.equal(filled, fill_masked(other, mask, fill).values)
    assert filled.min() >= 0 and filled.max() <= 1


def test_a_wholly_masked_picture_becomes_grey():
    for fill in ("surroundings", "grey"):
        filled = fill_masked(photo(5, 3), spot(5, 3, 0, 0, 5, 3), fill).values
        assert torch.equal(filled, torch.full_like(filled, 0.5))


def test_noise_belongs_to_a_seed_and_a_place_in_the_batch():
    image, everything = photo(4, 4, 2), spot(4, 4, 0, 0, 4, 4)
    first = fill_masked(image, everything, "noise", 7).values
    assert torch.equal(first[1:], fill_masked(photo(4, 4), everything, "noise", 8).values)
    assert not torch.equal(first[0], first[1])
