"""Every node of masks, on masks small enough to be worked out by hand."""

import pytest
import torch

from nodes.core import Problem
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.types import Image, Mask
from nodes.mask.combine import combine_masks, invert_mask, threshold_mask
from nodes.mask.convert import mask_from_colour, mask_from_image, mask_to_image
from nodes.mask.frame import crop_mask, flip_mask, measure_mask, resize_mask
from nodes.mask.make import draw_mask, solid_mask


def mask(*rows: list[float]) -> Mask:
    return Mask(torch.tensor([[rows]], dtype=torch.float32))


def image(*pixels: tuple[float, float, float]) -> Image:
    """A picture of one row."""
    return Image(torch.tensor(pixels, dtype=torch.float32).T[None, :, None, :])


def rows(given: Mask) -> list[list[float]]:
    assert given.values.dtype == torch.float32 and given.values.shape[:2] == (1, 1)
    return given.values[0, 0].tolist()


def test_a_solid_mask_is_the_same_everywhere():
    assert rows(solid_mask(None, 3, 2, 0.25)) == [[0.25] * 3] * 2


def test_a_made_mask_has_the_size_of_the_picture_wired():
    photo = Image(torch.zeros(4, 3, 2, 5))
    for made in (solid_mask(photo, 8, 8), draw_mask(photo)):
        assert made.facts == MaskFacts(5, 2, 1)
    assert solid_mask.rule and solid_mask.rule(photo.facts, 8, 8) == MaskFacts(5, 2, 1)


def test_a_rectangle_holds_the_pixels_whose_centres_it_holds():
    drawn = draw_mask(None, 4, 2, "rectangle", 0.25, 0.0, 0.75, 0.5)
    assert rows(drawn) == [[0, 1, 1, 0], [0, 0, 0, 0]]
    # a centre on the left edge counts, one on the right does not
    assert rows(draw_mask(None, 4, 1, "rectangle", 0.125, 0.0, 0.625, 1.0)) == [[1, 1, 0, 0]]


def test_an_ellipse_leaves_the_corners_of_its_box():
    drawn = draw_mask(None, 4, 4, "ellipse", 0.0, 0.0, 1.0, 1.0)
    assert rows(drawn) == [[0, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 1, 0]]


@pytest.mark.parametrize(
    "direction, expected",
    [("right", [0, 0.25, 0.75, 1]), ("left", [1, 0.75, 0.25, 0])],
)
def test_a_gradient_goes_across_its_box_and_on_as_it_ends(direction, expected):
    drawn = draw_mask(None, 4, 1, f"gradient_{direction}", 0.25, 0.0, 0.75, 1.0)
    assert rows(drawn) == [expected]
    turned = {"right": "down", "left": "up"}[direction]
    drawn = draw_mask(None, 1, 4, f"gradient_{turned}", 0.0, 0.25, 1.0, 0.75)
    assert rows(drawn) == [[value] for value in expected]


def test_a_round_gradient_falls_from_the_centre():
    drawn = draw_mask(None, 5, 1, "gradient_round", 0.0, 0.0, 1.0, 1.0)
    assert rows(drawn)[0] == pytest.approx([0.2, 0.6, 1, 0.6, 0.2])


@pytest.mark.parametrize("box, port", [((0.5, 0, 0.5, 1), "right"), ((0, 0.6, 1, 0.5), "bottom")])
def test_a_box_with_nothing_in_it_is_refused(box, port):
    assert draw_mask.rule
    for refuse in (lambda: draw_mask(None, 4, 4, "ellipse", *box), lambda: ruled(box)):
        with pytest.raises(Problem, match="must be more than") as caught:
            refuse()
        assert caught.value.port == port


def ruled(box):
    assert draw_mask.rule
    return draw_mask.rule(None, 4, 4, *box)


def test_a_mask_over_the_limit_is_refused_before_a_run():
    assert solid_mask.rule
    with pytest.raises(Problem, match="30000 × 8 pixels, the limit is"):
        solid_mask.rule(None, 30000, 8)
    assert resize_mask.rule
    with pytest.raises(Problem, match="16000 × 16000 pixels, the limit is"):
        resize_mask.rule(MaskFacts(4, 4, 1), 16000, 16000)


@pytest.mark.parametrize(
    "channel, expected",
    [
        ("red", [1, 0, 0, 1]),
        ("green", [0, 1, 0, 1]),
        ("blue", [0, 0, 1, 1]),
        ("brightness", [0.299, 0.587, 0.114, 1]),
    ],
)
def test_a_picture_becomes_a_mask_by_one_of_its_channels(channel, expected):
    shown = image((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1))
    assert rows(mask_from_image(shown, channel))[0] == pytest.approx(expected)


def test_a_mask_becomes_a_grey_picture_and_comes_back_as_it_was():
    grey = mask([0, 0.3, 1], [0.7, 0.5, 0.1])
    shown = mask_to_image(grey)
    assert shown.facts == ImageFacts(3, 2, 1)
    assert torch.equal(shown.values[:, 1:2], grey.values)
    assert torch.equal(mask_from_image(shown, "brightness").values, grey.values)


def test_a_colour_is_found_within_its_tolerance():
    near = 0.8, 0.2, 0.0  # sqrt((0.2² + 0.2²) / 3) = 0.163 from red
    shown = image((1, 0, 0), near, (0, 0, 0), (0, 1, 1))
    assert rows(mask_from_colour(shown, "#ff0000", 0.17, 0.0)) == [[1, 1, 0, 0]]
    assert rows(mask_from_colour(shown, "#FF0000", 0.16, 0.0)) == [[1, 0, 0, 0]]
    # black is sqrt(1 / 3) = 0.577 from red, its opposite is 1 from it
    soft = rows(mask_from_colour(shown, "#ff0000", 0.5, 0.1))[0]
    assert soft == pytest.approx([1, 1, (0.6 - 3**-0.5) / 0.1, 0], abs=1e-6)


def test_a_colour_of_a_file_is_found_with_no_tolerance():
    shown = image((12 / 255, 200 / 255, 99 / 255), (12 / 255, 200 / 255, 100 / 255))
    assert rows(mask_from_colour(shown, "#0cc863", 0.0, 0.0)) == [[1, 0]]


def test_inverting_swaps_what_is_free_and_what_is_kept():
    assert rows(invert_mask(mask([0, 0.25, 1]))) == [[1, 0.75, 0]]


@pytest.mark.parametrize(
    "how, expected",
    [
        ("add", [1, 0.75, 1]),
        ("subtract", [0, 0.25, 0]),
        ("multiply", [0, 0.125, 0.5]),
        ("maximum", [1, 0.5, 1]),
        ("minimum", [0, 0.25, 0.5]),
        ("difference", [1, 0.25, 0.5]),
    ],
)
def test_two_masks_become_one(how, expected):
    assert rows(combine_masks(mask([0, 0.5, 0.5]), mask([1, 0.25, 1]), how)) == [expected]


def test_one_mask_goes_with_each_of_a_batch():
    three = Mask(torch.tensor([0.0, 0.5, 1.0]).view(3, 1, 1, 1))
    for a, b in ((three, mask([0.5])), (mask([0.5]), three)):
        assert combine_masks(a, b, "maximum").values.flatten().tolist() == [0.5, 0.5, 1]
        assert combine_masks.rule and combine_masks.rule(a.facts, b.facts) == MaskFacts(1, 1, 3)


def test_masks_that_do_not_go_together_are_refused_with_both_sizes():
    with pytest.raises(Problem, match="is 3 × 1 pixels, a is 2 × 1: resize one of them") as caught:
        combine_masks(mask([0, 0]), mask([0, 0, 0]), "add")
    assert caught.value.port == "b"
    two, three = MaskFacts(1, 1, 2), MaskFacts(1, 1, 3)
    assert combine_masks.rule
    with pytest.raises(Problem, match="has 3 pictures, a has 2"):
        combine_masks.rule(two, three)


def test_a_threshold_makes_a_mask_hard():
    assert rows(threshold_mask(mask([0, 0.49, 0.5, 1]), 0.5)) == [[0, 0, 1, 1]]
    assert rows(threshold_mask(mask([0, 1]), 0.0)) == [[1, 1]]


def test_a_mask_is_resized_smoothly_or_with_no_new_greys():
    edge = mask([0, 1])
    assert rows(resize_mask(edge, 4, 1, "smooth")) == [[0, 0.25, 0.75, 1]]
    assert rows(resize_mask(edge, 4, 2, "nearest")) == [[0, 0, 1, 1]] * 2
    assert rows(resize_mask(edge, 1, 1, "smooth")) == [[0.5]]


def test_a_part_of_a_mask_is_cut_out():
    whole = mask([1, 2, 3], [4, 5, 6], [7, 8, 9])
    assert rows(crop_mask(whole, 2, 2, 1, 0)) == [[2, 3], [5, 6]]
    assert rows(crop_mask(whole, 1, 1)) == [[5]]
    # what lies beyond the edge is left out, before the run too
    assert rows(crop_mask(whole, 512, 1, 2, 1)) == [[6]]
    assert crop_mask.rule and crop_mask.rule(whole.facts, 512, 1, 2, 1) == MaskFacts(1, 1, 1)
    assert crop_mask.rule(whole.facts, 512, 2, "auto", "auto") == MaskFacts(3, 2, 1)
    with pytest.raises(Problem, match="is 3, beyond a side of 3 pixels") as caught:
        crop_mask(whole, 1, 1, 0, 3)
    assert caught.value.port == "y"


def test_a_mask_is_mirrored():
    whole = mask([1, 2], [3, 4])
    assert rows(flip_mask(whole, "left to right")) == [[2, 1], [4, 3]]
    assert rows(flip_mask(whole, "top to bottom")) == [[3, 4], [1, 2]]
    assert rows(flip_mask(whole, "both")) == [[4, 3], [2, 1]]


def test_a_mask_is_measured_by_its_box_and_its_share():
    found = mask([0, 0, 0, 0], [0, 0, 1, 0], [0, 0.25, 0, 0])
    assert measure_mask(found) == (1, 1, 2, 2, 1.25 / 12)
    assert measure_mask(mask([0, 0])) == (0, 0, 0, 0, 0)
    assert measure_mask(mask([1])) == (0, 0, 1, 1, 1)


def test_a_batch_is_measured_by_the_box_around_all_of_it():
    two = Mask(torch.cat([mask([1, 0, 0]).values, mask([0, 1, 0]).values]))
    *box, share = measure_mask(two)
    assert box == [0, 0, 2, 1] and share == pytest.approx(1 / 3)
