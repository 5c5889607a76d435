"""What a file is, by its first bytes: its name and what was said of it count for nothing."""

from typing import NamedTuple


class Kind(NamedTuple):
    """A type of file that may be uploaded."""

    mime: str
    ending: str


PNG = Kind("image/png", "png")
JPEG = Kind("image/jpeg", "jpg")
WEBP = Kind("image/webp", "webp")
ENOUGH = 16  # bytes
NAMES = "PNG, JPEG or WebP"
# what a browser may show in place; everything else is for saving only
SHOWN = {
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/avif",
    "image/gif",
    "video/mp4",
    "video/webm",
}


def kind_of(first: bytes) -> Kind | None:
    """The type of what begins with these bytes, None for all that is not taken."""
    if first.startswith(b"\x89PNG\r\n\x1a\n") and first[12:16] == b"IHDR":
        return PNG
    if first.startswith(b"\xff\xd8\xff"):
        return JPEG
    if first[:4] == b"RIFF" and first[8:15] == b"WEBPVP8":
        return WEBP
    return None
