"""Nodes that say how large a latent is."""

from typing import Annotated

import torch

from nodes.core import AUTO, Auto, Image, ImageFacts, Latent, LatentFacts, Number, Size, node
from nodes.core.sizes import check_size


@node
def empty_latent(
    width: Annotated[int | Auto, Size()] = AUTO,
    height: Annotated[int | Auto, Size()] = AUTO,
    batch: Annotated[int, Number(1, 64, 1)] = 1,
) -> Latent:
    """A size to sample at, for every model. `auto` is the size the model was trained on.

    Sizes are rounded down to what the model's factor divides.
    """
    facts = _blank(width, height, batch)
    return Latent(torch.zeros(batch, 0, facts.height or 0, facts.width or 0))


@empty_latent.facts
def _blank(width: int | Auto | None, height: int | Auto | None, batch: int | None) -> LatentFacts:
    wide, high = 0 if width == AUTO else width, 0 if height == AUTO else height
    check_size(wide or None, high or None, "width")
    return LatentFacts(None, 0, wide, high, batch, False, 1)


@node
def empty_latent_like(image: Image) -> Latent:
    """A size to sample at: that of a picture, as many as there are. Nothing else is taken from it.

    Sizes are rounded down to what the model's factor divides.
    """
    batch, _, height, width = image.values.shape
    return Latent(torch.zeros(batch, 0, height, width))


@empty_latent_like.facts
def _of_picture(image: ImageFacts | None) -> LatentFacts:
    image = image or ImageFacts()
    return LatentFacts(None, 0, image.width, image.height, image.batch, False, 1)
