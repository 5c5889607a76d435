"""What a wire is known to carry before anything runs.

Every field may be None: unknown, which refuses nothing.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from .weights import Weights


@dataclass(frozen=True)
class ModelFacts:
    """A denoiser: its family, its latent space, the text it reads and what it wants by default.

    `width` and `height` are pixels. `text_width` and `pooled_width` are the lengths of one token's
    and of the pooled embedding (0: takes none). `guidance` is the family's usual scale;
    `embeds_guidance`: the model itself takes it as a number and needs no second pass. `patch`: the
    latent values along a side of what it takes as one, None where it takes each by itself;
    `largest`: the most pixels along a side, None where there is no end. `sees`: it enlarges a
    picture, which it is shown beside its latent. `inpaints`: it is shown a picture with a hole in
    it, which it fills. `widths`: how wide each of its layers is that a ControlNet may add to.
    `controls`: the parts of a run, as (start, end), in which each ControlNet over it acts, and
    `controlled` how many pictures these are for, 1 where for any number. `weights`: where it lies,
    so that rules can read headers.
    """

    family: str | None = None
    space: str | None = None
    channels: int | None = None
    factor: int | None = None
    text_width: int | None = None
    pooled_width: int | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    embeds_guidance: bool | None = None
    sampler: str | None = None
    schedule: str | None = None
    sees: bool | None = None
    inpaints: bool | None = None
    patch: int | None = None
    largest: int | None = None
    widths: tuple[int, ...] | None = field(default=None, compare=False)
    controls: tuple[tuple[float, float], ...] | None = None
    controlled: int | None = None
    weights: Weights | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TextFacts:
    """A text encoder: for which family, and the widths of what it writes.

    `clip`: its CLIP encoders by part, and how wide a token of each is; `layers`: how many of their
    last layers can be left out. `weights`: where they lie.
    """

    family: str | None = None
    text_width: int | None = None
    pooled_width: int | None = None
    clip: tuple[tuple[str, int], ...] | None = field(default=None, compare=False)
    layers: int | None = field(default=None, compare=False)
    weights: Weights | None = field(default=None, compare=False)


@dataclass(frozen=True)
class VaeFacts:
    """An autoencoder: its latent space, channels and pixels per latent value along a side."""

    space: str | None = None
    channels: int | None = None
    factor: int | None = None


@dataclass(frozen=True)
class ControlNetFacts:
    """A ControlNet: for which family, what text it reads, how wide each of its outputs is.

    `pooled_width`: of the pooled text that it reads, 0 for none. `encodes`: it is shown latents of
    a picture. `modes`: how many kinds of pictures it is made for, 0 where it is not told the kind.
    """

    family: str | None = None
    text_width: int | None = None
    pooled_width: int | None = None
    widths: tuple[int, ...] | None = None
    encodes: bool | None = None
    modes: int | None = None


@dataclass(frozen=True)
class ConditioningFacts:
    """What a prompt became. `families` are those it was written for.

    `batch`: how many pictures it is for, 1 where for any number. `spans` are the parts of a run, as
    (start, end), in which each of the prompts in it leads. `corner` is the last pixel (x, y) at
    which an area of one of them begins, where areas are in pixels. `shown`: whether
    it has a picture, for models that enlarge one.
    """

    text_width: int | None = None
    pooled_width: int | None = None
    families: tuple[str, ...] | None = None
    batch: int | None = None
    spans: tuple[tuple[float, float], ...] | None = None
    corner: tuple[float, float] | None = None
    shown: bool | None = False


@dataclass(frozen=True)
class LatentFacts:
    """A latent. `width` and `height` are pixels of the picture it stands for.

    A blank one has no space, 0 channels, and width and height 0 where they are left to the model.
    `masked`: whether a sampler may change only a part of it. `factor`: pixels along each side of a
    latent value, 1 for a blank one. `shown`: whether it has with its mask what a model that fills
    holes is shown.
    """

    space: str | None = None
    channels: int | None = None
    width: int | None = None
    height: int | None = None
    batch: int | None = None
    masked: bool | None = None
    factor: int | None = None
    shown: bool | None = False


@dataclass(frozen=True)
class NoiseFacts:
    """Noise to begin with: its seed, and the seed of a variation with how much of it there is.

    `latent` is that which was taken as noise: such noise has a size, and no seed.
    """

    seed: int | None = None
    variation_seed: int | None = None
    variation: float | None = None
    latent: LatentFacts | None = None

    def towards(self, other: "NoiseFacts", amount: float | None) -> "NoiseFacts":
        """What is known of a mix of two."""
        return NoiseFacts(self.seed, other.seed, amount, self.latent or other.latent)


@dataclass(frozen=True)
class GuiderFacts:
    """How a prompt leads: the scale, where it is one for the whole run. `curved`: it is not.

    `middle` is the prompt between the negative and the positive, if there is one.
    """

    scale: float | None = None
    curved: bool | None = None
    middle: ConditioningFacts | None = None


@dataclass(frozen=True)
class SigmasFacts:
    """A noise schedule: how many steps it has (one less than its values)."""

    steps: int | None = None


@dataclass(frozen=True)
class StateFacts:
    """What a sampler remembers between steps: which sampler."""

    sampler: str | None = None


@dataclass(frozen=True)
class ImageFacts:
    """Pictures: pixels, and how many of the same size."""

    width: int | None = None
    height: int | None = None
    batch: int | None = None


@dataclass(frozen=True)
class MaskFacts:
    """Masks: pixels, and how many of the same size."""

    width: int | None = None
    height: int | None = None
    batch: int | None = None


Facts = (
    ModelFacts
    | TextFacts
    | VaeFacts
    | ControlNetFacts
    | ConditioningFacts
    | LatentFacts
    | NoiseFacts
    | GuiderFacts
    | SigmasFacts
    | StateFacts
    | ImageFacts
    | MaskFacts
)
KINDS: dict[str, type] = {
    "Model": ModelFacts,
    "TextEncoder": TextFacts,
    "Vae": VaeFacts,
    "ControlNet": ControlNetFacts,
    "Conditioning": ConditioningFacts,
    "Latent": LatentFacts,
    "Noise": NoiseFacts,
    "Guider": GuiderFacts,
    "Sigmas": SigmasFacts,
    "SamplerState": StateFacts,
    "Image": ImageFacts,
    "Mask": MaskFacts,
}
_UNKNOWN: dict[str, Any] = {name: kind() for name, kind in KINDS.items()}
_KINDS = frozenset(KINDS.values())


def unknown(wire_type: str) -> Any:
    """The facts of a wire nothing is known about. A plain number, text or switch has None."""
    return _UNKNOWN.get(wire_type)


def common(first: Any, second: Any) -> Any:
    """What holds for both: fields that differ become unknown."""
    if type(first) is not type(second) or type(first) not in _KINDS:
        return first if first == second else None
    differing = {
        f.name: None for f in fields(first) if getattr(first, f.name) != getattr(second, f.name)
    }
    return replace(first, **differing)


def disagreements(predicted: Any, measured: Any) -> dict[str, tuple[Any, Any]]:
    """Field → (predicted, measured) wherever a prediction was made and did not come true."""
    if type(predicted) not in _KINDS:
        return (
            {} if predicted is None or predicted == measured else {"value": (predicted, measured)}
        )
    pairs = (
        (f.name, getattr(predicted, f.name), getattr(measured, f.name)) for f in fields(predicted)
    )
    return {name: (a, b) for name, a, b in pairs if a is not None and a != b}
