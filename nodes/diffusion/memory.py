"""The one owner of weights: loaded on first use, kept while there is room, least used leave."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from time import perf_counter
from typing import Any

import torch
from torch import nn

from nodes.core.types import Model, TextEncoder, Vae, Weights

from .autoencoder import Autoencoder
from .denoiser import Denoiser
from .loading import load
from .lora import merged
from .recognise import Found, recognise
from .text import Prompter, tokenizer_for

LIBRARIES = ("torch", "diffusers", "transformers")


@dataclass(frozen=True)
class _Held:
    what: Any
    size: int


_held: OrderedDict[tuple[str, ...], _Held] = OrderedDict()
_device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
_budget: int | None = None
_seconds_loading = 0.0


def use(name: str, budget: int | None = None) -> None:
    """Compute on device `name` (`cpu`, `cuda:0`) from now on, holding `budget` bytes of weights."""
    global _device, _budget
    _device, _budget = torch.device(name), budget
    release()


def device() -> torch.device:
    """Where models are run."""
    return _device


def environment() -> str:
    """What besides its inputs decides a node's bits: library versions, device, dtype, threads."""
    kind = "float32" if _device.type == "cpu" else "float16"
    name = torch.cuda.get_device_name(_device) if _device.type == "cuda" else _device.type
    return f"{versions()}, {name}, {kind}, {torch.get_num_threads()} threads"


@cache
def versions() -> str:
    """The libraries that compute, with their versions."""
    return ", ".join(f"{library} {version(library)}" for library in LIBRARIES)


def denoiser(model: Model) -> Denoiser:
    """The denoiser of a handle, loaded if it is not held."""
    return _get(model.weights, _denoiser)


def text_encoder(encoder: TextEncoder) -> Prompter:
    """The text encoder of a handle, loaded if it is not held."""
    return _get(encoder.weights, _prompter)


def autoencoder(vae: Vae) -> Autoencoder:
    """The autoencoder of a handle, loaded if it is not held."""
    return _get(vae.weights, _autoencoder)


def release() -> None:
    """Let every weight go."""
    _held.clear()
    if _device.type == "cuda":
        torch.cuda.empty_cache()


def held() -> int:
    """Bytes of weights held now."""
    return sum(entry.size for entry in _held.values())


def seconds_loading() -> float:
    """How long weights were loaded in all, since the process began."""
    return _seconds_loading


def budget() -> int:
    """Bytes of weights that may be held: what was asked for, or 60 % of the device's memory."""
    if _budget is not None:
        return _budget
    if _device.type == "cuda":
        return int(torch.cuda.get_device_properties(_device).total_memory * 0.6)
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.6)


def _get(weights: Weights, make: Callable[[Found, str], tuple[Any, list[nn.Module]]]) -> Any:
    keys = [_key(replace(weights, loras=()))]
    if keys[0] not in _held:
        with _clock():
            what, modules = make(recognise(weights.path, weights.prediction), weights.part)
            _held[keys[0]] = _Held(what, sum(map(_size, modules)))
    if weights.loras:
        keys.insert(0, _key(weights))
        if keys[0] not in _held:
            _held[keys[0]] = _with_loras(_held[keys[1]].what, weights)
    for key in keys:  # what is shared comes last: it stays while anything that shares it is held
        _held.move_to_end(key)
    while held() > budget() and len(_held) > len(keys):
        _held.popitem(last=False)
    return _held[keys[0]].what


@contextmanager
def _clock() -> Iterator[None]:
    global _seconds_loading
    began = perf_counter()
    yield
    _seconds_loading += perf_counter() - began


def _key(weights: Weights) -> tuple[str, ...]:
    loras = (f"{lora.digest} {lora.strength}" for lora in weights.loras)
    return (weights.digest, weights.part, weights.prediction, str(_device), *loras)


def _with_loras(what: Denoiser | Prompter, weights: Weights) -> _Held:
    """The same with LoRAs over its weights; only the bytes that it does not share count."""
    if isinstance(what, Denoiser):
        module, size = merged(what.module, weights)
        return _Held(replace(what, module=module), size)
    module, size = merged(what.modules[weights.part], weights)
    return _Held(replace(what, modules=what.modules | {weights.part: module}, kept={}), size)


def _size(module: nn.Module) -> int:
    kept = (*module.parameters(), *module.buffers())
    return sum(tensor.numel() * tensor.element_size() for tensor in kept)


def _dtype(half: torch.dtype = torch.float16) -> torch.dtype:
    return torch.float32 if _device.type == "cpu" else half


def _denoiser(found: Found, part: str) -> tuple[Denoiser, list[nn.Module]]:
    module = load(found, part, _device, _dtype())
    scheduler = found.family.scheduler(found.configs["scheduler"])
    prediction = found.family.prediction(found.prediction, scheduler)
    space = replace(found.family.space(found.configs), flow=prediction.flow)
    assert found.model
    made = Denoiser(
        module, found.family, prediction, space, found.model, scheduler, _device, _dtype()
    )
    return made, [module]


def _prompter(found: Found, part: str) -> tuple[Prompter, list[nn.Module]]:
    """All text encoders of the family: `part` is the first of them."""
    parts = found.family.text_parts
    modules = {name: load(found, name, _device, _dtype()) for name in parts}
    tokenizers = {name: tokenizer_for(found, name) for name in parts}
    options = found.configs.get("pipeline", {})
    made = Prompter(found.family, modules, tokenizers, _device, options)
    return made, list(modules.values())


def _autoencoder(found: Found, part: str) -> tuple[Autoencoder, list[nn.Module]]:
    module = load(found, part, _device, torch.float32)
    assert found.space
    return Autoencoder(module, found.space, _device), [module]
