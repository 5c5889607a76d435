"""Prompts to conditioning: tokenise, encode, and keep what stands for no prompt."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.core.types import Conditioning

from .family import Config, Family
from .known import CONFIGS
from .recognise import Found

FEWEST_WORDS = 10


@dataclass(frozen=True, eq=False)
class Prompter:
    """A family's text encoders in use: modules and tokenizers by part, and their device."""

    family: Family
    modules: dict[str, nn.Module]
    tokenizers: dict[str, Any]
    device: torch.device
    options: Config = field(default_factory=dict)  # what the pipeline says of itself
    kept: dict[str, Conditioning] = field(default_factory=dict)

    @property
    def unconditional(self) -> Conditioning:
        """What stands for no prompt, encoded once."""
        if "" not in self.kept:
            self.kept[""] = self.family.unconditional(self)
        return self.kept[""]

    def tokens(self, part: str, texts: list[str]) -> tuple[Tensor, Tensor]:
        """(B, model_max_length) token ids, cut and padded, and a mask that is 1 where words are."""
        tokenizer = self.tokenizers[part]
        found = tokenizer(
            texts,
            padding="max_length",
            max_length=tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        )
        return found.input_ids.to(self.device), found.attention_mask.to(self.device)

    def clip(self, part: str, texts: list[str], layer: int = 0) -> tuple[Tensor, Tensor]:
        """What a CLIP encoder reads in texts: (B, tokens, width), and pooled (B, width), float32.

        `layer` 0 is the last one after the final norm, k the one k before it, without a norm. What
        is pooled is projected where the encoder has a projection.
        """
        with torch.no_grad():
            out = self.modules[part](self.tokens(part, texts)[0], output_hidden_states=True)
        text = out.hidden_states[-1 - layer] if layer else out.last_hidden_state
        pooled = out.text_embeds if "text_embeds" in out else out.pooler_output
        return text.float(), pooled.float()

    def t5(self, part: str, texts: list[str], masked: bool = False) -> tuple[Tensor, Tensor]:
        """What a T5 encoder reads in texts, (B, tokens, width) float32, and where words are.

        `masked`: the encoder itself is told.
        """
        ids, mask = self.tokens(part, texts)
        with torch.no_grad():
            out = self.modules[part](ids, attention_mask=mask if masked else None)
        return out.last_hidden_state.float(), mask


def encode(encoder: Prompter, text: str | list[str]) -> Conditioning:
    """The conditioning of one prompt or a list of prompts, with the family's unconditional in it.

    Text beyond what the encoder reads is cut: `tokens_over` says how much.
    """
    texts = [text] if isinstance(text, str) else list(text)
    return replace(encoder.family.encode(encoder, texts), unconditional=encoder.unconditional)


def tokens_over(encoder: Prompter, text: str) -> int:
    """How many tokens of the text are cut because the encoder cannot read them."""
    most = 0
    for tokenizer in encoder.tokenizers.values():
        length = len(tokenizer(text, truncation=False, verbose=False).input_ids)
        most = max(most, length - tokenizer.model_max_length)
    return most


def tokenizer_for(found: Found, part: str) -> Any:
    """The folder's own tokenizer for a text encoder; for a single file the usual one."""
    from transformers import CLIPTokenizer  # takes seconds, so not before a model is used

    longest = found.configs[part]["max_position_embeddings"]
    folder = found.path / part.replace("text_encoder", "tokenizer")
    if folder.is_dir():
        try:
            tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # whatever transformers raises for files it does not read
            told = " ".join(str(error).split())[:200]
            raise Problem(f"The tokenizer of {found.path.name} cannot be read: {told}.") from None
        _check(tokenizer, found, part)
        tokenizer.model_max_length = min(tokenizer.model_max_length, longest)
        return tokenizer
    vocabulary, merges = clip_vocabulary(CONFIGS / "sd1" / "tokenizer" / "merges.txt.gz")
    more = found.family.tokenizers.get(part, {})
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=longest, **more)


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
