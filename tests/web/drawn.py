"""Workflows that tests put on the server before the page is opened."""

import json
from pathlib import Path
from typing import Any

from tests.web.served import Document

EXAMPLES = Path(__file__).resolve().parents[2] / "workflows"
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def example(name: str) -> Document:
    """One that comes with the program."""
    document: Document = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return document


def node(type: str, wires: dict[str, Any] | None = None, **values: Any) -> Document:
    return {"type": type} | ({"values": values} if values else {}) | _wires(wires)


def _wires(wires: dict[str, Any] | None) -> Document:
    return {"wires": wires} if wires else {}


def workflow(title: str, across: int = 12, **nodes: Document) -> Document:
    """Nodes in rows, from left to right."""
    places = {id: [320 * (at % across), 420 * (at // across)] for at, id in enumerate(nodes)}
    return {"format": "latentwire/1", "title": title, "nodes": nodes, "layout": places}


def plain(title: str = "Plain", colour: str = "#336699") -> Document:
    """A picture of one colour, blurred and shown: three nodes that need no model."""
    return workflow(
        title,
        fill=node("solid_image", width=64, height=64, colour=colour),
        blur=node("blur_image", {"image": "fill.image"}, radius=2.0),
        show=node("preview_image", {"image": "blur.image"}),
    )


def chain(length: int, title: str = "Chain") -> Document:
    """So many nodes in a row that calculate."""
    nodes = {"n0": node("number", value=1.0)}
    for at in range(1, length):
        nodes[f"n{at}"] = node("calculate", {"a": f"n{at - 1}.float"}, b=1.0)
    across = max(12, int((1.3 * length) ** 0.5))
    return workflow(title, across, **nodes)


def slow(title: str = "Slow", steps: int = 150, side: int = 512, seed: int = 1) -> Document:
    """The first picture, larger and with more steps, so that there is time to look at it."""
    document = example("first-picture") | {"title": title}
    nodes = document["nodes"]
    nodes["blank"]["values"] = {"width": side, "height": side}
    nodes["sample"]["values"] = {"seed": seed, "steps": steps}
    return document
