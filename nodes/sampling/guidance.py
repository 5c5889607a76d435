"""How strongly prompts lead over a run, as a wire to the sampler."""

from dataclasses import replace
from typing import Annotated

from nodes.core import (
    AUTO,
    Auto,
    Conditioning,
    ConditioningFacts,
    Curve,
    Guider,
    GuiderFacts,
    Number,
    Problem,
    Slider,
    node,
)

Scale = Annotated[float, Slider(0, 30, 0.1)]
Part = Annotated[float, Slider(0, 1, 0.01)]


@node
def guidance(
    scale: Annotated[float | Auto, Slider(0, 30, 0.1)] = AUTO,
    start: Part = 0.0,
    end: Part = 1.0,
    every: Annotated[int, Number(1, 100, 1)] = 1,
    rescale: Part = 0.0,
) -> Guider:
    """How strongly the prompt leads, and in which part of a run. Wire it to `sample`.

    Step i of n, counted from 0, is at i / n. It is guided from `start` on and before `end`, and of
    those only each `every`-th, beginning with the first. The others follow the prompt alone, which
    is half the work. `rescale` takes back the harshness of a high scale (Lin et al., 2024; .7 is
    usual). `auto` is the guidance set at the sampler.
    """
    return Guider(None if scale == AUTO else scale, (), start, _after(start, end), every, rescale)


@guidance.facts
def _led(scale: float | Auto | None, start: float | None, end: float | None) -> GuiderFacts:
    _after(start, end)
    return GuiderFacts(None if scale == AUTO else scale, False)


def _after(start: float | None, end: float | None) -> float:
    if start is not None and end is not None and end <= start:
        raise Problem(f"is {end:g}, it must be above start, which is {start:g}", "end")
    return 1.0 if end is None else end


@node
def guidance_curve(
    curve: Annotated[str, Curve(0, 30)] = "0:7, 1:3", guider: Guider | None = None
) -> Guider:
    """A guidance scale that changes over a run: `0:7, 1:3` goes evenly from 7 at its start to 3.

    Points are `part:scale`; before the first and after the last it is level. Step i of n is at
    i / n, counted from 0. All else is as in `guider`.
    """
    return replace(guider or Guider(), curve=tuple(Curve(0, 30).points(curve)))


@guidance_curve.facts
def _curved(guider: GuiderFacts | None) -> GuiderFacts:
    return GuiderFacts(None, True, guider.middle if guider else None)


@node
def dual_guidance(
    middle: Conditioning, middle_scale: Scale = 1.5, guider: Guider | None = None
) -> Guider:
    """Two scales: from the negative prompt to a middle one, and from there to the positive.

    The middle one says what all pictures share, such as a style; `middle_scale` is how strongly it
    leads, the scale of `guider` how strongly the rest of the positive does. Brooks et al. (2023).
    """
    return replace(guider or Guider(), middle=middle, middle_scale=middle_scale)


@dual_guidance.facts
def _doubled(guider: GuiderFacts | None, middle: ConditioningFacts | None) -> GuiderFacts:
    return replace(guider or GuiderFacts(None, False), middle=middle)
