"""Nodes that make and change latents."""

from typing import Annotated

import torch

from nodes.core import AUTO, Auto, Image, Latent, Number, Problem, Size, Slider, Steps, Vae, node
from nodes.core.events import Progress
from nodes.core.facts import ImageFacts, LatentFacts, VaeFacts
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import decoding, encode


@node
def empty_latent(
    width: Annotated[int | Auto, Size()] = AUTO,
    height: Annotated[int | Auto, Size()] = AUTO,
    batch: Annotated[int, Number(1, 64, 1)] = 1,
) -> Latent:
    """A size to sample at, for every model. `auto` is the size the model was trained on.

    Sizes are rounded down to what the model's factor divides.
    """
    return Latent(
        torch.zeros(batch, 0, 0 if height == AUTO else height, 0 if width == AUTO else width)
    )


@empty_latent.facts
def _blank(width: int | Auto | None, height: int | Auto | None, batch: int | None) -> LatentFacts:
    return LatentFacts(
        None, 0, 0 if width == AUTO else width, 0 if height == AUTO else height, batch
    )


@node
def vae_encode(vae: Vae, image: Image) -> Latent:
    """Turn pictures into latents: the mean of what the autoencoder sees.

    Sides are cropped to what its factor divides.
    """
    return encode(memory.autoencoder(vae), image)


@vae_encode.facts
def _encoded(vae: VaeFacts | None, image: ImageFacts | None) -> LatentFacts:
    vae, image = vae or VaeFacts(), image or ImageFacts()

    def whole(side: int | None) -> int | None:
        return side - side % vae.factor if side and vae.factor else None

    width, height = whole(image.width), whole(image.height)
    if 0 in (width, height):
        raise Problem(
            f"is smaller than one latent value of this autoencoder ({vae.factor} pixels)", "image"
        )
    return LatentFacts(vae.space, vae.channels, width, height, image.batch)


@node
def vae_decode(
    vae: Vae, latent: Latent, tile: Annotated[int, Number(0, 4096, 64)] = 0
) -> Steps[Image]:
    """Turn latents into pictures.

    With `tile`, large ones are decoded in pieces of that many pixels, which takes less memory.
    """
    pieces = decoding(memory.autoencoder(vae), latent, tile)
    while True:
        try:
            done, of = next(pieces)
        except StopIteration as end:
            return end.value
        yield Progress(done, of)


@vae_decode.facts
def _decoded(vae: VaeFacts | None, latent: LatentFacts | None) -> ImageFacts:
    vae, latent = vae or VaeFacts(), latent or LatentFacts()
    if latent.channels == 0:
        raise Problem("is blank, there is no picture in it yet: sample it first", "latent")
    if vae.space and latent.space and vae.space != latent.space:
        raise Problem(
            f"is in the space {latent.space}, this autoencoder reads {vae.space}", "latent"
        )
    return ImageFacts(latent.width or None, latent.height or None, latent.batch)


@node
def blend_latents(
    a: Latent, b: Latent, amount: Annotated[float, Slider(0, 1, 0.01)] = 0.5
) -> Latent:
    """Mix two latents. At 0 you get a, at 1 you get b."""
    return Latent(torch.lerp(a.values, b.values.to(a.values.device), amount), a.space)


@blend_latents.facts
def _blended(a: LatentFacts | None, b: LatentFacts | None) -> LatentFacts:
    a, b = a or LatentFacts(), b or LatentFacts()
    for field in ("space", "width", "height"):
        first, second = getattr(a, field), getattr(b, field)
        if first is not None and second is not None and first != second:
            raise Problem(f"has {field} {second}, that of a is {first}", "b")
    return a
