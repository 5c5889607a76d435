"""A tiny T5 with random weights, and a small tokenizer of T5's kind for it, made without a file.

For every family that reads text with T5; their folders and single files have it as a part.
"""

from __future__ import annotations

from string import ascii_lowercase, digits, punctuation

import torch
from transformers import T5Config, T5EncoderModel, T5TokenizerFast

WORDS = ("a", "red", "sail", "boat", "at", "sun", "set", "the", "of", "and")
WIDTH = 32
VOCABULARY = 128


def tokenizer(longest: int = 512) -> T5TokenizerFast:
    """T5's own way of cutting text, with a hundred pieces: words, letters, digits and signs."""
    signs = [*ascii_lowercase, *ascii_lowercase.upper(), *digits, *punctuation, "▁"]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(f"▁{word}", -3.0) for word in WORDS] + [(sign, -6.0) for sign in signs]
    return T5TokenizerFast(vocab=pieces, extra_ids=0, model_max_length=longest)


def encoder(width: int = WIDTH, vocabulary: int = VOCABULARY, layers: int = 2) -> T5EncoderModel:
    """Two layers of T5 v1.1: gated, two heads of 8, weights not shared with an output."""
    config = T5Config(
        vocab_size=vocabulary,
        d_model=width,
        d_kv=8,
        d_ff=48,
        num_layers=layers,
        num_heads=2,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        is_encoder_decoder=False,
        use_cache=False,
    )
    return T5EncoderModel(config).eval()


def single(module: T5EncoderModel, start: str) -> dict[str, torch.Tensor]:
    """Its weights as single files name them: T5's own names after `start`, the words once."""
    return {
        f"{start}{name}": value.clone()
        for name, value in module.state_dict().items()
        if name != "encoder.embed_tokens.weight"
    }
