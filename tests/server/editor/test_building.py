"""The editor is built where it is not what its sources say, and never else."""

import gzip
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server import node
from tests.server.editor.small_web import SmallWeb

INSTALL, BUILD = "npm-cli.js ci --omit=dev", "vite.js build --outDir"


@pytest.fixture
def bare(tmp_path: Path) -> SmallWeb:
    """As it was unpacked."""
    return SmallWeb.new(tmp_path)


@pytest.fixture
def ready(bare: SmallWeb) -> SmallWeb:
    """As it was built once."""
    assert bare.build()[0] == 0
    assert bare.done() == [INSTALL, BUILD]
    return bare


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_first_time_it_is_installed_and_built_and_packed(bare):
    status, said = bare.build()
    assert status == 0
    assert bare.done() == [INSTALL, BUILD]
    assert [line.partition(":")[0] for line in said.splitlines()] == [
        "Building the editor (once; later starts skip this).",
        "  Installing web/package-lock.json …",
        "  Installing web/package-lock.json",
        "  Building web/dist …",
        "  Building web/dist",
    ]
    packed = bare.web / "dist/assets/index-x1.js.gz"
    assert gzip.decompress(packed.read_bytes()).decode() == bare.built() == "draw();"


def test_what_is_current_is_left_alone_also_without_node_and_whenever_it_was_written(ready):
    for file in (ready.web / "src").rglob("*.ts*"):
        os.utime(file, (2e9, 2e9))
    before = (ready.web / "dist/index.html").stat().st_ino
    assert ready.build(**ready.without_node()) == (0, "")
    assert (ready.web / "dist/index.html").stat().st_ino == before


@pytest.mark.parametrize("name", ["src/main.tsx", "public/icon.svg", "index.html", "src/new.ts"])
def test_another_source_is_built_anew_with_the_packages_there_are(ready, name):
    ready.write(f"web/{name}", "other();")
    assert ready.build()[0] == 0
    assert ready.done() == [BUILD]


def test_a_source_that_is_gone_or_has_another_name_is_seen(ready):
    (ready.web / "src/graph/edit.ts").rename(ready.web / "src/graph/edits.ts")
    assert ready.build()[0] == 0
    (ready.web / "src/graph/edits.ts").unlink()
    assert ready.build()[0] == 0
    assert ready.done() == [BUILD, BUILD]


def test_another_lock_file_is_installed_but_not_for_the_sake_of_tests(ready):
    ready.lock(kept="1.0", test="2.0")
    ready.build()
    assert ready.done() == [BUILD]
    ready.lock(kept="2.0", test="2.0")
    ready.build()
    assert ready.done() == [INSTALL, BUILD]


def test_the_packages_of_tests_stay_where_they_were_installed(ready):
    modules = ready.web / "node_modules"
    (modules / ".package-lock.json").write_text((ready.web / "package-lock.json").read_text())
    ready.write("web/src/main.tsx", "other();")
    ready.build()
    assert ready.done() == [BUILD]


@pytest.mark.parametrize(
    ("tool", "name"), [("npm-cli.js", "Installing web/package-lock.json"), ("vite.js", "Building")]
)
def test_what_fails_is_said_with_its_last_words_and_what_was_built_stays(ready, tool, name):
    ready.lock(kept="2.0", test="1.0")
    ready.write("web/src/main.tsx", "other();")
    ready.write(f"{tool}.fails", "")
    status, said = ready.build()
    assert status == 1 and "first words" not in said
    assert said.splitlines()[-2] == f"{tool}: no such thing"
    assert said.splitlines()[-1].startswith(name)
    assert said.endswith(" failed, for the reason above.\n")
    assert ready.built() == "draw();"
    (ready.folder / f"{tool}.fails").unlink()
    assert ready.build()[0] == 0
    assert ready.built() == "other();"


def test_without_node_it_is_said_what_is_needed(bare):
    told = "Node 20.19 or newer with npm is not on this machine: install it and start again.\n"
    status, said = bare.build(**bare.without_node())
    assert (status, said.splitlines(keepends=True)[-1]) == (2, told)


def test_a_node_without_npm_or_one_that_is_too_old_is_as_good_as_none(bare, tmp_path):
    (bare.bin / "npm").unlink()
    assert bare.build(PATH=str(bare.bin))[0] == 2
    old = SmallWeb.new(tmp_path / "old", version="v18.20.4")
    assert old.build(PATH=str(old.bin))[0] == 2
    assert bare.done() + old.done() == []


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        *(("v20.19.0\n", True), ("v20.20.2", True), ("v22.12.0", True), ("v24.19.0", True)),
        *(("v20.18.9", False), ("v21.7.3", False), ("v22.11.0", False), ("v8.0.0", False)),
        *(("", False), ("node", False), ("v100.0.0", True)),
    ],
)
def test_a_node_is_used_if_it_can_build(said, fits):
    assert node.fits(said) == fits


def test_two_at_once_wait_for_each_other_and_build_once(bare):
    bare.write("wait", "")
    first = bare.start()
    wait_for((bare.folder / "done.txt").exists)
    second = bare.start()
    assert second.stderr
    assert "waiting" in second.stderr.readline()
    (bare.folder / "wait").unlink()
    assert second.communicate(timeout=60)[1] == ""
    first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert bare.done() == [INSTALL, BUILD]


def test_one_that_was_interrupted_is_completed_by_the_next(bare):
    bare.write("wait", "")
    start = bare.start()
    wait_for((bare.folder / "done.txt").exists)
    start.send_signal(signal.SIGINT)
    said = start.communicate(timeout=30)[1]
    assert start.returncode == 130
    assert said.endswith("Set-up was interrupted; the next start goes on from here.\n")
    (bare.folder / "wait").unlink()
    assert bare.build()[0] == 0
    assert bare.built() == "draw();"


def test_it_is_built_also_if_nobody_reads_what_is_said(bare):
    reader, said = os.pipe()
    os.close(reader)
    assert bare.start(said=said).wait(60) == 0
    os.close(said)
    assert bare.built() == "draw();"


def test_a_folder_that_cannot_be_written_is_one_sentence(bare):
    (bare.folder / ".venv.lock").mkdir()
    status, said = bare.build()
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("Set-up cannot write ")
