"""A picture that Latentwire made gives its workflow back, also after it was brought elsewhere."""

import json
from io import BytesIO

import pytest
from PIL import Image as Pillow

from tests.server.routes.bringing import bring
from tests.server.storage import pngs

WORKFLOW = {"format": "latentwire/1", "title": "Häuser", "nodes": {"a": {"type": "note"}}}


def brought(door, data: bytes, name: str = "mine.png") -> str:
    answer = bring(door, data, f"?name={name}")
    assert answer.status == 201, answer.body
    return f"/v1/assets/{answer.json['asset']}/workflow"


def said(door, data: bytes, name: str = "mine.png") -> str:
    """Why there is none."""
    answer = door.ask("GET", brought(door, data, name), door.bearer)
    assert (answer.status, answer.code) == (404, "not_found")
    return str(answer.json["error"]["message"])


def ours(text: bytes) -> bytes:
    return pngs.png(pngs.unicode(b"latentwire", text))


def test_the_workflow_is_the_one_that_was_put_in(door):
    path = brought(door, ours(json.dumps(WORKFLOW).encode()))
    assert door.ask("GET", path, door.bearer).json == {"workflow": WORKFLOW}


def test_one_in_a_webp_is_found_too(door):
    xmp = "<x><lw:workflow>" + json.dumps(WORKFLOW).replace("<", "&lt;") + "</lw:workflow></x>"
    made = BytesIO()
    Pillow.new("RGB", (4, 4)).save(made, "WEBP", xmp=xmp.encode())
    path = brought(door, made.getvalue(), "mine.webp")
    assert door.ask("GET", path, door.bearer).json == {"workflow": WORKFLOW}


def test_a_picture_without_one_says_so_in_a_sentence(door):
    told = "This picture holds no workflow: only pictures made by Latentwire do."
    assert said(door, pngs.png(pngs.text(b"Comment", b"by hand"))) == told


def test_one_of_another_program_says_whose_it_is(door):
    foreign = pngs.png(pngs.text(b"parameters", b"a house\nSteps: 20, Sampler: Euler"))
    assert said(door, foreign).startswith("This picture was made by another program")
    other = pngs.png(pngs.text(b"prompt", b"{}"))
    assert "holds a workflow of ComfyUI" in said(door, other)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"[]", "JSON object"),
        (b'{"nodes": NaN}', "no number"),
        (b'{"a":' * 9000 + b"1" + b"}" * 9000, "nests deeper"),
    ],
)
def test_one_that_is_broken_is_none(door, text, why):
    told = said(door, ours(text))
    assert why in told and told.startswith("The workflow inside this picture cannot be used: ")


def test_a_picture_that_is_not_there_has_none(door):
    answer = door.ask("GET", f"/v1/assets/{'a' * 32}/workflow", door.bearer)
    assert answer.code == "not_found"
    assert door.ask("GET", "/v1/assets/x/workflow", door.bearer).code == "not_found"
