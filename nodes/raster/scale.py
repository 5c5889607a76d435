"""Axes of a plot: from where to where, and which round numbers are marked."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with its ticks. On a log one each tenfold is as long."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    @property
    def names(self) -> list[str]:
        return [f"{tick:.10g}" for tick in self.ticks]

    def shows(self, value: float) -> bool:
        return value > 0 or not self.log

    def part(self, value: float) -> float:
        """How far along the axis a value is, 0 to 1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear(most: float, room: int) -> Scale:
    """From 0 to the first tick at or above `most`, with about `room` ticks."""
    step = _round_up((most or 1) / max(room, 1))
    count = math.ceil((most or 1) / step - 1e-9)
    return Scale(0, count * step, tuple(place * step for place in range(count + 1)))


def whole(most: int, room: int) -> Scale:
    """From 0 to `most` steps, with ticks at whole numbers only."""
    step = max(round(_round_up(max(most, 1) / max(room, 1))), 1)
    return Scale(0, max(most, 1), tuple(range(0, max(most, 1) + 1, step)))


def logarithmic(values: list[float], room: int) -> Scale:
    """Round numbers around the values, with the powers of ten marked, or 1, 2, 5 where they fit."""
    low = _round_down(min(values, default=1))
    high = max(_round_up(max(values, default=1)), _round_up(low * 1.5))
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    fine = [float(f"{n}e{power}") for power in range(first, last + 1) for n in (1, 2, 5)]
    inside = tuple(tick for tick in fine if low * 0.999 <= tick <= high * 1.001)
    tens = tuple(tick for tick in inside if f"{tick:e}".startswith("1."))
    return Scale(low, high, inside if len(inside) <= room else tens, log=True)


def _round_up(value: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below."""
    power = math.floor(math.log10(value))
    fits = (float(f"{n}e{power}") for n in (1, 2, 5, 10))
    return next(number for number in fits if number >= value * (1 - 1e-9))


def _round_down(value: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above."""
    power = math.floor(math.log10(value))
    fits = (float(f"{n}e{power}") for n in (5, 2, 1, 0.5))
    return next(number for number in fits if number <= value * (1 + 1e-9))
