"""A line or a few of words at a picture's edge."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from .colour import rgb
from .lettering import inked, room_for, wrapped, written

PLACES = ("below", "above", "bottom", "top")
MOST_LINES = 4


@dataclass(frozen=True)
class Caption:
    """Words for pictures of one size: `below` and `above` add a strip, `bottom` and `top` cover."""

    text: str
    picture: tuple[int, int]
    place: str
    text_size: int

    @cached_property
    def _lines(self) -> list[str]:
        return wrapped(self.text, self.text_size, self.picture[0] - self.text_size // 2, MOST_LINES)

    @property
    def _strip(self) -> int:
        """How high the strip is that the words are on."""
        height = room_for(self._lines, self.text_size)
        return height if self.place in ("below", "above") else min(height, self.picture[1])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what `draw` gives."""
        added = self._strip if self.place in ("below", "above") else 0
        return self.picture[0], self.picture[1] + added

    def draw(self, values: Tensor, colour: str) -> Tensor:
        """Pictures (B, 3, H, W) with the words; the strip has the colour."""
        width, height = self.size
        made = rgb(colour).expand(len(values), 3, height, width).clone()
        first = self._strip if self.place == "above" else 0
        made[..., first : first + self.picture[1], :] = values
        if self._strip:
            top = 0 if self.place in ("above", "top") else height - self._strip
            paper = rgb(colour).expand(1, 3, self._strip, width)
            ink = written(self._lines, self.text_size, width, self._strip)
            made[..., top : top + self._strip, :] = inked(paper, ink)
        return made
