"""PixArt-Alpha: the transformer of PixArt-Sigma before it, on SD 1.x's latents (Chen et al., 2023).

It reads 120 tokens, and the one for the largest pictures is told their size and shape. A lone
transformer that is not told them looks like PixArt-Sigma's, unless its authors' file says how many
tokens it reads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning, LatentSpace

from . import pixart, sd1
from .family import Config
from .header import Header

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .text import Prompter

NAME = "PixArt-Alpha"


def in_folder(configs: dict[str, Config]) -> bool:
    """Always: its pipeline is its own, and alone it is asked after PixArt-Sigma."""
    return True


def in_file(header: Header) -> bool:
    """PixArt's names, and it is told sizes or reads fewer tokens than PixArt-Sigma."""
    return pixart.by_name(header) and not pixart.in_file(header)


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the transformer works on and reads."""
    return replace(pixart.facts_in(configs, space(configs)), family=NAME)


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the transformer, or SD 1.x's where there is none."""
    return sd1.space(configs)


def reads(configs: dict[str, Config]) -> TextFacts:
    """T5's width; nothing is pooled."""
    return replace(pixart.reads(configs), family=NAME)


def predict(
    transformer: nn.Module, x: Tensor, time: Any, conditioning: Conditioning, space: LatentSpace
) -> Tensor:
    """As PixArt-Sigma's, with the picture's height and width and their ratio."""
    import torch

    height, width = (side * space.factor for side in x.shape[-2:])
    sizes = torch.tensor([[height, width]] * len(x)).to(x)
    ratio = torch.tensor([[height / width]] * len(x)).to(x)
    return pixart.called(transformer, x, time, conditioning, sizes, ratio)


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """T5's last state and where words are, for prompts in small letters."""
    return replace(pixart.encode(prompter, texts), families=(NAME,))


FAMILY = replace(
    pixart.FAMILY,
    name=NAME,
    pipelines=("PixArtAlphaPipeline",),
    in_folder=in_folder,
    in_file=in_file,
    space=space,
    facts=facts,
    reads=reads,
    predict=predict,
    encode=encode,
    lengths={"text_encoder": 120},
)
