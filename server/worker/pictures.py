"""Pictures looked at and made small, in threads of their own: nobody else waits for them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image as Pillow

from nodes.core.problem import Problem, Problems
from nodes.core.read import read
from nodes.pictures import png
from nodes.pictures.inside import Foreign, workflow_in
from nodes.pictures.reading import TooLarge, opened, orientation, picture_size, upright
from server.frames import Frame

AT_ONCE = 2
MOST_FRAMES = 1000
WIDEST, TALLEST = 2048, 4  # pixels, and times as high as wide
QUALITY = 82
MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
Answer = tuple[bytes, dict[str, Any]]


class Pictures:
    """Takes the requests that are about pictures, and sends each answer when it is ready."""

    def __init__(self, send: Callable[..., None]) -> None:
        self._send = send
        self._threads = ThreadPoolExecutor(AT_ONCE, "pictures")

    def take(self, frame: Frame) -> bool:
        """Whether this request is one of ours; it is then answered in its time."""
        if frame.kind not in _ANSWERS:
            return False
        self._threads.submit(self._answer, frame)
        return True

    def _answer(self, frame: Frame) -> None:
        try:
            body, said = _ANSWERS[frame.kind](frame.said)
        except TooLarge as problem:
            body, said = b"", _refusal("too_large", problem)
        except Problem as problem:
            body, said = b"", _refusal("media_type", problem)
        except (OSError, MemoryError) as error:
            body, said = b"", _refusal("media_type", Problem(f"cannot be read: {error}"))
        self._send("answer", body, request=frame.said["request"], **said)


def thumbnail(path: Path, width: int) -> bytes:
    """A picture as WebP, at most `width` wide, never larger than it is. Raises `Problem`."""
    width = max(1, min(width, WIDEST))
    with opened(path) as picture:
        turned = orientation(picture, path)
        picture.draft("RGB", (2 * width, 2 * width))
        small = _eight_bits(picture)
        small.thumbnail((TALLEST * width, TALLEST * width), reducing_gap=2.0)
        small = upright(small, turned)
        small.thumbnail((width, TALLEST * width))
        made = BytesIO()
        small.save(made, "WEBP", quality=QUALITY)
        return made.getvalue()


def looked_at(path: Path) -> dict[str, Any]:
    """What a picture is, by its header: mime, width, height, notices. Raises `Problem`."""
    with opened(path) as picture:
        frames = int(getattr(picture, "n_frames", 1))
        mime = MIMES.get(picture.format or "")
    if frames > MOST_FRAMES:
        raise TooLarge(f"{path.name} has {frames:,} pictures in it, the limit is {MOST_FRAMES:,}")
    if mime is None:
        raise Problem(f"{path.name} is no picture of a kind that is kept ({', '.join(MIMES)})")
    width, height = picture_size(path)
    wordy = png.is_wordy(path)
    notices = ["what it says of itself is too long and was not read"] if wordy else []
    return {"mime": mime, "width": width, "height": height, "notices": notices}


def _eight_bits(picture: Any) -> Any:
    """Colours of eight bits; of a deep grey its upper eight."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _thumbnail(said: dict[str, Any]) -> Answer:
    return thumbnail(Path(said["path"]), said["width"]), {}


def _picture(said: dict[str, Any]) -> Answer:
    return b"", looked_at(Path(said["path"]))


def _workflow_in(said: dict[str, Any]) -> Answer:
    """The workflow in a picture; of another program's, the line that says how it was made."""
    path = Path(said["path"])
    try:
        text = workflow_in(path).encode()
        read(text)
    except Foreign as foreign:
        return b"", _refusal("media_type", foreign) | {"line": foreign.line}
    except Problems as wrong:
        told = f"the workflow inside {path.name} cannot be used: it {wrong.problems[0].message}"
        return b"", _refusal("media_type", Problem(told))
    return text, {}


def _refusal(code: str, problem: Problem) -> dict[str, Any]:
    return {"refused": code, "problems": [problem.as_dict()]}


Pillow.MAX_IMAGE_PIXELS = None  # sizes are looked at before anything is decoded
_ANSWERS: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "thumbnail": _thumbnail,
    "picture": _picture,
    "workflow_in": _workflow_in,
}
