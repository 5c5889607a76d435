"""Plots, pixel by pixel where it is known by hand what is drawn."""

import pytest
import torch

from nodes.raster.plot import ABOVE, BELOW, COLOURS, RIGHT, Line, line_plot
from nodes.raster.scale import linear, logarithmic, whole

WIDTH, HEIGHT = 320, 240
BOTTOM, TOP, END = HEIGHT - BELOW, ABOVE, WIDTH - RIGHT
INK, FAINT, PAPER = "#30363d", "#e4e7eb", "#ffffff"


def plot(*lines, log=False):
    drawn = line_plot(
        [Line(f"line {n}", values) for n, values in enumerate(lines)],
        *(WIDTH, HEIGHT, "step", "level", log),
    )
    return (drawn[0] * 255).round().to(torch.uint8)


def colour(drawn, x, y):
    return "#" + "".join(f"{value:02x}" for value in drawn[:, y, x].tolist())


def left_of(drawn):
    """The column of the upright axis: the one that is ink from top to bottom."""
    ink = [x for x in range(WIDTH) if colour(drawn, x, TOP + 7) == INK]
    return ink[-1]


def test_axes_ticks_and_grid_stand_where_the_scales_say():
    """From 0 to 1 with a tick at a half, over two steps."""
    drawn = plot([1.0, 1.0, 1.0])
    left = left_of(drawn)
    middle, half = (TOP + BOTTOM) // 2, round((left + END) / 2)
    assert {colour(drawn, left, y) for y in range(TOP + 4, BOTTOM + 1)} == {INK}
    assert {colour(drawn, x, BOTTOM) for x in range(left, END + 1)} == {INK}
    assert {colour(drawn, left - n, middle) for n in range(1, 5)} == {INK}
    assert {colour(drawn, x, middle) for x in range(left + 1, END + 1)} == {FAINT}
    assert {colour(drawn, half, BOTTOM + n) for n in range(1, 5)} == {INK}
    assert colour(drawn, half, BOTTOM - 1) == FAINT
    assert colour(drawn, half - 30, middle - 30) == PAPER


def test_points_lie_at_their_values():
    """1, then a half, then 0: top left, the middle, bottom right."""
    drawn = plot([1.0, 0.5, 0.0])
    left = left_of(drawn)
    places = [(left, TOP), (round((left + END) / 2), (TOP + BOTTOM) // 2), (END, BOTTOM)]
    for x, y in places:
        near = {colour(drawn, x + a, y + b) for a in (-1, 0, 1) for b in (-1, 0, 1)}
        assert near == {COLOURS[0]}
    assert colour(drawn, round((left + END) / 2), TOP + 30) == FAINT


def test_a_level_line_is_two_pixels_thick():
    drawn = plot([1.0] * 61 + [0.75] * 200)  # too close for dots
    x = left_of(drawn) + 200
    y = round(BOTTOM - 0.75 * (BOTTOM - TOP))
    column = [colour(drawn, x, row) for row in range(y - 4, y + 5)]
    assert column.count(COLOURS[0]) in (1, 2) and column[0] == column[-1] == PAPER
    assert 1 <= sum(told != PAPER for told in column) <= 3


def test_a_log_scale_has_tenfolds_at_equal_distances_and_no_place_for_0():
    """100, 10, 1 and a 0 that is not drawn, over three steps."""
    drawn = plot([100.0, 10.0, 1.0, 0.0], log=True)
    left = left_of(drawn)
    third = (END - left) / 3
    for place, y in ((0, TOP), (1, (TOP + BOTTOM) // 2), (2, BOTTOM)):
        assert colour(drawn, left + round(place * third), y) == COLOURS[0]
    blue = [
        x
        for x in range(WIDTH)
        for y in range(TOP - 4, BOTTOM + 4)
        if colour(drawn, x, y) == COLOURS[0]
    ]
    assert max(blue) <= left + round(2 * third) + 3


def test_several_lines_have_a_legend_beside_them_in_their_colours():
    lines = [[1.0, 0.0], [0.5, 0.25], [0.75, 0.0]]
    drawn, alone = plot(*lines), plot(lines[0])
    rows = [ABOVE + 18 * n + 9 for n in range(3)]
    keys = [[x for x in range(WIDTH - 90, WIDTH) if colour(drawn, x, y) == c]
            for y, c in zip(rows, COLOURS, strict=False)]  # fmt: skip
    assert [len(key) for key in keys] == [18, 18, 18]
    assert not any(colour(alone, x, y) == COLOURS[1] for x in range(WIDTH) for y in rows)


def test_the_same_lines_are_the_same_picture():
    assert torch.equal(plot([3.0, 1.0], [2.0, 0.0]), plot([3.0, 1.0], [2.0, 0.0]))


@pytest.mark.parametrize(
    "most, room, ticks",
    [
        (1, 4, [0, 0.5, 1]),
        (14.6146, 8, [0, 2, 4, 6, 8, 10, 12, 14, 16]),
        (0.7, 8, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
        (4096, 5, [0, 1000, 2000, 3000, 4000, 5000]),
        (0, 4, [0, 0.5, 1]),
    ],
)
def test_ticks_are_round_numbers(most, room, ticks):
    assert linear(most, room).ticks == pytest.approx(ticks)
    assert linear(most, room).high == pytest.approx(ticks[-1])


def test_steps_are_counted_in_whole_numbers():
    assert whole(3, 10).ticks == (0, 1, 2, 3)
    assert whole(150, 4).ticks == (0, 50, 100, 150)
    assert (whole(13, 4).ticks, whole(13, 4).high) == ((0, 5, 10), 13)
    assert whole(0, 10).ticks == (0, 1)


def test_log_ticks_are_1_2_5_or_tenfolds_where_those_are_too_many():
    assert logarithmic([0.03, 14.6], 14).names == (
        ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]
    )
    assert logarithmic([0.03, 14.6], 5).names == ["0.1", "1", "10"]
    assert logarithmic([1.0], 9).names == ["1", "2"]
    assert logarithmic([], 9).names == ["1", "2"]
    assert logarithmic([1, 100], 9).part(10) == pytest.approx(0.5)
