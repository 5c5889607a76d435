"""Saved workflows: nothing that was saved is lost, whoever saves, deletes or renames it."""

import os

import pytest

from tests.server.storage.saving import refusal, text


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
