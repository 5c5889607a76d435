"""How a parameter looks, and which values it takes. Put one inside Annotated[...] beside the type.

Each has `refusal(value)`: what is wrong with a value of the right type, in words, or None.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

MAX_SEED = 2**53 - 1


def shown(given: Any) -> str:
    """A wrong value, short enough for a sentence."""
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    if isinstance(given, list | tuple | dict):
        return "an object" if isinstance(given, dict) else "a list"
    if isinstance(given, str):
        return f'"{given}"' if len(given) <= 60 else f'"{given[:58]}…"'
    return str(given)[:60]


@dataclass(frozen=True)
class Number:
    """A number to type, within bounds if there are any."""

    min: float | None = None
    max: float | None = None
    step: float | None = None

    def refusal(self, value: Any) -> str | None:
        low, high = self.min, self.max
        if (low is None or value >= low) and (high is None or value <= high):
            return None
        if low is not None and high is not None:
            return f"is {value}, outside {low} to {high}"
        bound = f"at least {low}" if high is None else f"at most {high}"
        return f"is {value}, it must be {bound}"

    def nearest(self, value: float) -> float:
        """The bound that a value lies beyond, else the value."""
        low, high = self.min, self.max
        above = value if low is None else max(value, low)
        return above if high is None else min(above, high)


@dataclass(frozen=True)
class Slider(Number):
    """A number to drag between two ends."""

    min: float | None = 0
    max: float | None = 1
    step: float | None = 1


@dataclass(frozen=True)
class Size(Number):
    """A side of a picture in pixels."""

    min: float | None = 8
    max: float | None = 16384
    step: float | None = 8


@dataclass(frozen=True)
class Seed(Number):
    """A seed. The one shown is the one used."""

    min: float | None = 0
    max: float | None = MAX_SEED
    step: float | None = 1


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    def refusal(self, value: Any) -> str | None:
        if value in self.options:
            return None
        return f"is {shown(value)}, it must be one of {', '.join(self.options)}"


@dataclass(frozen=True)
class Toggle:
    """On or off."""

    def refusal(self, value: Any) -> str | None:
        return None


@dataclass(frozen=True)
class Prompt:
    """Text of some lines."""

    lines: int = 3

    def refusal(self, value: Any) -> str | None:
        return None


@dataclass(frozen=True)
class File:
    """A file by its name in one of the folders for its kind: `model`, `vae`, `lora`, `image`, …"""

    kind: str

    def refusal(self, value: Any) -> str | None:
        if not value:
            return f"is empty, it names a file of the kind {self.kind}"
        if len(value) > 1000 or any(len(part.encode()) > 240 for part in PurePath(value).parts):
            return f"is {shown(value)}, longer than the name of a file can be"
        if "\0" in value or ".." in PurePath(value.replace("\\", "/")).parts:
            return f"is {shown(value)}, a name may not leave its folder"
        return None


@dataclass(frozen=True)
class Color:
    """A colour as #rrggbb."""

    def refusal(self, value: Any) -> str | None:
        if re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            return None
        return f"is {shown(value)}, a colour is written #rrggbb"


@dataclass(frozen=True)
class Curve:
    """A value over a run, as points `at:value` from 0 (start) to 1 (end): "0:7, 0.5:3, 1:1"."""

    min: float = 0
    max: float = 1

    def points(self, text: str) -> list[tuple[float, float]]:
        """The points, sorted. Raises ValueError where the text is none."""
        pairs = [tuple(map(float, point.split(":"))) for point in text.split(",")]
        if not all(len(pair) == 2 and self._holds(*pair) for pair in pairs):
            raise ValueError(text)
        return sorted((at, value) for at, value in pairs)

    def _holds(self, at: float, value: float) -> bool:
        return 0 <= at <= 1 and self.min <= value <= self.max

    def refusal(self, value: Any) -> str | None:
        try:
            self.points(value)
        except ValueError:
            return (
                f"is {shown(value)}, a curve is points from 0 to 1 with values {self.min} to "
                f'{self.max}, such as "0:{self.max}, 1:{self.min}"'
            )
        return None


Widget = Number | Choice | Toggle | Prompt | File | Color | Curve
