"""Picture files in: upright, in sRGB, with what is transparent as a mask.

The size of a picture is checked before it is decoded.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import ImageCms, PngImagePlugin, UnidentifiedImageError

from nodes.core.problem import Problem
from nodes.core.sizes import LIMIT, MAX_PIXELS, MAX_SIDE

from . import png
from .inside import BROKEN

FORMATS = ("PNG", "JPEG", "WEBP")
ORIENTATION = 0x0112
ON_ITS_SIDE = (5, 6, 7, 8)
SRGB = ImageCms.createProfile("sRGB")
ROUNDED = 8  # of 255: profiles called sRGB differ by so much at most

PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = png.MAX_TEXT
Pillow.MAX_IMAGE_PIXELS = None  # we look at the size ourselves before anything is decoded


class TooLarge(Problem):
    """A picture of more pixels than are read."""


class Picture(NamedTuple):
    """Pixels (1, 3, H, W), how transparent each is (1, 1, H, W), and whether there are more."""

    values: torch.Tensor
    mask: torch.Tensor
    moves: bool


def read_picture(path: Path, port: str = "image") -> Picture:
    """A picture file as numbers from 0 to 1; the mask is 1 where it is transparent.

    It is turned as its EXIF data say and brought to sRGB from the colours its ICC profile says. Of
    a moving one it is the first picture. Grey keeps 16 bits, colours are read as 8. Raises
    `Problem` for what is no picture, broken or too large.
    """
    with opened(path, port) as picture:
        moves = bool(getattr(picture, "is_animated", False)) and picture.format != "MPO"
        turned = orientation(picture, path)
        if picture.mode.startswith("I"):
            values, mask = _deep(picture, turned)
        else:
            rgba = upright(_in_srgb(picture).convert("RGBA"), turned)
            pixels = torch.from_numpy(np.asarray(rgba).copy()).permute(2, 0, 1)[None].float() / 255
            values, mask = pixels[:, :3].contiguous(), 1 - pixels[:, 3:]
    return Picture(values, mask, moves)


def picture_size(path: Path, port: str = "image") -> tuple[int, int]:
    """Width and height as it will be read, by the header. Raises `Problem` as `read_picture`."""
    with opened(path, port) as picture:
        width, height = picture.size
        return (height, width) if orientation(picture, path) in ON_ITS_SIDE else (width, height)


@contextmanager
def opened(path: Path, port: str = "image") -> Iterator[Any]:
    """A picture whose size is within the limits, seen before it is decoded.

    A PNG that says more than can be unpacked is read without what it says. Raises `Problem`.
    """
    try:
        with Pillow.open(_file(path), formats=FORMATS) as picture:
            width, height = picture.size
            if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                told = f"{path.name} is {width} × {height} pixels, the limit is {LIMIT}"
                raise TooLarge(told, port)
            yield picture
    except UnidentifiedImageError as error:
        raise Problem(
            f"{path.name} is no picture that can be read ({', '.join(FORMATS)})", port
        ) from error
    except (*BROKEN, zlib.error) as error:
        raise Problem(
            f"{path.name} is no picture that can be read ({', '.join(FORMATS)}): {error}", port
        ) from error


def _file(path: Path) -> Path | BytesIO:
    return png.without_words(path) if png.is_wordy(path) else path


def orientation(picture: Any, path: Path) -> int:
    """How it lies, 1 to 8, as EXIF numbers it; 1 where nothing that makes sense is said.

    Pillow would decode a PNG to look for the data behind its pixels, so they are looked for here.
    """
    if picture.format == "PNG":
        exif = Pillow.Exif()
        try:
            exif.load(next((content for _, content in png.chunks(path, (b"eXIf",))), b""))
        except BROKEN:
            return 1
    else:
        exif = picture.getexif()
    found = exif.get(ORIENTATION)
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def upright(picture: Pillow.Image, turned: int) -> Pillow.Image:
    """A picture as it should be looked at, where it lies as EXIF numbers it."""
    turns = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_270,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_90,
    }
    return picture.transpose(turns[turned]) if turned in turns else picture


def _deep(picture: Any, turned: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Grey of 16 bits, all of which count; Pillow by itself would cut off what is above 255."""
    clear = picture.info.get("transparency")
    grey = torch.from_numpy(np.asarray(upright(picture, turned)).astype(np.int64))[None, None]
    mask = (grey == clear).float() if isinstance(clear, int) else torch.zeros(grey.shape)
    return (grey / 65535).float().clamp(0, 1).expand(-1, 3, -1, -1).contiguous(), mask


def _in_srgb(picture: Any) -> Any:
    """Colours as sRGB where a profile says that they are others; a profile that is none is let be.

    CMYK without one is taken as ink that takes away its complement.
    """
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("L", "RGB", "RGBA", "P", "CMYK"):
        return picture
    picture.load()  # what is broken in the picture is told as that
    if picture.mode == "P" or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    mode = "RGB" if picture.mode in ("L", "CMYK") else picture.mode
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        turn = ImageCms.buildTransform(source, SRGB, picture.mode, mode)
        named = "srgb" in ImageCms.getProfileDescription(source).lower()
        if named and _changes_little(turn, picture.mode):
            return picture
        return ImageCms.applyTransform(picture, turn)
    except (ImageCms.PyCMSError, OSError):
        return picture


def _changes_little(turn: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether colours stay what they are, but for how makers of profiles round sRGB."""
    steps = range(0, 256, 51)
    colours = np.array([(r, g, b, 255) for r in steps for g in steps for b in steps], np.uint8)
    probe = Pillow.fromarray(colours[None]).convert(mode)
    there, here = (np.asarray(one.convert("RGB"), int) for one in (probe, turn.apply(probe)))
    return bool(np.abs(there - here).max() <= ROUNDED)
