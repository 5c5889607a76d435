"""Several clients save, delete, rename and bring back: nothing is ever lost."""

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.storage.workflows import Workflows
from tests.server.storage.saving import refusal, text


class Tabs(RuleBasedStateMachine):
    """Three clients that save, delete, rename and bring back, each by what it saw last."""

    names = st.sampled_from(["a", "b"])
    tabs = st.integers(0, 2)

    @initialize()
    def start(self) -> None:
        import tempfile

        self.room = tempfile.TemporaryDirectory()
        self.workflows = Workflows(Path(self.room.name))
        self.seen: dict[tuple[int, str], int] = {}
        self.now: dict[str, bytes] = {}
        self.numbers: dict[str, int] = {}
        self.all_saved: set[bytes] = set()
        self.count = 0

    def teardown(self) -> None:
        self.room.cleanup()

    @rule(tab=tabs, name=names)
    def look(self, tab, name) -> None:
        if name in self.now:
            self.seen[tab, name] = self.workflows.get(name).saved.revision
        else:
            self.seen[tab, name] = 0

    @rule(tab=tabs, name=names)
    def save(self, tab, name) -> None:
        self.count += 1
        mine, seen = text(str(self.count)), self.seen.get((tab, name), 0)
        newest = self.numbers[name] if name in self.now else 0
        if seen == newest:
            saved = self.workflows.save(name, mine, seen)
            assert saved.revision == self.numbers.get(name, 0) + 1
            self.took(name, mine, saved.revision)
            self.seen[tab, name] = saved.revision
        else:
            assert refusal(self.workflows.save, name, mine, seen).code in ("conflict", "not_found")

    @rule(tab=tabs, name=names)
    def delete(self, tab, name) -> None:
        if name in self.now and self.seen.get((tab, name)) == self.numbers[name]:
            self.workflows.delete(name, self.numbers[name])
            del self.now[name]

    @rule(name=names, to=names)
    def rename(self, name, to) -> None:
        if name in self.now and to not in self.now:
            saved = self.workflows.rename(name, to, self.numbers[name])
            assert saved.revision > self.numbers.get(to, 0)
            self.took(to, self.now.pop(name), saved.revision)

    @rule()
    def restore(self) -> None:
        for thrown in self.workflows.bin.all()[:1]:
            if thrown.name not in self.now:
                kept = self.workflows.bin.text(thrown)
                saved = self.workflows.restore(thrown.id)
                assert saved.revision > self.numbers[thrown.name]
                self.took(thrown.name, kept, saved.revision)

    @rule()
    def start_again(self) -> None:
        self.workflows = Workflows(self.workflows.folder)

    def took(self, name: str, mine: bytes, revision: int) -> None:
        self.now[name], self.numbers[name] = mine, revision
        self.all_saved.add(mine)

    @invariant()
    def what_is_there_is_what_was_saved_last(self) -> None:
        if not hasattr(self, "workflows"):
            return
        there = {saved.name: self.workflows.get(saved.name).text for saved in self.workflows.all()}
        assert there == self.now
        on_disk = {file.read_bytes() for file in self.workflows.folder.rglob("*.json")}
        assert self.all_saved <= on_disk  # every text ever saved


TestTabs = Tabs.TestCase


TestTabs.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
