"""A run that is cut short: ctrl-C and a full disk, in a process of its own."""

import os
import pty
import resource
import select
import signal
from pathlib import Path

import pytest

from tests.examples import node, picture, workflow


def test_ctrl_c_ends_within_a_step_and_the_next_run_goes_on_from_there(terminal):
    long = picture(steps=150)
    long["nodes"]["blank"]["values"] |= {"width": 256, "height": 256}
    ours, theirs = pty.openpty()
    process = terminal.start(*terminal.arguments(long), stderr=theirs)
    os.close(theirs)
    shown = read_until(ours, b"/150")
    process.send_signal(signal.SIGINT)
    shown += read_until(ours, b"Interrupted.")
    assert process.wait(timeout=60) == 130
    assert process.stdout.read() == ""
    assert b"sample" in shown
    assert b"Traceback" not in shown
    assert list(terminal.out.iterdir()) == []
    long["nodes"]["sample"]["values"]["steps"] = 1
    assert terminal.json(long, "--to", "sample").made == {"sample"}


def read_until(screen, words):
    """What comes on the screen up to these words."""
    shown = b""
    while words not in shown:
        assert select.select([screen], [], [], 120)[0], shown
        shown += os.read(screen, 4096)
    return shown


def test_a_full_disk_fails_the_run_with_a_sentence_and_leaves_no_half_file(terminal):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    ended = terminal.end(terminal.start(*terminal.arguments(picture()), preexec_fn=little_room))
    assert ended.status == 1
    told = f"save: there is no room left in {terminal.out}: the file was not written"
    assert ended.problems == [told]
    assert list(terminal.out.iterdir()) == []


def test_a_terminal_without_the_letters_of_a_name_still_gets_the_name(terminal, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    terminal.out = terminal.folder / "Bücher"
    ended = terminal.end(terminal.start(*terminal.arguments(picture())))
    assert ended.out == f"{terminal.folder}/B\\xfccher/picture-0001.png\n"
    terminal.out = terminal.folder / "Äpfel"
    ended = terminal.end(terminal.start(*terminal.arguments(picture(), "--json")))
    assert ended.pictures == [terminal.out / "picture-0001.png"]


@pytest.mark.parametrize("command", ["run", "models"])
def test_nobody_listening_to_what_was_made_is_no_fault(terminal, command):
    given = terminal.arguments(picture()) if command == "run" else ["models"]
    ours, theirs = os.pipe()
    os.close(ours)
    process = terminal.start(*given, stdout=theirs)
    os.close(theirs)
    assert process.communicate(timeout=120)[1].count("Traceback") == 0
    assert process.returncode == 141
    if command == "run":
        assert [path.name for path in Path(terminal.out).iterdir()] == ["picture-0001.png"]


def test_more_memory_than_there_is_fails_the_run_with_a_sentence(terminal):
    def little_memory():
        resource.setrlimit(resource.RLIMIT_AS, (64 * 2**30, 64 * 2**30))

    large = workflow(
        wall=node("solid_image", width=16384, height=8192, batch=64),
        save=node("save_image", image="@wall.image"),
    )
    ended = terminal.end(terminal.start(*terminal.arguments(large), preexec_fn=little_memory))
    assert ended.status == 1
    told = "wall: there is not enough memory for this: try "
    assert ended.problems == [f"{told}wall.batch 1 or wall.width 8192 and wall.height 4096"]
