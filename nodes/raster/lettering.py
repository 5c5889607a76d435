"""Words on pictures, drawn with the typeface that Pillow brings.

It has the letters of English and little more: see `spelled`.
"""

import unicodedata
from functools import cache

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from torch import Tensor

from .colour import rgb

CUT = "…"
_LINE_ENDS = frozenset("\r\v\f\x85\u2028\u2029")
_DRAWN = frozenset(map(chr, range(32, 127))) | frozenset("\n\t©«°±´·»‘’“”…‹›™")
_SPELLED = {"×": "x", "–": "-", "—": "-", "−": "-", "→": "->", "≤": "<=", "≥": ">="}
_SPELLED |= {"ß": "ss", "æ": "ae", "ø": "o", "σ": "sigma", "μ": "mu", "Δ": "delta"}


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.load_default(size=size)
    assert isinstance(face, ImageFont.FreeTypeFont)
    return face


def spelled(text: str) -> str:
    """Text in letters that can be drawn: accents are dropped, what has no likeness becomes "?"."""
    if _DRAWN.issuperset(text):
        return text
    known = "".join(_SPELLED.get(sign, sign) for sign in text)
    parts = unicodedata.normalize("NFKD", known.replace("\r\n", "\n"))
    plain = (sign for sign in parts if not unicodedata.combining(sign))
    return "".join(
        c if c in _DRAWN else "\n" if c in "\r\v\f\x85\u2028\u2029" else "?" for c in plain
    )


def length(text: str, size: int) -> int:
    """Pixels a line takes, rounded up."""
    return -int(-font(size).getlength(text) // 1)


def line_height(size: int) -> int:
    return round(size * 1.3)


def room_for(lines: list[str], size: int) -> int:
    """The height of some lines with a little around them, 0 for none."""
    return len(lines) * line_height(size) + size // 2 if lines else 0


def wrapped(text: str, size: int, width: int, most: int) -> list[str]:
    """Text as at most so many lines of at most so many pixels; what is too long ends in "…"."""
    lines: list[str] = []
    for paragraph in spelled(text).splitlines():
        line = ""
        for word in (whole[: max(width, 1)] for whole in paragraph.split()):
            longer = f"{line} {word}" if line else word
            if line and length(longer, size) > width:
                lines, line = [*lines, line], word
            else:
                line = longer
            if len(lines) > most:
                break
        lines.append(line)
        if len(lines) > most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}{CUT}"]
    return [_shortened(line, size, width) for line in lines]


def _shortened(line: str, size: int, width: int) -> str:
    if length(line, size) <= width:
        return line
    line = line.removesuffix(CUT)
    while line and length(line.rstrip() + CUT, size) > width:
        line = line[:-1]
    return line.rstrip() + CUT if length(CUT, size) <= width else ""


def ink_on(paper: Tensor) -> str:
    """Black or white, whichever stands out more: at least 4.5 to 1 (WCAG 2.2) on any paper."""
    linear = torch.where(paper <= 0.04045, paper / 12.92, ((paper + 0.055) / 1.055) ** 2.4)
    weights = torch.tensor([0.2126, 0.7152, 0.0722]).view(1, 3, 1, 1)
    return "#000000" if float((linear * weights).sum()) > 0.179 else "#ffffff"


def written(
    lines: list[str], size: int, width: int, height: int, align: str = "middle", top: bool = False
) -> Tensor:
    """How much ink is where, (1, 1, height, width): lines in the middle, or from the `top` on.

    align: `left`, `middle` or `right`.
    """
    sheet = Pillow.new("L", (width, height), 0)
    draw, step = ImageDraw.Draw(sheet), line_height(size)
    x = {"left": 0, "middle": width / 2, "right": width}[align]
    anchor = {"left": "lm", "middle": "mm", "right": "rm"}[align]
    first = (size // 2 if top else height - step * len(lines)) / 2 + step / 2
    for number, line in enumerate(lines):
        draw.text((x, first + number * step), line, 255, font(size), anchor)
    return torch.from_numpy(np.array(sheet)).float().view(1, 1, height, width) / 255


def inked(paper: Tensor, ink: Tensor) -> Tensor:
    """A paper (1, 3, h, w) with words on it in black or white."""
    return torch.lerp(paper, rgb(ink_on(paper.mean((2, 3), keepdim=True))), ink)
