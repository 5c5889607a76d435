"""Nodes that put many pictures on a sheet, and words on pictures."""

from collections.abc import Sequence
from typing import Annotated

from nodes.core import (
    AUTO,
    Auto,
    Choice,
    Color,
    Image,
    ImageFacts,
    Number,
    Problem,
    Prompt,
    node,
)
from nodes.core.sizes import check_size, total
from nodes.raster.caption import PLACES, Caption
from nodes.raster.sheet import Sheet, columns_for, text_size_for

from .agree import given

Paper = Annotated[str, Color()]
Texts = Annotated[list[str], Prompt(4)]
TextSize = Annotated[int | Auto, Number(6, 200, 1)]
NO_TEXTS: list[str] = []  # never changed: a node does not change its inputs
MOST = 1024


@node
def image_grid(
    images: list[Image],
    columns: Annotated[int | Auto, Number(1, MOST, 1)] = AUTO,
    gap: Annotated[int, Number(0, 256, 1)] = 8,
    title: Annotated[str, Prompt(1)] = "",
    labels: Texts = NO_TEXTS,
    column_labels: Texts = NO_TEXTS,
    row_labels: Texts = NO_TEXTS,
    text_size: TextSize = AUTO,
    colour: Paper = "#ffffff",
) -> Image:
    """Put pictures on one sheet, row by row. Every picture of a batch has a place of its own.

    A label stands under each picture, column labels above and row labels to the left; one text of
    several lines is a label a line. Words that do not fit end in "…", letters that are not Latin
    become "?". Pictures keep their size; smaller ones stand in the middle of their place.
    """
    facts = [image.facts for image in images]
    sheet = _sheet(facts, columns, gap, title, labels, column_labels, row_labels, text_size)
    assert sheet is not None
    check_size(*sheet.size)
    return Image(sheet.draw([one for image in images for one in image.values], colour))


@image_grid.facts
def _gridded(
    images: list[ImageFacts | None] | None,
    columns: int | Auto | None,
    gap: int | None,
    title: str | None,
    labels: list[str | None] | None,
    column_labels: list[str | None] | None,
    row_labels: list[str | None] | None,
    text_size: int | Auto | None,
) -> ImageFacts:
    sheet = _sheet(images, columns, gap, title, labels, column_labels, row_labels, text_size)
    if sheet is None:
        return ImageFacts(None, None, 1)
    check_size(*sheet.size)
    return ImageFacts(*sheet.size, 1)


def _sheet(
    images: Sequence[ImageFacts | None] | None,
    columns: int | Auto | None,
    gap: int | None,
    title: str | None,
    labels: Sequence[str | None] | None,
    column_labels: Sequence[str | None] | None,
    row_labels: Sequence[str | None] | None,
    text_size: int | Auto | None,
) -> Sheet | None:
    """The sheet, or None while something it depends on is not known."""
    if images is None:
        return None
    known = given(images)
    count, cell = total([image.batch for image in known]), _largest(known)
    words = [_lines(texts) for texts in (labels, column_labels, row_labels)]
    if cell is None or count is None or None in (columns, gap, title, text_size, *words):
        return None
    under, above, beside = (tuple(texts or ()) for texts in words)
    across = _columns(columns, count, len(above), len(beside))
    _agree(count, across, under, above, beside)
    size = text_size_for(cell[0]) if text_size == AUTO else int(text_size or 0)
    return Sheet(count, across, cell, gap or 0, size, title or "", under, above, beside)


def _largest(images: Sequence[ImageFacts]) -> tuple[int, int] | None:
    widths = [image.width for image in images if image.width]
    heights = [image.height for image in images if image.height]
    if len(widths) < len(images) or len(heights) < len(images):
        return None
    return max(widths), max(heights)


def _lines(texts: Sequence[str | None] | None) -> list[str] | None:
    """A label each; of a single text, a label a line."""
    if texts is None or None in texts:
        return None
    known = [text for text in texts if text is not None]
    return known[0].splitlines() if len(known) == 1 else known


def _columns(columns: int | Auto | None, count: int, headings: int, sides: int) -> int:
    if columns != AUTO:
        return min(int(columns or 1), count) if not headings else int(columns or 1)
    if headings:
        return headings
    return -(-count // sides) if sides else columns_for(count)


def _agree(
    count: int,
    columns: int,
    labels: tuple[str, ...],
    headings: tuple[str, ...],
    sides: tuple[str, ...],
) -> None:
    """Raise `Problem` where there are not as many labels as there is to label."""
    rows = -(-count // columns)
    for port, texts, wanted, things in (
        ("labels", labels, count, "pictures"),
        ("column_labels", headings, columns, "columns"),
        ("row_labels", sides, rows, "rows"),
    ):
        if texts and len(texts) != wanted:
            told = f"has {len(texts)} for {wanted} {things}"
            raise Problem(f"{told}: give one to each, or none", port)


@node
def label_image(
    image: Image,
    text: Annotated[str, Prompt(1)] = "",
    place: Annotated[str, Choice(PLACES)] = "below",
    text_size: TextSize = AUTO,
    colour: Paper = "#ffffff",
) -> Image:
    """Write Latin letters on pictures.

    `below` and `above` add a strip to them, `bottom` and `top` cover a part.

    The colour is that behind the words, which are black or white, whichever is read better.
    """
    caption = _caption(image.facts, text, place, text_size)
    assert caption is not None
    check_size(*caption.size)
    return Image(caption.draw(image.values, colour))


@label_image.facts
def _labelled(
    image: ImageFacts | None, text: str | None, place: str | None, text_size: int | Auto | None
) -> ImageFacts:
    image = image or ImageFacts()
    caption = _caption(image, text, place, text_size)
    if caption is None:
        return ImageFacts(image.width, None, image.batch)
    check_size(*caption.size)
    return ImageFacts(*caption.size, image.batch)


def _caption(
    image: ImageFacts, text: str | None, place: str | None, text_size: int | Auto | None
) -> Caption | None:
    if not image.width or not image.height or None in (text, place, text_size):
        return None
    size = text_size_for(image.width) if text_size == AUTO else int(text_size or 0)
    return Caption(text or "", (image.width, image.height), place or "", size)
