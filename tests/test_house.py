"""The house rules: short files and functions, plain names, nothing of one machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (".ci", "docs", "nodes", "server", "tests", "web", "workflows")
NOT_OURS = {"node_modules", "dist", "__pycache__"}
TEXT = {".css", ".html", ".json", ".md", ".py", ".toml", ".ts", ".tsx", ".txt", ""}
MOST_LINES = 250
MOST_LINES_OF_A_FUNCTION = 40
VAGUE_NAMES = {"base", "helper", "helpers", "manager", "misc", "util", "utils"}
# written in two parts, so that this file does not name them itself
OTHER_PLACES = [
    "/" + "work/",
    "/" + "root/",
    "/" + "opt/",
    "../" + "shared",
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
]


def files() -> Iterator[Path]:
    """Every text file of the tree, as a path inside it."""
    found = [*ROOT.iterdir()]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    for path in sorted(found):
        inside = path.relative_to(ROOT)
        if path.is_file() and path.suffix in TEXT and not NOT_OURS & set(inside.parts):
            yield inside


FILES = list(files())
SOURCES = [path for path in FILES if path.suffix in {".py", ".ts", ".tsx", ".css"}]
PYTHON = [path for path in FILES if path.suffix == ".py"]
PRINTED = [Path("web/src/api/messages.ts")]  # by our own program: nobody edits or reads it through
PROGRAM = [path for path in PYTHON if path.parts[0] != "tests"]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for part in ast.walk(ast.parse(read(path))):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_every_file_fits_on_a_few_screens():
    lines = {str(path): len(read(path).splitlines()) for path in SOURCES if path not in PRINTED}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_every_function_fits_on_one_screen():
    long = [
        (str(path), function.name)
        for path in PROGRAM
        for function in functions(path)
        if length(function) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("folder", ["nodes", "server", "tests"])
def test_most_functions_are_read_at_a_glance(folder):
    ours = (path for path in PYTHON if path.parts[0] == folder)
    assert median(length(function) for path in ours for function in functions(path)) <= 15


def test_no_file_has_a_vague_name():
    assert [str(path) for path in SOURCES if path.stem.lower() in VAGUE_NAMES] == []


def test_every_module_says_what_it_is():
    assert [str(path) for path in PROGRAM if not says_what_it_is(path)] == []


def says_what_it_is(path: Path) -> bool:
    tree = ast.parse(read(path))
    return not tree.body or ast.get_docstring(tree) is not None


def test_nothing_names_the_machine_it_was_written_on():
    named = [(str(path), place) for path in FILES for place in OTHER_PLACES if place in read(path)]
    assert named == []


def test_the_map_in_the_readme_names_every_source_file_and_no_other():
    named = mapped()
    assert [name for name in named if not (ROOT / name).exists()] == []
    ours = [
        str(path) for path in SOURCES if "tests" not in path.parts and (ROOT / path).stat().st_size
    ]
    assert not named or sorted(set(ours) - set(named)) == []


def mapped() -> list[str]:
    """The files in the README's section "Map": lines such as "| `main.py` | the one door |"."""
    text = read(Path("README.md")) if (ROOT / "README.md").exists() else ""
    section = text.partition("\n## Map\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| \S", section, flags=re.MULTILINE)
