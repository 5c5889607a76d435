"""Pictures in, of every kind there is: right, or refused in a sentence; sizes known before."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from nodes.core.check import load
from nodes.core.facts import ImageFacts
from nodes.core.workflow import Source
from tests.examples import node, workflow
from tests.test_bad_input import refused

CORNERS = [[(255, 0, 0), (0, 255, 0), (0, 0, 255)], [(255, 255, 255), (0, 0, 0), (128, 64, 32)]]
# 2 rows of 3 pixels as EXIF has them stored, by orientation: where the rows and columns come from
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: a.transpose(1, 0, 2)[::-1],
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: a.transpose(1, 0, 2)[:, ::-1],
}


def opened(terminal, name):
    """(pixels as bytes, mask as numbers) of a file, whose size must have been known before."""
    document = workflow(load=node("load_image", image=name))
    image = terminal.result(document, "load.image")
    mask = terminal.result(document, "load.mask")
    assert foreseen(terminal, document) == image.facts
    assert (mask.facts.width, mask.facts.height) == (image.facts.width, image.facts.height)
    return (image.values[0] * 255).permute(1, 2, 0).numpy().round(), mask.values[0, 0].numpy()


def foreseen(terminal, document):
    import json

    from nodes.catalogue import catalogue
    from nodes.host import Local

    host = Local(terminal.out, terminal.folder)
    return load(json.dumps(document), catalogue(), host).facts[Source("load", "image")]


def saved(terminal, image, name="odd.png", **how):
    image.save(terminal.folder / name, **how)
    return name


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("ending", ["png", "webp"])
def test_a_picture_on_its_side_is_turned_upright(terminal, orientation, ending):
    upright = np.array(CORNERS, dtype=np.uint8)
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](upright)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    how = {"lossless": True, "exact": True} if ending == "webp" else {}
    name = saved(terminal, stored, f"odd.{ending}", exif=exif, **how)
    assert np.array_equal(opened(terminal, name)[0], upright)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_what_a_png_says_behind_its_pixels_counts_too(terminal):
    saved(terminal, Image.new("RGB", (3, 2)))
    path, exif = terminal.folder / "odd.png", Image.Exif()
    exif[0x0112] = 6
    data = path.read_bytes()
    path.write_bytes(data[:-12] + chunk(b"eXIf", exif.tobytes()[6:]) + data[-12:])
    assert opened(terminal, "odd.png")[0].shape == (3, 2, 3)


def test_nonsense_about_how_it_lies_is_let_be(terminal):
    saved(terminal, Image.new("RGB", (3, 2)))
    path = terminal.folder / "odd.png"
    data = path.read_bytes()
    path.write_bytes(data[:-12] + chunk(b"eXIf", b"II*\0\xff\xff\xff\xff") + data[-12:])
    assert opened(terminal, "odd.png")[0].shape == (2, 3, 3)


MODES = {
    "1": (Image.new("1", (2, 1), 1), 255),
    "L": (Image.new("L", (2, 1), 100), 100),
    "LA": (Image.new("LA", (2, 1), (100, 51)), 100),
    "I;16": (Image.fromarray(np.full((1, 2), 100 * 257, np.uint16)), 100),
    "RGBA": (Image.new("RGBA", (2, 1), (100, 100, 100, 51)), 100),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_depth_of_grey_is_grey(terminal, mode):
    image, grey = MODES[mode]
    pixels, mask = opened(terminal, saved(terminal, image))
    assert np.array_equal(pixels, np.full((1, 2, 3), grey))
    assert mask == pytest.approx(0.8 if "A" in mode else 0)


def test_a_grey_that_a_file_of_sixteen_bits_calls_clear_is_clear(terminal):
    name = saved(terminal, Image.fromarray(np.array([[1000, 1001]], np.uint16)))
    path = terminal.folder / name
    data = path.read_bytes()
    path.write_bytes(data[:33] + chunk(b"tRNS", struct.pack(">H", 1000)) + data[33:])
    assert opened(terminal, name)[1].tolist() == [[1, 0]]


def test_colour_of_sixteen_bits_keeps_its_upper_eight(terminal):
    values = struct.pack(">6H", 0, 0x8000, 0xFFFF, 0x40FF, 0x0100, 0xFEFE)
    header = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" + values))
    (terminal.folder / "deep.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data + chunk(b"IEND", b""))
    pixels, _ = opened(terminal, "deep.png")
    assert pixels.tolist() == [[[0, 0x80, 0xFF], [0x40, 0x01, 0xFE]]]


def test_a_palette_gives_its_colours_and_what_it_leaves_clear(terminal):
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    pixels, mask = opened(terminal, saved(terminal, image, transparency=b"\x33\xff"))
    assert pixels.tolist() == [[[10, 20, 30], [40, 50, 60]]]
    assert mask.tolist()[0] == pytest.approx([0.8, 0])


def test_ink_becomes_light(terminal):
    ink = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    pixels, _ = opened(terminal, saved(terminal, ink, "ink.jpg", quality=100))
    assert np.abs(pixels - (0, 255, 255)).max() <= 2


def test_colours_of_another_space_are_brought_to_srgb(terminal):
    # red and green change places between this space and sRGB
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(srgb.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ"))
    swapped = swapped.replace(b"tXYZ", b"gXYZ").replace(b"s\0R\0G\0B", b"o\0t\0h\0r")
    image = Image.new("RGB", (4, 4), (255, 0, 0))
    name = saved(terminal, image, icc_profile=bytes(swapped))
    assert np.abs(opened(terminal, name)[0] - (0, 255, 0)).max() <= 2


LINEAR = (1, 1, 0, 1, 0)  # y = (x + 0) ** 1 from 0 on


def linear_profile():
    """A profile with sRGB in its name and its primaries, but no curve, as painters' tools have."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = srgb.index(b"para\0\0\0\0") + 12
    curve = struct.pack(">5i", *(round(number * 65536) for number in LINEAR))
    return srgb[:at] + curve + srgb[at + len(curve) :]


@pytest.mark.parametrize("mode", ["RGB", "P"])
def test_a_profile_is_taken_at_its_numbers_and_not_at_its_name(terminal, mode):
    image = Image.new("RGB", (4, 4), (55, 55, 55))
    image = image.quantize(2) if mode == "P" else image
    name = saved(terminal, image, icc_profile=linear_profile())
    # 12.92 x below 0.0031308, else 1.055 x ** (1 / 2.4) - 0.055 of 55 / 255
    assert np.abs(opened(terminal, name)[0] - 128).max() <= 1


def test_what_is_srgb_by_its_profile_keeps_every_value(terminal):
    values = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name = saved(terminal, Image.fromarray(values), icc_profile=srgb)
    assert np.array_equal(opened(terminal, name)[0], values)


def test_a_colour_that_is_clear_stays_so_beside_a_profile(terminal):
    image = Image.new("RGB", (1, 1), (55, 55, 55))
    name = saved(terminal, image, icc_profile=linear_profile(), transparency=(55, 55, 55))
    assert opened(terminal, name)[1].tolist() == [[1]]


def test_a_profile_that_is_none_is_let_be(terminal):
    name = saved(terminal, Image.new("RGB", (4, 4), (9, 8, 7)), icc_profile=b"no profile")
    assert opened(terminal, name)[0][0, 0].tolist() == [9, 8, 7]


@pytest.mark.parametrize("name", ["moves.png", "moves.webp"])
def test_of_a_moving_picture_the_first_is_taken_and_that_is_said(terminal, name):
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    how = {"lossless": True} if name.endswith("webp") else {}
    saved(terminal, first, name, save_all=True, append_images=[second], **how)
    assert opened(terminal, name)[0][0, 0].tolist() == [255, 0, 0]
    drawn = workflow(a=node("load_image", image=name), b=node("preview_image", image="@a.image"))
    assert f"{name} is a moving picture: only its first is taken" in terminal.run(drawn).err


def test_one_pixel_is_a_picture(terminal):
    pixels, _ = opened(terminal, saved(terminal, Image.new("RGB", (1, 1), (1, 2, 3))))
    assert pixels.tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize("ending", ["png", "webp", "jpg"])
def test_a_file_that_is_cut_is_refused(terminal, ending):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    path = terminal.folder / saved(terminal, Image.fromarray(noise), f"cut.{ending}")
    path.write_bytes(path.read_bytes()[:-900])
    drawn = workflow(a=node("load_image", image=path.name), b=node("save_image", image="@a.image"))
    ended = terminal.run(drawn)
    (problem,) = [line for line in ended.problems if "cut." in line]
    told = f"a.image: {path.name} is no picture that can be read (PNG, JPEG, WEBP)"
    assert problem.startswith(told)
    assert ended.out == ""


def bomb(terminal, *parts):
    """A PNG of 8 x 8 with these chunks before its pixels."""
    path = terminal.folder / saved(terminal, Image.new("RGB", (8, 8)), "bomb.png")
    data = path.read_bytes()
    path.write_bytes(data[:33] + b"".join(chunk(*part) for part in parts) + data[33:])
    return path


def test_text_that_unpacks_to_more_than_there_is_room_for_is_refused(terminal):
    path = bomb(terminal, (b"zTXt", b"latentwire\0\0" + zlib.compress(bytes(65 * 2**20))))
    (problem,) = refused(terminal, path)
    assert problem == "bomb.png is no picture that can be read: its text is larger than 64 MB"


def test_text_that_is_larger_as_it_stands_is_refused_too(terminal):
    path = bomb(terminal, (b"tEXt", b"a\0" + bytes(64 * 2**20)), (b"tEXt", b"b\0 "))
    (problem,) = refused(terminal, path)
    assert problem == "bomb.png is no picture that can be read: its text is larger than 64 MB"


def test_a_huge_picture_is_asked_for_its_workflow_without_its_pixels(terminal):
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    (path := terminal.folder / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    (problem,) = refused(terminal, path)
    assert problem.startswith("huge.png ")


def test_the_line_of_a_picture_is_known_before_the_run(terminal):
    text = PngImagePlugin.PngInfo()
    text.add_itxt("parameters", "a boat: 赤\nSteps: 3", zip=True)
    document = workflow(load=node("load_image", image=saved(terminal, MODES["L"][0], pnginfo=text)))
    assert terminal.result(document, "load.parameters") == "a boat: 赤\nSteps: 3"
    assert foreseen(terminal, document) == ImageFacts(2, 1, 1)
