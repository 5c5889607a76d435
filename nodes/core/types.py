"""What wires carry. Tensors are torch's, but only their shapes are asked for here: no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .facts import (
    ConditioningFacts,
    ImageFacts,
    LatentFacts,
    MaskFacts,
    ModelFacts,
    SigmasFacts,
    StateFacts,
    TextFacts,
    VaeFacts,
)

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class LatentSpace:
    """The coordinates latents live in: two latents fit only if their spaces are equal.

    A latent holds `(z - shift) * scale`, z being the autoencoder's own output; `channels` per
    value and `factor` pixels along each side of one. `flow` says how noise is mixed in where there
    is some: x0 + sigma * noise, or (1 - sigma) * x0 + sigma * noise. That is the model's doing and
    not the autoencoder's, so it does not keep two latents apart.
    """

    name: str
    channels: int
    factor: int
    scale: float = 1.0
    shift: float = 0.0
    flow: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Lora:
    """A LoRA file laid over weights: where it is, its digest, and how strong (1: as trained)."""

    path: str
    digest: str
    strength: float


@dataclass(frozen=True)
class Weights:
    """Where the weights of one part lie. `nodes.diffusion.memory` holds what is in them.

    `path` is a model folder or a single file, `part` names the module in it (`unet`, `vae`,
    `text_encoder`), `digest` is the sha256 of what is on disk, `prediction` settles what a
    single file does not say (`epsilon`, `v_prediction`, `flow_prediction` or `auto`). `loras` lie
    over them, the first one lowest.
    """

    path: str
    part: str
    family: str
    digest: str
    prediction: str = "auto"
    loras: tuple[Lora, ...] = ()


@dataclass(frozen=True)
class Model:
    """A handle to a denoiser."""

    weights: Weights
    facts: ModelFacts


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
class Conditioning:
    """What a prompt became: `text` (B, tokens, width), and `pooled` (B, width) or None.

    `unconditional` is the family's own negative (the empty prompt, or zeros where it says so),
    used when no negative is wired.
    """

    text: Tensor
    pooled: Tensor | None = None
    unconditional: Conditioning | None = None
    families: tuple[str, ...] = ()

    @property
    def facts(self) -> ConditioningFacts:
        pooled = 0 if self.pooled is None else self.pooled.shape[-1]
        return ConditioningFacts(self.text.shape[-1], pooled, self.families, self.text.shape[0])


@dataclass(frozen=True)
class Latent:
    """Pictures in a model's own space: `values` (B, C, H, W).

    A blank latent has no space yet and one value per pixel in no channels, (B, 0, height, width):
    a size and nothing else, so it fits every model. Height and width 0 leave the size to the model.
    """

    values: Tensor
    space: LatentSpace | None = None

    @property
    def facts(self) -> LatentFacts:
        batch, channels, height, width = self.values.shape
        factor = self.space.factor if self.space else 1
        name = self.space.name if self.space else None
        return LatentFacts(name, channels, width * factor, height * factor, batch)


@dataclass(frozen=True)
class Sigmas:
    """A noise schedule: `values` (steps + 1,), falling; sampling ends at the last, usually 0."""

    values: Tensor

    @property
    def facts(self) -> SigmasFacts:
        return SigmasFacts(max(self.values.shape[0] - 1, 0))


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
    for kind in (Model, TextEncoder, Vae, Conditioning, Latent, Sigmas, SamplerState, Image, Mask)
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
