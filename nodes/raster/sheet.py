"""Many pictures on one sheet, in rows and columns, with words to them.

What goes where is worked out from sizes and words alone, so a sheet's size is known before there
is a picture on it.
"""

from dataclasses import dataclass
from functools import cached_property
from math import isqrt

from torch import Tensor

from .colour import rgb
from .lettering import inked, length, room_for, spelled, wrapped, written

LABEL_LINES, TITLE_LINES, SIDE_LINES = 2, 3, 4
SMALLEST, LARGEST = 12, 28


def columns_for(count: int) -> int:
    """About as many columns as rows, one more where that leaves fewer places empty."""
    least = isqrt(count - 1) + 1
    return min((least, least + 1), key=lambda columns: -count % columns)


def text_size_for(cell_width: int) -> int:
    """Words that are read at a glance beside a picture so wide."""
    return min(max(cell_width // 16, SMALLEST), LARGEST)


@dataclass(frozen=True)
class Sheet:
    """`count` cells of one size; labels are for pictures, headings for columns, sides for rows.

    `gap` lies between cells and around all. Words are as many pixels high as `text_size`, the
    title a half more. Words that do not fit are cut, and end in "…".
    """

    count: int
    columns: int
    cell: tuple[int, int]
    gap: int
    text_size: int
    title: str = ""
    labels: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self._left + self._across + self.gap, self._tops[-1]

    @cached_property
    def _across(self) -> int:
        return self.columns * (self.cell[0] + self.gap) - self.gap

    @cached_property
    def _side_width(self) -> int:
        lines = [line for side in self.sides for line in spelled(side).splitlines()]
        longest = max((length(line, self.text_size) for line in lines), default=0)
        return min(longest, max(self.cell[0], 6 * self.text_size))

    @cached_property
    def _left(self) -> int:
        """Where the first column begins."""
        return self.gap + (self._side_width + self._margin if self._side_width else 0)

    @property
    def _margin(self) -> int:
        """The least room beside words."""
        return max(self.gap, self.text_size // 2)

    @cached_property
    def _title(self) -> list[str]:
        return wrapped(self.title, self._title_size, self._across, TITLE_LINES)

    @property
    def _title_size(self) -> int:
        return self.text_size * 3 // 2

    @cached_property
    def _headings(self) -> list[list[str]]:
        return [self._fitted(text) for text in self.headings]

    @cached_property
    def _labels(self) -> list[list[str]]:
        return [self._fitted(text) for text in self.labels]

    def _fitted(self, text: str) -> list[str]:
        room = self.cell[0] - max(0, self.text_size // 2 - self.gap)
        return wrapped(text, self.text_size, room, LABEL_LINES)

    @cached_property
    def _title_height(self) -> int:
        return _height([self._title], self._title_size)

    @cached_property
    def _tops(self) -> list[int]:
        """Where each row begins, and where the sheet ends."""
        tops = [self.gap + self._title_height + _height(self._headings, self.text_size)]
        for row in range(self.rows):
            tops.append(tops[-1] + self.cell[1] + self._label_height(row) + self.gap)
        return tops

    def _label_height(self, row: int) -> int:
        own = self._labels[row * self.columns : (row + 1) * self.columns]
        return _height(own, self.text_size)

    def draw(self, pictures: list[Tensor], colour: str) -> Tensor:
        """The sheet (1, 3, height, width) of pictures (3, h, w), each in the middle of its cell."""
        width, height = self.size
        sheet = rgb(colour).expand(1, 3, height, width).clone()
        for number, picture in enumerate(pictures):
            x, y = self._corner(number)
            high, wide = picture.shape[1:]
            x, y = x + (self.cell[0] - wide) // 2, y + (self.cell[1] - high) // 2
            sheet[0, :, y : y + high, x : x + wide] = picture
        self._write(sheet)
        return sheet

    def _corner(self, number: int) -> tuple[int, int]:
        row, column = divmod(number, self.columns)
        return self._left + column * (self.cell[0] + self.gap), self._tops[row]

    def _write(self, sheet: Tensor) -> None:
        """Put the words where they belong."""
        size, (wide, high) = self.text_size, self.cell
        title = (self._left, self.gap, self._across, self._title_height)
        _put(sheet, self._title, self._title_size, title)
        above = self._tops[0] - self.gap - self._title_height
        for number, lines in enumerate(self._headings):
            x = self._corner(number)[0]
            _put(sheet, lines, size, (x, self._tops[0] - above, wide, above))
        for number, lines in enumerate(self._labels):
            x, y = self._corner(number)
            below = self._label_height(number // self.columns)
            _put(sheet, lines, size, (x, y + high, wide, below), top=True)
        for row, side in enumerate(self.sides):
            lines = wrapped(side, size, self._side_width, SIDE_LINES)
            place = (self.gap, self._tops[row], self._side_width, high)
            _put(sheet, lines, size, place, "right")


def _height(texts: list[list[str]], size: int) -> int:
    """Room for the longest of some texts side by side."""
    return max((room_for(lines, size) for lines in texts), default=0)


def _put(
    sheet: Tensor,
    lines: list[str],
    size: int,
    place: tuple[int, int, int, int],
    align: str = "middle",
    top: bool = False,
) -> None:
    x, y, width, height = place
    if not lines or 0 in (width, height):
        return
    spot = sheet[..., y : y + height, x : x + width]
    spot.copy_(inked(spot, written(lines, size, width, height, align, top)))
