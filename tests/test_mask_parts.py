"""The masked part of a picture, taken out and put back."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from nodes.core import Problem
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.types import Image, Mask
from nodes.mask.edge import grow_mask
from nodes.mask.frame import measure_mask
from nodes.mask.outpaint import fill_masked
from nodes.mask.part import crop_to_mask, stitch_image


def photo(width: int, height: int, batch: int = 1) -> Image:
    """A picture in which no two pixels are alike."""
    values = torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(1))
    return Image(values)


def spot(width: int, height: int, x: int, y: int, wide: int = 1, high: int = 1) -> Mask:
    values = torch.zeros(1, 1, height, width)
    values[..., y : y + high, x : x + wide] = 1
    return Mask(values)


def taken(image: Image, mask: Mask, **values: Any) -> Any:
    """The part, with its place as x, y, width and height, and what was noticed."""
    notices: list[str] = []
    context: Any = SimpleNamespace(notice=notices.append)
    part = crop_to_mask(image, mask, **({"margin": 0} | values), context=context)
    return SimpleNamespace(**part._asdict(), box=measure_mask(part.place)[:4], notices=notices)


@pytest.mark.parametrize(
    "values, box",
    [
        ({"multiple": 1}, (20, 10, 4, 2)),
        ({"multiple": 1, "margin": 3}, (17, 7, 10, 8)),
        ({"multiple": 8}, (18, 7, 8, 8)),
        ({"multiple": 8, "margin": 12}, (6, 0, 32, 24)),  # 28 x 24, cut off above
        ({"multiple": 1, "at_least": 16}, (14, 3, 16, 16)),
        ({"multiple": 1, "margin": 500}, (0, 0, 64, 32)),
    ],
)
def test_a_part_is_the_box_of_the_mask_with_its_margin_rounded_up(values, box):
    image, mask = photo(64, 32), spot(64, 32, 20, 10, 4, 2)
    part = taken(image, mask, **values)
    x, y, width, height = part.box
    assert part.box == box and part.notices == []
    assert torch.equal(part.image.values, image.values[..., y : y + height, x : x + width])
    assert torch.equal(part.mask.values, mask.values[..., y : y + height, x : x + width])


def test_a_part_at_the_edge_is_moved_into_the_picture():
    assert taken(photo(64, 32), spot(64, 32, 63, 0), multiple=16).box == (48, 0, 16, 16)


def test_a_part_that_needs_more_than_there_is_becomes_larger_not_smaller():
    part = taken(photo(13, 5), spot(13, 5, 6, 2), multiple=8, at_least=16)
    assert part.box == (0, 0, 13, 5)
    assert part.image.facts == ImageFacts(16, 8, 1) and part.mask.facts == MaskFacts(16, 8, 1)
    one = taken(photo(1, 1), spot(1, 1, 0, 0))
    assert one.box == (0, 0, 1, 1) and one.image.facts == ImageFacts(8, 8, 1)


def test_a_part_gets_the_size_and_the_shape_that_are_asked_for():
    image, mask = photo(64, 48), spot(64, 48, 30, 20, 8, 4)
    wide = taken(image, mask, width=64, height=16)
    assert wide.box == (26, 20, 16, 4)  # 4 x as wide as high
    assert wide.image.facts == ImageFacts(64, 16, 1) and wide.mask.facts == MaskFacts(64, 16, 1)
    assert taken(image, mask, width=16, height=32).box == (30, 14, 8, 16)
    # one side alone: the other follows from 8 x 8 pixels
    assert taken(image, mask, height=32).image.facts == ImageFacts(32, 32, 1)
    assert taken(image, mask, width=30).image.facts == ImageFacts(32, 32, 1)


def test_sizes_are_known_before_the_run_where_they_are_asked_for():
    assert crop_to_mask.rule
    image, mask = ImageFacts(640, 480, 2), MaskFacts(640, 480, 1)
    foreseen = crop_to_mask.rule(image, mask, 500, "auto", 8)
    assert foreseen["image"] == ImageFacts(504, None, 2)
    assert foreseen["mask"] == MaskFacts(504, None, 1)
    assert foreseen["place"] == MaskFacts(640, 480, 1)


def test_of_an_empty_mask_the_part_is_the_whole_picture_and_is_put_back_untouched():
    image, empty = photo(16, 8), spot(16, 8, 0, 0, 0, 0)
    part = taken(image, empty)
    assert torch.equal(part.image.values, image.values) and part.box == (0, 0, 16, 8)
    assert part.notices == ["the mask is empty, so this is the whole picture"]
    painted = Image(torch.zeros(1, 3, 8, 16))
    assert torch.equal(stitch_image(image, painted, part.place, empty).values, image.values)


def test_the_box_of_a_batch_holds_every_mask_of_it():
    masks = Mask(torch.cat([spot(32, 8, 3, 0).values, spot(32, 8, 12, 7).values]))
    part = taken(photo(32, 8), masks, multiple=1)
    assert part.box == (3, 0, 10, 8)
    assert (
        part.image.facts.batch == 1 and part.mask.facts.batch == 2 and part.place.facts.batch == 1
    )


def test_a_mask_of_another_size_than_the_picture_is_refused_with_both():
    small, told = MaskFacts(3, 4, 1), "is 3 × 4 pixels, image is 8 × 8: resize one of them"
    image = ImageFacts(8, 8, 1)
    assert crop_to_mask.rule and stitch_image.rule and fill_masked.rule
    for port, refuse in (
        ("mask", lambda: crop_to_mask.rule(image, small, "auto", "auto", 8)),
        ("mask", lambda: stitch_image.rule(image, image, None, small)),
        ("place", lambda: stitch_image.rule(image, image, small, None)),
        ("mask", lambda: fill_masked.rule(image, small)),
        ("mask", lambda: taken(photo(8, 8), spot(3, 4, 0, 0))),
        ("place", lambda: stitch_image(photo(8, 8), photo(8, 8), spot(3, 4, 0, 0))),
        ("mask", lambda: fill_masked(photo(8, 8), spot(3, 4, 0, 0))),
    ):
        with pytest.raises(Problem, match=told) as caught:
            refuse()
        assert caught.value.port == port


def test_a_stitched_picture_is_the_patch_in_the_mask_and_the_picture_outside():
    image, mask = photo(6, 4), spot(6, 4, 2, 1, 2, 2)
    white = Image(torch.ones(1, 3, 2, 4))
    stitched = stitch_image(image, white, spot(6, 4, 1, 1, 4, 2), mask, feather=0).values
    expected = image.values.clone()
    expected[..., 1:3, 2:4] = 1
    assert torch.equal(stitched, expected)


@pytest.mark.parametrize("feather", [0, 1, 8, 70, 200])
def test_outside_the_feather_not_a_bit_of_the_picture_changes(feather):
    image, mask = photo(200, 160), spot(200, 160, 90, 70, 20, 20)
    part = taken(image, mask, margin=60, width=64, height=64)
    painted = Image(1 - part.image.values)
    stitched = stitch_image(image, painted, part.place, mask, feather).values
    reach = grow_mask(mask, feather, "square").values * part.place.values
    outside = reach.expand_as(image.values) == 0
    assert (stitched - image.values)[outside].abs().max() == 0
    assert (stitched - image.values)[~outside].abs().max() > 0.1
    # and inside the mask nothing of the picture is left: a feather goes outwards
    alone = stitch_image(image, painted, part.place, None, 0).values
    assert torch.equal(stitched[..., 70:90, 90:110], alone[..., 70:90, 90:110])


def test_a_half_masked_pixel_is_half_of_each():
    image, mask = Image(torch.zeros(1, 3, 1, 2)), Mask(torch.tensor([[[[0.5, 0.0]]]]))
    stitched = stitch_image(image, Image(torch.ones(1, 3, 1, 2)), None, mask, 0)
    assert stitched.values[0, 0, 0].tolist() == [0.5, 0]


def test_without_a_mask_the_whole_place_is_replaced_fading_to_its_edge():
    image, white = Image(torch.zeros(1, 3, 1, 40)), Image(torch.ones(1, 3, 1, 30))
    place = spot(40, 1, 10, 0, 30, 1)
    (row,) = stitch_image(image, white, place, None, 0).values[0, 0].tolist()
    assert row == [0] * 10 + [1] * 30
    (row,) = stitch_image(image, white, place, None, 6).values[0, 0].tolist()
    # only the left edge fades: the right one is that of the picture
    assert row[:10] == [0] * 10 and row[16:] == [1] * 24 and row == sorted(row)
    assert 0 < row[12] < row[13] < 1


def test_several_patches_are_put_into_one_picture_each():
    image, patches = photo(4, 4), photo(4, 4, batch=3)
    place, mask = spot(4, 4, 0, 0, 4, 4), spot(4, 4, 1, 1)
    stitched = stitch_image(image, patches, place, mask, 0)
    assert stitched.facts == ImageFacts(4, 4, 3) and stitch_image.rule
    assert stitch_image.rule(image.facts, patches.facts, place.facts, mask.facts) == stitched.facts
    assert torch.equal(stitched.values[:, :, 1, 1], patches.values[:, :, 1, 1])
    with pytest.raises(Problem, match="has 3 pictures, image has 2"):
        stitch_image(photo(4, 4, 2), patches, place, mask)


def test_a_place_that_is_empty_is_refused():
    with pytest.raises(Problem, match="is empty: wire the place") as caught:
        stitch_image(photo(4, 4), photo(4, 4), spot(4, 4, 0, 0, 0, 0))
    assert caught.value.port == "place"
