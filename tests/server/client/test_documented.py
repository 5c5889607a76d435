"""docs/api.md is enough to write a client: its examples are run as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from server.bench.live import Process
from tests.server.stage import line, opened, play

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
WORKFLOW = ROOT / "workflows" / "first-picture.json"
TROUBLE = ROOT / "tests" / "server" / "processes" / "trouble"
PNG = b"\x89PNG\r\n\x1a\n"


def example(name: str) -> str:
    """The block behind `<!-- example: NAME -->`."""
    (found,) = re.findall(rf"<!-- example: {name} -->\n```\w*\n(.*?)```\n", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server as `main.py` starts it, with the model in the box."""
    process = Process(tmp_path_factory.mktemp("served") / "data", "--packs", str(TROUBLE))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def folder(tmp_path: Path, served: Process) -> Path:
    """A folder from which the server's data and the examples are seen as from the tree."""
    (tmp_path / "data").symlink_to(served.data)
    (tmp_path / "workflows").symlink_to(ROOT / "workflows")
    return tmp_path


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    more = {"LATENTWIRE_DATA": str(folder / "data"), "LATENTWIRE_PYTHON": "current"}
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | more | {"PYTHONPATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def main(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run(folder, sys.executable, str(ROOT / "main.py"), *arguments)


def test_the_script_submits_watches_sees_previews_and_fetches_the_picture(folder, served):
    (folder / "script.py").write_text(example("script"))
    ended = run(folder, sys.executable, "script.py", served.url, "data/token", str(WORKFLOW))
    assert ended.returncode == 0, ended.stderr
    told = ended.stdout.splitlines()
    assert told[0].split() == ["run_queued"]
    assert told[-2].split() == ["run_finished"]
    assert any(re.fullmatch(r"preview of step \d+ image/\w+ \d+ bytes", row) for row in told)
    name = told[-1].removeprefix("saved ")
    assert (folder / name).read_bytes().startswith(PNG)


def test_the_script_says_what_is_wrong_with_a_workflow(folder, served):
    (folder / "script.py").write_text(example("script"))
    (folder / "wrong.json").write_text(WORKFLOW.read_text().replace('"sample"', '"sampel"', 1))
    ended = run(folder, sys.executable, "script.py", served.url, "data/token", "wrong.json")
    assert ended.returncode == 1
    assert "sample" in ended.stderr and "Traceback" not in ended.stderr


def test_the_python_client_does_the_same(folder, served):
    (folder / "client.py").write_text(example("client"))
    os.symlink(ROOT / "server", folder / "server")
    os.symlink(ROOT / "nodes", folder / "nodes")
    ended = run(folder, sys.executable, "client.py", str(WORKFLOW), str(folder))
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^sample: \d+ of 20$", ended.stdout, re.MULTILINE)
    (picture,) = folder.glob("*.png")
    assert picture.read_bytes().startswith(PNG)


@pytest.mark.skipif(not shutil.which("curl"), reason="this machine has no curl")
def test_the_lines_of_curl_work_as_they_stand(folder, served):
    (folder / "photo.png").write_bytes(next(served.data.glob("outputs/*/*.png")).read_bytes())
    upload, submit = example("http").replace("http://127.0.0.1:8420", served.url).splitlines()
    assert json.loads(run(folder, "sh", "-c", upload).stdout)["mime"] == "image/png"
    assert set(json.loads(run(folder, "sh", "-c", submit).stdout)) == {"run", "position"}


@pytest.mark.parametrize("name", ["calls", "watching"])
def test_what_is_said_over_the_websocket_is_what_is_written(name, tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            for row in example(name).splitlines():
                arrow, _, text = row.partition(" ")
                if arrow == "→":
                    await client.socket.send(text)
                else:
                    assert await client.socket.recv() == text

    play(scene())


def test_queue_with_wait_shows_how_it_goes_and_names_the_picture(folder, served):
    ended = main(folder, "queue", str(WORKFLOW), "--set", "sample.steps=2", "--wait")
    assert ended.returncode == 0, ended.stderr
    path = Path(ended.stdout.strip())
    assert path.is_relative_to(served.data.resolve()) and path.read_bytes().startswith(PNG)
    assert re.search(r"Done in [\d.]+ s: \d worked out", ended.stderr)


def test_queue_reports_as_json_and_brings_pictures_where_they_are_wanted(folder, served):
    command = ("queue", str(WORKFLOW), "--set", "sample.steps=2", "--wait", "--json", "--out", "o")
    report = json.loads(main(folder, *command).stdout)
    assert report["state"] == "done"
    (output,) = report["outputs"]
    assert Path(output["path"]).parent == (folder / "o").resolve()
    assert Path(output["path"]).read_bytes().startswith(PNG)


def test_queue_without_wait_gives_the_id_of_the_run(folder, served):
    ended = main(folder, "queue", str(WORKFLOW), "--to", "prompt")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"[0-9a-f-]{36}\n", ended.stdout)


def test_queue_names_every_problem_and_exits_with_2(folder, served):
    ended = main(folder, "queue", str(WORKFLOW), "--set", "sample.sed=1", "--set", "nope.x=1")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert [row.partition(":")[0] for row in ended.stderr.splitlines()] == ["sample.sed", "nope"]


def test_queue_takes_the_picture_beside_the_workflow_along(folder, served):
    picture = next(served.data.glob("outputs/*/*.png"))
    shutil.copy(picture, folder / "mine.png")
    nodes = {
        "load": {"type": "load_image", "values": {"image": "mine.png"}},
        "save": {"type": "save_image", "wires": {"image": "load.image"}},
    }
    (folder / "again.json").write_text(json.dumps({"format": "latentwire/1", "nodes": nodes}))
    ended = main(folder, "queue", "again.json", "--wait")
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stdout.strip()).is_file()


def test_a_run_that_fails_makes_queue_exit_with_1(folder, served):
    nodes = {"it": {"type": "trouble/leave_politely"}}
    (folder / "fails.json").write_text(json.dumps({"format": "latentwire/1", "nodes": nodes}))
    ended = main(folder, "queue", "fails.json", "--wait")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("it: ") and "Traceback" not in ended.stderr


def test_link_prints_a_link_that_lets_in_once(folder, served):
    ended = main(folder, "link")
    assert ended.returncode == 0, ended.stderr
    address, _, code = ended.stdout.strip().partition("/#code=")
    assert address == served.url
    for status in (204, 401):
        connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
        body = json.dumps({"code": code})
        connection.request("POST", "/v1/login", body, {"Content-Type": "application/json"})
        assert connection.getresponse().status == status


def test_without_a_server_both_commands_say_so(tmp_path):
    for command in (("link",), ("queue", str(WORKFLOW))):
        ended = main(tmp_path, *command, "--server", "http://127.0.0.1:9")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith("no server answers at http://127.0.0.1:9")
        assert "Traceback" not in ended.stderr
