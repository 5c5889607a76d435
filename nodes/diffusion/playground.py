"""Playground v2.5: SDXL's U-Net in the frame of Karras et al. (2022) (Li et al., 2024).

Every channel of its latents has its own mean and spread. Conditioning is SDXL's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning, LatentSpace

from . import ldm, sdxl
from .family import Config, Defaults
from .header import Header
from .known import known
from .space import space_of

if TYPE_CHECKING:
    from .text import Prompter

NAME = "Playground v2.5"


def in_folder(configs: dict[str, Config]) -> bool:
    """SDXL's U-Net with a scheduler of Karras et al., and latents scaled channel by channel."""
    return sdxl.numbers_told(configs) == 6 and sdxl.is_preconditioned(configs)


def in_file(header: Header) -> bool:
    """SDXL's U-Net beside the mean and the spread of each channel."""
    return sdxl.is_unet(header) and {"edm_mean", "edm_std"} <= header.tensors.keys()


def configs(header: Header) -> dict[str, Config]:
    """SDXL's configs but for the scheduler's and the autoencoder's."""
    found = sdxl.configs(header) | {"scheduler": known("playground", "scheduler")}
    if "vae" in found:
        found["vae"] = ldm.vae_config(header, known("playground", "vae"))
    return found


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the U-Net, or the usual one where there is none."""
    return space_of(configs.get("vae") or known("playground", "vae"))


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads."""
    found = sdxl.facts({"vae": known("playground", "vae")} | configs)
    return replace(found, family=NAME)


def reads(configs: dict[str, Config]) -> TextFacts:
    """SDXL's widths."""
    return replace(sdxl.reads(configs), family=NAME)


def defaults(kind: str) -> Defaults:
    """50 steps of DPM++ 2M at guidance 3, as its makers do."""
    return Defaults(50, 3.0, "dpmpp_2m", "karras")


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """As SDXL."""
    return replace(sdxl.encode(prompter, texts), families=(NAME,))


FAMILY = replace(
    sdxl.FAMILY,
    name=NAME,
    in_folder=in_folder,
    in_file=in_file,
    configs=configs,
    space=space,
    facts=facts,
    reads=reads,
    defaults=defaults,
    encode=encode,
    tree="playground",
)
