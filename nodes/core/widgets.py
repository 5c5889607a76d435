"""How a parameter looks in the editor, and which values it takes. Put one inside Annotated[...] beside the type.

Each has `refusal(value)`: what is wrong with a value of the right type, in words, or None.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

MAX_SEED = 2**53 - 1


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
        return (
            f"is {value}, it must be at least {low}"
            if high is None
            else f"is {value}, it must be at most {high}"
        )


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
        return (
            None
            if value in self.options
            else f'is "{value}", it must be one of {", ".join(self.options)}'
        )


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
            return f"is empty, it names a {self.kind}"
        if "\0" in value or ".." in PurePath(value.replace("\\", "/")).parts:
            return f'is "{value}", a name may not leave its folder'
        return None


@dataclass(frozen=True)
class Color:
    """A colour as #rrggbb."""

    def refusal(self, value: Any) -> str | None:
        return (
            None
            if re.fullmatch(r"#[0-9a-fA-F]{6}", value)
            else f'is "{value}", a colour is written #rrggbb'
        )


@dataclass(frozen=True)
class Curve:
    """A value over a run, as points `at:value` from 0 (start) to 1 (end): "0:7, 0.5:3, 1:1"."""

    min: float = 0
    max: float = 1

    def points(self, text: str) -> list[tuple[float, float]]:
        """The points, sorted. Raises ValueError where the text is none."""
        pairs = [tuple(map(float, point.split(":"))) for point in text.split(",")]
        if any(
            len(p) != 2 or not 0 <= p[0] <= 1 or not self.min <= p[1] <= self.max for p in pairs
        ):
            raise ValueError(text)
        return sorted((p[0], p[1]) for p in pairs)

    def refusal(self, value: Any) -> str | None:
        try:
            self.points(value)
        except ValueError:
            return f'is "{value}", a curve is points from 0 to 1 with values {self.min} to {self.max}, such as "0:{self.max}, 1:{self.min}"'
        return None


Widget = Number | Choice | Toggle | Prompt | File | Color | Curve
