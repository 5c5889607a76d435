"""Tiny random models, written once for all tests, and short ways to use them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline

from nodes.diffusion import memory, text
from nodes.diffusion.describe import Described, describe
from tests import tiny

KINDS: dict[str, dict[str, Any]] = {
    "pndm": {},
    "ddim": {"scheduler": "ddim"},
    "euler": {"scheduler": "euler"},
    "euler_leading": {"scheduler": "euler_leading"},
    "euler_ancestral": {"scheduler": "euler_ancestral"},
    "dpm": {"scheduler": "dpm"},
    "v": {"scheduler": "ddim", "prediction": "v_prediction"},
    "zero_snr": {"scheduler": "zero_snr", "prediction": "v_prediction"},
    "second": {"scheduler": "ddim", "prediction": "v_prediction", "second": True},
    "flow": {"scheduler": "flow", "scaling_factor": 0.9437},
}


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def model_at(tmp_path_factory) -> Callable[[str], Path]:
    """The path of a tiny model by what its scheduler is, or of a single `file`; written once."""
    root, made = tmp_path_factory.mktemp("models"), {}

    def at(kind: str) -> Path:
        if kind not in made:
            place = root / kind
            made[kind] = (
                tiny.single_file(place.with_suffix(".safetensors"), second="second" in kind)
                if "file" in kind
                else tiny.folder(place, **KINDS[kind])
            )
        return made[kind]

    return at


@pytest.fixture(scope="session")
def described(model_at) -> Callable[[str], Described]:
    return lambda kind: describe(model_at(kind))


@pytest.fixture(scope="session")
def parts(described):
    """(denoiser, conditioning of tiny.PROMPT, autoencoder) of a tiny model."""

    def load(kind: str):
        handles = described(kind)
        return (
            memory.denoiser(handles.model),
            text.encode(memory.text_encoder(handles.text_encoder), tiny.PROMPT),
            memory.autoencoder(handles.vae),
        )

    return load


@pytest.fixture(scope="session")
def stock(model_at):
    """The stock pipeline of the same folder, its weights copied off the mapped file as ours are."""

    @cache
    def load(kind: str) -> StableDiffusionPipeline:
        pipe = StableDiffusionPipeline.from_pretrained(
            model_at(kind), local_files_only=True, safety_checker=None
        )
        pipe.set_progress_bar_config(disable=True)
        for module in (pipe.unet, pipe.vae, pipe.text_encoder):
            for weight in module.parameters():
                weight.data = weight.data.clone()
        return pipe

    return load
