"""What comes in to be queued, checked or saved: read strictly, and told all that is wrong."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import msgspec

from nodes.core.body_type import Catalogue
from nodes.core.check import examine
from nodes.core.context import Host
from nodes.core.plan import Plan
from nodes.core.ports import Input, nearest
from nodes.core.problem import Problem, Problems
from nodes.core.read import NotJson, scan
from nodes.core.setting import put_all
from nodes.core.widgets import Prompt
from nodes.core.workflow import Workflow, outline
from server.messages import Check, Submit

from . import caps

Params = TypeVar("Params")
MOST_TEXT = 20_000  # characters of prompts by which a run is found again


class Malformed(Exception):
    """What came is no JSON, or has not the shape of such a call."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:3])))
        self.problems = problems


@dataclass(frozen=True)
class Examined:
    """A workflow with values set over it, as a plan of what is right, and all that is wrong."""

    plan: Plan
    workflow: Workflow
    problems: list[Problem]


def params(raw: bytes, kind: type[Params]) -> tuple[Params, list[Problem]]:
    """The params of a call whose workflow lies under `workflow`, and odd numbers in it.

    Raises `Malformed`.
    """
    too_large = list(caps.size_of(raw))
    if too_large:
        raise Malformed(too_large)
    try:
        said, problems = scan(raw, "workflow")
    except Problems as found:
        raise Malformed(found.problems) from None
    problems += _unknown(said, kind)
    if any(isinstance(problem, NotJson) for problem in problems):
        raise Malformed(problems)
    try:
        return msgspec.convert(said, kind), problems
    except msgspec.ValidationError as error:
        raise Malformed([_misshapen(error)]) from None


def examined(
    raw: bytes, asked: Submit | Check, odd: list[Problem], catalogue: Catalogue, host: Host
) -> Examined:
    """The workflow of a call, its values set, checked from shape to facts.

    odd: what was found wrong in it when it was read; of such places nothing more is said.
    """
    hostile = [*caps.count(asked.workflow), *caps.texts(raw, asked.workflow)]
    if hostile:
        return Examined(Plan({}), Workflow({}, "", {}), _each_once(odd, hostile))
    workflow, problems = outline(asked.workflow)
    if asked.set:
        problems += put_all(workflow, asked.set, catalogue)
        workflow, again = outline(asked.workflow)
        problems += again
    plan, wrong = examine(workflow, catalogue, host)
    problems += wrong
    if not odd + problems:
        problems += caps.runs(plan)
        problems += caps.memory(plan)
        problems += _without_target(plan, asked.targets)
    return Examined(plan, workflow, _each_once(odd, problems))


def run_id(asked: Submit) -> str | None:
    """The id a client gave its run, as UUIDs are written. Raises `Malformed`."""
    if asked.id is None:
        return None
    try:
        return str(uuid.UUID(asked.id))
    except ValueError:
        raise Malformed([Problem("is no UUID", "id")]) from None


def searchable(plan: Plan, title: str) -> str:
    """What a run is found by later: its title and prompts."""
    words, prompts = [title], dict[str, list[str]]()
    for level in plan.all():
        for step in level.steps.values():
            type = step.type
            if type.type not in prompts:
                prompts[type.type] = [p.name for p in type.inputs.values() if _is_prompt(p)]
            for name in prompts[type.type]:
                value = step.constants.get(name)
                if isinstance(value, str):
                    words.append(value)
    return "\n".join(dict.fromkeys(words))[:MOST_TEXT]


def _is_prompt(port: Input) -> bool:
    return isinstance(port.widget, Prompt) and port.widget.lines > 1


def _unknown(said: dict[str, Any], kind: Any) -> Iterator[Problem]:
    """Keys that the call does not have: a `target` for `targets` would be obeyed by nobody."""
    known = [field.name for field in fields(kind)]
    for key in said:
        if key not in known:
            yield NotJson(f"is no param of this call{nearest(key, known)}", key[:60])


def _misshapen(error: msgspec.ValidationError) -> Problem:
    """`Expected `bool`, got `int` - at `$.front`` as a problem of `front`."""
    told, _, place = str(error).partition(" - at `$.")
    return Problem(told[:1].lower() + told[1:], place.rstrip("`") or None)


def _without_target(plan: Plan, targets: list[str] | None) -> Iterator[Problem]:
    try:
        plan.targets(targets)
    except Problem as problem:
        yield problem


def _each_once(odd: list[Problem], problems: list[Problem]) -> list[Problem]:
    told = {(p.node, p.port) for p in odd}
    rest = [p for p in problems if (p.node, p.port) not in told]
    return odd + list({(p.node, p.port, p.message): p for p in rest}.values())
