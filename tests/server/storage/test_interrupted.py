"""A process that ends in the middle of a change to a workflow leaves the old or the new."""

import os
from itertools import count

import pytest

from server.storage.workflows import Workflows
from tests.server.storage.saving import text


class Ended(BaseException):
    """The process ends here."""


CHANGES = {
    "save": lambda workflows: workflows.save("a", text("three"), 2),
    "new": lambda workflows: workflows.save("b", text("three"), 0),
    "rename": lambda workflows: workflows.rename("a", "b", 2),
    "delete": lambda workflows: workflows.delete("a", 2),
    "restore": lambda workflows: workflows.restore(workflows.bin.all()[0].id),
    "mend": lambda workflows: workflows.get("broken"),
}
AFTER = {
    "save": [{"a": "two"}, {"a": "three"}],
    "new": [{"a": "two"}, {"a": "two", "b": "three"}],
    "rename": [{"a": "two"}, {"b": "two"}],
    "delete": [{"a": "two"}, {}],
    "restore": [{"a": "two"}, {"a": "two", "thrown": "kept"}],
    "mend": [{"a": "two", "broken": "good"}],
}


def prepared(folder, change) -> Workflows:
    workflows = Workflows(folder)
    workflows.save("a", text("one"), 0)
    workflows.save("a", text("two"), 1)
    if change == "restore":
        workflows.save("thrown", text("kept"), 0)
        workflows.delete("thrown", 1)
    if change == "mend":
        workflows.save("broken", text("good"), 0)
        (folder / "broken.json").write_bytes(b"{")
    return workflows


@pytest.mark.parametrize("call", ["replace", "fsync", "unlink", "rmdir"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_is_cut_off_anywhere_is_made_or_not(tmp_path, monkeypatch, change, call):
    real = getattr(os, call)
    for number in count(1):
        workflows = prepared(tmp_path / str(number), change)
        calls = count(1)

        def ending(*given, at=number, calls=calls, **named):
            if next(calls) == at:
                raise Ended
            return real(*given, **named)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, ending)
            try:
                CHANGES[change](workflows)
                finished = True
            except Ended:
                finished = False
        again = Workflows(workflows.folder)
        found = {saved.name: again.get(saved.name).saved.title for saved in again.all()}
        if finished:
            assert found == AFTER[change][-1]
            return
        assert found in AFTER[change], (change, call, number)
        kept = {file.read_bytes() for file in workflows.folder.rglob("*") if file.is_file()}
        assert {text("one"), text("two")} <= kept
        if change == "restore":
            assert text("kept") in kept and (again.bin.all() or "thrown" in found)
