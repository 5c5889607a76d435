"""Masks that grow, shrink and fade, on masks small enough to be worked out by hand."""

import pytest
import torch

from nodes.core.types import Mask
from nodes.mask.edge import feather_mask, grow_mask
from nodes.mask.make import solid_mask
from tests.test_mask_nodes import mask, rows

DOT = mask(*([0.0] * 5 for _ in range(2)), [0, 0, 0.5, 0, 0], *([0.0] * 5 for _ in range(2)))


def test_a_mask_grows_round_or_square():
    h = 0.5
    plus = [[0] * 5, [0, 0, h, 0, 0], [0, h, h, h, 0], [0, 0, h, 0, 0], [0] * 5]
    assert rows(grow_mask(DOT, 1, "round")) == plus
    square = [[0] * 5, *([[0, h, h, h, 0]] * 3), [0] * 5]
    assert rows(grow_mask(DOT, 1, "square")) == square
    disc = [[0, 0, h, 0, 0], [0, h, h, h, 0], [h] * 5, [0, h, h, h, 0], [0, 0, h, 0, 0]]
    assert rows(grow_mask(DOT, 2, "round")) == disc
    # the corners are sqrt(8) away
    assert rows(grow_mask(DOT, 3, "round")) == [[h] * 5] * 5
    assert (
        rows(grow_mask(DOT, 200, "round")) == rows(grow_mask(DOT, 200, "square")) == [[h] * 5] * 5
    )


def test_a_negative_number_shrinks_and_none_changes_nothing():
    block = mask([1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0])
    # the left and upper edges are those of the picture: there it stays
    assert rows(grow_mask(block, -1, "square")) == [[1, 1, 0, 0], [1, 1, 0, 0], [0] * 4, [0] * 4]
    assert rows(grow_mask(block, -9, "round")) == [[0] * 4] * 4
    assert rows(grow_mask(block, 0, "round")) == rows(block)


@pytest.mark.parametrize("pixels", [1, 2, 3, 4, 5, 8, 20])
def test_growing_finds_the_largest_value_within_reach(pixels):
    line = torch.rand(9, generator=torch.Generator().manual_seed(pixels))
    expected = [line[max(at - pixels, 0) : at + pixels + 1].max().item() for at in range(9)]
    across, down = Mask(line.view(1, 1, 1, 9)), Mask(line.view(1, 1, 9, 1))
    for corners in ("round", "square"):
        assert rows(grow_mask(across, pixels, corners))[0] == expected
        assert [row[0] for row in rows(grow_mask(down, pixels, corners))] == expected


HALF = mask([0.0] * 20 + [1.0] * 20)


@pytest.mark.parametrize("radius", [1, 2, 5, 8])
@pytest.mark.parametrize(
    "where, out, into", [("both", 1, 1), ("outwards", 1, 0), ("inwards", 0, 1)]
)
def test_a_feather_changes_nothing_beyond_its_radius_nor_on_its_other_side(
    radius, where, out, into
):
    (soft,) = rows(feather_mask(HALF, radius, where))
    first, last = 20 - out * radius, 20 + into * radius
    assert soft[:first] == [0] * first and soft[last:] == [1] * (40 - last)
    assert soft == sorted(soft)
    if radius > 1:
        assert any(0.01 < value < 0.99 for value in soft)


def test_a_feather_to_both_sides_leaves_the_edge_where_it_was():
    (soft,) = rows(feather_mask(HALF, 8, "both"))
    # the bell of sigma 8 / 3, summed up: half a pixel inside the edge it is Phi(3 / 16) = 0.574
    assert soft[20] == pytest.approx(0.574, abs=0.002)
    assert [soft[19 - step] + soft[20 + step] for step in range(8)] == pytest.approx([1] * 8)


def test_a_full_and_an_empty_mask_have_no_edge_to_soften():
    for value in (0.0, 0.3, 1.0):
        for where in ("both", "inwards", "outwards"):
            even = solid_mask(None, 7, 5, value)
            assert rows(feather_mask(even, 100, where)) == rows(even)


def test_no_radius_changes_nothing():
    assert rows(feather_mask(DOT, 0, "both")) == rows(DOT)
