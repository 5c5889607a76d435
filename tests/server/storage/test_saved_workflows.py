"""Saved workflows: nothing that was saved is lost, whoever saves, deletes, renames or breaks it."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.refused import Refused
from server.storage.workflows import Workflows


def text(title: str, **nodes: str) -> bytes:
    """A workflow as the printer writes it, nearly."""
    document = {
        "format": "latentwire/1",
        "title": title,
        "nodes": {id: {"type": type} for id, type in nodes.items()},
    }
    return (json.dumps(document, indent=2) + "\n").encode()


@pytest.fixture
def workflows(tmp_path) -> Workflows:
    return Workflows(tmp_path / "workflows")


def refusal(call, *arguments) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return refused.value


def test_a_saved_workflow_is_a_plain_file_of_its_name(workflows):
    saved = workflows.save("first", text("First"), 0)
    assert (saved.name, saved.revision, saved.title) == ("first", 1, "First")
    assert (workflows.folder / "first.json").read_bytes() == text("First")
    assert workflows.get("first").text == text("First")
    assert workflows.all() == [saved]


def test_every_save_raises_the_revision_and_keeps_what_was(workflows):
    for number in range(1, 4):
        assert workflows.save("a", text(str(number)), number - 1).revision == number
    assert [saved.revision for saved in workflows.history("a")] == [3, 2, 1]
    assert workflows.at("a", 2).text == text("2")
    assert refusal(workflows.at, "a", 9).code == "not_found"


def test_f21_a_save_over_a_newer_revision_is_refused_with_both(workflows):
    workflows.save("a", text("one"), 0)
    workflows.save("a", text("of the other tab"), 1)
    for revision in (0, 1, 3):
        refused = refusal(workflows.save, "a", text("mine"), revision)
        assert (refused.code, refused.status) == ("conflict", 412)
        assert refused.more["newest"]["revision"] == 2
        assert refused.more["newest"]["workflow"]["title"] == "of the other tab"
        assert refused.more["yours"]["workflow"]["title"] == "mine"
    assert workflows.get("a").text == text("of the other tab")


def test_f21_what_another_deleted_or_renamed_is_not_written_again_unseen(workflows):
    workflows.save("a", text("one"), 0)
    workflows.delete("a", 1)
    assert refusal(workflows.save, "a", text("mine"), 1).code == "not_found"
    workflows.save("a", text("new"), 0)
    assert refusal(workflows.save, "a", text("mine"), 1).code == "conflict"


def test_f21_deleting_and_renaming_ask_for_the_newest_revision_too(workflows):
    workflows.save("a", text("one"), 0)
    workflows.save("a", text("two"), 1)
    assert refusal(workflows.delete, "a", 1).code == "conflict"
    assert refusal(workflows.rename, "a", "b", 1).code == "conflict"
    assert workflows.get("a").text == text("two")


def test_what_was_deleted_comes_back_with_all_it_was(workflows):
    workflows.save("a", text("one"), 0)
    workflows.save("a", text("two"), 1)
    workflows.delete("a", 2)
    assert workflows.all() == [] and refusal(workflows.get, "a").code == "not_found"
    (thrown,) = workflows.bin.all()
    assert (thrown.name, thrown.title, thrown.revision) == ("a", "two", 2)
    assert workflows.restore(thrown.id).revision == 3
    assert [saved.title for saved in workflows.history("a")] == ["two", "two", "one"]
    assert workflows.bin.all() == []
    assert refusal(workflows.restore, thrown.id).code == "not_found"


def test_it_comes_back_under_another_name_where_its_own_is_taken(workflows):
    workflows.save("a", text("old"), 0)
    workflows.delete("a", 1)
    workflows.save("a", text("new"), 0)
    (thrown,) = workflows.bin.all()
    assert refusal(workflows.restore, thrown.id).code == "taken"
    workflows.restore(thrown.id, "b")
    assert workflows.get("a").text == text("new") and workflows.get("b").text == text("old")


def test_a_new_name_takes_the_history_along_and_must_be_free(workflows):
    workflows.save("a", text("one"), 0)
    workflows.save("b", text("other"), 0)
    assert refusal(workflows.rename, "a", "b", 1).code == "taken"
    assert refusal(workflows.rename, "a", "B", 1).code == "taken"
    renamed = workflows.rename("a", "c", 1)
    assert [saved.name for saved in workflows.all()] == ["b", "c"]
    assert workflows.get("c").saved == renamed
    assert [saved.title for saved in workflows.history("c")] == ["one", "one"]
    assert workflows.rename("c", "C", renamed.revision).name == "C"


def test_names_that_differ_in_capitals_only_are_one(workflows):
    workflows.save("Portrait", text("one"), 0)
    assert refusal(workflows.save, "portrait", text("two"), 0).code == "taken"


NO_NAMES = [
    *(
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "C:x",
        "\\\\host\\share",
        "x\0",
        "x\n",
        ".hidden",
        "x.",
    ),
    *(
        " x",
        "x ",
        "CON",
        "nul.json",
        "com1",
        "x.png:ads",
        "~",
        "é" * 100,
        "a*",
        "\u202ex",
        "\ud800",
    ),
]


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_no_file_everywhere_is_refused(workflows, name):
    for call in (workflows.get, workflows.history):
        assert refusal(call, name).code in ("malformed", "not_found")
    assert refusal(workflows.save, name, text("x"), 0).code == "malformed"
    workflows.save("good", text("x"), 0)
    assert refusal(workflows.rename, "good", name, 1).code == "malformed"
    assert sorted(os.listdir(workflows.folder)) == [".revisions", "good.json"]


def test_a_file_changed_by_hand_is_a_new_revision(workflows):
    workflows.save("a", text("one"), 0)
    (workflows.folder / "a.json").write_bytes(text("by hand"))
    found = workflows.get("a")
    assert (found.saved.revision, found.saved.title, found.notice) == (2, "by hand", None)
    assert workflows.at("a", 1).text == text("one")
    assert refusal(workflows.save, "a", text("x"), 1).code == "conflict"


def test_a_file_put_there_by_hand_is_there(workflows):
    workflows.folder.mkdir()
    (workflows.folder / "new.json").write_bytes(text("By hand"))
    assert [(saved.name, saved.revision) for saved in workflows.all()] == [("new", 1)]
    assert workflows.save("new", text("saved"), 1).revision == 2


def test_f9_a_file_cut_at_any_byte_is_brought_back_and_said(tmp_path):
    good = text("Good", a="empty_latent")
    for length in range(len(good)):
        workflows = Workflows(tmp_path / str(length))
        workflows.save("a", text("before"), 0)
        workflows.save("a", good, 1)
        (workflows.folder / "a.json").write_bytes(good[:length])
        found = workflows.get("a")
        assert json.loads(found.text) == json.loads(good)
        if length < len(good) - 1:  # without the last line end it is whole
            assert found.notice == workflows.notices[0]
            assert "revision 2 was brought back" in (found.notice or "")
            assert (workflows.folder / "a.json").read_bytes() == good
            assert [f.read_bytes() for f in (workflows.folder / ".bin").iterdir()] == [
                good[:length]
            ]


@pytest.mark.parametrize(
    "junk", [b"", b"{}", b"[]", b"\xff\xfe", b'{"format": 1}', b"null", b"\0" * 99]
)
def test_f9_nothing_is_ever_put_together_with_what_is_left_of_a_file(workflows, junk):
    workflows.save("a", text("good"), 0)
    (workflows.folder / "a.json").write_bytes(junk)
    assert [saved.title for saved in workflows.all()] == ["good"]
    assert workflows.get("a").text == text("good")


def test_f9_where_a_revision_is_broken_too_the_one_before_it_comes_back(workflows):
    workflows.save("a", text("one"), 0)
    workflows.save("a", text("two"), 1)
    for file in ("a.json", ".revisions/a/000002.json"):
        (workflows.folder / file).write_bytes(b"{")
    assert workflows.get("a").text == text("one")


def test_f9_one_that_was_never_good_is_told_and_can_be_saved_over(workflows):
    workflows.folder.mkdir()
    (workflows.folder / "a.json").write_bytes(b"{")
    assert [saved.revision for saved in workflows.all()] == [0]
    assert refusal(workflows.get, "a").code == "invalid"
    assert workflows.save("a", text("good"), 0).revision == 1
    assert len(os.listdir(workflows.folder / ".bin")) == 1


def test_a_link_in_the_folder_is_no_workflow(workflows, tmp_path):
    (tmp_path / "secret.json").write_bytes(text("secret"))
    workflows.folder.mkdir()
    (workflows.folder / "a.json").symlink_to(tmp_path / "secret.json")
    assert workflows.all() == []
    assert refusal(workflows.get, "a").code == "not_found"


def test_f7_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "workflows").write_text("a file")
    refused = refusal(Workflows(tmp_path / "workflows").save, "a", text("x"), 0)
    assert refused.code == "unavailable" and str(tmp_path) not in refused.message


def test_of_long_ago_one_revision_a_day_is_kept(workflows):
    days = 5
    workflows.save("a", text("0"), 0)
    for number in range(1, 12):
        workflows.save("a", text(str(number)), number)
        stamp = 1e9 + 24 * 3600 * (number % days)
        os.utime(workflows.folder / ".revisions" / "a" / f"{number:06d}.json", (stamp, stamp))
    for number in range(12, 112):
        workflows.save("a", text(str(number)), number)
    kept = [saved.revision for saved in workflows.history("a")]
    assert kept[:100] == list(range(112, 12, -1)) and len(kept) <= 100 + days + 1


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
