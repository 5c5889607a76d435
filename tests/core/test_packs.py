"""A pack is a folder of Python files: four lines make a node, and faults are told with lines."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.packs import load_pack
from nodes.core.problem import Problem
from nodes.core.run import Run
from nodes.core.workflow import parse
from tests.core.small import CATALOGUE
from tests.core.workshop import Bench, Ran, document, entry

FOUR_LINES = '''
from typing import Annotated
from nodes.core import node, Slider

@node
def dim(x: float, by: Annotated[float, Slider(0, 1)] = 0.5) -> float:
    """Less."""
    return x * by
'''


def pack(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def run(nodes: dict[str, Any], *packs: Path) -> Ran:
    catalogue = dict(CATALOGUE)
    for folder in packs:
        catalogue |= load_pack(folder)
    host = Bench()
    return Ran(Run(check(parse(document(nodes)), catalogue, host), host, Cache(), ["x"]))


def refused(folder: Path) -> str:
    with pytest.raises(Problem) as caught:
        load_pack(folder)
    return str(caught.value)


def test_four_lines_make_a_node(tmp_path):
    folder = pack(tmp_path / "mine", light=FOUR_LINES)
    assert list(load_pack(folder)) == ["mine/dim"]
    assert run({"x": entry("mine/dim", x=3.0)}, folder)["x.float"] == 1.5
    assert [path.name for path in folder.iterdir()] == ["light.py"]


def test_packs_may_have_files_of_the_same_name(tmp_path):
    one = pack(tmp_path / "one", light=FOUR_LINES)
    two = pack(tmp_path / "two", light=FOUR_LINES.replace("x * by", "-x"))
    nodes = {"a": entry("one/dim", x=4.0), "x": entry("two/dim", {"x": "a.float"})}
    assert run(nodes, one, two)["x.float"] == -2.0


def test_a_file_may_use_another_of_its_folder(tmp_path):
    uses = "from nodes.core import node\nfrom .types import Glow, made\n\n@node\n"
    uses += 'def glow() -> Glow:\n    """A glow."""\n    return Glow()\n'
    types = "from nodes.core import node\nclass Glow: ...\nmade = []\n\n@node\n"
    types += 'def seen(glow: Glow) -> bool:\n    """Whether it is one."""\n'
    types += "    return isinstance(glow, Glow)\n"
    folder = pack(tmp_path / "mine", a_uses=uses, types=types)
    nodes = {"g": entry("mine/glow"), "x": entry("mine/seen", {"glow": "g.glow"})}
    assert run(nodes, folder)["x.bool"] is True


def test_a_changed_pack_is_another_code(tmp_path):
    folder = pack(tmp_path / "mine", light=FOUR_LINES)
    before = load_pack(folder)["mine/dim"]
    (folder / "light.py").write_text(FOUR_LINES.replace("x * by", "x + by"))
    after = load_pack(folder)["mine/dim"]
    assert before.code != after.code and after.function(1.0, 1.0) == 2.0
    assert load_pack(folder)["mine/dim"].code == after.code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\ndef (:\n", "mine: light.py line 2 cannot be loaded: SyntaxError: invalid syntax"),
        (
            "x = 1\nimport nothing_of_that_name\n",
            "mine: light.py line 2 cannot be loaded: ModuleNotFoundError: No module named",
        ),
        ("\n\nraise SystemExit(3)", "mine: light.py line 3 cannot be loaded: SystemExit: 3"),
        ("x = 1 / 0", "mine: light.py line 1 cannot be loaded: ZeroDivisionError"),
        (
            FOUR_LINES.replace("-> float", ""),
            "mine: light.py line 5 cannot be loaded: TypeError: dim needs a type for: what",
        ),
        ("from .other import x", "mine: light.py line 1 cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_with_its_line(tmp_path, text, told):
    folder = pack(tmp_path / "mine", light=text)
    assert refused(folder).startswith(told)
    (folder / "light.py").write_text(FOUR_LINES)
    assert list(load_pack(folder)) == ["mine/dim"]


def test_the_file_at_fault_is_named_though_another_imports_it(tmp_path):
    folder = pack(tmp_path / "mine", a="from . import b", b="def (")
    assert refused(folder).startswith("mine: b.py line 1 cannot be loaded: SyntaxError")


def test_two_nodes_of_one_name_are_refused(tmp_path):
    folder = pack(tmp_path / "mine", a=FOUR_LINES, b=FOUR_LINES)
    assert refused(folder) == "mine: a.py and b.py both define mine/dim: a node's name is its own"


def test_a_node_with_two_names_in_its_file_is_one_node(tmp_path):
    folder = pack(tmp_path / "mine", a=FOUR_LINES + "\nalias = dim\n")
    assert list(load_pack(folder)) == ["mine/dim"]


def test_what_is_no_pack_is_told(tmp_path):
    assert refused(tmp_path / "gone").endswith("is no folder: a pack is a folder of Python files")
    assert refused(pack(tmp_path / "empty")).endswith("has no Python files in it")
    assert "is no name for a pack" in refused(pack(tmp_path / "a b", a=FOUR_LINES))
    folder = pack(tmp_path / "mine", **{"my-nodes": FOUR_LINES})
    assert refused(folder) == (
        "mine: my-nodes.py is no name that Python can import: letters, digits and _"
    )


def test_the_language_imports_no_torch():
    program = "import sys, nodes.core, nodes.core.run, nodes.core.packs, nodes.core.printer\n"
    program += "print([m for m in ('torch', 'numpy') if m in sys.modules])"
    root = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert said.stdout.strip() == "[]", said.stderr
