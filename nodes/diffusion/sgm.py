"""U-Nets' layers as the latent-diffusion code names them, which LoRAs for SDXL mostly do.

The other way round, whole files of weights are read by diffusers' own converters.
"""

from __future__ import annotations

import re

from .family import Alias, Config

PLACE = re.compile(r"(input|output)_blocks_(\d+)_(\d+)_(.+)")
MIDDLE = re.compile(r"middle_block_(\d)_(.+)")
OUTSIDE = {
    "input_blocks_0_0": "conv_in",
    "out_2": "conv_out",
    "time_embed_0": "time_embedding_linear_1",
    "time_embed_2": "time_embedding_linear_2",
    "label_emb_0_0": "add_embedding_linear_1",
    "label_emb_0_2": "add_embedding_linear_2",
}
RESNET = {
    "in_layers_2": "conv1",
    "emb_layers_1": "time_emb_proj",
    "out_layers_3": "conv2",
    "skip_connection": "conv_shortcut",
}


def alias(layer: str, config: Config) -> Alias:
    """The layer of diffusers' U-Net for one of the latent-diffusion code; others are as they are.

    Names have underscores for dots.
    """
    place, middle = PLACE.fullmatch(layer), MIDDLE.fullmatch(layer)
    if middle:
        kind = "attentions" if middle[1] == "1" else "resnets"
        number = int(middle[1]) // 2
        return Alias((f"mid_block_{kind}_{number}_{_inner(middle[2])}",))
    if not place or layer in OUTSIDE:
        return Alias((OUTSIDE.get(layer, layer),))
    down = place[1] == "input"
    level, number = divmod(int(place[2]) - down, config["layers_per_block"] + 1)
    start = f"{'down' if down else 'up'}_blocks_{level}"
    if place[4] in ("op", "conv"):
        return Alias((f"{start}_{'down' if down else 'up'}samplers_0_conv",))
    kind = "attentions" if place[3] == "1" else "resnets"
    return Alias((f"{start}_{kind}_{number}_{_inner(place[4])}",))


def _inner(rest: str) -> str:
    return RESNET.get(rest, rest)
