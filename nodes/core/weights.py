"""Where weights lie, and the space an autoencoder's latents live in: what handles are made of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LatentSpace:
    """The coordinates latents live in: two latents fit only if their spaces are equal.

    A latent holds `(z - shift) * scale`, z being the autoencoder's own output, or, where every
    channel has its own `mean` and `std`, `(z - mean) * scale / std`. There are `channels` per
    value and `factor` pixels along each side of one; pixels themselves have a factor of 1.

    `flow` says how noise is mixed in where there is some: x0 + sigma * noise, or
    (1 - sigma) * x0 + sigma * noise. That is the model's doing and not the autoencoder's, so it
    does not keep two latents apart. Nor does `bound`, the share and the size by which a model of
    pixels holds what it foresees to what pictures can be: see `nodes.diffusion.bound`.
    """

    name: str
    channels: int
    factor: int
    scale: float = 1.0
    shift: float = 0.0
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    flow: bool = field(default=False, compare=False)
    bound: tuple[float, float] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Lora:
    """A LoRA file laid over weights: where it is, its digest, and how strong (1: as trained)."""

    path: str
    digest: str
    strength: float


@dataclass(frozen=True)
class Embedding:
    """A textual inversion: where its file is, its digest, and the word that stands for it."""

    path: str
    digest: str
    word: str


@dataclass(frozen=True)
class Weights:
    """Where the weights of one part lie. `nodes.diffusion.memory` holds what is in them.

    `path` is a model folder or a single file, `part` names the module in it (`unet`, `vae`,
    `text_encoder`), `digest` is the sha256 of what is on disk, `prediction` settles what a
    single file does not say (`epsilon`, `v_prediction`, `flow_prediction` or `auto`). `loras` lie
    over them, the first one lowest. `files`: text encoders that lie in files of their own, in the
    order of the family. `embeddings`: words that text encoders were taught.
    """

    path: str
    part: str
    family: str
    digest: str
    prediction: str = "auto"
    loras: tuple[Lora, ...] = ()
    files: tuple[str, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
