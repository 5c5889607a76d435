"""What a node is at, as a small picture: pixels as they are, latents in the colours of their VAE.

A small autoencoder decodes them if the run has one of their space. Otherwise, a space's colours are
close to a linear map of its channels, which is fitted once for each VAE on what it decodes.
"""

import traceback
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import torch
from PIL import Image as Pillow
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate

from nodes.core.run import Run
from nodes.core.types import Image, Latent, Vae
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import Autoencoder, decode, encode
from nodes.diffusion.recognise import found_of
from nodes.diffusion.space import PIXELS, TINY

from .telling import Preview

WIDEST = 512
LARGEST = 50_000
QUALITIES = (80, 50, 20)
PICTURES, SIDE = 16, 8  # that are fitted on: how many, and values along a side of each latent
STEADY = 1e-3  # how much a weight costs, as a share of what its channel spreads
SPOTS = (3, 4, 5, 6)  # random colours along a side of them


class Drawing:
    """Draws previews for the run it was last told of."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._fitted: dict[str, Tensor] = {}
        self._small: dict[str, bool] = {}

    def begin(self, run: Run) -> None:
        """The run whose previews come next, in which VAEs are looked for."""
        self._run = run

    def end(self) -> None:
        """Hold nothing of the run any more."""
        self._run = None

    def draw(self, value: Any) -> Preview | None:
        """The first picture of a batch; None for what has no looks."""
        try:
            pixels = self._pixels(value)
            return None if pixels is None else _encoded(pixels)
        except Exception:  # a run does not fail for how it looks meanwhile
            traceback.print_exc()
            return None

    def _pixels(self, value: Any) -> Tensor | None:
        """(3, H, W) from 0 to 1."""
        if isinstance(value, Image):
            return value.values[0].float().cpu()
        if not isinstance(value, Latent) or not value.values.shape[1]:
            return None
        latent = value.values[0].float().cpu()
        if value.space == PIXELS:
            return latent / 2 + 0.5
        vaes = [vae for vae in self._vaes() if vae.space == value.space]
        if small := next(filter(self._is_small, vaes), None):
            return _decoded(memory.autoencoder(small), latent)
        fitted = self._colours(vaes[0]) if vaes else None
        if fitted is None:
            grey = latent.mean(0, keepdim=True)
            spread = grey.std().clamp(min=1e-6)
            return ((grey - grey.mean()) / (4 * spread) + 0.5).clamp(0, 1).expand(3, -1, -1)
        ones = torch.ones_like(latent[:1])
        return torch.einsum("co,chw->ohw", fitted, torch.cat((latent, ones))).clamp(0, 1)

    def _colours(self, vae: Vae) -> Tensor:
        """The map (C + 1, 3) from a latent's channels and 1 to colours."""
        name = f"{vae.weights.digest} {vae.space}"
        if name not in self._fitted:
            self._fitted[name] = fit(memory.autoencoder(vae))
        return self._fitted[name]

    def _is_small(self, vae: Vae) -> bool:
        name = vae.weights.digest
        if name not in self._small:
            self._small[name] = found_of(vae.weights).kind(vae.weights.part) == TINY
        return self._small[name]

    def _vaes(self) -> Iterator[Vae]:
        found = self._run.results.found.values() if self._run else ()
        return (out for outputs in found for out in outputs if isinstance(out, Vae))


def _decoded(vae: Autoencoder, latent: Tensor) -> Tensor:
    """A latent (C, H, W) as its autoencoder has it, no larger than previews are."""
    most = WIDEST // vae.space.factor
    rows, columns = (min(side, most) for side in latent.shape[1:])
    coarse = adaptive_avg_pool2d(latent[None], (rows, columns))
    return decode(vae, Latent(coarse, vae.space)).values[0]


def fit(vae: Autoencoder) -> Tensor:
    """The map (C + 1, 3) from a latent's channels, and 1, to the mean colour decoded there.

    Least squares over pictures of random colours that run into one another; of channels that say
    the same none is trusted much more than the others.
    """
    drawn, factor = torch.Generator().manual_seed(0), vae.space.factor
    size = (SIDE * factor, SIDE * factor)
    counts = SPOTS * (PICTURES // len(SPOTS))
    spots = [torch.rand(1, 3, count, count, generator=drawn) for count in counts]
    pictures = torch.cat([interpolate(s, size, mode="bicubic").clamp(0, 1) for s in spots])
    latent = encode(vae, Image(pictures))
    seen = adaptive_avg_pool2d(decode(vae, latent).values.float(), (SIDE, SIDE))
    values = latent.values.float().cpu().permute(0, 2, 3, 1).flatten(0, 2)
    known = torch.cat((values, torch.ones(len(values), 1)), 1)
    steady = torch.diag(torch.cat((values.std(0), torch.zeros(1)))) * (STEADY * len(values)) ** 0.5
    rows = torch.cat((known, steady))
    wanted = torch.cat((seen.permute(0, 2, 3, 1).flatten(0, 2), torch.zeros(len(steady), 3)))
    solution: Tensor = torch.linalg.lstsq(rows, wanted).solution
    return solution


def _encoded(pixels: Tensor) -> Preview | None:
    """As JPEG, small enough to be thrown away."""
    coarse = 1 + max(pixels.shape) // (2 * WIDEST)
    values = pixels[:, ::coarse, ::coarse].nan_to_num(0).clamp(0, 1)
    picture = Pillow.fromarray((values * 255).round().byte().permute(1, 2, 0).contiguous().numpy())
    picture.thumbnail((WIDEST, WIDEST))
    for quality in QUALITIES:
        file = BytesIO()
        picture.save(file, "JPEG", quality=quality)
        if file.tell() <= LARGEST:
            return Preview("image/jpeg", file.getvalue())
    return None
