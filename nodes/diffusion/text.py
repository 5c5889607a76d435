"""Prompts to conditioning: tokenise, encode, and keep what stands for no prompt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

from nodes.core.types import Conditioning

from .family import Config, Family


@dataclass(frozen=True, eq=False)
class Prompter:
    """A family's text encoders in use: modules and tokenizers by part, and their device.

    `width` is how many numbers a token has in the end.
    """

    family: Family
    modules: dict[str, nn.Module]
    tokenizers: dict[str, Any]
    device: torch.device
    width: int = 0
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
