"""Nodes that take the masked part of a picture out, to work on it alone, and put it back."""

from typing import Annotated, NamedTuple

import torch
from torch import Tensor

from nodes.core import AUTO, Auto, Context, Image, Mask, Number, Problem, Size, Slider, node
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.sizes import agreed, check_size, common_batch, same_size
from nodes.raster.box import Box, around, bounds, rounded_up, widened
from nodes.raster.morphology import feather as feathered
from nodes.raster.resize import resize

Target = Annotated[int | Auto, Size()]
Multiple = Annotated[int, Number(1, 128, 1)]


class Part(NamedTuple):
    image: Image
    mask: Mask
    place: Mask


@node
def crop_to_mask(
    image: Image,
    mask: Mask,
    margin: Annotated[int, Slider(0, 512, 1)] = 32,
    at_least: Annotated[int, Slider(0, 2048, 8)] = 0,
    width: Target = AUTO,
    height: Target = AUTO,
    multiple: Multiple = 8,
    *,
    context: Context,
) -> Part:
    """Cut out the masked part with a margin, to work on it at full resolution.

    No side of the part is shorter than `at_least`. Given a width or height, it is resized to that;
    both also give it their shape. It ends where the picture does. Sides are rounded up to a
    multiple: that of a model's latent (8, or 16). `place` shows where the part was; `stitch_image`
    wants it. Of an empty mask the part is the whole picture.
    """
    _parted(image.facts, mask.facts, width, height, multiple)
    whole = Box(0, 0, image.facts.width or 0, image.facts.height or 0)
    found = bounds(mask.values)
    if found is None:
        context.notice("the mask is empty, so this is the whole picture")
    aim = (_aim(width, multiple), _aim(height, multiple))
    box = _chosen(found and around(found, margin, whole), at_least, aim, multiple, whole)
    size = _size(box, aim, multiple)
    check_size(*size, "image")
    return Part(
        Image(_scaled(image.values[..., box.rows, box.columns], size, "lanczos")),
        Mask(_scaled(mask.values[..., box.rows, box.columns], size, "bilinear")),
        Mask(_filled(box, whole)),
    )


@crop_to_mask.facts
def _parted(
    image: ImageFacts | None,
    mask: MaskFacts | None,
    width: int | Auto | None,
    height: int | Auto | None,
    multiple: int | None,
) -> dict[str, object]:
    image, mask = image or ImageFacts(), mask or MaskFacts()
    whole = agreed(image=image, mask=mask)
    wide, high = _aim(width, multiple), _aim(height, multiple)
    check_size(wide, high, "width")
    return {
        "image": ImageFacts(wide, high, image.batch),
        "mask": MaskFacts(wide, high, mask.batch),
        "place": MaskFacts(whole.width, whole.height, 1),
    }


def _aim(side: int | Auto | None, multiple: int | None) -> int | None:
    """The side asked for, rounded; None where it is found in the run."""
    return None if side is None or side == AUTO or not multiple else rounded_up(side, multiple)


def _chosen(
    box: Box | None, least: int, aim: tuple[int | None, int | None], multiple: int, whole: Box
) -> Box:
    """The part of the picture that is cut out, in the shape that is asked for."""
    if box is None:
        return whole
    width, height = max(box.width, least), max(box.height, least)
    wide, high = aim
    if wide and high:
        width, height = max(width, -(-height * wide // high)), max(height, -(-width * high // wide))
    else:
        width, height = rounded_up(width, multiple), rounded_up(height, multiple)
    return widened(box, width, height, whole)


def _size(box: Box, aim: tuple[int | None, int | None], multiple: int) -> tuple[int, int]:
    """Width and height of what is handed on: of one side that is asked for the other follows."""
    wide, high = aim
    width = wide or (rounded_up(-(-box.width * high // box.height), multiple) if high else 0)
    height = high or (rounded_up(-(-box.height * wide // box.width), multiple) if wide else 0)
    return width or rounded_up(box.width, multiple), height or rounded_up(box.height, multiple)


def _scaled(values: Tensor, size: tuple[int, int], method: str) -> Tensor:
    width, height = size
    if values.shape[-2:] == (height, width):
        return values.clone()
    return resize(values, width, height, method)


@node
def stitch_image(
    image: Image,
    patch: Image,
    place: Mask | None = None,
    mask: Mask | None = None,
    feather: Annotated[int, Slider(0, 256, 1)] = 8,
) -> Image:
    """Put a part back into the picture it came from. Outside the mask and its feather the picture
    stays exactly as it was.

    `place` comes from `crop_to_mask`; without one the patch covers the picture. `mask` is the one
    of the whole picture: its edge fades outwards over `feather` pixels, within the place. Without
    one all of the place is replaced, and fades towards its own edge.
    """
    facts = _stitched(
        image.facts, patch.facts, place.facts if place else None, mask.facts if mask else None
    )
    whole = Box(0, 0, image.values.shape[3], image.values.shape[2])
    box = bounds(place.values) if place else whole
    if box is None:
        raise Problem("is empty: wire the place that crop_to_mask gives", "place")
    pasted = image.values.expand(facts.batch or 1, -1, -1, -1).clone()
    fitted = _scaled(patch.values.to(pasted), (box.width, box.height), "lanczos")
    pasted[..., box.rows, box.columns] = fitted
    amount = _amount(mask, box, whole, feather).to(pasted)
    return Image(torch.lerp(image.values, pasted, amount))  # 0, and a to a, are exact


@stitch_image.facts
def _stitched(
    image: ImageFacts | None,
    patch: ImageFacts | None,
    place: MaskFacts | None,
    mask: MaskFacts | None,
) -> ImageFacts:
    image = image or ImageFacts()
    batches = {"image": image.batch, "patch": patch.batch if patch else None}
    for name, facts in (("place", place), ("mask", mask)):
        if facts:
            same_size("image", image, name, facts)
    if mask:
        batches["mask"] = mask.batch
    return ImageFacts(image.width, image.height, common_batch(**batches))


def _amount(mask: Mask | None, box: Box, whole: Box, feather: int) -> Tensor:
    """How much of the patch is seen, (B, 1, H, W) of the whole."""
    if mask is not None:
        return feathered(mask.values, feather, "outwards")
    return feathered(_filled(box, whole), feather, "inwards")


def _filled(box: Box, whole: Box) -> Tensor:
    """A mask (1, 1, H, W) of the whole that is 1 in the box."""
    values = torch.zeros(1, 1, whole.height, whole.width)
    values[..., box.rows, box.columns] = 1
    return values
