"""Nodes that say how alike pictures are."""

from typing import Annotated, NamedTuple

from nodes.core import Image, ImageFacts, Slider, node
from nodes.core.sizes import agreed
from nodes.raster import similarity
from nodes.raster.colour import luma


class Compared(NamedTuple):
    mean: float
    max: float
    psnr: float
    ssim: float
    difference: Image


@node
def compare_images(
    a: Image, b: Image, amplify: Annotated[float, Slider(1, 100, 1)] = 1.0
) -> Compared:
    """How far two pictures of one size are apart, as numbers and as a picture.

    `mean` and `max` are of the absolute differences, from 0 to 1. `psnr` is in decibels; 100
    stands for that much and more, equal pictures too. `ssim` is 1 for equal pictures and looks at
    structure, in grey. `difference` is black where they agree, made `amplify` times stronger.
    """
    batch = agreed(a=a.facts, b=b.facts).batch or 1
    first, second = (one.values.expand(batch, -1, -1, -1) for one in (a, b))
    mean, most = similarity.distances(first, second)
    return Compared(
        mean,
        most,
        similarity.psnr(first, second),
        similarity.ssim(luma(first), luma(second)),
        Image(similarity.difference(first, second, amplify)),
    )


@compare_images.facts
def _compared(a: ImageFacts | None, b: ImageFacts | None) -> dict[str, ImageFacts]:
    return {"difference": ImageFacts(*agreed(a=a, b=b))}
