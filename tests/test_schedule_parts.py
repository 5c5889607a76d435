"""Schedules split, cut, joined and drawn, with every number by hand."""

import math

import pytest
import torch

from nodes.core.facts import ImageFacts, SigmasFacts
from nodes.core.types import Sigmas
from nodes.sampling.schedules import cut_schedule, join_schedules, plot_schedule, split_schedule
from tests.refusals import refused, rule, values

FIVE = Sigmas(torch.tensor([8.0, 4.0, 2.0, 1.0, 0.0]))


@pytest.mark.parametrize(
    "at, high, low",
    [
        (0, [8], [8, 4, 2, 1, 0]),
        (1, [8, 4], [4, 2, 1, 0]),
        (3, [8, 4, 2, 1], [1, 0]),
        (4, [8, 4, 2, 1, 0], [0]),
    ],
)
def test_two_parts_share_the_level_between_them(at, high, low):
    parts = split_schedule(FIVE, at)
    assert (values(parts.high), values(parts.low)) == (high, low)
    assert rule(split_schedule)(FIVE.facts, at) == (parts.high.facts, parts.low.facts)
    assert values(join_schedules([parts.high, parts.low])) == values(FIVE)


def test_a_split_beyond_the_end_is_refused():
    refused("at", "is 5, this schedule has 4 steps", split_schedule, FIVE, 5)
    refused("at", "is 5, this schedule has 4 steps", rule(split_schedule), FIVE.facts, 5)
    assert rule(split_schedule)(SigmasFacts(), 5) == (SigmasFacts(5), SigmasFacts())


@pytest.mark.parametrize(
    "start, end, left",
    [
        (0, "auto", [8, 4, 2, 1, 0]),
        (2, "auto", [2, 1, 0]),
        (1, 3, [4, 2, 1]),
        (0, 4, [8, 4, 2, 1, 0]),
        (2, 2, [2]),
        (0, 0, [8]),
    ],
)
def test_a_cut_keeps_the_steps_between(start, end, left):
    made = cut_schedule(FIVE, start, end)
    assert values(made) == left
    assert rule(cut_schedule)(FIVE.facts, start, end) == made.facts


@pytest.mark.parametrize(
    "start, end, port, words",
    [
        (5, "auto", "start", "is 5, this schedule has 4 steps"),
        (0, 9, "end", "is 9, this schedule has 4 steps"),
        (3, 2, "end", "is 2, before the start, which is 3"),
    ],
)
def test_a_cut_outside_the_schedule_is_refused(start, end, port, words):
    refused(port, words, cut_schedule, FIVE, start, end)
    refused(port, words, rule(cut_schedule), FIVE.facts, start, end)


def test_schedules_are_joined_where_they_meet_or_fall():
    met = [Sigmas(torch.tensor(part)) for part in ([8.0, 4.0], [4.0, 1.0], [0.5, 0.0])]
    assert values(join_schedules(met)) == [8, 4, 1, 0.5, 0]
    nearly = [met[0], Sigmas(torch.tensor([4.000001, 1.0]))]
    assert values(join_schedules(nearly)) == [8, 4, 1]
    assert values(join_schedules([FIVE])) == values(FIVE)
    assert rule(join_schedules)([SigmasFacts(4)]) == SigmasFacts(4)
    assert rule(join_schedules)([SigmasFacts(4), SigmasFacts(2)]) == SigmasFacts()


def test_schedules_that_rise_are_not_joined():
    words = "rises from 0 to 8 at schedule 3: each begins where the one before it ends"
    refused("sigmas", words, join_schedules, [FIVE, Sigmas(torch.zeros(1)), FIVE])
    refused("sigmas", "brings no schedule: wire one", join_schedules, [])
    long = [Sigmas(torch.linspace(high, high - 1, 601)) for high in (2, 1)]
    refused("sigmas", "come to 1200 steps, the limit is 1000", join_schedules, long)


def test_a_plot_is_as_large_as_asked_and_shows_eight_schedules_at_most():
    drawn = plot_schedule([FIVE] * 8, 320, 240, "log")
    assert drawn.values.shape == (1, 3, 240, 320)
    assert rule(plot_schedule)([FIVE.facts] * 8, 320, 240) == drawn.facts == ImageFacts(320, 240, 1)
    for asked, one in ((plot_schedule, FIVE), (rule(plot_schedule), FIVE.facts)):
        refused("sigmas", "bring 9 schedules; 1 to 8 can be told apart", asked, [one] * 9, 320, 240)
        refused("sigmas", "bring 0 schedules", asked, [], 320, 240)


def test_a_plot_stands_in_for_numbers_at_any_scale():
    for given in ([0.0], [1e-6, 0.0], [4096.0], [99999.0, 1e-4, 0.0]):
        for scale in ("linear", "log"):
            drawn = plot_schedule([Sigmas(torch.tensor(given))], 320, 240, scale).values
            assert math.isclose(float(drawn.max()), 1) and float(drawn.min()) >= 0
