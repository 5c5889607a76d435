"""What a model family must give. One file per family; everything else is written once for all.

* How it is recognised: the pipeline classes a folder's model_index.json may name, the class of
  each part, and whether those configs or a single file's header are its own. Keys and structure
  decide, never absolute widths. Nothing here needs torch until a model is used.
* Where a single file keeps its parts: a config for each (`configs`), and the module's own names
  for its tensors (`rename`).
* `space` and `facts`: the latent space, the sizes and the text it reads, from the configs alone.
* `defaults`: steps, guidance, sampler and schedule its users expect, by what it predicts.
* `scheduler`: its folder's scheduler config as its stock pipeline takes it.
* `prediction`: what its output means, and the time the module is passed.
* `timing`: what its pipeline sets a scheduler's steps by where it is not their number; rows and
  columns are those of the latent.
* `beside`: what its kind that fills holes is shown in more channels, (B, C, H, W).
* `control`: what a ControlNet of it adds, as more arguments of `predict`; None where none does.
* `predict`: one call of the module. Whatever it needs beyond latent, time and text (pooled text,
  time ids, embedded guidance, image ids) and any packing of the latent are made in here, from the
  conditioning and the latent's shape, and do not leave.
* `reads`: the widths its text encoders write, from the configs alone.
* `encode`: prompts to conditioning: which layers and widths, pooled or not; `unconditional`: what
  stands for no prompt (the empty prompt encoded, or zeros).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.types import Conditioning, LatentMask, LatentSpace

from .header import Header

if TYPE_CHECKING:
    from torch import Tensor

    from .control import Residuals, Steering
    from .prediction import Prediction
    from .text import Prompter

Config = dict[str, Any]


@dataclass(frozen=True)
class Defaults:
    """What users of a family expect where they say `auto`."""

    steps: int
    guidance: float
    sampler: str
    schedule: str


def _beside(mask: LatentMask) -> Tensor:
    """As U-Nets of nine channels take it: the upper left pixels of the mask, then the picture."""
    import torch

    assert mask.pixels is not None and mask.shown is not None
    free = mask.pixels[:, :1]
    most = max(len(free), len(mask.shown))
    return torch.cat([part.expand(most, -1, -1, -1) for part in (free, mask.shown)], dim=1)


@dataclass(frozen=True)
class Alias:
    """What stands for a layer in other files: layers of the module (dots as underscores), whose
    rows it has one after another, or one whose two halves it has the other way round (`swapped`).
    """

    layers: tuple[str, ...]
    swapped: bool = False


def _by_number(config: Config, steps: int, rows: int, columns: int) -> dict[str, Any]:
    return {"num_inference_steps": steps}


@dataclass(frozen=True)
class Family:
    """One family, as data and functions. `name` is what sentences call it; it is also its key.

    classes: part (`unet`, `vae`, `text_encoder`) → the class a folder must name for it.
    denoiser: which part that is. autoencoder: which part that is, None where it works on pixels.
    times: its pipeline multiplies what it decodes by one over the scale; others divide by it.
    half: what it is computed in on a GPU, `float16` or `bfloat16`.
    repeats: whether a text said twice means the same to it, as where it is only looked at.
    layer: how many of the last layers of its CLIP encoders it leaves out itself.
    levels: the scheduler's config for a denoiser by itself, where its kind decides.
    tree: the folder of our tree that has its usual configs. optional: parts it can do without.
    alias: what LoRAs in its authors' layout say for layers of the denoiser, by its config.
    blocks: how layers in its blocks begin, in any layout, where the kind of denoiser does not tell.
    tokenizers: part → options of the tokenizer that a single file does not bring for it.
    told: what it is told of a picture besides the text: `sizes`, and a `target` or a `score`.
    lengths: part → how many tokens its pipeline reads, where that is not what its tokenizer says;
    a function of the configs where the denoiser decides.
    """

    name: str
    pipelines: tuple[str, ...]
    classes: dict[str, str]
    denoiser: str
    in_folder: Callable[[dict[str, Config]], bool]
    in_file: Callable[[Header], bool]
    configs: Callable[[Header], dict[str, Config]]
    rename: Callable[[str, dict[str, Tensor], Config], dict[str, Tensor]]
    space: Callable[[dict[str, Config]], LatentSpace]
    facts: Callable[[dict[str, Config]], ModelFacts]
    reads: Callable[[dict[str, Config]], TextFacts]
    defaults: Callable[[str], Defaults]
    scheduler: Callable[[Config], Config]
    prediction: Callable[[str, Config], Prediction]
    predict: Callable[..., Tensor]
    encode: Callable[[Prompter, list[str]], Conditioning]
    unconditional: Callable[[Prompter], Conditioning]
    tokenizers: dict[str, Config] = field(default_factory=dict)
    lengths: dict[str, int] | Callable[[dict[str, Config]], dict[str, int]] = field(
        default_factory=dict
    )
    timing: Callable[[Config, int, int, int], dict[str, Any]] = _by_number
    beside: Callable[[LatentMask], Tensor] = _beside
    control: Callable[[Steering, Tensor, Any, Conditioning, LatentSpace], Residuals] | None = None
    told: tuple[str, ...] = ()
    autoencoder: str | None = "vae"
    times: bool = False
    half: str = "float16"
    repeats: bool = False
    layer: int = 0
    tree: str = "sd1"
    optional: tuple[str, ...] = ()
    alias: Callable[[str, Config], Alias] | None = None
    blocks: str = ""
    levels: Callable[[Config], Config] | None = None

    @property
    def text_parts(self) -> tuple[str, ...]:
        """Its text encoders, the first one first."""
        others = (self.denoiser, self.autoencoder)
        return tuple(part for part in self.classes if part not in others)

    def tokenizer(self, part: str) -> str:
        """The folder of a text encoder's tokenizer."""
        return (
            f"tokenizer{part.removeprefix('text_encoder')}" if part[:4] == "text" else "tokenizer"
        )

    @property
    def clips(self) -> tuple[str, ...]:
        """Those of them that are CLIP's."""
        return tuple(part for part in self.text_parts if self.classes[part].startswith("CLIPText"))
