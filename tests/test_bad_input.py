"""Bad input: one sentence a problem on stderr, status 2, nothing written, never a traceback."""

import pytest

from tests.examples import node, picture, workflow

DEEP = 100_000
TEXTS = {
    "broken JSON": ('{"format": "latentwire/1", "nodes": {', "workflow.json: is not JSON: "),
    "nothing": ("", "workflow.json: is not JSON: "),
    "a list": ("[]", "workflow.json: is not a workflow: a JSON object was expected"),
    "a key twice": (
        '{"format": "latentwire/1", "nodes": {"a": {"type": "note", "type": "seed"}}}',
        "a: has the key 'type' twice",
    ),
    "NaN": (
        '{"format": "latentwire/1", "nodes": {"a": {"type": "number", "values": {"b": NaN}}}}',
        "a.b: is no number that can be stored",
    ),
    "1e999": (
        '{"format": "latentwire/1", "nodes": {"a": {"type": "number", "values": {"b": 1e999}}}}',
        "a.b: is no number that can be stored",
    ),
    "100,000 lists": ("[" * DEEP + "]" * DEEP, "workflow.json: nests deeper than 100 levels"),
    "100,000 objects": (
        '{"a":' * DEEP + "1" + "}" * DEEP,
        "workflow.json: nests deeper than 100 levels",
    ),
    "no format": ('{"nodes": {}}', "format: is missing"),
    "an unknown format": (
        '{"format": "comfy", "nodes": {}}',
        'format: is "comfy", a workflow has "latentwire/1"',
    ),
    "a newer version": (
        '{"format": "latentwire/2", "nodes": {}}',
        'format: is "latentwire/2", newer than this version reads',
    ),
    "half a character": (
        '{"format": "latentwire/1", "title": "\\ud800", "nodes": {}}',
        "title: holds half a character",
    ),
}


def refused(terminal, workflow, *options):
    """The problems of a run that must not begin: and nothing may have been written."""
    ended = terminal.run(workflow, *options)
    assert (ended.status, ended.out) == (2, "")
    assert not terminal.out.exists()
    return ended.problems


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_is_no_workflow_is_refused(terminal, name):
    text, sentence = TEXTS[name]
    (problem,) = refused(terminal, text)
    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    ("path", "sentence"), [("missing.json", "No such file"), (".", "Is a directory")]
)
def test_a_file_that_is_not_there_is_refused(terminal, path, sentence):
    (problem,) = refused(terminal, terminal.folder / path)
    assert problem == f"{terminal.folder / path} cannot be opened: {sentence}" + (
        " or directory" if path == "missing.json" else ""
    )


def body(**body):
    return node("repeat", times=2) | {"body": body}


LOOP = {
    "a": node("calculate", a="@b.float"),
    "b": node("calculate", a="@c.float"),
    "c": node("calculate", a="@a.float"),
}
WORKFLOWS = {
    "an unknown type": (
        {"a": node("load_modle")},
        'a.type: there is no node type "load_modle", did you mean load_model?',
    ),
    "an unknown value": (
        {"a": node("seed", valeu=3)},
        "a.valeu: there is no such input, did you mean value?",
    ),
    "an unknown wire": (
        {"a": node("seed"), "b": node("seed", valeu="@a.int")},
        "b.valeu: there is no such input, did you mean value?",
    ),
    "a missing wire": ({"a": node("save_image")}, "a.image: needs a wire that brings Image"),
    "a missing value": ({"a": node("load_model")}, "a.model: needs a value"),
    "a value too high": (
        {"a": node("empty_latent", batch=65)},
        "a.batch: is 65, outside 1 to 64",
    ),
    "text for a number": (
        {"a": node("empty_latent", batch="many")},
        'a.batch: is "many", it takes a whole number',
    ),
    "half for a whole number": (
        {"a": node("empty_latent", batch=1.5)},
        "a.batch: is 1.5, it takes a whole number",
    ),
    "a number for text": ({"a": node("text", value=1)}, "a.value: is 1, it takes text"),
    "a value where only a wire goes": (
        {"a": node("save_image", image="photo.png")},
        "a.image: takes Image by a wire, not a value",
    ),
    "a wire from nowhere": (
        {"see": node("seed", value="@sea.int")},
        'see.value: comes from "sea", which is no node here, did you mean see?',
    ),
    "a wire from no output": (
        {"a": node("seed"), "b": node("seed", value="@a.nit")},
        'b.value: comes from a, which has no output "nit", did you mean int?',
    ),
    "a wire of another type": (
        {"a": node("text"), "b": node("seed", value="@a.str")},
        "b.value: takes int, the wire brings str (from a.str)",
    ),
    "no wire at all": (
        {"a": {"type": "seed", "wires": {"value": "seed"}}},
        'a.value: is "seed", no wire: one is written "NODE.OUTPUT"',
    ),
    "a loop": (LOOP, "is part of a loop: "),
    "a list for a body": (
        {"r": {"type": "repeat", "body": []}},
        "r.body: is missing: a repeat holds nodes in it",
    ),
    "a list for values": (
        {"a": {"type": "seed", "values": []}},
        "a.values: is not an object of values by input",
    ),
    "a body where none goes": (
        {"a": {"type": "seed", "body": {"nodes": {}}}},
        "a.body: does not belong here: only group, repeat, for_each have one",
    ),
    "an id that is none": ({"9a": node("seed")}, "9a: is no node id"),
    "a version to come": (
        {"a": node("seed") | {"version": 9}},
        "a.version: is version 9 of seed, this Latentwire has version 1",
    ),
    "a fault in a body": (
        {"r": body(inputs={}, nodes={"x": node("seed", value=-1)}, outputs={})},
        "r/x.value: is -1, outside 0 to 9007199254740991",
    ),
}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_that_cannot_run_is_refused_with_the_node_and_port(terminal, name):
    nodes, sentence = WORKFLOWS[name]
    (problem,) = refused(terminal, workflow(**nodes))
    assert sentence in problem


def test_a_loop_names_its_nodes_in_order_of_the_wires(terminal):
    (problem,) = refused(terminal, workflow(**LOOP))
    assert "c → b → a → c" in problem or "b → a → c → b" in problem or "a → c → b → a" in problem


def test_every_problem_is_told_at_once_and_one_a_line(terminal):
    broken = picture(steps=0, guidance=99.0)
    broken["nodes"]["blank"]["values"]["width"] = "wide"
    del broken["nodes"]["save"]["wires"]
    problems = refused(terminal, broken)
    places = ["blank.width", "sample.guidance", "sample.steps", "save.image"]
    assert sorted(p.partition(":")[0] for p in problems) == places


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("sample", '--set: "sample" is not written NODE.INPUT=VALUE'),
        ("sample=3", '--set: "sample=3" is not written NODE.INPUT=VALUE'),
        ("smaple.seed=3", 'smaple: there is no node "smaple", did you mean sample?'),
        ("sample.sede=3", "sample.sede: there is no such input, did you mean seed?"),
        ("sample.seed=x", 'sample.seed: is "x", it takes a whole number'),
        ("sample.seed=-1", "sample.seed: is -1, outside 0 to 9007199254740991"),
        ("sample.guidance=NaN", "sample.guidance: is "),
        ("sample.guidance=1e999", "sample.guidance: is "),
        ("sample/x.seed=1", 'sample/x: there is no body "sample"'),
        ("sample.sampler=best", 'sample.sampler: is "best", it must be one of auto, model, euler'),
    ],
)
def test_a_value_on_the_command_line_is_checked_like_any_other(terminal, option, sentence):
    (problem,) = refused(terminal, picture(), "--set", option)
    assert problem.startswith(sentence)


def test_running_to_a_node_that_is_not_there_is_refused(terminal):
    (problem,) = refused(terminal, picture(), "--to", "decoed")
    assert problem == '--to: there is no node "decoed", did you mean decode?'


def test_running_to_a_muted_node_is_refused(terminal):
    muted = picture()
    muted["nodes"]["decode"]["mode"] = "mute"
    (problem,) = refused(terminal, muted, "--to", "decode")
    assert problem == "decode: is muted, there is nothing to run"


def test_a_broken_file_is_refused_by_the_program_with_status_2(terminal):
    path = terminal.write("{")
    ended = terminal.end(terminal.start("run", str(path)))
    assert (ended.status, ended.out, len(ended.problems)) == (2, "", 1)


@pytest.mark.parametrize("place", ["file/out", "/proc/out"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_runs(terminal, place):
    (terminal.folder / "file").write_text("in the way")
    terminal.out = terminal.folder / place
    (problem,) = refused(terminal, picture())
    assert problem.startswith(f"--out: {terminal.out} cannot be written to (")
    assert problem.endswith("choose another folder with --out")
