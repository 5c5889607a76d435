"""ControlNets: the stock pipelines' pictures to the bit, from folders and single files."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import diffusers
import pytest
import torch

from nodes.core.types import Control, Latent, Model
from nodes.diffusion import memory, text
from nodes.diffusion.describe import describe, describe_control
from nodes.diffusion.sampling import sample
from tests import tiny, tiny_control, tiny_xl
from tests.tiny import PROMPT, blank, finish

MODELS = {
    "sd1": lambda path: tiny.folder(path, "ddim"),
    "sd2": lambda path: tiny.folder(path, "ddim", second=True),
    "xl": lambda path: tiny_xl.folder(path, "ddim"),
}
PIPES = {
    "sd1": diffusers.StableDiffusionControlNetPipeline,
    "sd2": diffusers.StableDiffusionControlNetPipeline,
    "xl": diffusers.StableDiffusionXLControlNetPipeline,
}
STEPS = 4


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    root = tmp_path_factory.mktemp("controls")

    @cache
    def path(kind, net=None, seed=0):
        if net is None:
            return MODELS[kind](root / kind)
        place = root / f"{kind}-{net}-{seed}"
        if net == "folder":
            return tiny_control.folder(place, kind, seed)
        start = {"file": None, "authors": "control_model.", "bare": ""}[net]
        return tiny_control.single_file(place.with_suffix(".safetensors"), kind, seed, start)

    return path


def picture(seed=0, batch=1, height=64, width=96):
    return torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(seed))


def over(at, kind, *controls, layout="folder"):
    """The handle of a tiny model with a ControlNet for each (strength, start, end)."""
    handles: Any = describe(at(kind))
    made = []
    for number, control in enumerate(controls):
        net = describe_control(at(kind, layout, number))
        made.append(Control(net.weights, picture(number), *control))
    return replace(handles.model, controls=tuple(made)), handles


def ours(model: Model, handles: Any, guidance=4.0, batch=1, sampler="model", **how) -> Latent:
    conditioning = text.encode(memory.text_encoder(handles.text_encoder), PROMPT)
    denoiser = memory.denoiser(model)
    schedule = "model" if sampler == "model" else "normal"
    begun = blank(batch, 96, 64)
    steps = sample(
        denoiser, begun, conditioning, None, 7, STEPS, guidance, sampler, schedule, **how
    )
    return finish(steps)


def theirs(at, kind, *controls, guidance=4.0, seeds=(7,)) -> torch.Tensor:
    load = diffusers.ControlNetModel.from_pretrained
    nets = [load(at(kind, "folder", number)) for number in range(len(controls))]
    pictures, one = [picture(number) for number in range(len(nets))], len(nets) == 1
    strengths, starts, ends = ([c[i] for c in controls] for i in range(3))
    pipe = PIPES[kind].from_pretrained(
        at(kind), controlnet=nets[0] if one else nets, local_files_only=True
    )
    pipe.set_progress_bar_config(disable=True)
    for module in pipe.components.values():
        for weight in module.parameters() if isinstance(module, torch.nn.Module) else ():
            weight.data = weight.data.clone()
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    return pipe(
        PROMPT,
        image=pictures[0] if one else pictures,
        num_images_per_prompt=len(seeds),
        num_inference_steps=STEPS,
        guidance_scale=guidance,
        controlnet_conditioning_scale=strengths[0] if one else strengths,
        control_guidance_start=starts[0] if one else starts,
        control_guidance_end=ends[0] if one else ends,
        generator=streams if len(seeds) > 1 else streams[0],
        output_type="latent",
    ).images


WHOLE, PARTLY = (1.0, 0.0, 1.0), (0.7, 0.25, 0.8)
CASES = {"whole": (WHOLE,), "partly": (PARTLY,), "two": (WHOLE, PARTLY)}


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("case", CASES)
def test_the_picture_is_the_pipelines_to_the_bit(at, kind, case):
    latent = ours(*over(at, kind, *CASES[case]))
    assert torch.equal(latent.values, theirs(at, kind, *CASES[case]))


@pytest.mark.parametrize("kind", ["sd1", "xl"])
def test_without_guidance_and_in_batches_too(at, kind):
    model, handles = over(at, kind, WHOLE)
    alone = theirs(at, kind, WHOLE, guidance=1.0)
    assert torch.equal(ours(model, handles, guidance=1.0).values, alone)
    two = theirs(at, kind, WHOLE, seeds=(7, 8))
    assert torch.equal(ours(model, handles, batch=2).values, two)


@pytest.mark.parametrize("kind", MODELS)
def test_a_single_file_gives_the_folders_picture_to_the_bit(at, kind):
    whole = ours(*over(at, kind, WHOLE))
    for layout in ("file", "authors", "bare"):
        assert torch.equal(ours(*over(at, kind, WHOLE, layout=layout)).values, whole.values)


def test_a_control_net_acts_on_every_sampler_and_leaves_the_model_as_it_was(at):
    model, handles = over(at, "sd1", WHOLE)
    led, plain = (ours(one, handles, sampler="euler").values for one in (model, handles.model))
    assert not torch.allclose(led, plain, atol=0.01)
    assert torch.equal(ours(handles.model, handles, sampler="euler").values, plain)
