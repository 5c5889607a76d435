"""A new node is four lines: a pack of one file, named on the command line."""

import pytest

from tests.examples import node, picture, workflow

GAIN = '''from nodes.core import Image, node
@node
def gain(image: Image, by: float = 1.5) -> Image:
    """Multiply every colour."""
    return Image((image.values * by).clamp(0, 1))
'''
FOUR_LINES = '''from typing import Annotated
from nodes.core import Slider, node
@node
def double(a: Annotated[float, Slider(0, 10)] = 1.0) -> float:
    """Twice as much."""
    return 2 * a
'''


@pytest.fixture
def pack(terminal):
    folder = terminal.folder / "mine"
    folder.mkdir()
    return folder


def test_a_file_of_a_few_lines_is_a_node(terminal, pack):
    (pack / "double.py").write_text(FOUR_LINES)
    document = workflow(d=node("mine/double", a=4), sum=node("calculate", a="@d.float", b=1.0))
    ended = terminal.json(document, "--packs", str(pack), "--to", "sum")
    assert ended.made == {"d", "sum"}


def test_a_node_of_a_pack_takes_and_gives_pictures(terminal, pack):
    (pack / "gain.py").write_text(GAIN)
    bright = picture()
    bright["nodes"]["brighter"] = node("mine/gain", by=2, image="@decode.image")
    bright["nodes"]["save"]["wires"]["image"] = "brighter.image"
    ended = terminal.json(bright, "--packs", str(pack))
    assert "brighter" in ended.made
    assert terminal.json(bright, "--packs", str(pack)).made == set()
    (pack / "gain.py").write_text(GAIN.replace("image.values * by", "image.values / by"))
    assert terminal.json(bright, "--packs", str(pack)).made == {"brighter", "save"}


def test_its_ranges_and_types_are_checked_as_ours_are(terminal, pack):
    (pack / "double.py").write_text(FOUR_LINES)
    ended = terminal.run(workflow(d=node("mine/double", a=40)), "--packs", str(pack), "--to", "d")
    assert ended.status == 2
    assert ended.problems == ["d.a: is 40.0, outside 0 to 10"]


def test_without_the_pack_the_type_is_unknown(terminal, pack):
    (pack / "double.py").write_text(FOUR_LINES)
    document = workflow(d=node("mine/double"))
    for options in ([], ["--packs", str(pack), "--no-packs"]):
        ended = terminal.run(document, "--to", "d", *options)
        assert ended.status == 2
        assert ended.problems[0].startswith('d.type: there is no node type "mine/double"')


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def broken(:\n", "double.py line 1 cannot be loaded: SyntaxError"),
        ("import nothing_of_that_name\n", "double.py line 1 cannot be loaded: ModuleNotFoundError"),
        (FOUR_LINES.replace(" -> float", ""), "double needs a type for: what it returns"),
    ],
)
def test_a_pack_that_cannot_be_loaded_names_file_and_fault(terminal, pack, code, sentence):
    (pack / "double.py").write_text(code)
    ended = terminal.run(workflow(d=node("mine/double")), "--packs", str(pack))
    assert ended.status == 2
    assert len(ended.problems) == 1
    assert sentence in ended.problems[0]


def test_a_fault_in_mid_run_names_the_node(terminal, pack):
    (pack / "double.py").write_text(FOUR_LINES.replace("2 * a", "a / 0"))
    ended = terminal.run(workflow(d=node("mine/double")), "--packs", str(pack), "--to", "d")
    assert ended.status == 1
    assert ended.problems[0].startswith("d: failed: ZeroDivisionError")


def test_what_a_pack_imports_from_a_sub_folder_is_part_of_its_code(terminal, pack):
    (pack / "lib").mkdir()
    (pack / "lib" / "gain.py").write_text("BY = 2.0\n")
    (pack / "gain.py").write_text("from .lib.gain import BY\n" + GAIN.replace("* by", "* BY"))
    bright = picture()
    bright["nodes"]["brighter"] = node("mine/gain", image="@decode.image")
    bright["nodes"]["save"]["wires"]["image"] = "brighter.image"
    assert "brighter" in terminal.json(bright, "--packs", str(pack)).made
    (pack / "lib" / "gain.py").write_text("BY = 0.5\n")
    assert terminal.json(bright, "--packs", str(pack)).made == {"brighter", "save"}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return image.values", "brighter.image: came out as Tensor, it is declared as Image"),
        ("image.values.mul_(0.1); return image", "brighter.image: was written to by this node"),
        ("return image / 2", "brighter: failed: TypeError: "),
    ],
)
def test_a_node_that_breaks_the_rules_is_named(terminal, pack, body, sentence):
    code = GAIN.replace("return Image((image.values * by).clamp(0, 1))", body)
    (pack / "gain.py").write_text(code)
    bright = picture()
    bright["nodes"]["brighter"] = node("mine/gain", image="@decode.image")
    bright["nodes"]["save"]["wires"]["image"] = "brighter.image"
    ended = terminal.run(bright, "--packs", str(pack))
    assert ended.status == 1
    assert ended.problems[0].startswith(sentence)
    assert "failed" not in sentence or "(gain.py line 5)" in ended.problems[0]


def test_what_a_pack_prints_does_not_spoil_the_report(terminal, pack):
    (pack / "double.py").write_text("print('loaded')\n" + FOUR_LINES)
    ended = terminal.json(workflow(d=node("mine/double")), "--packs", str(pack), "--to", "d")
    assert ended.made == {"d"}


def test_two_packs_of_one_name_are_refused(terminal, pack):
    other = terminal.folder / "other" / "mine"
    other.mkdir(parents=True)
    for folder in (pack, other):
        (folder / "double.py").write_text(FOUR_LINES)
    ended = terminal.run(workflow(), "--packs", str(pack), "--packs", str(other))
    assert ended.status == 2
    assert "two packs are called mine" in ended.problems[0]
