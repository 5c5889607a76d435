"""Every node of the catalogue: it has help, it runs, its facts come true, its inputs stay."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
import torch
from PIL import Image

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.events import NodeFinished
from nodes.core.facts import KINDS, disagreements
from nodes.core.nodetype import NodeType
from nodes.core.purity import Seen, look
from nodes.core.run import Run
from nodes.core.workflow import Source, parse
from nodes.host import Local
from tests import tiny_control, tiny_xl
from tests.embedding_files import write_embedding
from tests.every import everything
from tests.lora_files import write_lora

NODES = catalogue()
# What no header and no value tells before a run; everything else must be foreseen.
FOUND_IN_THE_RUN = {"level.sigma", "level.next_sigma", "after.sigma", "after.next_sigma"} | {
    f"extent.{found}" for found in ("x", "y", "width", "height", "share")
}
FOUND_IN_THE_RUN |= {"scale_here.float"}
FOUND_IN_THE_RUN |= {"joined.sigmas", "numbers.str"}
FOUND_IN_THE_RUN |= {f"latent_numbers.{found}" for found in ("mean", "std", "min", "max")}
FOUND_IN_THE_RUN |= {f"likeness.{found}" for found in ("mean", "max", "psnr", "ssim")}


class Watch:
    """Node types whose inputs are compared before and after: `changed` are those that differ."""

    def __init__(self) -> None:
        self.changed: list[str] = []
        self.ran: set[str] = set()

    def over(self, type: NodeType) -> NodeType:
        watched = self._steps(type) if type.is_generator else self._plain(type)
        return replace(type, function=watched)

    def _plain(self, type: NodeType) -> Callable[..., Any]:
        def run(**inputs: Any) -> Any:
            before = snapshot(inputs)
            given = type.function(**inputs)
            self._compare(type, before)
            return given

        return run

    def _steps(self, type: NodeType) -> Callable[..., Any]:
        def run(**inputs: Any) -> Iterator[Any]:
            before = snapshot(inputs)
            given = yield from type.function(**inputs)
            self._compare(type, before)
            return given

        return run

    def _compare(self, type: NodeType, before: list[Any]) -> None:
        self.ran.add(type.type)
        for old, seen in before:
            if seen.version != seen.tensor._version or not torch.equal(old, seen.tensor):
                self.changed.append(type.type)


def snapshot(inputs: dict[str, Any]) -> list[tuple[torch.Tensor, Seen]]:
    """Every tensor that a node is called with, and a copy of it."""
    wired = {name: value for name, value in inputs.items() if name != "context"}
    return [(seen.tensor.clone(), seen) for seen in look(wired)]


@pytest.fixture(scope="module")
def ran(tmp_path_factory, models):
    """(plan, what each node was measured to give, the watch) of a run of everything."""
    folder, watch = tmp_path_factory.mktemp("everything"), Watch()
    Image.new("RGB", (72, 64), "teal").save(folder / "photo.png")
    write_lora(folder / "loras" / "style.safetensors")
    tiny_xl.folder(folder / "loras" / "xl")
    write_embedding(folder / "loras" / "blob.safetensors", 32)
    tiny_control.single_file(folder / "loras" / "edges.safetensors")
    host = Local(folder / "out", folder, [models, folder / "loras"], data=folder / "data")
    plan = check(
        parse(everything()), {name: watch.over(type) for name, type in NODES.items()}, host
    )
    events = Run(plan, host, Cache(), list(plan.steps)).events()
    measured = {e.node: e.facts for e in events if isinstance(e, NodeFinished)}
    return plan, measured, watch


def test_every_node_has_help_and_a_title():
    assert [name for name, type in NODES.items() if len(type.help) < 20 or not type.title] == []


def test_every_node_runs_on_a_tiny_model(ran):
    assert ran[2].ran == set(NODES)


def test_no_node_changes_its_inputs(ran):
    assert ran[2].changed == []


def test_a_node_that_changes_its_inputs_would_be_seen():
    watch = Watch()
    fault = replace(NODES["vae_decode"], is_generator=False, function=lambda latent: latent.add_(1))
    watch.over(fault).function(latent=torch.zeros(3))
    assert watch.changed == ["vae_decode"]


def test_facts_foreseen_are_those_measured(ran):
    plan, measured, _ = ran
    wrong = {
        f"{name}.{output}": told
        for name, facts in measured.items()
        for output, found in facts.items()
        if (told := disagreements(plan.facts.get(Source(name, output)), found))
    }
    assert wrong == {}


def test_nothing_is_left_unknown_that_a_header_or_a_value_tells(ran):
    plan, measured, _ = ran
    unknown = {
        f"{name}.{output}"
        for name, facts in measured.items()
        for output, found in facts.items()
        if has_gap(plan.facts.get(Source(name, output)), found)
    }
    assert unknown == FOUND_IN_THE_RUN


def has_gap(foreseen: Any, found: Any) -> bool:
    """Whether something was found that was not foreseen."""
    if foreseen is None or type(found) not in KINDS.values():
        return foreseen is None
    names = [field.name for field in fields(found)]
    return any(getattr(foreseen, n) is None and getattr(found, n) is not None for n in names)
