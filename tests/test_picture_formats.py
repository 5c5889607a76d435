"""Pictures out: PNG, WebP and JPEG, each with its workflow inside, transparent where masked."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.examples import node, picture, workflow
from tests.test_bad_input import refused

ENDINGS = {"png": "png", "webp": "webp", "jpeg": "jpg"}


def saving(format, **values):
    drawn = picture()
    drawn["nodes"]["save"]["values"] = {"format": format} | values
    return drawn


def noise(terminal, name="noise.png", size=(24, 16), bands=3):
    """Pixels of every value, as a file beside the workflow and as numbers."""
    values = np.random.default_rng(0).integers(0, 256, (size[1], size[0], bands), dtype=np.uint8)
    Image.fromarray(values).save(terminal.folder / name)
    return values


def copied(**values):
    """A workflow that opens noise.png and saves it again."""
    return workflow(
        load=node("load_image", image="noise.png"),
        save=node("save_image", image="@load.image", **values),
    )


@pytest.mark.parametrize("format", ENDINGS)
def test_a_picture_of_each_format_runs_again(terminal, format):
    (path,) = terminal.json(saving(format)).pictures
    assert path.name == f"picture-0001.{ENDINGS[format]}"
    assert Image.open(path).format == format.upper()
    assert terminal.json(path).made == set()


@pytest.mark.parametrize("format", ENDINGS)
@pytest.mark.parametrize("length", [200_000, 1_000_000])
def test_a_large_workflow_comes_back_whole(terminal, format, length):
    drawn = saving(format)
    signs = np.random.default_rng(0).integers(0x21, 0xD000, length // 2)  # hardly to be packed
    drawn["nodes"]["sample"]["note"] = "]]></lw:workflow>&" + "".join(map(chr, signs))
    (path,) = terminal.json(drawn).pictures
    assert path.stat().st_size > length
    terminal.out = terminal.folder / "again"
    assert terminal.json(path).made == set()


@pytest.mark.parametrize("format", ["png", "webp"])
def test_pixels_stay_exactly_as_they_are(terminal, format):
    values = noise(terminal)
    (path,) = terminal.json(copied(format=format, quality=100)).pictures
    assert np.array_equal(np.asarray(Image.open(path)), values)


def test_quality_is_that_of_a_jpeg_and_a_webp(terminal):
    noise(terminal)
    for format in ("jpeg", "webp"):
        sizes = [
            terminal.json(copied(format=format, quality=quality)).pictures[0].stat().st_size
            for quality in (10, 95)
        ]
        assert sizes[0] < sizes[1]


@pytest.mark.parametrize("format", ["png", "webp"])
def test_a_picture_is_transparent_where_it_is_masked_and_comes_back_so(terminal, format):
    values = noise(terminal, bands=4)
    drawn = copied(format=format, quality=100)
    drawn["nodes"]["save"]["wires"]["mask"] = "load.mask"
    (path,) = terminal.json(drawn).pictures
    assert np.array_equal(np.asarray(Image.open(path)), values)


def test_a_jpeg_cannot_be_transparent(terminal):
    noise(terminal)
    drawn = copied(format="jpeg")
    drawn["nodes"]["save"]["wires"]["mask"] = "load.mask"
    (problem,) = refused(terminal, drawn)
    assert problem == "save.mask: a JPEG has no transparency: choose png or webp"


def test_a_mask_of_another_size_is_refused(terminal):
    noise(terminal)
    noise(terminal, "other.png", (8, 8))
    drawn = copied()
    drawn["nodes"]["other"] = node("load_image", image="other.png")
    drawn["nodes"]["save"]["wires"]["mask"] = "other.mask"
    (problem,) = refused(terminal, drawn)
    assert problem == "save.mask: is 8 × 8 pixels, image is 24 × 16: resize one of them"


def test_a_side_that_a_webp_does_not_have_is_refused(terminal):
    Image.new("1", (16384, 1)).save(terminal.folder / "noise.png")
    (problem,) = refused(terminal, copied(format="webp"))
    told = "is webp, which has at most 16383 pixels a side (this is 16384 × 1): choose png"
    assert problem == f"save.format: {told}"


def test_a_prompt_too_long_for_a_jpeg_leaves_the_workflow_inside(terminal):
    drawn = saving("jpeg")
    drawn["nodes"]["prompt"]["values"]["text"] = "boat " * 10_000
    ended = terminal.json(drawn)
    (path,) = ended.pictures
    kept = terminal.json(path)
    assert kept.made == set()
    assert 0x9286 not in Image.open(path).getexif().get_ifd(0x8769)
    assert "too long for the line" in terminal.run(drawn).err


def test_other_tools_find_the_line_where_they_look_for_it(terminal):
    for format in ("jpeg", "webp"):
        (path,) = terminal.json(saving(format)).pictures
        comment = Image.open(path).getexif().get_ifd(0x8769)[0x9286]
        assert comment[:8] == b"UNICODE\0"
        assert comment[8:].decode("utf-16-be").startswith("a red sailboat\nSteps: 3, ")


@pytest.mark.parametrize("format", ENDINGS)
def test_a_picture_whose_workflow_is_broken_is_refused_in_a_sentence(terminal, format):
    (path,) = terminal.json(saving(format)).pictures
    data = path.read_bytes()
    (cut := terminal.folder / path.name).write_bytes(data[:200])
    terminal.out = terminal.folder / "nothing"
    (problem,) = refused(terminal, cut)
    assert path.name in problem


def test_a_workflow_is_found_by_what_the_file_is_and_not_by_its_ending(terminal):
    (path,) = terminal.json(saving("webp")).pictures
    (named := terminal.folder / "w.json").write_bytes(path.read_bytes())
    assert terminal.json(named).made == set()
    (text := terminal.folder / "w.png").write_text(json.dumps(saving("webp")))
    assert terminal.json(text).made == set()
