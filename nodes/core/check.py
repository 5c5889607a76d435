"""Workflow to plan: finds everything wrong before it runs, and makes the rest ready to run."""

from __future__ import annotations

from .body_type import Catalogue
from .context import Host
from .infer import infer
from .level import Level
from .plan import Plan
from .problem import Problem, Problems
from .read import scan
from .workflow import Workflow, outline


def load(data: bytes | str, catalogue: Catalogue, host: Host) -> Plan:
    """A workflow file ready to run. Raises `Problems` with all there are, from JSON to facts."""
    document, problems = scan(data)
    workflow, shapeless = outline(document)
    plan, wrong = examine(workflow, catalogue, host)
    told = {(p.node, p.port) for p in problems}
    for problem in shapeless + wrong:
        if (problem.node, problem.port) not in told:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return plan


def check(workflow: Workflow, catalogue: Catalogue, host: Host) -> Plan:
    """The workflow ready to run, with the facts of every wire. Raises `Problems` with all."""
    plan, problems = examine(workflow, catalogue, host)
    if problems:
        raise Problems(problems)
    return plan


def examine(workflow: Workflow, catalogue: Catalogue, host: Host) -> tuple[Plan, list[Problem]]:
    """As `check`, but what is right comes with what is wrong: a plan of what could be read."""
    level = Level(catalogue, workflow.nodes)
    plan = level.plan()
    problems = level.problems + infer(plan, {}, host)
    for inside in plan.all():
        inside.document = workflow.document
    return plan, problems
