"""ControlNets of SD3 and FLUX.1: the stock pipelines' pictures to the bit.

The stock pipelines draw the latents of the picture from what the autoencoder writes, each in its
own way; here both take its mean.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import diffusers
import pytest
import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

from nodes.core.types import Control
from nodes.diffusion import memory, text
from nodes.diffusion.describe import describe, describe_control
from nodes.diffusion.sampling import sample
from tests import tiny_control, tiny_flux, tiny_sd3
from tests.tiny import PROMPT, blank, finish

MODELS = {
    "sd3": lambda path: tiny_sd3.folder(path, "3"),
    "sd3.5": lambda path: tiny_sd3.folder(path, "3.5"),
    "flux": lambda path: tiny_flux.folder(path, "dev"),
}
OF = {"flux_untold": "flux", "flux_union": "flux", "flux_pixels": "flux", "sd3_large": "sd3.5"}
NETS = {"sd3": diffusers.SD3ControlNetModel, "flux": diffusers.FluxControlNetModel}
PIPES = {
    "sd3": diffusers.StableDiffusion3ControlNetPipeline,
    "flux": diffusers.FluxControlNetPipeline,
}
KINDS = [("sd3_large", None), ("flux_untold", None), ("flux_union", 1), ("flux_pixels", None)]
STEPS = 4
Span = tuple[float, float, float]
WHOLE, PARTLY = (1.0, 0.0, 1.0), (0.7, 0.25, 0.8)


@pytest.fixture(autouse=True)
def mean(monkeypatch):
    """What an autoencoder writes is not drawn."""
    monkeypatch.setattr(
        DiagonalGaussianDistribution, "sample", lambda self, generator=None: self.mean
    )


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("controls")

    @cache
    def path(kind, layout=None, seed=0):
        if layout is None:
            return MODELS[kind](root / kind)
        place = root / f"{kind}-{layout}-{seed}"
        if layout == "folder":
            return tiny_control.folder(place, kind, seed)
        return tiny_control.single_file(place.with_suffix(".safetensors"), kind, seed)

    return path


def picture(seed=0):
    return torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(seed))


def ours(at, kind, *controls: Span, guidance=3.5, layout="folder", mode=None, batch=1):
    handles: Any = describe(at(OF.get(kind, kind)))
    made = []
    for number, control in enumerate(controls):
        net = describe_control(at(kind, layout, number))
        vae = handles.vae if net.facts.encodes else None
        made.append(Control(net.weights, picture(number), *control, mode, vae))
    denoiser = memory.denoiser(replace(handles.model, controls=tuple(made)))
    given = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    steps = sample(denoiser, blank(batch), given, None, 7, STEPS, guidance, "model", "model")
    return finish(steps).values


@pytest.fixture(scope="module")
def stock(at):
    @cache
    def load(kind, count):
        family = kind[:4] if kind.startswith("flux") else "sd3"
        nets = [NETS[family].from_pretrained(at(kind, "folder", n)) for n in range(count)]
        several = diffusers.FluxMultiControlNetModel if family == "flux" else list
        net = nets[0] if count == 1 else several(nets)
        pipe = PIPES[family].from_pretrained(
            at(OF.get(kind, kind)), controlnet=net, local_files_only=True
        )
        pipe.set_progress_bar_config(disable=True)
        for module in pipe.components.values():
            for weight in module.parameters() if isinstance(module, torch.nn.Module) else ():
                weight.data = weight.data.clone()
        return pipe

    return load


def theirs(pipe, *controls, guidance=3.5, mode=None, batch=1):
    one, flux = len(controls) == 1, "Flux" in type(pipe).__name__
    pictures = [picture(number) * 2 - 1 for number in range(len(controls))]
    strengths, starts, ends = ([c[i] for c in controls] for i in range(3))
    rows = [
        torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(7 + n))
        for n in range(batch)
    ]
    latents = torch.cat(rows)
    out = pipe(
        PROMPT,
        num_images_per_prompt=batch,
        control_image=pictures[0] if one else pictures,
        height=64,
        width=64,
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        controlnet_conditioning_scale=strengths[0] if one else strengths,
        control_guidance_start=starts[0] if one else starts,
        control_guidance_end=ends[0] if one else ends,
        latents=pipe._pack_latents(latents, batch, 16, 8, 8) if flux else latents,
        output_type="latent",
        **({} if mode is None else {"control_mode": mode}),
    ).images
    return pipe._unpack_latents(out, 64, 64, pipe.vae_scale_factor) if flux else out


@pytest.mark.parametrize("kind", ["sd3", "sd3.5", "flux"])
@pytest.mark.parametrize("controls", [(WHOLE,), (PARTLY,), (WHOLE, PARTLY)])
def test_the_picture_is_the_pipelines_to_the_bit(at, stock, kind, controls):
    expected = theirs(stock(kind, len(controls)), *controls)
    assert torch.equal(ours(at, kind, *controls), expected)


@pytest.mark.parametrize("kind, mode", KINDS)
def test_every_kind_there_is(at, stock, kind, mode):
    assert torch.equal(ours(at, kind, WHOLE, mode=mode), theirs(stock(kind, 1), WHOLE, mode=mode))


@pytest.mark.parametrize("kind", ["sd3", "flux"])
def test_in_batches_and_without_guidance_too(at, stock, kind):
    pipe = stock(kind, 1)
    assert torch.equal(ours(at, kind, WHOLE, batch=2), theirs(pipe, WHOLE, batch=2))
    assert torch.equal(ours(at, kind, WHOLE, guidance=1.0), theirs(pipe, WHOLE, guidance=1.0))


@pytest.mark.parametrize("kind", ["sd3", "sd3.5", "flux", "flux_union", "flux_pixels"])
def test_a_single_file_gives_the_folders_picture_to_the_bit(at, kind):
    mode = 1 if kind == "flux_union" else None
    whole = ours(at, kind, WHOLE, mode=mode)
    assert torch.equal(ours(at, kind, WHOLE, mode=mode, layout="file"), whole)
