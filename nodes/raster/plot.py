"""Line plots: values over their places, with axes, ticks and a legend."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import ImageDraw
from torch import Tensor

from .lettering import font
from .scale import Scale, linear, logarithmic, whole

# Okabe and Ito (2008): told apart by everybody.
COLOURS = (
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7"),
    *("#e69f00", "#56b4e9", "#000000", "#8c6d31"),
)
LEAST_WIDTH, LEAST_HEIGHT, MOST_SIDE = 320, 240, 2048
INK, FAINT, PAPER = "#30363d", "#e4e7eb", "#ffffff"
TEXT = 13
ABOVE, BELOW, RIGHT = 32, 46, 20
ROW = 18
FINE = 4
APART = 9


@dataclass(frozen=True)
class Line:
    """What is drawn as one line: the value at place 0, 1, 2 …"""

    label: str
    values: list[float]


@dataclass(frozen=True)
class Frame:
    """The pixels between which lines are drawn, and what the axes show."""

    left: int
    top: int
    right: int
    bottom: int
    across: Scale
    up: Scale

    def x(self, place: float) -> float:
        return self.left + self.across.part(place) * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - self.up.part(value) * (self.bottom - self.top)


def line_plot(
    lines: list[Line], width: int, height: int, across: str, up: str, log: bool = False
) -> Tensor:
    """(1, 3, height, width) from 0 to 1: the lines with their axes, named `across` and `up`.

    On a log scale values of 0 are left out. Several lines have a legend at the right.
    """
    picture = Pillow.new("RGB", (width, height), PAPER)
    frame = _frame(lines, width, height, log)
    draw = ImageDraw.Draw(picture)
    _draw_axes(draw, frame, across, up)
    for line, colour in zip(lines, COLOURS, strict=False):
        _draw_line(picture, frame, line.values, colour)
    if len(lines) > 1:
        _draw_legend(draw, frame, lines)
    values = torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255
    return values.unsqueeze(0).contiguous()


def _frame(lines: list[Line], width: int, height: int, log: bool) -> Frame:
    values = [value for line in lines for value in line.values if value > 0 or not log]
    room = height - ABOVE - BELOW
    up = logarithmic(values, room // 22) if log else linear(max(values, default=1), room // 36)
    left = 20 + max(math.ceil(font(TEXT).getlength(name)) for name in up.names)
    right = width - (_legend_width(lines) if len(lines) > 1 else RIGHT)
    across = whole(max(len(line.values) for line in lines) - 1, (right - left) // 48)
    return Frame(left, ABOVE, right, height - BELOW, across, up)


def _legend_width(lines: list[Line]) -> int:
    return math.ceil(max(font(TEXT).getlength(line.label) for line in lines)) + 56


def _draw_axes(draw: ImageDraw.ImageDraw, frame: Frame, across: str, up: str) -> None:
    """Grid and ticks, then the two axes: the column `left` and the row `bottom`."""
    left, top, right, bottom = frame.left, frame.top, frame.right, frame.bottom
    for tick, name in zip(frame.up.ticks, frame.up.names, strict=True):
        y = round(frame.y(tick))
        draw.line([(left - 4, y), (left, y)], INK)
        draw.line([(left + 1, y), (right, y)], FAINT)
        draw.text((left - 8, y), name, INK, font(TEXT), "rm")
    for tick, name in zip(frame.across.ticks, frame.across.names, strict=True):
        x = round(frame.x(tick))
        draw.line([(x, bottom), (x, bottom + 4)], INK)
        draw.line([(x, top), (x, bottom - 1)], FAINT)
        draw.text((x, bottom + 7), name, INK, font(TEXT), "ma")
    draw.line([(left, top), (left, bottom)], INK)
    draw.line([(left, bottom), (right, bottom)], INK)
    draw.text((8, 7), up, INK, font(TEXT), "la")
    draw.text(((left + right) / 2, bottom + 25), across, INK, font(TEXT), "ma")


def _draw_line(picture: Pillow.Image, frame: Frame, values: list[float], colour: str) -> None:
    """A smooth line, drawn four times as large; with a dot at each place where there is room."""
    mask = Pillow.new("L", (picture.width * FINE, picture.height * FINE))
    draw = ImageDraw.Draw(mask)
    points = [
        (_fine(frame.x(place)), _fine(frame.y(value)))
        for place, value in enumerate(values)
        if frame.up.shows(value)
    ]
    if len(points) > 1:
        draw.line(points, 255, 2 * FINE, "curve")
    if frame.x(1) - frame.x(0) >= APART or len(points) == 1:
        for x, y in points:
            draw.ellipse([x - 3 * FINE, y - 3 * FINE, x + 3 * FINE, y + 3 * FINE], 255)
    picture.paste(colour, (0, 0), mask.reduce(FINE))


def _fine(pixel: float) -> float:
    """The middle of a pixel in the larger drawing."""
    return (pixel + 0.5) * FINE - 0.5


def _draw_legend(draw: ImageDraw.ImageDraw, frame: Frame, lines: list[Line]) -> None:
    left = frame.right + 16
    for row, (line, colour) in enumerate(zip(lines, COLOURS, strict=False)):
        middle = frame.top + ROW * row + ROW // 2
        draw.rectangle((left, middle - 1, left + 17, middle), colour)
        draw.text((left + 24, middle), line.label, INK, font(TEXT), "lm")
