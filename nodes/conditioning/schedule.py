"""The node that says when in a run prompts lead."""

from dataclasses import replace
from typing import Annotated

from nodes.core import Conditioning, ConditioningFacts, Problem, Slider, node
from nodes.diffusion.regions import beside, every

from .agree import Span, shared, together

Part = Annotated[float, Slider(0, 1, 0.01)]


@node
def schedule_conditioning(
    conditioning: Conditioning,
    other: Conditioning | None,
    start: Part = 0.0,
    end: Part = 1.0,
) -> Conditioning:
    """Let a prompt lead in a part of the run only, and another one in the rest.

    Step i of n, counted from 0, is at i / n: it leads from `start` on and before `end`. Where
    nothing is set to lead, all prompts that were combined do. In an open loop `unet_denoise` needs
    the step's index.
    """
    _scheduled(conditioning.facts, other.facts if other else None, start, end)
    prompts = _within(conditioning, (start, end))
    if other:
        for span in ((0.0, start), (end, 1.0)):
            prompts += _within(other, span)
    first = prompts[0]
    if other:
        families = shared(conditioning.families, other.families) or ()
        unconditional = conditioning.unconditional or other.unconditional
        first = replace(first, families=families, unconditional=unconditional)
    return beside((first, *prompts[1:]))


@schedule_conditioning.facts
def _scheduled(
    conditioning: ConditioningFacts | None,
    other: ConditioningFacts | None,
    start: float | None,
    end: float | None,
) -> ConditioningFacts:
    known = conditioning or ConditioningFacts()
    if start is not None and end is not None and end <= start:
        raise Problem(f"is {end:g}, it must be above start, which is {start:g}", "end")
    if other is not None:
        known = together(conditioning, other, "conditioning", "other")
    if start is None or end is None or known.spans is None or (other and not other.spans):
        return replace(known, spans=None)
    spans = _cut(known.spans, (start, end))
    if not spans:
        told = f"is {start:g} and end {end:g}: this conditioning was set to lead at other times"
        raise Problem(f"{told} already", "start")
    if other is not None and other.spans:
        spans += _cut(other.spans, (0.0, start)) + _cut(other.spans, (end, 1.0))
    return replace(known, spans=tuple(spans))


def _within(conditioning: Conditioning, span: Span) -> list[Conditioning]:
    """Its prompts that lead in a part of the run, in that part."""
    found = []
    for one in every(conditioning):
        for start, end in _cut(((one.place.start, one.place.end),), span):
            place = replace(one.place, start=start, end=end)
            found.append(replace(one, place=place, others=()))
    return found


def _cut(spans: tuple[Span, ...], within: Span) -> list[Span]:
    """The spans as far as they lie within another; not those that do not."""
    cut = [(max(start, within[0]), min(end, within[1])) for start, end in spans]
    return [(start, end) for start, end in cut if start < end]
