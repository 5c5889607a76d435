"""The tokenizer: byte pairs merged until each word of the captions is one token."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

from tokenizers.pre_tokenizers import ByteLevel
from transformers import CLIPTokenizer

from nodes.training.captions import vocabulary

LENGTH = 48
START, END = "<|startoftext|>", "<|endoftext|>"
Word = tuple[str, ...]


def merges(words: list[str]) -> list[tuple[str, str]]:
    """Byte pair encoding (Sennrich et al., 2016); ties go by the alphabet, so runs agree."""
    spelled: list[Word] = [(*word[:-1], word[-1] + "</w>") for word in words]
    found = []
    while pairs := Counter(pair for word in spelled for pair in pairwise(word)):
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        spelled = [_merge(word, best) for word in spelled]
        found.append(best)
    return found


def _merge(word: Word, pair: tuple[str, str]) -> Word:
    merged: list[str] = []
    for token in word:
        if merged and (merged[-1], token) == pair:
            merged[-1] += token
        else:
            merged.append(token)
    return tuple(merged)


def tokenizer() -> CLIPTokenizer:
    """Ids in a fixed order: bytes, last bytes of a word, merges, start and end."""
    letters = sorted(ByteLevel.alphabet())
    pairs = merges(vocabulary())
    tokens = [*letters, *(letter + "</w>" for letter in letters), *("".join(p) for p in pairs)]
    ids = {token: index for index, token in enumerate([*tokens, START, END])}
    return CLIPTokenizer(vocab=ids, merges=pairs, model_max_length=LENGTH)


def save(work: Path) -> None:
    """Write the tokenizer alone."""
    tokenizer().save_pretrained(work / "tokenizer")
