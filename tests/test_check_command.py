"""`main.py check`: problems or the cost of a run, without running anything."""

from tests.examples import node, picture


def check(terminal, document, *options):
    return terminal.main(
        "check", str(terminal.write(document)), "--models", str(terminal.models), *options
    )


def seconds_in(ended):
    return float(ended.out.partition("Time: about ")[2].partition(" s")[0])


def test_every_problem_is_named_on_a_line_of_its_own(terminal):
    faulty = picture()
    faulty["nodes"]["sample"]["values"]["steps"] = 0
    faulty["nodes"]["decode"]["wires"]["vae"] = "modle.vae"
    ended = check(terminal, faulty)
    assert (ended.status, ended.out) == (2, "")
    assert [problem.partition(":")[0] for problem in ended.problems] == [
        "sample.steps",
        "decode.vae",
    ]


def test_what_never_ran_here_is_said_to_be_unknown(terminal):
    ended = check(terminal, picture())
    assert (ended.status, ended.err) == (0, "")
    assert "6 nodes, 0 of them reused" in ended.out
    assert "Time: unknown" in ended.out
    assert "Memory: unknown" in ended.out


def test_after_a_run_the_same_work_has_an_estimate(terminal):
    terminal.json(picture())
    ended = check(terminal, picture(seed=8))
    assert "6 nodes, 3 of them reused" in ended.out
    assert "Time: about " in ended.out
    assert "Memory: about " in ended.out


def test_work_of_another_size_is_told_by_what_ran(terminal):
    terminal.json(picture())
    few, many = (seconds_in(check(terminal, picture(steps=steps))) for steps in (15, 150))
    assert many > 3 * few


def test_work_of_another_kind_is_not_taken_for_the_same(terminal):
    terminal.json(picture())
    ended = check(terminal, picture(sampler="heun"))
    assert "what sample will take" in ended.out


def test_nothing_is_left_to_do_after_the_same_run(terminal):
    terminal.json(picture())
    assert "6 nodes, all of them reused" in check(terminal, picture()).out


def test_a_muted_node_is_named_and_what_can_do_without_it_runs(terminal):
    muted = picture()
    encoder = "@model.text_encoder"
    muted["nodes"]["negative"] = node("encode_text", text_encoder=encoder) | {"mode": "mute"}
    muted["nodes"]["sample"]["wires"]["negative"] = "negative.conditioning"
    ended = check(terminal, muted)
    assert ended.status == 0, ended.err
    assert ended.out.startswith("negative: is muted\nNo problems: 6 nodes")


def test_values_on_the_command_line_are_checked_too(terminal):
    ended = check(terminal, picture(), "--set", "sample.steps=0")
    assert ended.problems[0].startswith("sample.steps: ")
