"""A workflow of so many nodes, with all common widgets, whose tenth part shows a picture.

Ten nodes are a cell. Half of it would sample with the model in the box, but nothing asks for that;
the other half makes a small picture of one colour, so that a run of all is short.
"""

from typing import Any

Node = dict[str, Any]
CELL, ACROSS = 10, 5
WIDE, HIGH = 300, 660  # pixels for a node


def graph(count: int, title: str) -> dict[str, Any]:
    """As the workflow file has it; wires go on from cell to cell."""
    nodes: dict[str, Node] = {}
    for number in range(count // CELL):
        nodes |= _cell(number)
    across = max(1, round((len(nodes) / CELL * 0.6) ** 0.5))
    places = {id: _place(at, across) for at, id in enumerate(nodes)}
    return {"format": "latentwire/1", "title": title, "nodes": nodes, "layout": places}


def _place(at: int, across: int) -> list[int]:
    cell, inside = divmod(at, CELL)
    column = cell % across * ACROSS + inside % ACROSS
    row = cell // across * 2 + inside // ACROSS
    return [column * WIDE, row * HIGH]


def _cell(number: int) -> dict[str, Node]:
    def at(end: str) -> str:
        id, dot, port = end.partition(".")
        return f"{id}{number}{dot}{port}"

    def node(type: str, wires: dict[str, str] | None = None, **values: Any) -> Node:
        ends = {port: at(end) for port, end in (wires or {}).items()}
        return {"type": type, "values": values, "wires": ends}

    encoder = {"text_encoder": "model.text_encoder"}
    sampled = {"positive": "text.conditioning", "negative": "not.conditioning"}
    sampled |= {"model": "model.model", "latent": "blank.latent"}
    cell = {
        "model": node("load_model", model="starter"),
        "text": node("encode_text", encoder, text=f"a red sailboat at sunset, number {number}"),
        "not": node("encode_text", encoder, text="blurred"),
        "blank": node("empty_latent", {"width": "size.width", "height": "size.height"}),
        "sample": node("sample", sampled, seed=number, steps=20),
        "fill": node("solid_image", width=64, height=64, colour=f"#{number * 40503 % 2**24:06x}"),
        "size": node("image_size", {"image": "fill.image"}),
        "mix": node("blend_images", {"bottom": "fill.image"}, mode="normal", amount=0.25),
        "show": node("preview_image", {"image": "mix.image"}),
        "decode": node("vae_decode", {"vae": "model.vae", "latent": "sample.latent"}),
    }
    cell["mix"]["wires"]["top"] = f"fill{max(number - 1, 0)}.image"
    return {at(id): entry for id, entry in cell.items()}
