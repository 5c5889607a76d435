"""`main.py` without a command, as a user starts it, opens it and ends it."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from server.bench.live import Process

ROOT = Path(__file__).resolve().parents[3]
LINK = re.compile(r"^http://\S+/#code=(\S+)$", re.MULTILINE)
ASK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from server.bench.live import Process
process = Process(Path(sys.argv[2]))
print(process.start() > 0, process.get("/")[0], process.stop())
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """One server for the tests that leave it as it is."""
    process = Process(tmp_path_factory.mktemp("served") / "data")
    process.start()
    yield process
    process.kill()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """A server of a test's own, that goes with the test however that ends."""
    made: list[Process] = []

    def serve(*options: str, **how: Any) -> Process:
        made.append(Process(tmp_path / "data", *options, **how))
        return made[-1]

    yield serve
    for process in made:
        process.kill()


def post(process: Process, path: str, content: object) -> int:
    connection = HTTPConnection("127.0.0.1", process.port, timeout=30)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(content), headers)
    return connection.getresponse().status


def test_the_printed_link_lets_in_once(served):
    code = LINK.findall(served.log.read_text())[0]
    assert post(served, "/v1/login", {"code": code}) == 204
    assert post(served, "/v1/login", {"code": code}) == 401


def test_a_workflow_is_queued_at_once_though_the_first_start_still_reads_the_nodes(new):
    process = new()
    process.start()
    command = [sys.executable, "main.py", "queue", "workflows/first-picture.json"]
    ended = subprocess.run(
        [*command, "--server", process.url, "--data", process.data],
        cwd=ROOT,
        env=os.environ | {"LATENTWIRE_PYTHON": "current"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert process.json(f"/v1/runs/{ended.stdout.strip()}")["title"] == "First picture"


def test_a_browser_is_opened_with_a_link_of_its_own(new, tmp_path):
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{seen}.new" && mv "{seen}.new" "{seen}"\n')
    browser.chmod(0o755)
    process = new(browser=True, BROWSER=f"{browser} %s")
    process.start()
    process.wait_for(seen.exists, "to open the browser")
    [opened], [printed] = LINK.findall(seen.read_text()), LINK.findall(process.log.read_text())
    assert opened != printed
    assert post(process, "/v1/login", {"code": opened}) == 204
    assert post(process, "/v1/login", {"code": printed}) == 204
    process.stop()


def test_the_terminal_says_where_it_is_and_what_it_found(served):
    served.wait_for(lambda: "models   " in served.log.read_text(), "to find the models")
    served.wait_for(lambda: "device   cpu" in served.log.read_text(), "to have a worker")
    said = served.log.read_text().splitlines()
    assert said[0] == f"Latentwire is at {served.url}"
    assert f"  data     {served.data}" in said
    assert f"  token    {served.data / 'token'}" in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="how many may wait is up to the system")
def test_hundreds_may_come_at_the_same_moment(served):
    os.kill(served.popen.pid, signal.SIGSTOP)
    try:
        lines = [socket.create_connection(("127.0.0.1", served.port), 0.9) for _ in range(400)]
    finally:
        os.kill(served.popen.pid, signal.SIGCONT)
    for line in lines:
        line.close()
    served.wait_until_healthy()


def test_a_device_that_is_not_there_is_said_and_where_the_reason_is(new):
    process = new("--device", "cuda:99")
    process.start()
    told = f"  device   cuda:99: cannot be used, {process.data / 'logs'} says why"
    process.wait_for(lambda: told in process.log.read_text().splitlines(), "to say so")
    assert (process.data / "logs/worker-cuda-99.log").stat().st_size


@pytest.mark.skipif(os.name != "posix", reason="this machine has no rights of POSIX")
def test_s6_the_data_folder_and_the_token_are_for_their_owner_alone(served):
    assert stat.S_IMODE(served.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((served.data / "token").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)]
)
def test_it_ends_when_asked_and_leaves_the_folder_to_the_next(new, how, status):
    process = new()
    process.start()
    assert process.processes()["nursery"] != []
    left = process.processes()
    assert process.stop(how) == status
    assert not (process.data / "server.json").exists()
    assert "Traceback" not in process.log.read_text()
    assert not any(Path(f"/proc/{pid}").exists() for pids in left.values() for pid in pids)
    process.start()
    assert process.stop() == 0


def test_it_serves_on_when_nobody_reads_what_it_says(new):
    process = new()
    reader, said = os.pipe()
    os.close(reader)
    process.launch(said)
    os.close(said)
    process.wait_until_healthy()
    process.wait_for(lambda: process.json("/v1/models")["models"], "to find the models")
    assert process.stop() == 0


def test_without_a_token_on_this_machine_it_warns(new):
    process = new("--no-auth")
    process.start()
    assert "WARNING  --no-auth" in process.log.read_text()
    assert process.get("/v1/nodes")[0] != 401
    process.stop()


def test_f26_it_serves_a_machine_without_any_network(tmp_path):
    script = f"ip link set lo up && exec '{sys.executable}' -c \"$0\" '{ROOT}' '{tmp_path}/data'"
    command = ["unshare", "-rn", "sh", "-c", script, ASK]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("this machine has no network namespaces")
    if "unshare:" in ended.stderr:
        pytest.skip("this machine has no network namespaces")
    assert ended.stdout == "True 200 0\n", ended.stderr


def knows_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not knows_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("listen", ["::1", "::"])
def test_f26_over_ipv6_it_answers_and_prints_a_link_that_works(new, listen):
    process = new("--listen", listen)
    process.launch()
    process.wait_for(lambda: "#code=" in process.log.read_text(), "to print its link")
    assert f"http://[::1]:{process.port}/#code=" in process.log.read_text()

    def asked(path: str) -> int:
        connection = HTTPConnection("::1", process.port, timeout=30)
        connection.request("GET", path, headers={"Authorization": f"Bearer {process.token}"})
        return connection.getresponse().status

    assert asked("/v1/health") == asked("/v1/runs") == 200
    process.stop()


def test_f26_behind_a_proxy_with_tls_it_answers_to_the_names_it_was_given(new):
    process = new("--allowed-host", "wire.example.org")
    process.start()

    def asked(host: str, origin: str) -> int:
        connection = HTTPConnection("127.0.0.1", process.port, timeout=30)
        token = {"Authorization": f"Bearer {process.token}"}
        connection.request("GET", "/v1/runs", headers={"Host": host, "Origin": origin} | token)
        return connection.getresponse().status

    assert asked("wire.example.org", "https://wire.example.org") == 200
    assert asked("wire.example.org", "https://other.example.org") == 403
    assert asked("other.example.org", "https://other.example.org") == 421
    status, said = process.get("/below/v1/runs")  # a path that a proxy did not take away
    assert (status, json.loads(said)["error"]["code"]) == (404, "not_found")
    process.stop()
