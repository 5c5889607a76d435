"""The picture that a model is shown beside its latent: as large, and with noise in it."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch.nn import functional

from nodes.core.problem import Problem
from nodes.core.shown import Shown
from nodes.core.types import Conditioning

from .denoiser import Denoiser
from .noise import noise
from .stock import scheduler

USUAL = {"_class_name": "DDPMScheduler", "beta_schedule": "squaredcos_cap_v2"}
UNSEEN = "has no picture, and this model enlarges one: wire it through show_picture"
UNUSED = "has a picture, and this model looks at none: wire it without show_picture"


def fitting(denoiser: Denoiser, leading: Conditioning, batch: int) -> Shown | None:
    """What the model is given of the picture in a conditioning: (batch, 3, H, W) of its latents.

    It is enlarged and noised as diffusers' IFSuperResolutionPipeline does. Raises Problem where
    the model enlarges one and there is none, and the other way round.
    """
    prompts = (leading, *leading.others)
    shown = next((one.shown for one in prompts if one.shown), None)
    if not denoiser.defaults.sees:
        if shown:
            raise Problem(UNUSED, "positive")
        return None
    if shown is None:
        raise Problem(UNSEEN, "positive")
    if len(shown.values) not in (1, batch):
        told = f"has {len(shown.values)} pictures for {batch} latents: show one, or one each"
        raise Problem(told, "positive")
    size = (denoiser.rows, denoiser.columns)
    large = functional.interpolate(shown.values, size, mode="bilinear", align_corners=True)
    large = large.expand(batch, -1, -1, -1)
    fresh, level = noise((3, *size), shown.seed, batch), torch.full((batch,), shown.level)
    mixed = scheduler(denoiser.noising or USUAL).add_noise(large, fresh, level)
    return replace(shown, values=mixed.to(denoiser.device, denoiser.dtype))


def beside(asked: Conditioning, shown: Shown | None) -> Conditioning:
    """The conditioning of one call of the model, with a picture for each of its rows."""
    if shown is None:
        return asked
    times = len(asked.text) // len(shown.values)
    return replace(asked, shown=replace(shown, values=torch.cat([shown.values] * times)))
