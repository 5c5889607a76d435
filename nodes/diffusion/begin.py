"""Where sampling begins: a latent as the model takes it, and noise in it."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from nodes.core.facts import ModelFacts
from nodes.core.problem import Problem
from nodes.core.types import Latent, Noise

from .denoiser import Denoiser
from .masked import fits, held
from .noise import drawn, noise

ON_A_BLANK = "is blank: without noise there is nothing to begin with. Turn add_noise on"


def start(
    latent: Latent, sigmas: Tensor, seed: int, denoiser: Denoiser, given: Noise | None = None
) -> Latent:
    """The latent with noise at the first sigma: where `sample` and the open loop begin.

    A blank latent becomes the model's pure noise; a picture gets noise as the model mixes it in.
    The noise is that of the seed, or the one `given`. A mask keeps the picture from here on.
    """
    _check(sigmas, denoiser)
    ready, sigma = fitted(latent, denoiser), float(sigmas[0])
    fresh = drawn(given or Noise(seed), ready).to(denoiser.device)
    if is_blank(latent):
        values = denoiser.prediction.prior(fresh, sigma) if sigma else ready.values
        return replace(ready, values=values)
    noised = replace(ready, values=denoiser.prediction.noised(ready.values, fresh, sigma))
    return held(noised, ready.values, fresh, sigmas, bool(denoiser.defaults.inpaints))


def resume(latent: Latent, sigmas: Tensor, denoiser: Denoiser) -> Latent:
    """A latent that has its noise already, at the first sigma."""
    _check(sigmas, denoiser)
    if is_blank(latent):
        raise Problem(ON_A_BLANK, "latent")
    ready = fitted(latent, denoiser)
    return held(ready, ready.values, None, sigmas, bool(denoiser.defaults.inpaints))


def _check(sigmas: Tensor, denoiser: Denoiser) -> None:
    """Raise Problem for levels that no sampler can follow with this model."""
    levels = sigmas.tolist()
    if not levels:
        raise Problem("holds no noise level: a schedule has one at least", "sigmas")
    for before, after in zip([math.inf, *levels], levels, strict=False):
        if not 0 <= after < before:
            told = f"goes from {before:g} to {after:g}: noise levels fall, down to 0 at most"
            raise Problem(told, "sigmas")
    if denoiser.prediction.flow and levels[0] > 1:
        raise Problem(f"begins at {levels[0]:g}; the noise of this model is 1 at most", "sigmas")


def step_noise(latent: Latent, seed: int, index: int, part: int = 0) -> Tensor:
    """The noise a sampler adds in step `index`, which counts from 0; `part` counts its draws."""
    shape = tuple(latent.values.shape[1:])
    return noise(shape, seed, len(latent.values), index + 1, part).to(latent.values.device)


def is_blank(latent: Latent) -> bool:
    """Whether it is a size and nothing else."""
    return latent.space is None and latent.values.shape[1] == 0


def fitted(latent: Latent, denoiser: Denoiser) -> Latent:
    """The latent as the model takes it: in its space, float32, on its device.

    A blank one becomes zeros of the model's channels, its size rounded down to what the model takes
    (0: the model's own size). Raises Problem for another space, naming both, and another size.
    """
    space, values = denoiser.space, latent.values
    if is_blank(latent):
        return _zeros(latent, denoiser)
    if latent.space != space:
        theirs = latent.space.name if latent.space else "no space"
        raise Problem(
            f"This latent is in the space {theirs}; the model works in {space.name}.", port="latent"
        )
    suits(denoiser.defaults, latent.facts.width, latent.facts.height)
    values = values.to(denoiser.device, torch.float32)
    return Latent(values, space, latent.mask and fits(latent.mask, values))


def grain(model: ModelFacts) -> int | None:
    """The pixels that sides of the model's pictures are multiples of: those of a patch."""
    return model.factor and model.factor * (model.patch or 1)


def suits(model: ModelFacts, width: int | None, height: int | None) -> None:
    """Raise Problem for a side in pixels that no latent of this model has."""
    step = grain(model)
    for side, way in ((width, "wide"), (height, "high")):
        if side and step and side % step:
            told = f"is {side} pixels {way}, sides of this model are multiples of {step}"
            raise Problem(f"{told}: crop or resize the picture", "latent")
        if side and model.largest and side > model.largest:
            told = f"is {side} pixels {way}, this model draws {model.largest} at most"
            raise Problem(f"{told}: sample smaller, and enlarge afterwards", "latent")


def rounding(latent: Latent, denoiser: Denoiser) -> str | None:
    """What is to be said where a blank latent's size is not the one it is sampled at."""
    height, width = latent.values.shape[-2:]
    factor, step = denoiser.space.factor, grain(denoiser.defaults) or 1
    if not is_blank(latent) or not (width % step or height % step):
        return None
    rows, columns = fitted(latent, denoiser).values.shape[-2:]
    made = f"{columns * factor} × {rows * factor}"
    asked = f"{width or columns * factor} × {height or rows * factor}"
    return f"{asked} pixels are made {made}: sides of this model are multiples of {step}"


def _zeros(latent: Latent, denoiser: Denoiser) -> Latent:
    """A blank latent in the model's space."""
    if latent.mask is not None:
        raise Problem(
            "is blank and has a mask: there is nothing to keep. Encode a picture", "latent"
        )
    space, step = denoiser.space, grain(denoiser.defaults) or 1
    batch, _, rows, columns = latent.values.shape
    high, wide = rows or denoiser.height, columns or denoiser.width
    height, width = high - high % step, wide - wide % step
    if not height or not width:
        raise Problem(f"{wide}x{high} is too small: a side needs {step} pixels.", "latent")
    suits(denoiser.defaults, width, height)
    rows, columns = height // space.factor, width // space.factor
    return Latent(torch.zeros(batch, space.channels, rows, columns, device=denoiser.device), space)
