"""What decides how long a node takes: what kind of work it is, and how much of it."""

from hashlib import blake2b
from typing import Any, NamedTuple

from nodes.core.context import Host
from nodes.core.facts import (
    ConditioningFacts,
    ImageFacts,
    LatentFacts,
    MaskFacts,
    ModelFacts,
    SigmasFacts,
)
from nodes.core.infer import Many
from nodes.core.nodetype import AUTO
from nodes.core.plan import Plan, Step
from nodes.core.widgets import Choice, Toggle
from nodes.core.workflow import Source

COUNTED = ("tile", "times", "radius", "eta")  # numbers that make another kind of work
SAME = ("schedule", "prediction")  # choices that do not


class Work(NamedTuple):
    """kind: what it is, on this device. size: pixels of all pictures. steps: how many are asked
    for, None for what is done in one go.
    """

    kind: str
    size: float
    steps: int | None


def work_of(step: Step, plan: Plan, host: Host) -> Work:
    """The work of a step of a plan whose facts are known."""
    facts = [_known(plan, source) for sources in step.sources.values() for source in sources]
    facts += [_known(plan, Source(step.id, name)) for name in step.type.outputs]
    model = next((f for f in facts if isinstance(f, ModelFacts)), ModelFacts())
    settings = {
        name: _resolved(name, value, model)
        for name, value in step.constants.items()
        if name in COUNTED or (name not in SAME and _is_choice(step, name))
    }
    settings["guided"] = _is_guided(step, model)
    shapes = [_without_size(fact) for fact in facts]
    told = f"{step.type.type} {step.type.version} {settings!r} {shapes!r} {host.environment}"
    kind = blake2b(told.encode(), digest_size=16).hexdigest()
    return Work(kind, max(map(_pixels, facts), default=0.0), _steps(step, model, facts))


def _known(plan: Plan, source: Source) -> Any:
    facts = plan.facts.get(source)
    return facts.each if isinstance(facts, Many) else facts


def _is_choice(step: Step, name: str) -> bool:
    return isinstance(step.type.inputs[name].widget, Choice | Toggle)


def _resolved(name: str, value: Any, model: ModelFacts) -> Any:
    return getattr(model, name, value) if value == AUTO else value


def _is_guided(step: Step, model: ModelFacts) -> bool:
    """Whether every step asks the model twice."""
    return _resolved("guidance", step.constants.get("guidance"), model) != 1


def _without_size(facts: Any) -> Any:
    """What of a wire makes another kind of work; how much is on it does not."""
    if isinstance(facts, ModelFacts):
        return facts.family, facts.space, facts.text_width
    if isinstance(facts, ConditioningFacts):
        return facts.text_width
    if isinstance(facts, LatentFacts):
        return facts.space, facts.masked
    return type(facts).__name__


def _pixels(facts: Any) -> float:
    if not isinstance(facts, ImageFacts | MaskFacts | LatentFacts):
        return 0.0
    return float((facts.width or 0) * (facts.height or 0) * (facts.batch or 1))


def _steps(step: Step, model: ModelFacts, facts: list[Any]) -> int | None:
    if "sigmas" in step.sources:
        return next((f.steps for f in facts if isinstance(f, SigmasFacts)), None)
    asked = _resolved("steps", step.constants.get("steps"), model)
    share = step.constants.get("denoise", 1.0)
    if not isinstance(asked, int) or not step.type.is_generator:
        return None
    return max(1, round(asked * share)) if isinstance(share, float) else asked
