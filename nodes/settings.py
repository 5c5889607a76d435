"""What made a picture, by the names that other tools have for it: prompt, seed, steps …"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nodes.core.context import Context
from nodes.core.facts import GuiderFacts, ImageFacts, ModelFacts, NoiseFacts, SigmasFacts
from nodes.core.plan import Plan, Step
from nodes.core.types import Model, measured
from nodes.core.workflow import Source

NAMES = {
    "steps": "Steps",
    "sampler": "Sampler",
    "schedule": "Schedule type",
    "guidance": "CFG scale",
    "seed": "Seed",
    "variation_seed": "Variation seed",
    "variation": "Variation seed strength",
    "denoise": "Denoising strength",
    "eta": "Eta",
    "noise_scale": "Sigma noise",
}
SAMPLING = ("sample", "noise_schedule", "add_noise", "guide", "sampler_step")


def text_of(plan: Plan) -> str:
    """The workflow a plan was made from, as one line of JSON, without places on this disk."""
    return json.dumps(_placeless(plan.document), ensure_ascii=False, separators=(",", ":"))


def _placeless(value: Any) -> Any:
    """The same with the name alone of every file that is named with its whole path.

    Pictures are shown to others, whom the folders of a user do not concern.
    """
    if isinstance(value, dict):
        return {key: _placeless(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_placeless(inner) for inner in value]
    is_place = isinstance(value, str) and os.path.isabs(value) and os.path.lexists(value)
    return Path(value).name if is_place else value


def parameters(context: Context, image: ImageFacts, number: int) -> dict[str, Any]:
    """What made picture `number` of a batch; empty where no sampler lies before the node.

    Inside a body what came into it counts as known, so each turn has a line of its own.
    """
    came = {Source("in", name): measured(value) for name, value in context.inputs.items()}
    plan = replace(context.plan, facts=context.plan.facts | came)
    before = list(upstream(plan, context.node))
    found = _found(plan, before)
    if not found:
        return {}
    if found.get("sampler") == "model" and found.get("schedule") == "auto":
        found["schedule"] = "model"
    model = next((f for f in plan.facts.values() if isinstance(f, ModelFacts)), None)
    named = {label: _resolved(name, found.get(name), model) for name, label in NAMES.items()}
    settings = _prompts(plan, before) | {k: v for k, v in named.items() if v is not None}
    for seed in ("Seed", "Variation seed"):
        if isinstance(settings.get(seed), int):
            settings[seed] += number
    settings["Size"] = f"{image.width}x{image.height}"
    models = _models(context, before)
    return settings | ({"Model": models[0]} if models else {})


def _found(plan: Plan, steps: list[Step]) -> dict[str, Any]:
    """What the sampling nodes among these steps and in their bodies are set to."""
    found: dict[str, Any] = {}
    for inner, step in (pair for outer in steps for pair in _within(plan, outer)):
        if step.type.type in SAMPLING:
            found = _wired(inner, step) | found
            for name in _settable(step):
                if name not in found:
                    found[name] = _known(inner, step, name)
    return found


def _settable(step: Step) -> list[str]:
    """The names whose values count: a schedule that is wired in stands for three of them."""
    beaten = {"steps", "schedule", "denoise"} if "sigmas" in step.sources else set()
    return [name for name in NAMES if name in step.type.inputs and name not in beaten]


def _wired(plan: Plan, step: Step) -> dict[str, Any]:
    """What wires of a sampling node say in place of its values; None is not said."""
    told: dict[str, Any] = {}
    for port in ("sigmas", "noise", "guider"):
        facts = _known(plan, step, port)
        if isinstance(facts, SigmasFacts) and step.type.type == "sample":
            told["steps"] = facts.steps
        elif isinstance(facts, NoiseFacts):
            varied = facts.variation_seed if facts.variation else None
            told |= {"seed": facts.seed, "variation_seed": varied}
            told["variation"] = None if varied is None else facts.variation
        elif isinstance(facts, GuiderFacts) and (facts.curved or facts.scale is not None):
            told["guidance"] = facts.scale
    return told


def _models(context: Context, steps: list[Step]) -> list[str]:
    """The models that were loaded here or came into the body, by name."""
    named = [str(s.constants.get("model")) for s in steps if s.type.type == "load_model"]
    loaded = [Path(name).stem if os.path.isabs(name) else name for name in named]
    came = [Path(v.weights.path).stem for v in context.inputs.values() if isinstance(v, Model)]
    return loaded + came


def upstream(plan: Plan, node: str) -> Iterator[Step]:
    """The steps a node hangs on, nearest first."""
    waiting, seen = [node], {node}
    while waiting:
        step = plan.steps[waiting.pop(0)]
        yield step
        for need in step.needs():
            if need not in seen:
                seen.add(need)
                waiting.append(need)


def _within(plan: Plan, step: Step) -> Iterator[tuple[Plan, Step]]:
    yield plan, step
    if step.body:
        for inner in step.body.steps.values():
            yield from _within(step.body, inner)


def _known(plan: Plan, step: Step, name: str) -> Any:
    """A value that is set, or known from the facts of what is wired in."""
    sources = step.sources.get(name)
    return plan.facts.get(sources[0]) if sources else step.constants.get(name)


def _resolved(name: str, value: Any, model: Any) -> Any:
    if name == "denoise" and value == 1.0:
        return None
    return (
        getattr(model, name, None) if value == "auto" and isinstance(model, ModelFacts) else value
    )


def _prompts(plan: Plan, steps: list[Step]) -> dict[str, Any]:
    """The texts that feed inputs named positive or conditioning, and negative."""
    prompts: dict[str, Any] = {}
    for step in steps:
        for port, sources in step.sources.items():
            side = {"positive": "prompt", "conditioning": "prompt", "negative": "negative"}.get(
                port
            )
            maker = plan.steps.get(sources[0].node)
            if side and side not in prompts and maker and maker.type.type == "encode_text":
                text = _known(plan, maker, "text")
                if isinstance(text, str):
                    prompts[side] = text
    return prompts
