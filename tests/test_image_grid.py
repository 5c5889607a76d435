"""Sheets of pictures and words on pictures: where things are, and that words can be read."""

import pytest
import torch

from nodes.core.facts import ImageFacts
from nodes.core.types import Image
from nodes.image.grid import image_grid, label_image
from nodes.image.make import solid_image
from nodes.raster.colour import rgb
from nodes.raster.lettering import ink_on, length, spelled, wrapped
from nodes.raster.sheet import columns_for
from tests.colours import grey, rows, rule, told

LABELS = {"title": "", "labels": [], "column_labels": [], "row_labels": [], "text_size": "auto"}


def foreseen(images: list[ImageFacts], **inputs) -> ImageFacts:
    given = {"columns": "auto", "gap": 8} | LABELS | inputs
    return rule(image_grid)(images, **given)


def test_pictures_without_words_stand_in_rows():
    pictures = [grey([[0.1]], [[0.2]]), grey([[0.3]])]
    assert rows(image_grid(pictures, 2, 0)) == [[[0.1, 0.2], [0.3, 1]]]
    assert rows(image_grid(pictures, 3, 1, colour="#000000")) == [
        [[0] * 7, [0, 0.1, 0, 0.2, 0, 0.3, 0], [0] * 7]
    ]


def test_a_smaller_picture_stands_in_the_middle_of_its_place():
    made = image_grid([grey([[0] * 3] * 3), grey([[0.5]])], 2, 0)
    assert rows(made) == [[[0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 0.5, 1], [0, 0, 0, 1, 1, 1]]]


def test_columns_leave_few_places_empty():
    assert [columns_for(count) for count in range(1, 13)] == [1, 2, 3, 2, 3, 3, 4, 4, 3, 5, 4, 4]


WORDS = {
    "title": "Guidance and seeds",
    "labels": ["one", "a label that is too long for one line", "three", "four", "five", "six"],
    "column_labels": ["1", "2", "3"],
    "row_labels": ["first", "second"],
}


@pytest.mark.parametrize(("width", "height"), [(1, 1), (17, 9), (64, 64), (301, 77)])
@pytest.mark.parametrize("words", [{}, *({name: text} for name, text in WORDS.items()), WORDS])
def test_the_size_is_known_before_and_pictures_are_left_as_they_are(width, height, words):
    pictures = [solid_image(width, height, f"#0000{number:02x}") for number in range(6)]
    made = image_grid(pictures, 3, 5, **words)
    assert made.facts == foreseen([p.facts for p in pictures], columns=3, gap=5, **words)
    for picture in pictures:
        found = (made.values == picture.values[..., :1, :1]).all(1)
        assert found.sum() >= width * height


def test_words_are_beside_what_they_belong_to():
    plain = image_grid([solid_image(40, 40)] * 4, 2, 10).facts
    assert plain == ImageFacts(110, 110, 1)
    under = image_grid([solid_image(40, 40)] * 4, 2, 10, labels=["a", "b", "c", "d"])
    strip = (int(under.facts.height or 0) - 110) // 2
    dark = (under.values < 0.4).all(1)[0]
    places = [(10 + 50 * x, 50 + (50 + strip) * y) for y in (0, 1) for x in (0, 1)]
    for x, y in places:
        assert dark[y : y + strip, x : x + 40].any()
        dark[y : y + strip, x : x + 40] = False
    assert not dark.any()


def test_one_text_of_several_lines_is_a_label_a_line():
    pictures = [solid_image(40, 40)] * 3
    one = image_grid(pictures, labels=["a\nb\nc"])
    assert torch.equal(one.values, image_grid(pictures, labels=["a", "b", "c"]).values)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"labels": ["a", "b"]}, ("labels", "has 2 for 4 pictures: give one to each, or none")),
        (
            {"columns": 2, "column_labels": ["a", "b", "c"]},
            ("column_labels", "has 3 for 2 columns: give one to each, or none"),
        ),
        (
            {"columns": 2, "row_labels": ["a"]},
            ("row_labels", "has 1 for 2 rows: give one to each, or none"),
        ),
    ],
)
def test_labels_that_do_not_go_round_are_told(words, sentence):
    assert told(lambda: image_grid([solid_image(8, 8, batch=4)], **words)) == sentence
    assert told(lambda: foreseen([ImageFacts(8, 8, 4)], **words)) == sentence


def test_labels_of_columns_and_rows_say_how_many_there_are():
    assert foreseen([ImageFacts(8, 8, 6)], column_labels=["a"] * 6).width == 6 * 16 + 8
    sheet = image_grid([solid_image(8, 8, batch=6)], gap=0, row_labels=["a"] * 6)
    assert sheet.facts.height == 6 * 8


def test_a_sheet_over_the_limit_is_refused_before_it_is_made():
    message = told(lambda: foreseen([ImageFacts(8192, 8192, 4)]))[1]
    assert message.startswith("would make a picture of 16408 × 16408 pixels, the limit is")
    flat = Image(torch.zeros(1).expand(4, 3, 8192, 8192))
    assert told(lambda: image_grid([flat]))[1] == message
    assert told(lambda: image_grid([])) == ("images", "is empty, wire at least one picture to it")


def test_what_is_not_known_yet_leaves_the_size_open():
    assert foreseen([ImageFacts(8, 8, None)]) == ImageFacts(None, None, 1)
    assert foreseen([ImageFacts(8, 8, 1)], labels=[None]) == ImageFacts(None, None, 1)


def test_long_text_is_wrapped_and_then_cut():
    text = "the quick brown fox jumps over the lazy dog"
    lines = wrapped(text, 12, 90, 2)
    assert len(lines) == 2
    assert all(length(line, 12) <= 90 for line in lines)
    assert lines[1].endswith("…") and text.startswith(" ".join(lines)[:-1])
    assert wrapped(text, 12, 1000, 2) == [text]
    assert wrapped("x" * 1000, 12, 60, 3)[0].endswith("…")
    assert wrapped("wide", 12, 2, 2) == [""]


def test_letters_the_typeface_lacks_are_spelled():
    assert spelled("Häuschen à 3 × 4 – σ ≤ ½") == "Hauschen a 3 x 4 - sigma <= 1?2"
    assert spelled("船\0\u202e\ud800") == "????"


@pytest.mark.parametrize(
    "paper", ["#000000", "#ffffff", "#767676", "#777777", "#ff0000", "#00ff00"]
)
def test_ink_stands_out_on_any_paper(paper):
    def light(colour: str) -> float:
        parts = [
            (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in levels(colour)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05

    def levels(colour: str) -> list[float]:
        return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]

    both = sorted((light(paper), light(ink_on(rgb(paper)))))
    assert both[1] / both[0] >= 4.5


@pytest.mark.parametrize("place", ["below", "above", "top", "bottom"])
def test_a_caption_adds_a_strip_or_covers_a_part(place):
    picture = solid_image(90, 40, "#ff0000", 2)
    made = label_image(picture, "31.4 dB", place, 12)
    assert made.facts == rule(label_image)(picture.facts, "31.4 dB", place, 12)
    strip = 12 // 2 + 16
    grown = strip if place in ("below", "above") else 0
    assert made.facts.height == 40 + grown
    if place in ("below", "bottom"):
        rest, words = made.values.split([40 + grown - strip, strip], -2)
    else:
        words, rest = made.values.split([strip, 40 + grown - strip], -2)
    assert torch.equal(rest, picture.values[..., : rest.shape[-2], :])
    assert words.amin() < 0.01 and words.amax() == 1
    assert torch.equal(words[:, 0], words[:, 1])


def test_no_words_change_nothing_and_a_picture_of_one_pixel_can_have_some():
    point = solid_image(1, 1, "#336699")
    assert torch.equal(label_image(point, "").values, point.values)
    for place in ("below", "above", "top", "bottom"):
        made = label_image(point, "words", place)
        assert made.facts == rule(label_image)(point.facts, "words", place, "auto")
