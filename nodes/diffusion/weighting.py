"""How strongly words of a prompt count, as written: `(words:1.2)`. Nothing else is a weight."""

from __future__ import annotations

import re

MOST = 10.0  # `(at 10:30)` tells a time
_ITEM = re.compile(r"\\[()]|[()]|[^\\()]+|\\")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*")


def weighed(text: str) -> tuple[str, list[float]]:
    r"""(the words, how much each of their letters counts).

    Weights within others multiply. `\(` and `\)` are parentheses, and so are those that hold no
    weight, whatever stands in them.
    """
    items = _ITEM.findall(text)
    begins, ends = _groups(items)
    weights = [1.0]
    counts: list[float] = []
    for place, item in enumerate(items):
        if place in begins:
            weights.append(weights[-1] * begins[place])
        elif place in ends:
            weights.pop()
        else:
            items[place] = item[1:] if item in (r"\(", r"\)") else item
            counts += [weights[-1]] * len(items[place])
    kept = (item for place, item in enumerate(items) if place not in begins and place not in ends)
    return "".join(kept), counts


def _groups(items: list[str]) -> tuple[dict[int, float], set[int]]:
    """(the places where a weight begins, with it; those where one ends); `:1.2` is taken out."""
    begins: dict[int, float] = {}
    ends: set[int] = set()
    opened: list[int] = []
    for place, item in enumerate(items):
        if item == "(":
            opened.append(place)
        elif item == ")" and opened:
            begun = opened.pop()
            words, colon, number = items[place - 1].rpartition(":")
            there = place - begun > 2 or words.strip()
            if there and colon and _NUMBER.fullmatch(number) and abs(float(number)) <= MOST:
                items[place - 1] = words
                begins[begun] = float(number)
                ends.add(place)
    return begins, ends
