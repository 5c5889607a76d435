"""Nodes between pictures and latents."""

from collections.abc import Generator
from dataclasses import replace
from typing import Annotated, TypeVar

import torch
from torch.nn import functional

from nodes.core import (
    Context,
    Image,
    Latent,
    LatentMask,
    Mask,
    Number,
    Problem,
    Progress,
    Seed,
    Steps,
    Vae,
    node,
)
from nodes.core.facts import ImageFacts, LatentFacts, MaskFacts, VaeFacts
from nodes.core.sizes import agreed
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import cropped, decoding, encoding
from nodes.diffusion.finite import finite

from .short import fitting

Made = TypeVar("Made", Image, Latent)
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
    _notice_crop(vae, image, context)
    return (yield from _encode(vae, image, tile, seed, context))


def _encode(vae: Vae, image: Image, tile: int, seed: int | None, context: Context) -> Steps[Latent]:
    pixels = image.values[0, 0].numel()
    pieces = fitting(
        lambda coder, side: encoding(coder, image, seed, side), vae, pixels, tile, context
    )
    return _whole((yield from _told(pieces)), vae)


def _notice_crop(vae: Vae, image: Image, context: Context) -> None:
    facts, factor = _encoded(vae.facts, image.facts), vae.space.factor
    before, after = (f"{known.width} × {known.height}" for known in (image.facts, facts))
    if before != after:
        context.notice(
            f"the picture is {before}, its middle {after} is encoded: "
            f"this autoencoder takes sides that are multiples of {factor}"
        )


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
def encode_inpaint(
    vae: Vae,
    image: Image,
    mask: Mask,
    tile: Tile = 0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    context: Context,
) -> Steps[Latent]:
    """Turn pictures into latents of which a sampler draws anew what is white in the mask.

    For every model: one made for inpainting sees the picture around the hole and fills it, any
    other is held to what is black. Grey counts as white from the middle on. `tile` and `seed` are
    as in vae_encode.
    """
    facts = _holed(vae.facts, image.facts, mask.facts)
    _notice_crop(vae, image, context)
    batch = facts.batch or 1
    white = (mask.values >= 0.5).to(image.values)
    blanked = Image(torch.where(white > 0, 0.5, image.values))
    latent = yield from _encode(vae, image, tile, seed, context)
    shown = yield from _encode(vae, blanked, tile, seed, context)
    whole = cropped(memory.autoencoder(vae), Image(white)).values
    pixels = functional.pixel_unshuffle(whole, vae.space.factor)
    free = LatentMask(pixels[:, :1].clone(), shown=shown.values, pixels=pixels)
    values = latent.values
    if len(values) != batch:
        values = values.repeat(batch, 1, 1, 1)
    return replace(latent, values=values, mask=free)


@encode_inpaint.facts
def _holed(vae: VaeFacts | None, image: ImageFacts | None, mask: MaskFacts | None) -> LatentFacts:
    encoded = _encoded(vae, image)
    both = agreed(image=image, mask=mask)
    return replace(encoded, batch=both.batch, masked=True, shown=True)


@node
def vae_decode(vae: Vae, latent: Latent, tile: Tile = 0, *, context: Context) -> Steps[Image]:
    """Turn latents into pictures.

    With `tile`, large ones are decoded in pieces of that many pixels, which takes less memory.
    """
    _decoded(vae.facts, latent.facts)
    pixels = latent.values[0, 0].numel() * vae.space.factor**2
    pieces = fitting(lambda coder, side: decoding(coder, latent, side), vae, pixels, tile, context)
    return _whole((yield from _told(pieces)), vae)


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


def _whole(made: Made, vae: Vae) -> Made:
    """What was made, if it is of numbers."""
    module = memory.autoencoder(vae).module
    finite(made.values, vae.weights, [module] if module else [], "vae")
    return made


def _told(pieces: Generator[tuple[int, int], None, Made]) -> Steps[Made]:
    """Progress piece by piece; a run can be stopped after each."""
    while True:
        try:
            done, of = next(pieces)
        except StopIteration as end:
            return end.value
        yield Progress(done, of)
