"""A machine without Node: a wheel brings one; where it cannot, the server is there all the same."""

import json
import os
import re
import shutil
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

from server.settings import TREE
from tests.server.editor.small_web import SmallWeb


def test_the_wheel_is_installed_once_into_the_environment(tmp_path):
    web = SmallWeb.new(tmp_path)
    web.wheel()
    nothing = web.without_node()
    subprocess.run([sys.executable, "-m", "venv", tmp_path / ".venv"], check=True, timeout=120)
    python = str(tmp_path / ".venv/bin/python")
    status, said = web.build(python, **nothing)
    assert status == 0, said
    assert "  Installing requirements-node.txt: " in said
    done = [json.loads(line) for line in (tmp_path / "done.txt").read_text().splitlines()]
    assert [each["tool"] for each in done] == ["npm-cli.js", "vite.js"]
    for each in done:
        assert Path(each["by"]).is_relative_to(tmp_path / ".venv")
        assert each["path"].split(os.pathsep)[0] == str(Path(each["by"]).parent)
    web.write("web/src/main.tsx", "other();")
    status, said = web.build(python, **nothing)
    assert (status, "requirements-node.txt" in said, web.built()) == (0, False, "other();")


def test_the_server_starts_without_the_editor_and_says_why(tmp_path):
    for name in ("nodes", "server"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(TREE / name, tmp_path / name, ignore=ignored)
    for name in ("main.py", "web/page"):
        (tmp_path / "web").mkdir(exist_ok=True)
        copy = shutil.copytree if (TREE / name).is_dir() else shutil.copy
        copy(TREE / name, tmp_path / name)
    kept = {name: said for name, said in os.environ.items() if not name.startswith("LATENTWIRE_")}
    server = subprocess.Popen(
        [sys.executable, "main.py", "--no-browser", "--device", "cpu"],
        cwd=tmp_path,
        env=kept | {"LATENTWIRE_PYTHON": "current", "PATH": str(tmp_path / "nothing")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout and server.stderr
        found = re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline())
        assert found
        connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
        connection.request("GET", "/")
        assert b"The editor is not built" in connection.getresponse().read()
    finally:
        server.terminate()
        said = server.communicate(timeout=60)[1]
    assert said.splitlines()[:2] == [
        "Building the editor (once; later starts skip this).",
        "Node 20.19 or newer with npm is not on this machine: install it and start again. "
        "The server starts with its status page.",
    ]
