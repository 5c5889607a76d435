"""Prompts to conditioning: tokenise, encode, and keep what stands for no prompt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.core.types import Conditioning

from .family import Config, Family
from .reading import Read, Vectors, read, room, windows, words_of
from .weighting import weighed


@dataclass(frozen=True, eq=False)
class Prompter:
    """A family's text encoders in use: modules and tokenizers by part, and their device.

    `width` is how many numbers a token has in the end. `vectors`: by part, what words stand for.
    CLIP encoders read every text in as many `windows`, and leave `skip` of their last layers out.
    """

    family: Family
    modules: dict[str, nn.Module]
    tokenizers: dict[str, Any]
    device: torch.device
    width: int = 0
    options: Config = field(default_factory=dict)  # what the pipeline says of itself
    kept: dict[int, Conditioning] = field(default_factory=dict)
    vectors: dict[str, Vectors] = field(default_factory=dict)
    windows: int = 1
    skip: int = 0

    @property
    def unconditional(self) -> Conditioning:
        """What stands for no prompt, encoded once, all layers of it."""
        if self.windows not in self.kept:
            self.kept[self.windows] = self.family.unconditional(replace(self, skip=0))
        return self.kept[self.windows]

    def tokens(self, part: str, texts: list[str]) -> tuple[Tensor, Tensor]:
        """(B, model_max_length) token ids, cut and padded, and a mask that is 1 where words are."""
        found = read(self.tokenizers[part], texts, 1, {})
        return found.ids.to(self.device), found.mask.to(self.device)

    def clip(self, part: str, texts: list[str], layer: int = 0) -> tuple[Tensor, Tensor]:
        """What a CLIP encoder reads in texts: (B, tokens, width), and pooled (B, width), float32.

        `layer` 0 is the last one after the final norm, k the one k before it, without a norm. What
        is pooled is projected where the encoder has a projection; it is that of the first window,
        whatever its words weigh.
        """
        found = read(self.tokenizers[part], texts, self.windows, self.vectors.get(part, {}))
        text, pooled = self._clip(part, found, layer)
        if found.weights is not None:
            empty, _ = self._clip(part, read(self.tokenizers[part], [""], 1, {}), layer)
            text = _weighed(text, empty, found.weights)
        text = text.reshape(len(texts), -1, text.shape[-1])
        return text, pooled[:: self.windows]

    def _clip(self, part: str, found: Read, layer: int) -> tuple[Tensor, Tensor]:
        module, left_out = self.modules[part], layer + self.skip
        with torch.no_grad(), _instead(module, found):
            out = module(found.ids.to(self.device), output_hidden_states=True)
            layers = len(out.hidden_states) - 1
            if left_out >= layers:
                raise Problem(too_many(self.skip, layers - 1 - layer), "clip_skip")
            text = out.hidden_states[-1 - left_out] if left_out else out.last_hidden_state
            if left_out and not layer:
                inner: Any = getattr(module, "text_model", module)
                text = inner.final_layer_norm(text)
        pooled = out.text_embeds if "text_embeds" in out else out.pooler_output
        return text.float(), pooled.float()

    def t5(self, part: str, texts: list[str], masked: bool = False) -> tuple[Tensor, Tensor]:
        """What a T5 encoder reads in texts, (B, tokens, width) float32, and where words are.

        `masked`: the encoder itself is told.
        """
        found = read(self.tokenizers[part], texts, 1, {})
        text, mask = self._t5(part, found, masked), found.mask.to(self.device)
        if found.weights is None:
            return text, mask
        empty = self._t5(part, read(self.tokenizers[part], [""], 1, {}), masked)
        return _weighed(text, empty, found.weights), mask

    def _t5(self, part: str, found: Read, masked: bool) -> Tensor:
        mask = found.mask.to(self.device) if masked else None
        with torch.no_grad():
            out = self.modules[part](found.ids.to(self.device), attention_mask=mask)
        text: Tensor = out.last_hidden_state.float()
        return text


def too_many(skip: int, most: int) -> str:
    """What is wrong with leaving out so many layers of CLIP."""
    most = max(most, 0)
    return f"is {skip}: at most {most} of the last layers of this text encoder can be left out"


def _weighed(text: Tensor, empty: Tensor, weights: Tensor) -> Tensor:
    """Each token moved away from what the empty prompt has in its place; 1 leaves it."""
    return torch.lerp(empty.expand_as(text), text, weights.to(text)[..., None])


@contextmanager
def _instead(module: nn.Module, found: Read) -> Iterator[None]:
    """In here the module reads vectors in place of some tokens."""

    def put(embedding: nn.Module, ids: Any, read: Tensor) -> Tensor:
        read = read.clone()
        for place, vector in found.instead.items():
            read[place] = vector.to(read)
        return read

    if not found.instead:
        yield
        return
    with module.get_input_embeddings().register_forward_hook(put):  # type: ignore[operator]
        yield


def encode(
    encoder: Prompter, text: str | list[str], skip: int = 0, chunks: bool = False
) -> Conditioning:
    """The conditioning of one prompt or a list of prompts, with the family's unconditional in it.

    Text beyond what the encoder reads is cut (see `cut_from`), or with `chunks` read in as many
    windows as it takes, put behind one another. `skip` last layers of CLIP are left out.
    """
    texts = [text] if isinstance(text, str) else list(text)
    count = max((_windows(encoder, text) for text in texts), default=1) if chunks else 1
    reader = replace(encoder, windows=count, skip=skip)
    return replace(encoder.family.encode(reader, texts), unconditional=reader.unconditional)


def _windows(encoder: Prompter, text: str) -> int:
    """How many windows CLIP encoders need for a text."""
    parts = [part for part in encoder.family.clips if part in encoder.tokenizers]
    given = [(encoder.tokenizers[part], encoder.vectors.get(part, {})) for part in parts]
    counts = [len(windows(one, words_of(one, text, vectors))) for one, vectors in given]
    return max(counts, default=1)


@dataclass(frozen=True)
class Cut:
    """What of a prompt is not read: `tokens` of them, the text they are, and by how many of all
    encoders.
    """

    tokens: int
    text: str
    by: int
    of: int


def cut_from(encoder: Prompter, text: str, chunks: bool = False) -> Cut | None:
    """What is cut of a text: by all encoders, else by some; None if all is read."""
    cuts: list[tuple[int, str]] = []
    for part, tokenizer in encoder.tokenizers.items():
        if chunks and part in encoder.family.clips:
            continue
        words = words_of(tokenizer, text, encoder.vectors.get(part, {}))
        over = len(words.ids) - room(tokenizer)
        if over > 0:
            cuts.append((over, weighed(text)[0][words.begins[-over] :]))
    count = len(encoder.tokenizers)
    if not cuts:
        return None
    tokens, rest = min(cuts) if len(cuts) == count else max(cuts)
    return Cut(tokens, " ".join(rest.split()), len(cuts), count)


def tokens_over(encoder: Prompter, text: str) -> int:
    """How many tokens of the text are cut because an encoder cannot read them."""
    cut = cut_from(encoder, text)
    return cut.tokens if cut else 0
