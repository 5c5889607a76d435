"""DeepFloyd IF: U-Nets on the pixels themselves, in two stages (after Saharia et al., 2022).

The first draws 64 pixels a side, the second 256: it is shown the first one's picture beside its
own, enlarged and with noise, and is told how much. The space is that of pixels, -1 to 1, and there
is no autoencoder. Conditioning: `text` is T5's last state for 77 tokens of the lower-cased prompt,
of which T5 alone is told where the words are; both stages read the same, and no prompt is ""
encoded. The other half of what a U-Net puts out is its variance, which the folder's scheduler
reads. Our own samplers have no use for it, but hold x0 to what pictures can be as that scheduler
does. Pictures are without its pipelines' watermark.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning, LatentSpace

from . import pixart, sd1
from .family import Config, Defaults
from .header import Header
from .space import PIXELS

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .text import Prompter

NAME = "DeepFloyd IF"
FIRST, SECOND = (50, 7.0), (50, 4.0)  # steps and guidance


def in_folder(configs: dict[str, Config]) -> bool:
    """Its U-Net reads text through a projection, and half of what it puts out is a variance."""
    unet = configs["unet"]
    pixels = (unet["in_channels"], unet["out_channels"]) in ((3, 6), (6, 6))
    return pixels and unet.get("addition_embed_type") == "text"


def in_file(header: Header) -> bool:
    """Never: it is shared as folders."""
    return False


def space(configs: dict[str, Config]) -> LatentSpace:
    """Pixels, held to what the scheduler holds them to."""
    said = configs.get("scheduler", {})
    if said.get("thresholding"):
        ratio = float(said.get("dynamic_thresholding_ratio", 0.995))
        return replace(PIXELS, bound=(ratio, float(said.get("sample_max_value", 1.0))))
    return replace(PIXELS, bound=(1.0, 1.0)) if said.get("clip_sample", True) else PIXELS


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads; the second stage is shown a picture."""
    unet = configs["unet"]
    side, second = unet.get("sample_size") or 256, unet["in_channels"] == 6
    steps, guidance = SECOND if second else FIRST
    return ModelFacts(
        family=NAME,
        space=PIXELS.name,
        channels=3,
        factor=1,
        text_width=unet.get("encoder_hid_dim") or unet["cross_attention_dim"],
        pooled_width=0,
        width=side,
        height=side,
        steps=steps,
        guidance=guidance,
        patch=2 ** (len(unet["block_out_channels"]) - 1),
        sees=second,
    )


def reads(configs: dict[str, Config]) -> TextFacts:
    """T5's width; nothing is pooled."""
    return TextFacts(NAME, configs["text_encoder"]["d_model"], 0)


def defaults(kind: str) -> Defaults:
    """Its folder's own scheduler, which reads the variance."""
    return Defaults(*FIRST, "model", "model")


def predict(
    unet: nn.Module, x: Tensor, time: Any, conditioning: Conditioning, space: LatentSpace
) -> Tensor:
    """One call: (B, 3, H, W), a time, text and for the second stage a picture → (B, 6, H, W)."""
    import torch

    told: dict[str, Tensor] = {}
    if shown := conditioning.shown:
        x = torch.cat([x, shown.values.to(x.dtype)], dim=1)
        told = {"class_labels": torch.full((len(x),), shown.level, device=x.device)}
    out: Tensor = unet(x, time, encoder_hidden_states=conditioning.text, return_dict=False, **told)[
        0
    ]
    return out


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """T5's last state for prompts in small letters."""
    return replace(pixart.encode(prompter, texts), families=(NAME,), mask=None)


FAMILY = replace(
    sd1.FAMILY,
    name=NAME,
    pipelines=("IFPipeline", "IFImg2ImgPipeline", "IFSuperResolutionPipeline"),
    classes={"unet": "UNet2DConditionModel", "text_encoder": "T5EncoderModel"},
    in_folder=in_folder,
    in_file=in_file,
    space=space,
    facts=facts,
    reads=reads,
    defaults=defaults,
    scheduler=lambda config: config,
    predict=predict,
    encode=encode,
    lengths={"text_encoder": 77},
    autoencoder=None,
    half="bfloat16",
    tree="deepfloyd",
    repeats=False,
)
