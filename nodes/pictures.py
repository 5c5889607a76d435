"""Picture files with the workflow inside: PNG out, PNG in.

The size of a picture is checked before it is decoded.
"""

import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from PIL import Image as Pillow
from PIL import PngImagePlugin

from nodes.core.problem import Problem
from nodes.core.sizes import LIMIT, MAX_PIXELS, MAX_SIDE

CHUNK = "latentwire"
FORMATS = ("PNG", "JPEG", "WEBP")

PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 64 * 2**20
Pillow.MAX_IMAGE_PIXELS = None  # we look at the size ourselves before anything is decoded


def write_png(file: IO[bytes], pixels: torch.Tensor, workflow: str, parameters: str) -> None:
    """One picture, `pixels` (3, H, W) from 0 to 1, as PNG with its workflow inside."""
    picture = Pillow.fromarray(to_bytes(pixels))
    text = PngImagePlugin.PngInfo()
    text.add_itxt(CHUNK, workflow, zip=True)
    if parameters:
        _add_text(text, "parameters", parameters)
    picture.save(file, "PNG", pnginfo=text, compress_level=4)


def _add_text(info: PngImagePlugin.PngInfo, key: str, value: str) -> None:
    """Latin-1 text in the chunk every reader knows, the rest in the one for Unicode."""
    try:
        value.encode("latin-1")
        info.add_text(key, value)
    except UnicodeEncodeError:
        info.add_itxt(key, value)


def to_bytes(pixels: torch.Tensor) -> Any:
    """(3, H, W) floats from 0 to 1 to (H, W, 3) bytes, rounded as diffusers does."""
    array = pixels.detach().cpu().permute(1, 2, 0).float().numpy()
    return (array * 255).round().clip(0, 255).astype(np.uint8)


def read_picture(path: Path, port: str = "image") -> tuple[torch.Tensor, torch.Tensor]:
    """A picture file as pixels (1, 3, H, W) and transparency as a mask (1, 1, H, W), from 0 to 1.

    The mask is 1 where the picture is transparent. Raises `Problem` for what is no picture,
    broken or too large.
    """
    with _opened(path, port) as picture:
        rgba = _eight_bits(picture).convert("RGBA")
    values = torch.from_numpy(np.asarray(rgba).copy()).permute(2, 0, 1)[None].float() / 255
    return values[:, :3].contiguous(), 1 - values[:, 3:]


@contextmanager
def _opened(path: Path, port: str) -> Iterator[Pillow.Image]:
    """A picture whose size is within the limits, seen before it is decoded."""
    try:
        with Pillow.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                raise Problem(
                    f"{path.name} is {width} × {height} pixels, the limit is {LIMIT}", port
                )
            yield picture
    except (OSError, ValueError, SyntaxError, zlib.error) as error:
        raise Problem(
            f"{path.name} is no picture that can be read ({', '.join(FORMATS)}): {error}", port
        ) from error


def _eight_bits(picture: Pillow.Image) -> Pillow.Image:
    """16-bit grey as 8-bit grey: Pillow by itself would cut off all above 255."""
    if not picture.mode.startswith("I"):
        return picture
    return Pillow.fromarray(
        (np.asarray(picture).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8)
    )


def picture_size(path: Path, port: str = "image") -> tuple[int, int]:
    """Width and height from a picture's header. Raises `Problem` as `read_picture` does."""
    with _opened(path, port) as picture:
        return picture.size


def workflow_in(path: Path) -> str:
    """The workflow inside a picture we made. Raises `Problem` if there is none."""
    try:
        with Pillow.open(path, formats=("PNG",)) as picture:
            text = getattr(picture, "text", {})  # reads the chunks after the pixels too
    except (OSError, ValueError, SyntaxError, zlib.error) as error:
        raise Problem(f"{path.name} is no PNG that can be read: {error}") from error
    if CHUNK not in text:
        raise Problem(f"{path.name} holds no workflow: only pictures made by Latentwire do")
    return str(text[CHUNK])


def parameters_line(settings: dict[str, Any]) -> str:
    """Settings as other tools keep them: prompt, negative prompt, then `Name: value` pairs."""
    prompt, negative = settings.pop("prompt", ""), settings.pop("negative", "")
    rows = [prompt] + ([f"Negative prompt: {negative}"] if negative else [])
    rows.append(", ".join(f"{name}: {_quoted(value)}" for name, value in settings.items()))
    return "\n".join(rows)


def _quoted(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r"[,:\n]", text) else text
