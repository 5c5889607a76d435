"""How wide the layers of a denoiser are that a ControlNet may add to."""

from __future__ import annotations

from .family import Config


def widths_of(config: Config) -> tuple[int, ...] | None:
    """Of a U-Net each that is passed across to its other half, of a transformer that of all."""
    if heads := config.get("num_attention_heads"):
        head = config.get("attention_head_dim")
        return (heads * head,) if isinstance(heads, int) and isinstance(head, int) else None
    levels = config.get("block_out_channels")
    if not levels or not isinstance(layers := config.get("layers_per_block"), int):
        return None
    across = [width for width in levels for _ in range(layers + 1)][:-1]
    return levels[0], *across
