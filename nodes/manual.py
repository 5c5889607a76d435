"""The reference of all nodes, printed from the catalogue.

python -m nodes.manual > docs/nodes.md
"""

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import groupby
from typing import Any

from nodes.catalogue import catalogue
from nodes.core.facts import KINDS
from nodes.core.nodetype import NodeType
from nodes.core.ports import Input, Output
from nodes.core.types import WIRES
from nodes.core.widgets import Choice, Color, Curve, File, Number
from nodes.diffusion.samplers import SAMPLERS
from nodes.diffusion.schedules import SCHEDULES

BEGINNING = """\
# Nodes

Every node there is, printed from the program. A test sees that this page is current; to print it
anew: `python -m nodes.manual > docs/nodes.md`.

An input takes a wire of its type, or a value where a range or a choice is named. One with a default
may be left alone. Besides these nodes there are three that hold others: `group` runs them once,
`repeat` several times, `for_each` once for every item of a list.
"""
LONGEST_CHOICE = 9
PLAIN = {"int": "a whole number", "float": "a number", "str": "text", "bool": "true or false"}
NAMED = {"samplers": SAMPLERS.keys(), "schedules": SCHEDULES.keys()}
FOR_RULES = ("controls", "controlled")  # as is what facts are not compared by


def manual(nodes: Mapping[str, NodeType]) -> str:
    """The page as Markdown: contents, wires, the nodes by category, samplers and schedules."""
    ordered = sorted(nodes.values(), key=lambda node: (node.category, node.title.lower()))
    by_category = {key: list(some) for key, some in groupby(ordered, lambda n: n.category)}
    methods = {name: one.function for name, one in SAMPLERS.items()}
    parts = [
        BEGINNING,
        *_contents(by_category),
        *_wires(),
        *(part for name, some in by_category.items() for part in _category(name, some)),
        *_named("Samplers", "How a picture is found under the noise, step by step.", methods),
        *_named("Schedules", "Which noise levels are visited on the way.", SCHEDULES),
    ]
    return "\n".join(parts)


def _contents(by_category: Mapping[str, list[NodeType]]) -> Iterator[str]:
    for name, nodes in by_category.items():
        links = " · ".join(_link(node.title) for node in nodes)
        yield f"- **{_link(_heading(name), name.capitalize())}**: {links}"
    more = (_link(title) for title in ("Wires", "Samplers", "Schedules"))
    yield f"- **More**: {' · '.join(more)}\n"


def _heading(category: str) -> str:
    return f"Nodes: {category}"


def _link(heading: str, told: str = "") -> str:
    """A link within the page, to where a heading is found by those who show Markdown."""
    place = heading.lower().replace(":", "").replace(" ", "-")
    return f"[{told or heading}](#{place})"


def _wires() -> Iterator[str]:
    yield "## Wires\n"
    yield "What a wire carries, and what is known of it before anything runs.\n"
    yield from _table(("Wire", "Carries", "Known before"), map(_wire, WIRES))


def _wire(name: str) -> tuple[str, str, str]:
    told = [field for field in fields(KINDS[name]) if field.compare] if name in KINDS else []
    known = ", ".join(_words(field.name) for field in told if field.name not in FOR_RULES)
    carries = PLAIN[name].capitalize() + "." if name in PLAIN else _first(WIRES[name])
    return f"`{name}`", carries, known or "its value, where it is set"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _category(name: str, nodes: list[NodeType]) -> Iterator[str]:
    yield f"## {_heading(name)}\n"
    for node in nodes:
        yield from _node(node)


def _node(node: NodeType) -> Iterator[str]:
    marks = [f"`{node.type}`"]
    marks += ["writes a file or shows one"] * node.effect
    marks += ["never reused"] * (not node.exact)
    yield f"### {node.title}\n"
    yield " · ".join(marks) + "\n"
    yield "\n\n".join(_joined(part) for part in node.help.split("\n\n")) + "\n"
    if node.inputs:
        yield from _table(("Input", "Type", "Default", "Takes"), map(_input, node.inputs.values()))
        yield from (_listed(port) for port in node.inputs.values() if _is_long(port))
    if node.outputs:
        yield from _table(("Output", "Type"), map(_output, node.outputs.values()))


def _input(port: Input) -> tuple[str, str, str, str]:
    kind = f"list of `{port.type}`" if port.many else f"`{port.type}`"
    return f"`{port.name}`", kind, _default(port), _takes(port)


def _output(port: Output) -> tuple[str, str]:
    return f"`{port.name}`", f"list of `{port.type}`" if port.many else f"`{port.type}`"


def _default(port: Input) -> str:
    if port.required:
        return "*needed*"
    if port.otherwise is None:
        return "none"
    if isinstance(port.otherwise, bool):
        return f"`{str(port.otherwise).lower()}`"
    return "no text" if port.otherwise == "" else f"`{port.otherwise}`"


def _takes(port: Input) -> str:
    """Which values an input takes besides a wire."""
    told = _range(port)
    return f"{told}, or `auto`" if port.auto and told else told


def _range(port: Input) -> str:
    match port.widget:
        case Choice(options):
            return _options(options) if not _is_long(port) else "one of those below"
        case Number(low, high, _) if low is not None and high is not None:
            return f"{_shown(low)} to {_shown(high)}"
        case Number(low, high, _) if low is not None or high is not None:
            return f"at least {_shown(low)}" if high is None else f"at most {_shown(high)}"
        case File(kind):
            return f"the name of a file: {kind}"
        case Color():
            return "a colour, `#rrggbb`"
        case Curve(low, high):
            return f"points `at:value`, from 0 to 1, with values {_shown(low)} to {_shown(high)}"
        case None:
            return ""
        case _:
            return PLAIN.get(port.type, "")


def _shown(number: Any) -> str:
    if abs(number) >= 2**53 - 1:
        sign, rest = "−" * (number < 0), " − 1" * (abs(number) == 2**53 - 1)
        return f"{sign}2⁵³{rest}"
    return f"{number:g}" if abs(number) < 1e5 else str(number)


def _options(options: Iterable[str]) -> str:
    return ", ".join(f"`{option}`" for option in options)


def _is_long(port: Input) -> bool:
    return isinstance(port.widget, Choice) and len(port.widget.options) > LONGEST_CHOICE


def _listed(port: Input) -> str:
    """A choice too long for a table: by a link to its own list where there is one."""
    assert isinstance(port.widget, Choice)
    options = port.widget.options
    for name, known in NAMED.items():
        rest = [option for option in options if option not in known]
        if len(rest) < len(options) / 2:
            beside = f"{_options(rest)}, or " if rest else ""
            if len(options) - len(rest) == len(known):
                return f"`{port.name}`: {beside}one of the [{name}](#{name}).\n"
    return f"`{port.name}`: {_options(options)}.\n"


def _named(title: str, intro: str, functions: Mapping[str, Any]) -> Iterator[str]:
    """A list of functions by name, with the first paragraph of what each says of itself."""
    yield f"## {title}\n"
    yield f"{intro}\n"
    rows = ((f"`{name}`", _first(function)) for name, function in functions.items())
    yield from _table(("Name", "What it is"), rows)


def _first(thing: Any) -> str:
    return _joined((inspect.getdoc(thing) or "").split("\n\n")[0])


def _joined(paragraph: str) -> str:
    return " ".join(paragraph.split())


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(manual(catalogue()))
