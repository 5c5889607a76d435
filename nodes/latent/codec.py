"""Nodes between pictures and latents."""

from typing import Annotated

from nodes.core import Image, Latent, Number, Problem, Steps, Vae, node
from nodes.core.events import Progress
from nodes.core.facts import ImageFacts, LatentFacts, VaeFacts
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import decoding, encode


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
    return LatentFacts(vae.space, vae.channels, width, height, image.batch, False, vae.factor)


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
