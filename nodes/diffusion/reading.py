"""What an encoder is given of prompts: tokens, how much each counts, and what stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .weighting import weighed

STAND_IN = 0  # the token in whose place a vector is read; it must not be one that ends a text
Vectors = dict[str, Tensor]  # word → (n, width): what n tokens are instead


@dataclass(frozen=True)
class Words:
    """The tokens of a text, with the weight and the place in it at which each begins.

    `instead` has the vector that is read in place of some of them.
    """

    ids: list[int]
    weights: list[float]
    begins: list[int]
    instead: dict[int, Tensor]


@dataclass(frozen=True)
class Read:
    """What an encoder is given: `ids` (rows, tokens), and `mask`, which is 1 where words are.

    `weights` (rows, tokens) where some do not count 1. `instead`: (row, token) → vector.
    """

    ids: Tensor
    mask: Tensor
    weights: Tensor | None
    instead: dict[tuple[int, int], Tensor]


def words_of(tokenizer: Any, text: str, vectors: Vectors) -> Words:
    """A text in tokens, whatever its length, without those that begin and end it."""
    words, counts = weighed(text)
    found = Words([], [], [], {})
    for begin, end, stands_for in _pieces(words, vectors):
        if stands_for is not None:
            found.instead.update(enumerate(stands_for, len(found.ids)))
            found.ids.extend([STAND_IN] * len(stands_for))
            found.weights.extend([counts[begin]] * len(stands_for))
            found.begins.extend([begin] * len(stands_for))
            continue
        read = tokenizer(
            words[begin:end],
            add_special_tokens=False,
            truncation=False,
            verbose=False,
            return_offsets_mapping=True,
        )
        found.ids.extend(read.input_ids)
        for first, after in read.offset_mapping:
            found.begins.append(begin + first)
            found.weights.append(counts[begin + after - 1] if after else 1.0)
    return found


def _pieces(text: str, vectors: Vectors) -> Iterator[tuple[int, int, Tensor | None]]:
    """(begin, end, vectors or None): the words that vectors stand for, and what is between."""
    at = 0
    if vectors:
        known = {word.lower(): value for word, value in vectors.items()}
        either = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        for match in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", text, re.IGNORECASE):
            if at < match.start():
                yield at, match.start(), None
            yield *match.span(), known[match.group().lower()]
            at = match.end()
    if at < len(text):
        yield at, len(text), None


def room(tokenizer: Any) -> int:
    """How many tokens of words go into one reading."""
    return int(tokenizer.model_max_length) - len(tokenizer("").input_ids)


def windows(tokenizer: Any, words: Words) -> list[tuple[int, int]]:
    """(begin, end) of the readings that all words take; each ends after a comma if it can."""
    most, commas = room(tokenizer), _commas(tokenizer)
    found, begin = [], 0
    while len(words.ids) - begin > most:
        late = range(begin + most, begin + most // 2, -1)
        end = next((place for place in late if words.ids[place - 1] in commas), begin + most)
        found.append((begin, end))
        begin = end
    return [*found, (begin, len(words.ids))]


def _commas(tokenizer: Any) -> set[int]:
    unknown = tokenizer.unk_token_id
    return {i for i in tokenizer.convert_tokens_to_ids([",", ",</w>"]) if i != unknown}


def read(tokenizer: Any, texts: list[str], count: int, vectors: Vectors) -> Read:
    """`count` readings of each text, one below the other. What goes into none is cut."""
    *before, after = tokenizer("").input_ids
    length, pad = tokenizer.model_max_length, tokenizer.pad_token_id
    rows: list[tuple[list[int], list[float], int]] = []
    instead: dict[tuple[int, int], Tensor] = {}
    for text in texts:
        words = words_of(tokenizer, text, vectors)
        spans = windows(tokenizer, words) if count > 1 else [(0, room(tokenizer))]
        for begin, end in [*spans, *[(0, 0)] * count][:count]:
            ids, weights = words.ids[begin:end], words.weights[begin:end]
            for place in words.instead.keys() & range(begin, end):
                instead[len(rows), len(before) + place - begin] = words.instead[place]
            used = [*before, *ids, after]
            left = length - len(used)
            counts = [*(1.0 for _ in before), *weights, *[1.0] * (left + 1)]
            rows.append((used + [pad] * left, counts, len(used)))
    marks = torch.tensor([[1] * used + [0] * (length - used) for _, _, used in rows])
    counted = torch.tensor([counts for _, counts, _ in rows])
    plain = bool((counted == 1).all())
    return Read(torch.tensor([ids for ids, *_ in rows]), marks, None if plain else counted, instead)
