"""Nodes that turn, mirror and cut latents. Masks set on them go along."""

from dataclasses import replace
from typing import Annotated, Literal

import torch

from nodes.core import AUTO, Auto, Choice, Context, Latent, LatentFacts, Number, Size, node
from nodes.core.sizes import MAX_SIDE, piece
from nodes.raster.place import MIRRORS

from .agree import resized, sized
from .grid import cells, factor_of, moved

Place = Annotated[int | Auto, Number(0, MAX_SIDE, 8)]
TURNS = {"90": -1, "180": 2, "270": 1}


@node
def crop_latent(
    latent: Latent,
    width: Annotated[int, Size()] = 512,
    height: Annotated[int, Size()] = 512,
    x: Place = AUTO,
    y: Place = AUTO,
    *,
    context: Context,
) -> Latent:
    """Cut a piece out of a latent, in pixels of the picture it stands for.

    x and y are its upper left corner, `auto` is the middle. Rounded down to whole latent values.
    What of the piece lies beyond the edges is left out.
    """
    facts = latent.facts
    _cropped(facts, width, height, x, y)
    given = {"x": x, "y": y, "width": width, "height": height}
    factor = factor_of(latent)
    cells(context, factor, **{name: pixels for name, pixels in given.items() if pixels != AUTO})
    left, columns = (at // factor for at in _span(facts, facts.width, width, x, "x") or (0, 0))
    top, rows = (at // factor for at in _span(facts, facts.height, height, y, "y") or (0, 0))
    return moved(
        latent, lambda values: values[:, :, top : top + rows, left : left + columns].clone()
    )


@crop_latent.facts
def _cropped(
    latent: LatentFacts | None,
    width: int | None,
    height: int | None,
    x: int | Auto | None,
    y: int | Auto | None,
) -> LatentFacts:
    latent = latent or LatentFacts()
    sized(latent)
    resized(latent, width, height)
    across = _span(latent, latent.width, width, x, "x")
    down = _span(latent, latent.height, height, y, "y")
    return replace(latent, width=across and across[1], height=down and down[1])


def _span(
    latent: LatentFacts, whole: int | None, length: int | None, at: int | Auto | None, port: str
) -> tuple[int, int] | None:
    """`piece` in pixels, of whole latent values."""
    factor, named = latent.factor, piece(whole, length, at, port)
    if factor is None or length is None or at is None or named is None:
        return None
    start = at if at == AUTO else at - at % factor
    found = piece(whole, length - length % factor, start, port)
    return found and (found[0] - found[0] % factor, found[1])


@node
def flip_latent(
    latent: Latent, direction: Annotated[str, Choice(tuple(MIRRORS))] = "left to right"
) -> Latent:
    """Mirror a latent: left becomes right, top becomes bottom, or both."""
    return moved(latent, lambda values: values.flip(MIRRORS[direction]), turns=True)


@node
def rotate_latent(latent: Latent, degrees: Literal["90", "180", "270"] = "90") -> Latent:
    """Turn a latent clockwise.

    Autoencoders know upright pictures: what a turned latent decodes to is less sharp.
    """
    turn = TURNS[degrees]
    return moved(latent, lambda values: torch.rot90(values, turn, (2, 3)), turns=True)


@rotate_latent.facts
def _rotated(latent: LatentFacts | None, degrees: str | None) -> LatentFacts:
    latent = latent or LatentFacts()
    if degrees == "180":
        return latent
    if degrees is None and latent.width != latent.height:
        return replace(latent, width=None, height=None)
    return replace(latent, width=latent.height, height=latent.width)
