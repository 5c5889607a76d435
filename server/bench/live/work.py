"""Workflows that benches and tests submit. A number makes each another, so that none is reused."""

from typing import Any

Document = dict[str, Any]


def trivial(number: int) -> Document:
    """One node that does nothing; its target is `n`."""
    return _document({"n": {"type": "number", "values": {"value": float(number)}}})


def chain(length: int, number: int) -> Document:
    """So many nodes in a row that add; the last is `n0`."""
    first = {"type": "number", "values": {"value": float(number)}}
    nodes: dict[str, Any] = {f"n{length - 1}": first}
    for at in range(length - 2, -1, -1):
        wire = f"n{at + 1}.float"
        nodes[f"n{at}"] = {"type": "calculate", "values": {"b": 1.0}, "wires": {"a": wire}}
    return _document(nodes)


def wrong(length: int) -> Document:
    """So many nodes, each with a value that cannot be and an input that there is not."""
    node = {"type": "calculate", "values": {"a": "x", "q": 3}}
    return _document({f"n{at}": node for at in range(length)})


def plain(number: int, side: int = 512) -> Document:
    """A picture of one colour: node `fill`, saved by `save`."""
    colour = f"#{number % 2**24:06x}"
    values = {"width": side, "height": side, "colour": colour}
    return _document(
        {
            "fill": {"type": "solid_image", "values": values},
            "save": {"type": "save_image", "wires": {"image": "fill.image"}},
        }
    )


def picture(seed: int, side: int = 128, steps: int = 4) -> Document:
    """A picture by the model in the box."""
    return _document(
        {
            "model": {"type": "load_model", "values": {"model": "starter"}},
            "prompt": _node("encode_text", {"text_encoder": "model.text_encoder"}, text="a boat"),
            "blank": {"type": "empty_latent", "values": {"width": side, "height": side}},
            "sample": _node(
                "sample",
                {
                    "model": "model.model",
                    "positive": "prompt.conditioning",
                    "latent": "blank.latent",
                },
                seed=seed,
                steps=steps,
            ),
            "decode": _node("vae_decode", {"vae": "model.vae", "latent": "sample.latent"}),
            "save": _node("save_image", {"image": "decode.image"}),
        }
    )


def _node(type: str, wires: dict[str, str], **values: Any) -> dict[str, Any]:
    return {"type": type, "values": values, "wires": wires}


def _document(nodes: dict[str, Any]) -> Document:
    return {"format": "latentwire/1", "nodes": nodes}
