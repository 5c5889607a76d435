"""Nodes that turn, mirror and cut latents. Masks set on them go along."""

from dataclasses import replace
from typing import Annotated, Literal

import torch

from nodes.core import Context, Latent, LatentFacts, Number, Problem, Size, node

from .agree import resized, sized
from .grid import cells, factor_of, moved

TURNS = {"90": -1, "180": 2, "270": 1}


@node
def crop_latent(
    latent: Latent,
    x: Annotated[int, Number(0, 16384, 8)] = 0,
    y: Annotated[int, Number(0, 16384, 8)] = 0,
    width: Annotated[int, Size()] = 512,
    height: Annotated[int, Size()] = 512,
    *,
    context: Context,
) -> Latent:
    """Cut a rectangle out of a latent, in pixels of the picture it stands for.

    Rounded down to whole latent values where it is not.
    """
    _cropped(latent.facts, x, y, width, height)
    left, top, columns, rows = cells(
        context, factor_of(latent), x=x, y=y, width=width, height=height
    )
    return moved(
        latent, lambda values: values[:, :, top : top + rows, left : left + columns].clone()
    )


@crop_latent.facts
def _cropped(
    latent: LatentFacts | None, x: int | None, y: int | None, width: int | None, height: int | None
) -> LatentFacts:
    latent = latent or LatentFacts()
    sized(latent)
    _lies_inside(latent.width, x, width, ("x", "width", "wide"))
    _lies_inside(latent.height, y, height, ("y", "height", "high"))
    return resized(latent, width, height)


def _lies_inside(
    whole: int | None, start: int | None, length: int | None, words: tuple[str, str, str]
) -> None:
    if whole is None or start is None:
        return
    if start >= whole:
        raise Problem(f"is {start}, the latent is {whole} pixels {words[2]}", words[0])
    if length is not None and start + length > whole:
        told = f"is {length}: from {start} on there are {whole - start} pixels left"
        raise Problem(told, words[1])


@node
def flip_latent(
    latent: Latent, direction: Literal["horizontal", "vertical"] = "horizontal"
) -> Latent:
    """Mirror a latent: horizontal swaps left and right, vertical swaps top and bottom."""
    side = 3 if direction == "horizontal" else 2
    return moved(latent, lambda values: values.flip(side))


@node
def rotate_latent(latent: Latent, degrees: Literal["90", "180", "270"] = "90") -> Latent:
    """Turn a latent clockwise.

    Autoencoders know upright pictures: what a turned latent decodes to is less sharp.
    """
    return moved(latent, lambda values: torch.rot90(values, TURNS[degrees], (2, 3)))


@rotate_latent.facts
def _rotated(latent: LatentFacts | None, degrees: str | None) -> LatentFacts:
    latent = latent or LatentFacts()
    if degrees == "180":
        return latent
    if degrees is None and latent.width != latent.height:
        return replace(latent, width=None, height=None)
    return replace(latent, width=latent.height, height=latent.width)
