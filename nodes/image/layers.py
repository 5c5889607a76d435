"""Nodes that lay pictures upon each other."""

from typing import Annotated

from nodes.core import Choice, Image, ImageFacts, Mask, MaskFacts, Number, Slider, node
from nodes.core.sizes import MAX_SIDE, agreed, common_batch
from nodes.raster.blend import MODES, blend
from nodes.raster.place import laid

Amount = Annotated[float, Slider(0, 1, 0.01)]
Offset = Annotated[int, Number(-MAX_SIDE, MAX_SIDE, 1)]


@node
def blend_images(
    bottom: Image,
    top: Image,
    mode: Annotated[str, Choice(tuple(MODES))] = "normal",
    amount: Amount = 0.5,
    mask: Mask | None = None,
) -> Image:
    """Mix two pictures of one size by a blend mode, as layers are.

    At amount 0 you get the bottom one, at 1 all of what the mode makes, where the mask is white.
    """
    _blended(bottom.facts, top.facts, mask.facts if mask else None)
    weight = amount if mask is None else amount * mask.values
    return Image(blend(bottom.values, top.values, mode, weight))


@blend_images.facts
def _blended(
    bottom: ImageFacts | None, top: ImageFacts | None, mask: MaskFacts | None
) -> ImageFacts:
    return ImageFacts(*agreed(bottom=bottom, top=top, mask=mask))


@node
def composite_images(
    bottom: Image,
    top: Image,
    x: Offset = 0,
    y: Offset = 0,
    amount: Amount = 1.0,
    mask: Mask | None = None,
) -> Image:
    """Lay one picture on another, its upper left corner at x and y.

    What is beyond the edges is cut. The mask, of the size of the top one, says where that shows.
    """
    _composed(bottom.facts, top.facts, mask.facts if mask else None)
    shown = top.values.new_ones(1, 1, *top.values.shape[-2:]) if mask is None else mask.values
    return Image(laid(bottom.values, top.values, x, y, shown * amount))


@composite_images.facts
def _composed(
    bottom: ImageFacts | None, top: ImageFacts | None, mask: MaskFacts | None
) -> ImageFacts:
    bottom, top = bottom or ImageFacts(), top or ImageFacts()
    agreed(top=top, mask=mask)
    masks = {"mask": mask.batch} if mask else {}
    batch = common_batch(bottom=bottom.batch, top=top.batch, **masks)
    return ImageFacts(bottom.width, bottom.height, batch)
