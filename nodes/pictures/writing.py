"""Picture files out, each with its whole workflow and the line that other tools read inside."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.sax.saxutils import escape

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import PngImagePlugin

from nodes.core.problem import Problem

from .inside import CHUNK, COMMENT, EXIF_FIELDS, LINE, OURS, SEGMENT, XMP

FORMATS = ("png", "webp", "jpeg")
ENDINGS = {"png": "png", "webp": "webp", "jpeg": "jpg"}
LOSSLESS = 100  # the quality from which a WebP keeps every value
MAX_SIDES = {"webp": 16383}
SEGMENT_ROOM = 65533  # bytes in a segment of a JPEG
MARKER = bytes((0xFF, 0xE0 + int(SEGMENT.removeprefix("APP"))))


@dataclass(frozen=True)
class Shape:
    """How a picture is written. Raises `Problem` for a format that does not hold it."""

    format: str = "png"
    quality: int = 90

    @property
    def ending(self) -> str:
        return ENDINGS[self.format]

    def check(self, width: int | None, height: int | None, transparent: bool) -> None:
        """Raise `Problem` where this format cannot hold such a picture. None is not known."""
        most = MAX_SIDES.get(self.format)
        if most and max(width or 0, height or 0) > most:
            told = f"is {self.format}, which has at most {most} pixels a side"
            raise Problem(
                f"{told} (this is {width or '?'} × {height or '?'}): choose png", "format"
            )
        if transparent and self.format == "jpeg":
            raise Problem("a JPEG has no transparency: choose png or webp", "mask")


def write_picture(
    file: IO[bytes], pixels: torch.Tensor, shape: Shape, workflow: str, line: str = ""
) -> None:
    """One picture, `pixels` (3 or 4, H, W) from 0 to 1, the fourth how opaque each is.

    A PNG, and a WebP of quality 100, hold every value as it is rounded to 8 bits.
    """
    picture = Pillow.fromarray(to_bytes(pixels))
    if shape.format == "png":
        picture.save(file, "PNG", pnginfo=_texts(workflow, line), compress_level=4)
    elif shape.format == "webp":
        exact = shape.quality >= LOSSLESS
        quality = 50 if exact else shape.quality  # of a lossless one it is the effort
        picture.save(
            file,
            "WEBP",
            lossless=exact,
            exact=exact,
            quality=quality,
            **_webp_texts(workflow, line),
        )
    else:
        fine = 0 if shape.quality >= 90 else 2  # all of the colour, or a quarter of it
        segments = b"".join(_segments(workflow))
        exif = _exif(line) if fits_jpeg(line) else b""
        picture.save(
            file, "JPEG", quality=shape.quality, subsampling=fine, exif=exif, extra=segments
        )


def to_bytes(pixels: torch.Tensor) -> Any:
    """(C, H, W) floats from 0 to 1 to (H, W, C) bytes, rounded as diffusers does.

    What is no number becomes 0.
    """
    array = pixels.detach().cpu().permute(1, 2, 0).float().nan_to_num(0, 1, 0).numpy()
    return (array * 255).round().clip(0, 255).astype(np.uint8)


def fits_jpeg(line: str) -> bool:
    """Whether a line is short enough for the EXIF data of a JPEG."""
    return len(_exif(line)) <= SEGMENT_ROOM


def _texts(workflow: str, line: str) -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt(CHUNK, workflow, zip=True)
    if line:
        _add_text(texts, LINE, line)
    return texts


def _add_text(info: PngImagePlugin.PngInfo, key: str, value: str) -> None:
    """Latin-1 text in the chunk every reader knows, the rest in the one for Unicode."""
    try:
        value.encode("latin-1")
        info.add_text(key, value)
    except UnicodeEncodeError:
        info.add_itxt(key, value)


def _webp_texts(workflow: str, line: str) -> dict[str, bytes]:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:lw="{XMP}">'
        f"<lw:workflow>{escape(workflow)}</lw:workflow>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return {"xmp": xmp.encode()} | ({"exif": _exif(line)} if line else {})


def _exif(line: str) -> bytes:
    """A line as the comment of EXIF data, in the code that says what it is."""
    if not line:
        return b""
    exif = Pillow.Exif()
    exif.get_ifd(EXIF_FIELDS)[COMMENT] = b"UNICODE\0" + line.encode("utf-16-be")
    return exif.tobytes()


def _segments(workflow: str) -> Iterator[bytes]:
    """A workflow as numbered segments of a JPEG, which end at 64 KB each."""
    packed = zlib.compress(workflow.encode(), 6)
    room = SEGMENT_ROOM - len(OURS) - 2
    for number, begin in enumerate(range(0, len(packed), room)):
        content = OURS + number.to_bytes(2) + packed[begin : begin + room]
        yield MARKER + (len(content) + 2).to_bytes(2) + content
