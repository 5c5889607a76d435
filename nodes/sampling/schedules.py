"""Noise schedules made by formula or by hand, cut, joined and shown."""

import math
from typing import Annotated, Literal, NamedTuple

from nodes.core import AUTO, Auto, Image, Model, Number, Problem, Prompt, Sigmas, Size, Slider, node
from nodes.core.facts import ImageFacts, ModelFacts, SigmasFacts
from nodes.diffusion import memory
from nodes.diffusion.levels import ended, joined, parsed, shifted, written
from nodes.diffusion.schedules.entries import beta_sigmas
from nodes.diffusion.schedules.formula import karras_sigmas, polyexponential_sigmas
from nodes.raster.plot import COLOURS, LEAST_HEIGHT, LEAST_WIDTH, MOST_SIDE, Line, line_plot

Steps = Annotated[int, Slider(1, 150, 1)]
Level = Annotated[float | Auto, Number(0.0001, 10000, 0.0001)]


class Split(NamedTuple):
    high: Sigmas
    low: Sigmas


@node
def karras_schedule(
    model: Model | None,
    steps: Steps = 20,
    sigma_max: Level = AUTO,
    sigma_min: Level = AUTO,
    rho: Annotated[float, Slider(1, 20, 0.1)] = 7.0,
) -> Sigmas:
    """Levels even in their rho-th root: the higher rho, the more steps where there is little noise.

    `auto` is the model's own noisiest and quietest level. Karras et al. (2022).
    """
    top, bottom = _ends(model, sigma_max, sigma_min)
    return Sigmas(ended(karras_sigmas(steps, top, bottom, rho), "rho"))


@node
def polyexponential_schedule(
    model: Model | None,
    steps: Steps = 20,
    sigma_max: Level = AUTO,
    sigma_min: Level = AUTO,
    rho: Annotated[float, Slider(0.1, 5, 0.1)] = 1.0,
) -> Sigmas:
    """Levels even in their logarithm at rho 1, the exponential schedule.

    Above 1 more steps go to the quiet end, below 1 to the noisy one. `auto` is the model's own
    noisiest and quietest level.
    """
    top, bottom = _ends(model, sigma_max, sigma_min)
    return Sigmas(ended(polyexponential_sigmas(steps, top, bottom, rho), "rho"))


@karras_schedule.facts
@polyexponential_schedule.facts
def _between(
    model: ModelFacts | None,
    steps: int | None,
    sigma_max: float | Auto | None,
    sigma_min: float | Auto | None,
) -> SigmasFacts:
    _check_ends(model is not None, sigma_max, sigma_min)
    return SigmasFacts(steps)


def _ends(
    model: Model | None, sigma_max: float | Auto, sigma_min: float | Auto
) -> tuple[float, float]:
    """The noisiest and the quietest level, the model's own where they are auto."""
    _check_ends(model is not None, sigma_max, sigma_min)
    own = memory.denoiser(model).prediction if model else None
    top = own.sigma_max if own and sigma_max == AUTO else float(sigma_max)
    bottom = own.sigma_min if own and sigma_min == AUTO else float(sigma_min)
    _check_ends(True, top, bottom)
    return top, bottom


def _check_ends(
    wired: bool, sigma_max: float | Auto | None, sigma_min: float | Auto | None
) -> None:
    for port, given in (("sigma_max", sigma_max), ("sigma_min", sigma_min)):
        if given == AUTO and not wired:
            raise Problem("is auto, the model's own: wire a model or choose a number", port)
    top = sigma_max if isinstance(sigma_max, int | float) else math.inf
    bottom = sigma_min if isinstance(sigma_min, int | float) else 0.0
    if bottom >= top:
        told = f"is {bottom:g}, it must be below sigma_max, which is {top:g}"
        raise Problem(told, "sigma_min")


@node
def beta_schedule(
    model: Model,
    steps: Steps = 20,
    alpha: Annotated[float, Slider(0.1, 5, 0.05)] = 0.6,
    beta: Annotated[float, Slider(0.1, 5, 0.05)] = 0.6,
) -> Sigmas:
    """The model's levels, spaced by the beta distribution.

    A lower alpha puts more steps where there is little noise, a lower beta where there is much; at
    1 and 1 they are even. Lee et al. (2024).
    """
    return Sigmas(ended(beta_sigmas(memory.denoiser(model), steps, alpha, beta), "steps"))


@beta_schedule.facts
def _spaced(steps: int | None) -> SigmasFacts:
    return SigmasFacts(steps)


@node
def custom_schedule(levels: Annotated[str, Prompt(3)] = "14.6, 7, 2.5, 0.5, 0") -> Sigmas:
    """Noise levels as you write them, falling, with commas or spaces between.

    End with 0 for a finished picture: none is added.
    """
    return Sigmas(parsed(levels, "levels"))


@custom_schedule.facts
def _read(levels: str | None) -> SigmasFacts:
    return SigmasFacts() if levels is None else Sigmas(parsed(levels, "levels")).facts


@node
def schedule_values(sigmas: Sigmas) -> str:
    """The noise levels as text: to read, or to edit in a custom schedule."""
    return written(sigmas.values)


@node
def shift_schedule(sigmas: Sigmas, shift: Annotated[float, Slider(0.1, 12, 0.05)] = 3.0) -> Sigmas:
    """Spend more steps where there is much noise (above 1) or little (below 1).

    For the schedules of flow models, 1 to 0. Larger pictures want a larger shift. One that a
    model's own schedule has already is added to: 3 and 3 is 9.
    """
    return Sigmas(shifted(sigmas.values, shift))


@node
def split_schedule(sigmas: Sigmas, at: Annotated[int, Number(0, 1000, 1)] = 10) -> Split:
    """Two schedules of one: the first `at` steps, and those after them.

    The level between them ends the one and begins the other.
    """
    _check_within(sigmas.facts, at, "at")
    return Split(Sigmas(sigmas.values[: at + 1]), Sigmas(sigmas.values[at:]))


@split_schedule.facts
def _split(sigmas: SigmasFacts | None, at: int | None) -> tuple[SigmasFacts, SigmasFacts]:
    _check_within(sigmas, at, "at")
    whole = sigmas.steps if sigmas else None
    rest = whole - at if whole is not None and at is not None else None
    return SigmasFacts(at), SigmasFacts(rest)


@node
def cut_schedule(
    sigmas: Sigmas,
    start: Annotated[int, Number(0, 1000, 1)] = 0,
    end: Annotated[int | Auto, Number(0, 1000, 1)] = AUTO,
) -> Sigmas:
    """The steps from `start` to `end`, counted from 0; `auto` is to the end.

    An end before the last step leaves noise for another sampler.
    """
    _check_cut(sigmas.facts, start, end)
    return Sigmas(sigmas.values[start:] if end == AUTO else sigmas.values[start : end + 1])


@cut_schedule.facts
def _cut(sigmas: SigmasFacts | None, start: int | None, end: int | Auto | None) -> SigmasFacts:
    _check_cut(sigmas, start, end)
    last = (sigmas.steps if sigmas else None) if end == AUTO else end
    return SigmasFacts(last - start if last is not None and start is not None else None)


def _check_cut(sigmas: SigmasFacts | None, start: int | None, end: int | Auto | None) -> None:
    _check_within(sigmas, start, "start")
    if end is None or end == AUTO:
        return
    _check_within(sigmas, end, "end")
    if start is not None and end < start:
        raise Problem(f"is {end}, before the start, which is {start}", "end")


def _check_within(sigmas: SigmasFacts | None, step: int | None, port: str) -> None:
    if sigmas and sigmas.steps is not None and step is not None and step > sigmas.steps:
        raise Problem(f"is {step}, this schedule has {sigmas.steps} steps", port)


@node
def join_schedules(sigmas: list[Sigmas]) -> Sigmas:
    """Schedules one after another. The level where one ends and the next begins counts once."""
    return Sigmas(joined([one.values for one in sigmas], "sigmas"))


@join_schedules.facts
def _joined(sigmas: list[SigmasFacts | None] | None) -> SigmasFacts:
    alone = sigmas[0] if sigmas and len(sigmas) == 1 else None
    return alone or SigmasFacts()  # whether levels meet is seen in the run


@node
def plot_schedule(
    sigmas: list[Sigmas],
    width: Annotated[int, Size(LEAST_WIDTH, MOST_SIDE, 8)] = 640,
    height: Annotated[int, Size(LEAST_HEIGHT, MOST_SIDE, 8)] = 400,
    scale: Literal["linear", "log"] = "linear",
) -> Image:
    """Draw the noise levels of up to eight schedules, numbered in the order of their wires.

    The scale `log` shows the quiet end; a level of 0 has no place on it.
    """
    _check_lines(len(sigmas))
    lines = [
        Line(f"{n}: {one.facts.steps} steps", one.values.tolist())
        for n, one in enumerate(sigmas, 1)
    ]
    return Image(line_plot(lines, width, height, "step", "noise level (sigma)", scale == "log"))


@plot_schedule.facts
def _plotted(
    sigmas: list[SigmasFacts | None] | None, width: int | None, height: int | None
) -> ImageFacts:
    _check_lines(1 if sigmas is None else len(sigmas))
    return ImageFacts(width, height, 1)


def _check_lines(count: int) -> None:
    if not 1 <= count <= len(COLOURS):
        told = f"bring {count} schedules; 1 to {len(COLOURS)} can be told apart in a plot"
        raise Problem(told, "sigmas")
