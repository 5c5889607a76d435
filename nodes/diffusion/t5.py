"""T5's encoder in single files: its sizes, from the shapes of its weights. Raffel et al. (2020)."""

from __future__ import annotations

import re

from . import ldm
from .family import Config
from .header import Header

BLOCK = "encoder.block.0.layer."


def config(header: Header, start: str, known: Config) -> Config:
    """`known` with the sizes of the encoder whose names begin with `start`.

    Heads are counted by the table of relative places; a gated feed-forward has two ways in.
    """

    def sizes(name: str) -> tuple[int, ...]:
        return ldm.shape(header, f"{start}{name}")

    vocabulary, width = sizes("shared.weight") or sizes("encoder.embed_tokens.weight")
    buckets, heads = sizes(f"{BLOCK}0.SelfAttention.relative_attention_bias.weight")
    gated = sizes(f"{BLOCK}1.DenseReluDense.wi_0.weight")
    inner = gated or sizes(f"{BLOCK}1.DenseReluDense.wi.weight")
    layers = ldm.numbers(header, re.escape(f"{start}encoder.block.") + r"(\d+)\.")
    return known | {
        "vocab_size": vocabulary,
        "d_model": width,
        "d_kv": sizes(f"{BLOCK}0.SelfAttention.q.weight")[0] // heads,
        "d_ff": inner[0],
        "num_heads": heads,
        "num_layers": len(layers),
        "relative_attention_num_buckets": buckets,
        "feed_forward_proj": "gated-gelu" if gated else "relu",
    }
