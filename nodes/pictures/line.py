"""The line of settings that other tools keep in their pictures, written and read.

It is the prompt, then `Negative prompt: …`, then `Steps: 20, Sampler: Euler a, …` on one line.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

NEGATIVE = "Negative prompt:"
BEGINS = re.compile(r"Steps: \d+\s*(,|$)")
# a name, then text in quotes, an object, a list, or all up to the next comma
PAIR = re.compile(r'(?:^|,)([^,:"{}\[\]]+):\s*("(?:[^"\\]|\\.)*"|\{[^{}]*\}|\[[^\[\]]*\]|[^,]*)')
MOST = 20_000  # characters of settings that are looked at
ENOUGH = 3  # pairs that make a line of settings where it does not begin with the steps


@dataclass(frozen=True)
class Line:
    """What a line says; `settings` by the names other tools have for them."""

    prompt: str = ""
    negative: str = ""
    settings: dict[str, str] = field(default_factory=dict[str, str])


def parameters_line(settings: dict[str, Any]) -> str:
    """Settings as other tools keep them: prompt, negative prompt, then `Name: value` pairs."""
    named = {k: v for k, v in settings.items() if k not in ("prompt", "negative")}
    prompt, negative = settings.get("prompt", ""), settings.get("negative", "")
    rows = [prompt] + ([f"{NEGATIVE} {negative}"] if negative else [])
    rows.append(", ".join(f"{name}: {_quoted(value)}" for name, value in named.items()))
    return "\n".join(rows)


def read_line(text: str) -> Line:
    """What a line says. A text without settings is a prompt."""
    rows = text.strip("\n").replace("\r\n", "\n").split("\n")
    place = _settings_row(rows)
    settings = " ".join(rows[place:])
    prompt, negative = _prompts(rows[:place])
    return Line(prompt, negative, _pairs(settings))


def _settings_row(rows: list[str]) -> int:
    """Where the settings begin: at the last row with steps, or a last row of several pairs."""
    for place in reversed(range(len(rows))):
        if BEGINS.match(rows[place]):
            return place
    return len(rows) - 1 if len(_pairs(rows[-1])) >= ENOUGH else len(rows)


def _prompts(rows: list[str]) -> tuple[str, str]:
    for place, row in enumerate(rows):
        if row.startswith(NEGATIVE):
            negative = [row.removeprefix(NEGATIVE), *rows[place + 1 :]]
            return "\n".join(rows[:place]).strip(), "\n".join(negative).strip()
    return "\n".join(rows).strip(), ""


def _pairs(row: str) -> dict[str, str]:
    return {name.strip(): _plain(value) for name, value in PAIR.findall(row[:MOST])}


def _plain(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    try:
        return str(json.loads(value))
    except ValueError:
        return value.strip('"')


def _quoted(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[,:\n"{}\[\]]', text) else text
