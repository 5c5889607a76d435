"""What wires carry. Tensors are torch's, but only their shapes are asked for here: no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .conditioning import Conditioning as Conditioning
from .conditioning import Place as Place
from .control import Control as Control
from .control import ControlNet as ControlNet
from .facts import (
    GuiderFacts,
    ImageFacts,
    LatentFacts,
    MaskFacts,
    ModelFacts,
    NoiseFacts,
    SigmasFacts,
    StateFacts,
    TextFacts,
    VaeFacts,
)
from .shown import Shown as Shown
from .told import Sizes as Sizes
from .weights import Embedding as Embedding
from .weights import LatentSpace as LatentSpace
from .weights import Lora as Lora
from .weights import Weights as Weights

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Model:
    """A handle to a denoiser.

    `controls` act in every call of it, the first one first.
    """

    weights: Weights
    facts: ModelFacts
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True)
class TextEncoder:
    """A handle to the text encoders of a family with their tokenizers."""

    weights: Weights
    facts: TextFacts


@dataclass(frozen=True)
class Vae:
    """A handle to an autoencoder."""

    weights: Weights
    space: LatentSpace

    @property
    def facts(self) -> VaeFacts:
        return VaeFacts(self.space.name, self.space.channels, self.space.factor)


@dataclass(frozen=True)
class Kept:
    """What a masked latent holds to on its way: set where its noise is added, gone at the end.

    `values` (B, C, H, W) is the picture, `noise` what is mixed into it, None where a run began
    without adding any, and `levels` are the sigmas of the run, by which a step knows its place.
    `at_end`: it is put back at the end only, as the model sees the picture all the while.
    """

    values: Tensor
    noise: Tensor | None
    levels: tuple[float, ...]
    at_end: bool = False


@dataclass(frozen=True)
class LatentMask:
    """What of a latent may change: `values` (1 or B, 1, H, W) of the latent, 0 (kept) to 1 (free).

    `gradual`: a grey value says for how much of the run a place is free, instead of how far it is
    blended with what is kept in every step (differential diffusion, Levin and Fried, 2023).
    `kept` is there between the steps of a run only. For models that fill holes: `shown`
    (1 or B, C, H, W), the latent of the picture with what may change blanked, and `pixels`
    (1 or B, F * F, H, W), which of the F x F pixels of each latent value these are, 0 or 1.
    """

    values: Tensor
    gradual: bool = False
    kept: Kept | None = None
    shown: Tensor | None = None
    pixels: Tensor | None = None


@dataclass(frozen=True)
class Latent:
    """Pictures in a model's own space: `values` (B, C, H, W).

    A blank latent has no space yet and one value per pixel in no channels, (B, 0, height, width):
    a size and nothing else, so it fits every model. Height and width 0 leave the size to the model.
    `mask`: what a sampler may change; None is everything.
    """

    values: Tensor
    space: LatentSpace | None = None
    mask: LatentMask | None = None

    @property
    def facts(self) -> LatentFacts:
        batch, channels, height, width = self.values.shape
        factor = self.space.factor if self.space else 1
        name, masked = self.space.name if self.space else None, self.mask is not None
        shown = self.mask is not None and self.mask.shown is not None
        width, height = width * factor, height * factor
        return LatentFacts(name, channels, width, height, batch, masked, factor, shown)


@dataclass(frozen=True)
class Sigmas:
    """A noise schedule: `values` (steps + 1,), falling; sampling ends at the last, usually 0."""

    values: Tensor

    @property
    def facts(self) -> SigmasFacts:
        return SigmasFacts(max(self.values.shape[0] - 1, 0))


@dataclass(frozen=True)
class Noise:
    """What a latent begins with: drawn on the CPU once its size is known.

    Picture i of a batch is drawn as `seed` + i. `drawn` is a latent taken as noise, which has no
    seed. Between two `ends` it is `amount` of the way from the first to the second, along the
    sphere.
    """

    seed: int = 0
    drawn: Latent | None = None
    ends: tuple[Noise, Noise] | None = None
    amount: float = 0.0

    @property
    def facts(self) -> NoiseFacts:
        if self.ends:
            return self.ends[0].facts.towards(self.ends[1].facts, self.amount)
        return NoiseFacts(latent=self.drawn.facts) if self.drawn else NoiseFacts(self.seed)


@dataclass(frozen=True)
class Guider:
    """How strongly the prompt leads. Step i of n is the part i / n of a run, counted from 0.

    `scale` None is the sampler's; `curve` (points of (part, scale), linear between) beats it.
    Steps before `start`, from `end` on, and all but each `every`-th of those between follow the
    prompt unguided. `rescale` (0 to 1) holds back the spread (Lin et al., 2024). With `middle`
    there are two scales: `scale` from the middle prompt to the positive one, and `middle_scale`
    from the negative to the middle (Brooks et al., 2023).
    """

    scale: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    start: float = 0.0
    end: float = 1.0
    every: int = 1
    rescale: float = 0.0
    middle: Conditioning | None = None
    middle_scale: float = 1.0

    @property
    def facts(self) -> GuiderFacts:
        middle = self.middle.facts if self.middle else None
        return GuiderFacts(None if self.curve else self.scale, bool(self.curve), middle)


@dataclass(frozen=True)
class SamplerState:
    """What a sampler that looks back remembers of its earlier steps. Read by that sampler only."""

    sampler: str
    memory: tuple[Any, ...] = field(default=())

    @property
    def facts(self) -> StateFacts:
        return StateFacts(self.sampler)


@dataclass(frozen=True)
class Image:
    """Pictures of one size: `values` (B, 3, H, W), red green blue, float32 from 0 to 1."""

    values: Tensor

    @property
    def facts(self) -> ImageFacts:
        batch, _, height, width = self.values.shape
        return ImageFacts(width, height, batch)


@dataclass(frozen=True)
class Mask:
    """Where something applies: `values` (B, 1, H, W), float32 from 0 (nowhere) to 1 (fully)."""

    values: Tensor

    @property
    def facts(self) -> MaskFacts:
        batch, _, height, width = self.values.shape
        return MaskFacts(width, height, batch)


WIRES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Model, TextEncoder, Vae, Conditioning, Latent, Noise, Sigmas, Guider, SamplerState),
        *(ControlNet, Image, Mask),
    )
} | {"int": int, "float": float, "str": str, "bool": bool}


def measured(value: Any) -> Any:
    """The facts of a value that is there: shapes for tensors, the value itself for plain ones.

    None for things of which nothing is known; a list has a list of facts.
    """
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list):
        return [measured(one) for one in value]
    return getattr(value, "facts", None)
