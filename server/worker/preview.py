"""What a node is at, as a small picture: pixels as they are, latents in the colours of their VAE.

A space's colours are close to a linear map of its channels. It is fitted once for each VAE, on
flat patches of many colours that the VAE encodes.
"""

import traceback
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import torch
from PIL import Image as Pillow
from torch import Tensor

from nodes.core.run import Run
from nodes.core.types import Image, Latent, Vae
from nodes.diffusion import memory
from nodes.diffusion.autoencoder import encode

from .telling import Preview

WIDEST = 512
LARGEST = 50_000
QUALITIES = (80, 50, 20)
PATCHES = 16  # along a side of the picture that is fitted on


class Drawing:
    """Draws previews for the run it was last told of."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._fitted: dict[str, Tensor] = {}

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
        fitted = self._colours(value)
        if fitted is None:
            grey = latent.mean(0, keepdim=True)
            spread = grey.std().clamp(min=1e-6)
            return ((grey - grey.mean()) / (4 * spread) + 0.5).clamp(0, 1).expand(3, -1, -1)
        ones = torch.ones_like(latent[:1])
        return torch.einsum("co,chw->ohw", fitted, torch.cat((latent, ones))).clamp(0, 1)

    def _colours(self, latent: Latent) -> Tensor | None:
        """The map (C + 1, 3) from the latent's channels and 1 to colours."""
        for vae in self._vaes():
            if vae.space == latent.space:
                name = vae.weights.digest
                if name not in self._fitted:
                    self._fitted[name] = _fit(vae)
                return self._fitted[name]
        return None

    def _vaes(self) -> Iterator[Vae]:
        found = self._run.results.found.values() if self._run else ()
        return (out for outputs in found for out in outputs if isinstance(out, Vae))


def _fit(vae: Vae) -> Tensor:
    """Least squares over what the VAE makes of flat patches of random colours."""
    factor = vae.space.factor
    drawn = torch.Generator().manual_seed(0)
    colours = torch.rand(1, 3, PATCHES, PATCHES, generator=drawn)
    small = colours.repeat_interleave(2, 2).repeat_interleave(2, 3)
    picture = small.repeat_interleave(factor, 2).repeat_interleave(factor, 3)
    values = encode(memory.autoencoder(vae), Image(picture)).values[0].float().cpu()
    flat = values.flatten(1).T
    known = torch.cat((flat, torch.ones(len(flat), 1)), 1)
    solution: Tensor = torch.linalg.lstsq(known, small[0].flatten(1).T).solution
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
