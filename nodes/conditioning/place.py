"""Nodes that say where in a picture prompts lead, and how strongly beside others."""

from dataclasses import replace
from typing import Annotated, Literal

from nodes.core import (
    Conditioning,
    ConditioningFacts,
    Mask,
    MaskFacts,
    Number,
    Problem,
    Slider,
    node,
)
from nodes.core.sizes import common_batch
from nodes.diffusion.regions import everywhere

Length = Annotated[float, Number(0, 16384, 0.01)]
Strength = Annotated[float, Slider(0, 10, 0.05)]


@node
def set_area(
    conditioning: Conditioning,
    x: Length = 0.0,
    y: Length = 0.0,
    width: Length = 0.5,
    height: Length = 1.0,
    unit: Literal["parts", "pixels"] = "parts",
    strength: Strength = 1.0,
) -> Conditioning:
    """Say in which rectangle of the picture a prompt leads. Combine it with others for the rest.

    In `parts` the whole picture is 1 wide and 1 high. Where areas overlap, prompts count by their
    strengths; where no prompt leads, all do. It replaces an area set before.
    """
    _in_area(conditioning.facts, x, y, width, height, unit)

    def put(one: Conditioning) -> Conditioning:
        power = one.place.strength * strength
        area = (x, y, width, height)
        return replace(
            one, place=replace(one.place, area=area, pixels=unit == "pixels", strength=power)
        )

    return everywhere(conditioning, put)


@set_area.facts
def _in_area(
    conditioning: ConditioningFacts | None,
    x: float | None,
    y: float | None,
    width: float | None,
    height: float | None,
    unit: str | None,
) -> ConditioningFacts:
    for port, side in (("width", width), ("height", height)):
        if side == 0:
            raise Problem("is 0: there is nothing in such an area", port)
    for port, at in (("x", x), ("y", y)):
        if unit == "parts" and at is not None and at >= 1:
            raise Problem(f"is {at:g}: in parts a picture ends at 1. Set unit to pixels?", port)
    known = conditioning or ConditioningFacts()
    if unit == "parts":
        return replace(known, corner=(0.0, 0.0))
    if unit is None or x is None or y is None:
        return replace(known, corner=None)
    return replace(known, corner=(x, y))


@node
def set_mask(conditioning: Conditioning, mask: Mask, strength: Strength = 1.0) -> Conditioning:
    """Say by a mask where in the picture a prompt leads: white fully, black not at all.

    The mask is stretched over the picture, whatever its size. Where masks overlap, prompts count by
    how white they are and by their strengths; where no prompt leads, all do. It replaces a mask set
    before; an area stays.
    """
    _masked(conditioning.facts, mask.facts)

    def put(one: Conditioning) -> Conditioning:
        power = one.place.strength * strength
        return replace(one, place=replace(one.place, mask=mask.values, strength=power))

    return everywhere(conditioning, put)


@set_mask.facts
def _masked(conditioning: ConditioningFacts | None, mask: MaskFacts | None) -> ConditioningFacts:
    known = conditioning or ConditioningFacts()
    batch = common_batch(conditioning=known.batch, mask=mask.batch if mask else None)
    return replace(known, batch=batch)


@node
def set_strength(conditioning: Conditioning, strength: Strength = 1.0) -> Conditioning:
    """Say how strongly a prompt leads beside others it is combined with; 2 counts as two of them.

    It multiplies what was set before. Alone, a prompt leads the same whatever its strength.
    """

    def put(one: Conditioning) -> Conditioning:
        return replace(one, place=replace(one.place, strength=one.place.strength * strength))

    return everywhere(conditioning, put)
