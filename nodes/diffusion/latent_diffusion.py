"""The original LDM: a U-Net that reads a BERT of its own (Rombach et al., 2022).

Its autoencoder has a codebook, or is one of KL. Conditioning: `text` is BERT's last state for 77
tokens, without a mask; no prompt is "" encoded. The vocabulary comes with its folder only. A single
file, in its authors' layout, has the U-Net and the autoencoder; its text encoder is read from a
folder.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning, LatentSpace

from . import ldm, sd1
from .family import Config, Defaults
from .header import Header
from .known import known
from .space import space_of

if TYPE_CHECKING:
    from torch import Tensor

    from .text import Prompter

NAME = "LDM"
CODER, TEXT = "vqvae", "bert"
TOKENS = 77
WORDS = f"{ldm.CLIP}token_emb.weight"


def in_folder(configs: dict[str, Config]) -> bool:
    """Its U-Net is told nothing besides what BERT reads."""
    return TEXT in configs and sd1.reads_text_only(configs)


def in_file(header: Header) -> bool:
    """A U-Net as that of SD 1.x, beside a BERT."""
    return ldm.projections(header) == {4} and WORDS in header.tensors


def configs(header: Header) -> dict[str, Config]:
    """The U-Net's and the autoencoder's, and the scheduler it was trained with."""
    unet = ldm.unet_config(header, known("sd1", "unet")) | {"sample_size": 32}
    found = {"unet": unet, "scheduler": known("ldm", "scheduler")}
    if any(name.startswith(ldm.VAE) for name in header.tensors):
        found[CODER] = ldm.vae_config(header, known("sd1", "vae"))
    return found


def rename(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    return sd1.rename("vae" if part == CODER else part, state, config)


def space(configs: dict[str, Config]) -> LatentSpace:
    """The space of the autoencoder beside the U-Net, or that of KL where there is none."""
    return space_of(configs.get(CODER) or known("sd1", "vae"))


def facts(configs: dict[str, Config]) -> ModelFacts:
    """What the U-Net works on and reads."""
    coder = {"vae": configs[CODER]} if CODER in configs else {}
    return replace(sd1.facts({"unet": {"sample_size": 32} | configs["unet"]} | coder), family=NAME)


def reads(configs: dict[str, Config]) -> TextFacts:
    """BERT's width; nothing is pooled."""
    return TextFacts(NAME, configs[TEXT].get("d_model", 1280), 0)


def defaults(kind: str) -> Defaults:
    """50 steps of the folder's own scheduler at guidance 5."""
    return Defaults(50, 5.0, "model", "model")


def encode(prompter: Prompter, texts: list[str]) -> Conditioning:
    """BERT's last state, without a mask."""
    return Conditioning(prompter.t5(TEXT, texts)[0], families=(NAME,))


FAMILY = replace(
    sd1.FAMILY,
    name=NAME,
    pipelines=("LDMTextToImagePipeline",),
    classes={"unet": "UNet2DConditionModel", CODER: "VQModel", TEXT: "LDMBertModel"},
    in_folder=in_folder,
    in_file=in_file,
    configs=configs,
    rename=rename,
    space=space,
    facts=facts,
    reads=reads,
    defaults=defaults,
    scheduler=lambda config: config,
    control=None,
    encode=encode,
    lengths={TEXT: TOKENS},
    autoencoder=CODER,
    times=True,
    tree="ldm",
)
