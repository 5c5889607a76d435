"""The checker answers in time, or says that it cannot; a lost one is replaced unnoticed."""

import asyncio
import json
import signal

import msgspec
import pytest

from server import checker as handle
from server.catalogue import remember, remembered
from server.messages import Nodes
from server.refused import Refused
from server.settings import Settings
from tests.examples import node, picture, workflow
from tests.server.checker.desk import opened

SUM = workflow(a=node("calculate", a=1.0, b=2.0))


@pytest.fixture
def alone(tmp_path):
    """A checker that may be harmed."""
    with opened(Settings(data=tmp_path)) as desk:
        desk.submit(SUM, targets=["a"])
        yield desk


def test_thousands_of_submissions_are_answered_together_and_none_is_mixed_up(desk):
    async def all_of_them():
        bodies = (
            json.dumps({"workflow": SUM | {"title": str(number)}, "targets": ["a"]}).encode()
            for number in range(3000)
        )
        return await asyncio.gather(*map(desk.checker.submit, bodies))

    taken = desk.wait(all_of_them())
    assert [submission.title for submission in taken] == [str(n) for n in range(3000)]


def test_an_answer_that_does_not_come_is_a_refusal_and_the_process_is_replaced(alone, monkeypatch):
    monkeypatch.setattr(handle, "PATIENCE", 1.0)
    alone.stop(signal.SIGSTOP)
    refused = alone.refused({"workflow": SUM, "targets": ["a"]})
    assert (refused.code, refused.status) == ("unavailable", 503)
    assert refused.message == "the checker did not answer: try again in a moment"
    monkeypatch.setattr(handle, "PATIENCE", 60.0)
    alone.wait_for(lambda: len(alone.pids) == 2)
    assert alone.submit(SUM, targets=["a"]).document
    assert len(alone.restarts) == 1


def test_what_waits_when_the_process_dies_goes_to_the_next_but_for_what_it_was_at(
    alone, monkeypatch
):
    monkeypatch.setattr(handle, "PATIENCE", 60.0)

    async def killed_with_three():
        body = json.dumps({"workflow": SUM, "targets": ["a"]}).encode()
        alone.stop(signal.SIGSTOP)
        asked = [asyncio.ensure_future(alone.checker.submit(body)) for _ in range(3)]
        await asyncio.sleep(0)
        alone.stop(signal.SIGKILL)
        return await asyncio.gather(*asked, return_exceptions=True)

    first, *others = alone.wait(killed_with_three())
    assert isinstance(first, Refused)
    assert first.code == "unavailable"
    assert all(taken.document for taken in others)


def test_a_check_tells_facts_and_what_would_be_reused(desk):
    found = desk.check(picture())
    assert found.problems == []
    assert found.facts["decode.image"] == {"width": 64, "height": 64, "batch": 1}
    assert found.facts["model.model"]["family"] == "SD 1.x"
    assert found.reused == []
    assert set(found.estimate.unknown) <= set(picture()["nodes"])


def test_a_check_with_problems_tells_the_facts_of_what_is_right(desk):
    faulty = picture(steps=0)
    found = desk.check(faulty)
    assert [(p.node, p.port) for p in found.problems] == [("sample", "steps")]
    assert found.facts["blank.latent"]["width"] == 64
    assert found.estimate.seconds is None


@pytest.mark.parametrize(
    ("document", "port"), [({}, "format"), ({"format": "latentwire/1", "nodes": []}, "nodes")]
)
def test_a_check_of_what_is_no_workflow_tells_its_problems_too(desk, document, port):
    found = desk.check(document)
    assert [problem.port for problem in found.problems] == [port]
    assert (found.facts, found.reused, found.estimate.seconds) == ({}, [], None)


def test_facts_in_bodies_are_told_by_their_paths(desk):
    inside = {
        "inputs": {"a": {"type": "float", "default": 1.0}},
        "nodes": {"x": node("calculate", a="@in.a", b=2.0)},
        "outputs": {"a": "x.float"},
    }
    looped = workflow(r={"type": "group", "body": inside})
    assert desk.check(looped, targets=["r"]).facts["r/x.float"] == {"value": 3.0}


def test_the_nodes_are_told_with_their_ports_and_widgets(desk):
    desk.submit(SUM, targets=["a"])
    kinds = {kind.type: kind for kind in desk.nodes.nodes}
    steps = next(port for port in kinds["sample"].inputs if port.name == "steps")
    assert steps.auto
    assert steps.widget and {"type", "min", "max", "step"} <= steps.widget.keys()
    assert kinds["save_image"].effect
    assert [port.type for port in kinds["load_model"].outputs] == ["Model", "TextEncoder", "Vae"]


def test_the_nodes_of_the_last_start_are_there_before_any_process(alone, tmp_path):
    alone.wait_for(lambda: alone.checker.nodes)
    remember(alone.settings, alone.checker.nodes)
    assert remembered(Settings(data=tmp_path)) == alone.checker.nodes
    assert remembered(Settings(data=tmp_path, no_packs=True)) is None


def test_f9_a_cut_cache_of_the_nodes_is_as_good_as_none(tmp_path):
    settings = Settings(data=tmp_path)
    remember(settings, msgspec.json.encode(Nodes([], [], "x")))
    file = settings.cache / "catalogue.json"
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert remembered(settings) is None
    file.write_bytes(whole)
    assert remembered(settings) is not None
