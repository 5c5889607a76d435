"""Files of workflows that are broken: the last good one comes back, and it is said."""

import json
import os

import pytest

from server.storage.workflows import Workflows
from tests.server.storage.saving import refusal, text


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
