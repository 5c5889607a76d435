"""`main.py run`: what it writes, what it says, what it reuses, and how it ends."""

import shutil
import sqlite3

import pytest

from nodes.diffusion import memory
from tests.examples import node, open_loop, picture, workflow

EVERY_NODE = {"model", "prompt", "blank", "sample", "decode", "save"}


def test_six_nodes_make_a_picture(terminal):
    ended = terminal.json(picture())
    (path,) = ended.pictures
    assert path == terminal.out / "picture-0001.png"
    assert path.is_absolute()
    assert path.is_file()
    assert list(ended.report) == ["outputs", "seconds", "nodes"]
    assert ended.made == EVERY_NODE
    assert ended.err == ""


def test_without_json_the_paths_are_all_that_is_on_stdout(terminal):
    ended = terminal.run(picture())
    assert ended.out == f"{terminal.out / 'picture-0001.png'}\n"
    assert ended.err.startswith("Done in ")


def test_the_program_prints_one_json_object_and_ends_with_0(terminal):
    process = terminal.start(*terminal.arguments(picture(), "--json"))
    ended = terminal.end(process)
    assert (ended.status, ended.err) == (0, "")
    assert len(ended.pictures) == 1


def test_pressing_run_twice_makes_one_file(terminal):
    first = terminal.json(picture())
    again = terminal.json(picture())
    assert again.pictures == first.pictures
    assert again.made == set()
    assert len(list(terminal.out.iterdir())) == 1


def test_changing_the_prompt_runs_again_what_hangs_on_it_and_nothing_else(terminal):
    drawn = picture()
    drawn["nodes"]["negative"] = node(
        "encode_text", text="rain", text_encoder="@model.text_encoder"
    )
    drawn["nodes"]["sample"]["wires"]["negative"] = "negative.conditioning"
    terminal.json(drawn)
    ended = terminal.json(drawn, "--set", "prompt.text=a blue boat")
    assert ended.made == {"prompt", "sample", "decode", "save"}
    assert ended.reused == {"model", "negative", "blank"}


def test_weights_are_not_loaded_where_everything_is_reused(terminal):
    terminal.json(picture())
    memory.release()
    terminal.json(picture())
    assert memory.resident() == 0


def test_only_the_weights_are_loaded_that_are_needed(terminal):
    terminal.json(picture())
    memory.release()
    terminal.json(picture(), "--set", "decode.tile=64")
    decoder = memory.resident()
    assert decoder > 0
    terminal.json(picture(), "--set", "sample.seed=8")
    assert memory.resident() > decoder


def test_a_deleted_picture_is_made_again_from_what_is_left(terminal):
    (path,) = terminal.json(picture()).pictures
    before = path.read_bytes()
    path.unlink()
    ended = terminal.json(picture())
    assert ended.pictures[0].read_bytes() == before
    assert ended.made == {"save"} or ended.made == {"decode", "save"}


def test_a_changed_picture_is_left_alone_and_made_again(terminal):
    (path,) = terminal.json(picture()).pictures
    path.write_bytes(b"painted over")
    ended = terminal.json(picture())
    assert ended.pictures == [terminal.out / "picture-0002.png"]
    assert path.read_bytes() == b"painted over"


def test_another_folder_gets_a_copy_and_nothing_is_made_again(terminal):
    (path,) = terminal.json(picture()).pictures
    ended = terminal.json(picture(), "--out", terminal.folder / "elsewhere")
    assert ended.made == set()
    assert ended.pictures == [terminal.folder / "elsewhere" / "picture-0001.png"]
    assert ended.pictures[0].read_bytes() == path.read_bytes()


def results(terminal):
    return terminal.folder / "data" / "cache"


def test_results_that_are_broken_on_disk_are_made_again(terminal):
    (path,) = terminal.json(picture()).pictures
    database = sqlite3.connect(results(terminal) / "results.sqlite")
    with database:
        database.execute("update results set document = '{', tensors = 'x'")
    database.close()
    for file in results(terminal).glob("*.safetensors"):
        file.write_bytes(b"broken")
    path.unlink()
    assert terminal.json(picture()).made == EVERY_NODE


@pytest.mark.parametrize("name", ["results.sqlite", "digests.json"])
def test_a_file_of_results_that_is_none_is_made_anew(terminal, name):
    results(terminal).mkdir(parents=True)
    (results(terminal) / name).write_text("no database " * 1000)
    assert terminal.json(picture()).made == EVERY_NODE
    assert terminal.json(picture()).made == set()


def test_a_data_folder_that_cannot_be_written_costs_time_only(terminal, monkeypatch):
    (terminal.folder / "file").write_text("in the way")
    monkeypatch.setenv("LATENTWIRE_DATA", str(terminal.folder / "file"))
    assert terminal.json(picture()).made == EVERY_NODE


def test_two_runs_at_once_share_their_results_and_both_end_well(terminal):
    commands = [
        terminal.arguments(terminal.write(picture(seed=seed), f"{seed}.json"), "--json")
        for seed in (1, 2)
    ]
    ended = [terminal.end(p) for p in [terminal.start(*command) for command in commands]]
    assert [e.status for e in ended] == [0, 0]
    assert len({e.pictures[0] for e in ended}) == 2
    assert terminal.json(picture(seed=1)).made == terminal.json(picture(seed=2)).made == set()


def test_run_to_a_node_works_out_that_node_only(terminal):
    ended = terminal.json(picture(), "--to", "sample")
    assert ended.made == EVERY_NODE - {"decode", "save"}
    assert ended.pictures == []


@pytest.mark.parametrize(
    ("option", "node", "expected"),
    [
        ("prompt.text=a = b", "prompt", {"text": "a = b"}),
        ("prompt.text=3", "prompt", {"text": "3"}),
        ("sample.guidance=2", "sample", {"guidance": 2}),
        ("sample.guidance=2.5", "sample", {"guidance": 2.5}),
        ("sample.steps=auto", "sample", {"steps": "auto"}),
        ("sample.sampler=heun", "sample", {"sampler": "heun"}),
    ],
)
def test_a_value_is_set_from_the_command_line(terminal, option, node, expected):
    (path,) = terminal.json(picture(), "--set", option).pictures
    assert workflow_of(path)["nodes"][node]["values"].items() >= expected.items()


def workflow_of(path):
    import json

    from nodes.pictures import workflow_in

    return json.loads(workflow_in(path))


def test_a_value_inside_a_body_is_set_by_its_path(terminal):
    (path,) = terminal.json(open_loop(), "--set", "loop/guide.guidance=2").pictures
    body = workflow_of(path)["nodes"]["loop"]["body"]
    assert body["nodes"]["guide"]["values"]["guidance"] == 2


def test_a_value_on_the_command_line_counts_and_not_the_wire(terminal):
    drawn = picture()
    drawn["nodes"]["luck"] = node("seed", value=3)
    drawn["nodes"]["sample"]["wires"]["seed"] = "luck.int"
    (path,) = terminal.json(drawn, "--set", "sample.seed=5").pictures
    kept = workflow_of(path)["nodes"]["sample"]
    assert kept["values"]["seed"] == 5
    assert "seed" not in kept["wires"]


def test_every_effect_is_a_target(terminal):
    drawn = picture()
    drawn["nodes"]["also"] = node("save_image", name="also", image="@decode.image")
    drawn["nodes"]["show"] = node("preview_image", image="@decode.image")
    ended = terminal.json(drawn)
    outputs = {o["node"]: o["path"] for o in ended.report["outputs"]}
    assert set(outputs) == {"save", "also", "show"}
    assert sorted(p.name for p in terminal.out.iterdir()) == ["also-0001.png", "picture-0001.png"]
    assert outputs["show"].startswith(str(terminal.folder / "data"))


def test_a_workflow_that_writes_nothing_says_so(terminal):
    ended = terminal.run(workflow(a=node("seed")))
    assert ended.status == 2
    assert len(ended.problems) == 1
    assert not terminal.out.exists()


def test_a_model_that_was_moved_is_found_where_it_is_now(terminal):
    for place in ("first", "second"):
        shutil.copytree(terminal.models / "epsilon", terminal.folder / place / "moving")
    terminal.models = terminal.folder / "first"
    terminal.json(picture("moving"))
    shutil.rmtree(terminal.folder / "first")
    terminal.models = terminal.folder / "second"
    assert "prompt" in terminal.json(picture("moving", text="a blue house")).made


def test_a_notice_is_said_again_when_its_node_is_reused(terminal):
    long = picture(text="boat " * 90)
    for _ in range(2):
        ended = terminal.run(long, "--to", "prompt")
        assert "tokens too long" in ended.err


def test_values_that_no_number_can_hold_are_refused(terminal):
    for value in ("1" * 600, "[" * 20_000, "\udcff"):
        assert terminal.run(picture(), "--set", f"sample.guidance={value}").status == 2
    assert terminal.run(picture(), "--set", "prompt.text=\udcff").status == 2
