"""Nodes between pictures and latents."""

from collections.abc import Generator
from typing import Annotated, TypeVar

from nodes.core import Context, Image, Latent, Number, Problem, Progress, Seed, Steps, Vae, node
from nodes.core.facts import ImageFacts, LatentFacts, VaeFacts
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import decoding, encoding

Made = TypeVar("Made")
Tile = Annotated[int, Number(0, 4096, 64)]


@node
def vae_encode(
    vae: Vae,
    image: Image,
    tile: Tile = 0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    context: Context,
) -> Steps[Latent]:
    """Turn pictures into latents.

    Sides are cropped evenly to what the autoencoder's factor divides. With `tile`, large pictures
    are encoded in pieces of that many pixels, which takes less memory. Without a seed it is the
    mean of what the autoencoder sees, with one a draw from around it.
    """
    facts = _encoded(vae.facts, image.facts)
    before, after = (f"{known.width} × {known.height}" for known in (image.facts, facts))
    if before != after:
        factor = vae.space.factor
        context.notice(
            f"the picture is {before}, its middle {after} is encoded: "
            f"this autoencoder takes sides that are multiples of {factor}"
        )
    return (yield from _told(encoding(memory.autoencoder(vae), image, seed, tile)))


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
    return LatentFacts(vae.space, vae.channels, width, height, image.batch, False, vae.factor)


@node
def vae_decode(vae: Vae, latent: Latent, tile: Tile = 0) -> Steps[Image]:
    """Turn latents into pictures.

    With `tile`, large ones are decoded in pieces of that many pixels, which takes less memory.
    """
    _decoded(vae.facts, latent.facts)
    return (yield from _told(decoding(memory.autoencoder(vae), latent, tile)))


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


def _told(pieces: Generator[tuple[int, int], None, Made]) -> Steps[Made]:
    """Progress piece by piece; a run can be stopped after each."""
    while True:
        try:
            done, of = next(pieces)
        except StopIteration as end:
            return end.value
        yield Progress(done, of)
