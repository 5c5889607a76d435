"""The printed reference of all nodes: current, whole, and readable."""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import pytest

from nodes.catalogue import catalogue
from nodes.core import AUTO, Auto, Choice, Color, Image, Mask, Number, Seed, Slider, node
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.schedules import SCHEDULES
from nodes.manual import manual

NODES = catalogue()
PAGE = manual(NODES)
STORED = Path(__file__).parents[1] / "docs" / "nodes.md"
COMMAND = "python -m nodes.manual > docs/nodes.md"


class Cut(NamedTuple):
    image: Image
    masks: list[Mask]


@node
def cut_out(
    images: list[Image],
    mask: Mask | None,
    amount: Annotated[float, Slider(0, 1, 0.1)] = 0.5,
    size: Annotated[int | Auto, Number(8, 64)] = AUTO,
    colour: Annotated[str, Color()] = "#00ff00",
    how: Annotated[str, Choice(("a|b", "c"))] = "c",
    seed: Annotated[int, Seed()] = 0,
    kind: Annotated[str, Choice(tuple("abcdefghijkl"))] = "a",
    *,
    name: str,
) -> Cut:
    """Cut something out,
    in two lines.

    And more.
    """
    raise AssertionError("it is only printed")


EXPECTED = """\
### Cut out

`cut_out`

Cut something out, in two lines.

And more.

| Input | Type | Default | Takes |
| --- | --- | --- | --- |
| `images` | list of `Image` | *needed* |  |
| `mask` | `Mask` | none |  |
| `amount` | `float` | `0.5` | 0 to 1 |
| `size` | `int` | `auto` | 8 to 64, or `auto` |
| `colour` | `str` | `#00ff00` | a colour, `#rrggbb` |
| `how` | `str` | `c` | `a\\|b`, `c` |
| `seed` | `int` | `0` | 0 to 2⁵³ − 1 |
| `kind` | `str` | `a` | one of those below |
| `name` | `str` | *needed* | text |

`kind`: `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, `j`, `k`, `l`.

| Output | Type |
| --- | --- |
| `image` | `Image` |
| `masks` | list of `Mask` |

"""


def test_the_page_in_the_tree_is_the_one_that_is_printed_now():
    stored = STORED.read_text(encoding="utf-8") if STORED.exists() else ""
    assert stored == PAGE, f"docs/nodes.md is not current, print it anew: {COMMAND}"


def test_a_node_is_told_with_its_help_its_inputs_and_its_outputs():
    assert EXPECTED in manual({"cut_out": cut_out.definition()})


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_every_node_has_a_section_that_names_each_of_its_ports(node):
    (section,) = re.findall(rf"^### {node.title}\n\n`{node.type}`.*?(?=^##|\Z)", PAGE, re.M | re.S)
    rows = re.findall(r"^\| `(\w+)` \|", section, re.M)
    assert rows == [*node.inputs, *node.outputs]


def test_every_sampler_and_schedule_is_told_in_a_line():
    for names, title in ((SAMPLERS, "Samplers"), (SCHEDULES, "Schedules")):
        section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
        told = dict(re.findall(r"^\| `(\w+)` \| (\S.*) \|$", section, re.M))
        assert list(told) == list(names)


def test_every_link_leads_to_one_heading():
    headings = [line.lstrip("# ") for line in PAGE.splitlines() if line.startswith("#")]
    places = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    links = re.findall(r"\]\(#([^)]+)\)", PAGE)
    assert {link: places.count(link) for link in links if places.count(link) != 1} == {}


def test_tables_are_even_and_no_row_is_a_page_long():
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.M):
        cells = [len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()]
        assert len(set(cells)) == 1, table
        assert max(map(len, table.splitlines())) <= 200, table
