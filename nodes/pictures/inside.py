"""What a picture file says of itself besides its pixels: our workflow, or the settings of others.

Nothing is decoded for it. A PNG says it in text chunks. A JPEG or WebP has the line that other
tools read in the comment of its EXIF data. Our workflow is in XMP in a WebP, and in segments of
our own in a JPEG, where XMP ends at 64 KB.
"""

import re
import warnings
import zlib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from nodes.core.problem import Problem

from . import png

CHUNK = "latentwire"
LINE = "parameters"
SEGMENT, OURS = "APP15", b"latentwire\0"  # then two bytes with the segment's number
XMP = "http://latentwire.invalid/1"
EXIF_FIELDS, COMMENT = 0x8769, 0x9286
MAKE, MODEL = 0x010F, 0x0110
HEADS = (png.SIGNATURE, b"\xff\xd8\xff", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*")
MAKERS = {
    "workflow": "ComfyUI",
    "prompt": "ComfyUI",
    "invokeai_metadata": "InvokeAI",
    "sd-metadata": "InvokeAI",
}
warnings.filterwarnings("ignore", module=r"PIL\.")  # what is odd about a file is told by us
BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError)


class Foreign(Problem):
    """A picture of another program that says how it was made: `line` is what it says."""

    def __init__(self, message: str, line: str) -> None:
        super().__init__(message)
        self.line = line


def is_picture(path: Path) -> bool:
    """Whether a file is a picture, by its first bytes. Raises OSError."""
    with path.open("rb") as file:
        return file.read(12).startswith(HEADS)


def workflow_in(path: Path) -> str:
    """The workflow inside a picture we made. Raises `Problem` if there is none.

    One of another program that says how it was made is a `Foreign`.
    """
    said = _said(path)
    if CHUNK in said:
        return said[CHUNK]
    if "Steps: " in said.get(LINE, ""):
        told = "was made by another program, `main.py run` writes a workflow near to it"
        raise Foreign(f"{path.name} {told}", said[LINE])
    for key, maker in MAKERS.items():
        if key in said:
            told = f"holds a workflow of {maker}, which has another format: it cannot be run here"
            raise Problem(f"{path.name} {told}")
    raise Problem(f"{path.name} holds no workflow: only pictures made by Latentwire do")


def line_in(path: Path) -> str:
    """The line of settings that a picture carries, ours or another program's; empty if none."""
    try:
        return _said(path).get(LINE, "")
    except Problem:
        return ""


def _said(path: Path) -> dict[str, str]:
    """Every text in a picture by its name. Raises `Problem` for what is no picture."""
    try:
        with path.open("rb") as file:
            if file.read(8) == png.SIGNATURE:
                return png.texts(path)
        with Pillow.open(path, formats=("JPEG", "WEBP")) as picture:
            return _exif_texts(picture.getexif()) | _ours(picture)
    except UnidentifiedImageError:
        told = "holds no workflow: only PNG, WebP and JPEG pictures made by Latentwire do"
        raise Problem(f"{path.name} {told}") from None
    except (*BROKEN, zlib.error) as error:
        raise Problem(f"{path.name} is no picture that can be read: {error}") from error


def _ours(picture: Any) -> dict[str, str]:
    """Our workflow in a WebP or JPEG."""
    found = re.search(rb"<lw:workflow>(.*?)</lw:workflow>", picture.info.get("xmp") or b"", re.S)
    if found:
        return {CHUNK: unescape(found[1].decode())}
    parts = [
        data[len(OURS) :]
        for name, data in getattr(picture, "applist", ())
        if name == SEGMENT and data.startswith(OURS)
    ]
    if not parts:
        return {}
    packed = b"".join(part[2:] for part in sorted(parts, key=lambda part: part[:2]))
    unpack = zlib.decompressobj()
    text = unpack.decompress(packed, png.MAX_TEXT)
    if not unpack.eof:
        raise ValueError("the workflow in it is broken")
    return {CHUNK: text.decode()}


def _exif_texts(exif: Any) -> dict[str, str]:
    """The comment of EXIF data, and what ComfyUI keeps as the maker of the camera."""
    said = {}
    for tag in (MAKE, MODEL):
        name, colon, text = str(exif.get(tag, "")).partition(":")
        if colon and name in MAKERS:
            said[name] = text
    comment = exif.get_ifd(EXIF_FIELDS).get(COMMENT)
    if isinstance(comment, str):
        comment = comment.encode()
    return said | ({LINE: _comment(comment)} if comment else {})


def _comment(data: bytes) -> str:
    """A comment by the eight bytes at its beginning. Which end comes first, nobody says."""
    code, text = data[:8], data[8:]
    if code == b"UNICODE\0":
        zeros = (text[::2].count(0), text[1::2].count(0))
        order = "utf-16-be" if zeros[0] >= zeros[1] else "utf-16-le"
        return text.decode(order, errors="replace").lstrip("\ufeff").rstrip("\0")
    if code in (b"ASCII\0\0\0", b"\0" * 8):
        return text.decode("utf-8", errors="replace").rstrip("\0")
    return data.decode("utf-8", errors="replace").rstrip("\0")
