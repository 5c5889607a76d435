"""Tokenizers: a folder's own, or for single files those that all models of a kind have."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

from nodes.core.problem import Problem

from .known import CONFIGS
from .recognise import Found

FEWEST_WORDS = 10
CLIP_TOKENS, T5_TOKENS = 77, 512


def tokenizer_for(found: Found, part: str) -> Any:
    """The folder's own tokenizer for a text encoder; for a single file the usual one.

    Its `model_max_length` is how many tokens the family reads.
    """
    named = found.family.classes[part]
    kind = next(kind for kind in ("T5", "Bert", "CLIP") if kind in named)
    folder = found.path / found.family.tokenizer(part)
    if (folder / ("tokenizer.json" if kind == "T5" else "")).exists():
        tokenizer = _read(found, kind, folder)
    elif kind == "Bert":
        raise Problem(f"The folder {found.path.name} lacks its tokenizer: BERT's words are in it.")
    else:
        tokenizer = usual_t5() if kind == "T5" else _usual_clip(found, part)
    _check(tokenizer, found, part)
    usual = T5_TOKENS if kind == "T5" else CLIP_TOKENS
    most = found.configs[part].get("max_position_embeddings") or T5_TOKENS
    said = usual if tokenizer.model_max_length > 2**20 else tokenizer.model_max_length
    lengths = found.family.lengths
    read = lengths(found.configs) if callable(lengths) else lengths
    tokenizer.model_max_length = read.get(part, min(said, most))
    return tokenizer


def _read(found: Found, kind: str, folder: Path) -> Any:
    import transformers  # takes seconds, so not before a model is used

    try:
        return getattr(transformers, f"{kind}Tokenizer").from_pretrained(
            folder, local_files_only=True
        )
    except Exception as error:  # whatever transformers raises for files it does not read
        told = " ".join(str(error).split())[:200]
        raise Problem(f"The tokenizer of {found.path.name} cannot be read: {told}.") from None


def _usual_clip(found: Found, part: str) -> Any:
    from transformers import CLIPTokenizer

    vocabulary, merges = clip_vocabulary(CONFIGS / "sd1" / "tokenizer" / "merges.txt.gz")
    longest, more = CLIP_TOKENS, found.family.tokenizers.get(part, {})
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=longest, **more)


def usual_t5() -> Any:
    """The vocabulary that Raffel et al. (2020) published, which all models here read."""
    from tokenizers import Tokenizer
    from transformers import T5Tokenizer

    text = gzip.decompress((CONFIGS / "t5" / "tokenizer" / "tokenizer.json.gz").read_bytes())
    made = Tokenizer.from_str(text.decode())
    return T5Tokenizer(tokenizer_object=made, model_max_length=T5_TOKENS)


def _check(tokenizer: Any, found: Found, part: str) -> None:
    """Raise Problem for a vocabulary without words, or with words the encoder does not know."""
    words, known = len(tokenizer), found.configs[part].get("vocab_size") or 49408
    if not FEWEST_WORDS <= words <= known:
        raise Problem(
            f"The tokenizer of {found.path.name} has {words:,} words; its text encoder reads "
            f"{known:,}: the files are not those of one model."
        )


@cache
def clip_vocabulary(path: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """CLIP's vocabulary from its merges: bytes, bytes ending a word, joined merges, specials."""
    merges = [
        tuple(line.split()) for line in gzip.decompress(path.read_bytes()).decode().split("\n")
    ]
    letters = _byte_letters()
    words = [
        *letters,
        *(f"{letter}</w>" for letter in letters),
        *("".join(pair) for pair in merges),
    ]
    words += ["<|startoftext|>", "<|endoftext|>"]
    return {word: place for place, word in enumerate(words)}, merges  # type: ignore[return-value]


def _byte_letters() -> list[str]:
    """A printable letter for each byte, in GPT-2's order: printable bytes stand for themselves."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(rest))]
