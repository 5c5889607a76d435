"""Where a server listens: a port that is taken, an address that is none, a machine of one kind."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.core import Problem
from server import listening

ROOT = Path(__file__).resolve().parents[3]
SAY = "from server.listening import listen; print(listen(None, None).address)"


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> int:
    """A stretch of ports of this test's own, whatever else runs on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        first = int(found.getsockname()[1])
    monkeypatch.setattr(listening, "PORT", first)
    monkeypatch.setattr(listening, "FURTHER", 50)
    return first


def close(heard: listening.Listening) -> None:
    for each in heard.sockets:
        each.close()


def in_a_network_of_its_own(*steps: str) -> "subprocess.CompletedProcess[str]":
    """What a start says in a machine without any network but what these steps give it."""
    script = " && ".join((*steps, f"exec '{sys.executable}' -c '{SAY}'"))
    return subprocess.run(
        ["unshare", "-rn", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True
    )


def isolation_works() -> bool:
    try:
        return in_a_network_of_its_own("ip link set lo up").returncode == 0
    except FileNotFoundError:
        return False


alone = pytest.mark.skipif(not isolation_works(), reason="this machine has no network namespaces")


def test_f26_the_next_free_port_is_taken_where_none_was_asked_for(ports):
    first = listening.listen(None, None)
    second = listening.listen(None, None)
    assert ports <= first.port < second.port
    assert second.address == f"http://127.0.0.1:{second.port}"
    close(first)
    close(second)


def test_f26_an_explicit_port_that_is_taken_is_refused(ports):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Problem) as refused:
            listening.listen(None, port)
    assert str(refused.value) == (
        f"--port: {port} is taken by another program, choose another or leave --port away"
    )


def test_f26_when_every_port_is_taken_it_says_so(ports, monkeypatch):
    monkeypatch.setattr(listening, "FURTHER", 1)
    first = listening.listen(None, None)
    with pytest.raises(Problem, match=r"no port from .* is free, name one"):
        listening.listen(None, None)
    close(first)


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.name.invalid", "1.2.3.4.5"])
def test_f26_an_address_of_no_machine_or_another_is_refused(host):
    with pytest.raises(Problem, match=f"{host} is no address of this machine") as refused:
        listening.listen(host, None)
    assert refused.value.node == "--listen"


def test_localhost_is_one_port_at_every_address_it_has():
    heard = listening.listen("localhost", 0)
    assert len({each.getsockname()[1] for each in heard.sockets}) == 1
    assert heard.address == f"http://localhost:{heard.port}"
    close(heard)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("192.168.1.5", "http://192.168.1.5:1"),
        ("box.example", "http://box.example:1"),
    ],
)
def test_the_address_is_one_that_this_machine_can_open(host, address):
    assert listening.Listening([], host, 1).address == address


@alone
def test_f26_without_any_network_it_listens_all_the_same():
    ended = in_a_network_of_its_own("ip link set lo up")
    assert (ended.stdout, ended.stderr) == ("http://127.0.0.1:8420\n", "")


@alone
def test_f26_a_machine_that_knows_only_ipv6_is_served_there():
    ended = in_a_network_of_its_own("ip link set lo up", "ip addr del 127.0.0.1/8 dev lo")
    assert (ended.stdout, ended.stderr) == ("http://[::1]:8420\n", "")


def test_s43_there_may_be_as_many_open_files_as_connections():
    resource = pytest.importorskip("resource")
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = listening.FILES if most == resource.RLIM_INFINITY else min(listening.FILES, most)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
        listening.allow_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (enough, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        listening.allow_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
