"""A worker runs workflows and tells the server what happens, as often as it should."""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.examples import node, picture, workflow

SLOW = workflow(count=node("trouble/count_slowly", steps=60, pause=0.02))


def test_a_picture_is_made_and_its_file_is_whole_and_told(crew):
    going = crew.run(picture(seed=101))
    assert going.state == "done"
    (made,) = going.ended["outputs"]
    path = Path(made["path"])
    assert made["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert (made["node"], made["mime"], made["bytes"]) == ("save", "image/png", path.stat().st_size)
    assert (made["width"], made["height"]) == Image.open(path).size == (64, 64)
    assert path.name.endswith("picture.png")
    assert Path(made["tmp"]).parent == crew.settings.scratch
    assert Path(made["tmp"]).name.startswith(f"{going.run}.1.")


def test_every_node_is_told_from_its_start_to_its_end_in_order(crew):
    going = crew.run(picture(seed=2))
    kinds = [frame.kind for frame in going.frames]
    assert (kinds[0], kinds[-1]) == ("begun", "ended")
    told = [(event["kind"], event["node"]) for event in going.events]
    ours = ["model", "prompt", "blank", "sample", "decode", "save"]
    fresh = [name for name in ours if not going.ended["nodes"][name]["reused"]]
    assert [node for kind, node in told if kind == "node_started"] == fresh
    assert all(("node_finished", node) in told for node in ours)
    facts = next(e["facts"] for e in going.events if e["node"] == "decode" and "facts" in e)
    assert facts == {"image": {"width": 64, "height": 64, "batch": 1}}


def test_what_was_made_before_is_reused_and_named_again(crew):
    first, second = crew.run(picture(seed=3)), crew.run(picture(seed=3))
    assert all(report["reused"] for report in second.ended["nodes"].values())
    (made,) = first.ended["outputs"]
    (named,) = second.ended["outputs"]
    assert named == made | {"tmp": None}
    assert second.ended["keys_added"] == []


def test_a_run_that_waits_behind_another_reuses_the_file_it_is_about_to_write(crew):
    first, second = crew.begin(picture(seed=4)), crew.begin(picture(seed=4))
    assert second.end().ended["outputs"][0]["sha256"] == first.end().ended["outputs"][0]["sha256"]
    assert second.ended["nodes"]["save"]["reused"]


def test_results_that_come_and_go_are_told_by_their_keys(crew):
    going = crew.run(picture(seed=5))
    assert len(going.ended["keys_added"]) >= 3
    assert going.ended["keys_dropped"] == []


def test_progress_is_told_five_times_a_second_at_most(crew):
    going = crew.run(SLOW)
    steps = [frame.said["step"] for frame in going.frames if frame.kind == "progress"]
    assert steps == sorted(steps)
    assert 1 <= len(steps) <= 1 + going.ended["seconds"] * 5


def test_previews_are_drawn_only_for_a_run_that_somebody_watches(crew):
    unseen = crew.run(picture(seed=6, steps=30))
    assert unseen.count("preview") == 0
    seen = crew.run(picture(seed=7, steps=30), previews=True)
    assert 1 <= seen.count("preview") <= 1 + seen.ended["seconds"] * 2
    (preview, *_) = [frame for frame in seen.frames if frame.kind == "preview"]
    assert (preview.said["node"], preview.said["mime"]) == ("sample", "image/jpeg")
    assert len(preview.body) <= 50_000
    assert Image.open(BytesIO(preview.body)).size == (8, 8)


def test_previews_begin_when_somebody_comes_to_watch(crew):
    going = crew.begin(picture(seed=8, steps=150))
    going.wait_for("progress")
    crew.send("previews", run=going.run, on=True)
    going.wait_for("preview")
    crew.cancel(going)
    assert going.state == "cancelled"


def test_a_long_run_says_little(crew):
    """A thousand nodes are told in less than a megabyte."""
    nodes = {f"n{i}": node("calculate", a=f"@n{i - 1}.float", b=1.0) for i in range(1, 1000)}
    end = node("trouble/take", number="@n999.float")
    chain = workflow(n0=node("number", value=1.5), **nodes, end=end)
    going = crew.run(chain)
    assert going.state == "done", going.problem
    assert len(going.events) >= 2000
    assert sum(len(json.dumps(frame.said)) for frame in going.frames) < 2**20


def test_what_a_node_has_to_say_is_told_two_hundred_times(crew):
    going = crew.run(workflow(bad=node("trouble/notice_a_lot")))
    assert going.state == "done"
    assert sum(event["kind"] == "node_notice" for event in going.events) == 200


def test_facts_that_json_cannot_say_are_told_in_words(crew):
    going = crew.run(workflow(number=node("trouble/infinity"), text=node("trouble/odd_text")))
    assert going.state == "done", going.problem
    facts = {e["node"]: e["facts"] for e in going.events if e["kind"] == "node_finished"}
    assert facts["number"] == {"float": {"value": "inf"}}
    assert len(facts["text"]["str"]["value"]) < 3000


def test_what_packs_say_in_odd_numbers_and_letters_is_told_and_ends_no_worker(crew):
    counted = crew.run(workflow(it=node("trouble/count_oddly")))
    assert counted.state == "done", counted.problem
    (progress, *_) = [frame.said for frame in counted.frames if frame.kind == "progress"]
    assert (progress["step"], progress["of"]) == (1, 3)
    assert isinstance(progress["seconds_left"], float)
    failed = crew.run(workflow(it=node("trouble/fail_oddly")))
    assert failed.state == "failed" and 100 < len(failed.problem) < 3000
    named = crew.run(workflow(it=node("trouble/name_oddly")))
    assert named.state == "done", named.problem
    assert named.ended["outputs"][0]["name"].endswith("?.txt")
    assert named.pid == failed.pid == counted.pid


def test_a_workflow_with_problems_fails_with_its_sentence(crew):
    going = crew.run(workflow(save=node("save_image")))
    assert (going.state, going.problem) == ("failed", "save: needs a wire that brings Image")


def test_what_prints_goes_to_the_log_and_not_into_the_line(crew):
    assert crew.run(workflow(p=node("trouble/print_a_lot", mebibytes=1))).state == "done"
    log = crew.settings.data / "logs" / f"worker-{crew.worker.id}.log"
    crew.run(picture(seed=9))
    assert b"xxxx" in log.read_bytes()
    assert b"yyyy" in log.read_bytes()
