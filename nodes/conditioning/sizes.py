"""What models of SDXL's kind are told of a picture besides the prompt: its sizes and its cut."""

from dataclasses import replace
from typing import Annotated

from nodes.core import AUTO, Auto, Conditioning, Problem, Slider, node
from nodes.core.facts import ConditioningFacts
from nodes.core.told import Sizes
from nodes.core.widgets import Number
from nodes.diffusion.families import FAMILIES

Side = Annotated[int, Number(0, 16384, 8)]
Offset = Annotated[int, Number(0, 16384, 1)]
Score = Annotated[float | Auto, Slider(0, 10, 0.1)]


@node
def size_conditioning(
    conditioning: Conditioning,
    width: Side = 0,
    height: Side = 0,
    crop_left: Offset = 0,
    crop_top: Offset = 0,
    target_width: Side = 0,
    target_height: Side = 0,
    aesthetic_score: Score = AUTO,
) -> Conditioning:
    """Tell SDXL, Playground or the refiner how large the picture was that a prompt describes.

    0 is the size of the picture itself. A small width and height give the look of a small picture
    enlarged, a crop one that was cut off at the left and the top. The refiner takes a score in
    place of a target: 6 is auto, higher is more pleasing. A negative that is told nothing is told
    these sizes too.
    """
    target = bool(target_width or target_height)
    _takes(conditioning.families, target, aesthetic_score != AUTO)
    score = None if isinstance(aesthetic_score, str) else aesthetic_score
    sizes = Sizes(width, height, crop_left, crop_top, target_width, target_height, score)
    others = tuple(replace(one, sizes=(sizes,)) for one in conditioning.others)
    return replace(conditioning, sizes=(sizes,), others=others)


@size_conditioning.facts
def _sized(
    conditioning: ConditioningFacts | None,
    target_width: int | None,
    target_height: int | None,
    aesthetic_score: float | Auto | None,
) -> ConditioningFacts:
    facts, scored = conditioning or ConditioningFacts(), aesthetic_score not in (None, AUTO)
    _takes(facts.families or (), bool(target_width or target_height), scored)
    return facts


def _takes(families: tuple[str, ...], target: bool, scored: bool) -> None:
    """Refuse what none of the families is told that a prompt is for."""
    told = {what for family in families for what in FAMILIES[family].told}
    written = " and ".join(families)
    if families and not told:
        takers = ", ".join(name for name, family in FAMILIES.items() if family.told)
        raise Problem(
            f"is written for {written}, which is told no sizes; these are: {takers}", "conditioning"
        )
    if families and target and "target" not in told:
        raise Problem(f"is set, but {written} is told none: set both to 0", "target_width")
    if families and scored and "score" not in told:
        raise Problem(f"is set, but {written} is told none: set it to auto", "aesthetic_score")
