"""A pack runs only where someone said so of this very version; one that does harm is left out."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.core.problem import Problem
from server.settings import Settings
from server.trust import Trust
from server.worker import packs
from tests.server.checker.desk import opened

GOOD = '''from nodes.core import node
@node
def double(a: float = 1.0) -> float:
    """Twice as much."""
    return 2 * a
'''
CANARY = "from pathlib import Path\nPath({path!r}).write_text('it ran')\n"


def pack(data: Path, name: str, source: str = GOOD) -> Path:
    folder = data / "packs" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nodes.py").write_text(source)
    return folder


def loaded(data: Path, no_packs: bool = False) -> tuple[set[str], dict[str, str]]:
    """The packs that are there now, and what is said of those that are not."""
    nodes, problems = packs.catalogue(Settings(data=data, no_packs=no_packs))
    types = {type.partition("/")[0] for type in nodes if "/" in type}
    return types, {str(p.node): p.message for p in problems}


def test_a_pack_is_not_run_before_someone_trusts_it(tmp_path):
    canary = tmp_path / "canary"
    pack(tmp_path, "mine", CANARY.format(path=str(canary)) + GOOD)
    types, told = loaded(tmp_path)
    assert types == set()
    assert "nobody has trusted it yet" in told["mine"]
    assert "main.py packs trust mine" in told["mine"]
    assert not canary.exists()
    Trust(tmp_path).trust("mine")
    assert loaded(tmp_path) == ({"mine"}, {})
    assert canary.exists()


@pytest.mark.parametrize("changed", ["nodes.py", "data.txt", "deep/inside.py"])
def test_s33_a_pack_that_changed_is_not_imported_and_asks_again(tmp_path, changed):
    folder = pack(tmp_path, "mine")
    Trust(tmp_path).trust("mine")
    (folder / changed).parent.mkdir(exist_ok=True)
    (folder / changed).write_text(CANARY.format(path=str(tmp_path / "canary")) + GOOD)
    types, told = loaded(tmp_path)
    assert types == set()
    assert "has changed since it was trusted" in told["mine"]
    assert not (tmp_path / "canary").exists()
    Trust(tmp_path).trust("mine")
    assert loaded(tmp_path)[0] == {"mine"}


def test_s33_compiled_files_that_lie_in_a_pack_are_not_run(tmp_path):
    import py_compile

    folder = pack(tmp_path, "mine")
    Trust(tmp_path).trust("mine")
    evil = tmp_path / "evil.py"
    evil.write_text(CANARY.format(path=str(tmp_path / "canary")) + GOOD)
    source = folder / "nodes.py"
    os.utime(evil, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
    hidden = folder / "__pycache__" / f"nodes.{sys.implementation.cache_tag}.pyc"
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(evil), str(hidden), invalidation_mode=unchecked)
    assert loaded(tmp_path)[0] == {"mine"}
    assert not (tmp_path / "canary").exists()


def test_s33_a_link_to_what_may_change_elsewhere_cannot_be_trusted(tmp_path):
    folder = pack(tmp_path, "mine")
    (tmp_path / "elsewhere.py").write_text(GOOD)
    (folder / "linked.py").symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(Problem, match=r"linked\.py is a link"):
        Trust(tmp_path).trust("mine")


REACHING = {
    "grasping": "import server.routes\n",
    "changing": "from server import app\napp.routes = [('/', None), ('/api/jobs', None)]\n",
    "leading_out": "from server.routes import ROUTES\nROUTES['/../..'] = '/etc'\n",
}
A_CHILD = """
import sys
from pathlib import Path
from server.settings import Settings
from server.worker import packs
nodes, problems = packs.catalogue(Settings(data=Path(sys.argv[1])))
print(sorted({type.partition("/")[0] for type in nodes if "/" in type}))
print(*(f"{p.node}: {p.message}" for p in problems), sep="\\n")
"""


def test_s34_a_pack_that_reaches_for_the_server_is_a_load_error(tmp_path):
    pack(tmp_path, "good")
    for name, reach in REACHING.items():
        pack(tmp_path, name, reach + GOOD)
    for name in ("good", *REACHING):
        Trust(tmp_path).trust(name)
    # in a process of its own, as packs are: in this one, tests have imported all of the server
    child = [sys.executable, "-c", A_CHILD, str(tmp_path)]
    said = subprocess.run(child, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[0] == "['good']"
    for name in REACHING:
        line = next(line for line in said if line.startswith(f"{name}: "))
        assert "the server is not its to change" in line


BROKEN = {
    "raises": ("raise RuntimeError('no')\n", "nodes.py line 1 cannot be loaded: RuntimeError: no"),
    "leaves": ("import sys\nsys.exit(0)\n", "cannot be loaded: SystemExit"),
    "exits": ("import os\nos._exit(3)\n", "ended its process while it was loaded (with status 3)"),
    "aborts": ("import os\nos.abort()\n", f"(by signal {int(signal.SIGABRT)})"),
    "hangs": ("while True: pass\n", "did not finish loading within"),
    "lacks": ("import no_such_package\n", "ModuleNotFoundError"),
    "shouts": ("print('x' * 10**8)\nraise ValueError('loud')\n", "loud"),
}


def test_s35_whatever_a_pack_does_when_it_is_loaded_the_others_load(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "PATIENCE", 5.0)
    for name, (source, _) in BROKEN.items():
        pack(tmp_path, name, source + GOOD)
    for name in ("aaa", "zzz"):
        pack(tmp_path, name)
    for folder in Trust(tmp_path).there():
        Trust(tmp_path).trust(folder.name)
    types, told = loaded(tmp_path)
    assert types == {"aaa", "zzz"}
    assert set(told) == set(BROKEN)
    for name, (_, sentence) in BROKEN.items():
        assert sentence in told[name]


def test_f25_a_checker_with_broken_packs_answers_and_says_which(tmp_path):
    for name in ("raises", "exits"):
        pack(tmp_path, name, BROKEN[name][0])
    pack(tmp_path, "good")
    for folder in Trust(tmp_path).there():
        Trust(tmp_path).trust(folder.name)
    document = {"format": "latentwire/1", "nodes": {"d": {"type": "good/double"}}}
    with opened(Settings(data=tmp_path)) as desk:
        assert desk.submit(document, targets=["d"]).document
        assert {problem.node for problem in desk.nodes.problems} == {"raises", "exits"}
        assert "good/double" in {kind.type for kind in desk.nodes.nodes}


def test_f25_without_packs_none_is_looked_at(tmp_path):
    pack(tmp_path, "good")
    Trust(tmp_path).trust("good")
    assert loaded(tmp_path, no_packs=True) == (set(), {})


def test_f9_a_cut_list_of_what_is_trusted_falls_back_to_the_one_before(tmp_path):
    for name in ("first", "second"):
        pack(tmp_path, name)
        Trust(tmp_path).trust(name)
    file = tmp_path / "packs.json"
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        folders, problems = Trust(tmp_path).trusted()
        assert [folder.name for folder in folders] == ["first"]
        assert any("was broken" in problem.message for problem in problems)
    file.write_bytes(whole)
    assert [folder.name for folder in Trust(tmp_path).trusted()[0]] == ["first", "second"]


def test_f9_what_is_trusted_after_damage_is_added_to_the_last_good_list(tmp_path):
    for name in ("first", "second", "third"):
        pack(tmp_path, name)
    Trust(tmp_path).trust("first")
    Trust(tmp_path).trust("second")
    (tmp_path / "packs.json").write_text('{"first"')
    Trust(tmp_path).trust("third")
    assert set(json.loads((tmp_path / "packs.json").read_text())) == {"first", "third"}


def test_the_command_lists_trusts_and_forgets(terminal):
    data = terminal.folder / "data"
    pack(data, "mine")
    assert "mine: is not loaded" in terminal.main("packs").out
    assert terminal.main("packs", "trust", "mine").status == 0
    assert "mine: is trusted" in terminal.main("packs").out
    assert terminal.main("packs", "forget", "mine").status == 0
    assert "mine: is not loaded" in terminal.main("packs").out
    ended = terminal.main("packs", "trust", "yours")
    assert (ended.status, "there is mine" in ended.err) == (2, True)
