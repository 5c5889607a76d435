"""A server that others could get into does not start: a sentence, and status 2."""

import os
import socket

import pytest


@pytest.mark.parametrize("listen", ["0.0.0.0", "::"])
def test_s5_everybody_and_no_token_is_refused(terminal, listen):
    ended = terminal.main("--listen", listen, "--no-auth", "--no-browser")
    assert ended.status == 2 and ended.out == ""
    assert ended.err.startswith("--no-auth lets everybody in") and ended.err.count("\n") == 1
    assert not (terminal.folder / "data" / "token").exists()


def test_a_name_to_allow_that_is_none_is_refused(terminal):
    ended = terminal.main("--allowed-host", "https://box.example/", "--no-browser")
    assert ended.status == 2 and "--allowed-host takes a name" in ended.err


@pytest.mark.skipif(os.name != "posix", reason="this machine has no rights of POSIX")
def test_s6_a_token_that_others_can_read_is_refused(terminal):
    data = terminal.folder / "data"
    data.mkdir(mode=0o700)
    (data / "token").write_text("x" * 43)
    (data / "token").chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    ended = terminal.main("--no-browser", "--port", port)
    assert ended.status == 2 and "can be read by others (mode 0644)" in ended.err
    assert "Traceback" not in ended.err
