"""The one owner of weights: read when they are first used, kept while there is room.

What was used least leaves before something else is read, so that no more than the budget is ever
held. A module that is larger than the budget by itself is streamed: see `Part`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from time import perf_counter
from typing import Any

import torch

from nodes.core.types import Model, TextEncoder, Vae, Weights

from .autoencoder import Autoencoder
from .control import ControlModule, Steering
from .denoiser import Denoiser
from .embedding import with_words
from .family import Family
from .loading import part_of
from .lora import Merged
from .machine import memory_bytes
from .part import Part
from .recognise import NOISING, Found, found_of
from .room import Room
from .space import TINY, numbers_of
from .text import Prompter
from .tokens import tokenizer_for

SHARE = 0.6  # of the device's memory is for weights, where nobody says how much
LIBRARIES = ("torch", "diffusers", "transformers")


@dataclass(frozen=True)
class _Held:
    """Something in use, and the parts that it calls."""

    what: Any
    parts: tuple[Part, ...]


Make = Callable[[Found, str], _Held]

_held: dict[tuple[str, ...], _Held] = {}
_device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
_budget: int | None = None
_seconds_loading = 0.0


def use(name: str, budget: int | None = None) -> None:
    """Compute on device `name` (`cpu`, `cuda:0`) from now on, holding `budget` bytes of weights."""
    global _device, _budget
    release()
    _device, _budget = torch.device(name), budget


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
    """The denoiser of a handle and the ControlNets over it, loaded if they are not held."""
    if not model.controls:
        plain: Denoiser = _get(model.weights, _denoiser)
        return plain
    held = _made(model.weights, _denoiser)
    nets = [_made(control.weights, _control) for control in model.controls]
    _room.ready(tuple(dict.fromkeys(part for one in (held, *nets) for part in one.parts)))
    over: Denoiser = held.what
    return replace(
        over,
        controls=tuple(
            Steering(control, net.what, over.module, autoencoder, over.device, over.dtype)
            for control, net in zip(model.controls, nets, strict=True)
        ),
    )


def text_encoder(encoder: TextEncoder) -> Prompter:
    """The text encoders of a handle, loaded if they are not held."""
    plain: Prompter = _get(replace(encoder.weights, embeddings=()), _prompter)
    return with_words(plain, encoder.weights.embeddings) if encoder.weights.embeddings else plain


def autoencoder(vae: Vae) -> Autoencoder:
    """The autoencoder of a handle, loaded if it is not held, in the space the handle says."""
    return replace(_get(vae.weights, _autoencoder), space=vae.space)


def release() -> None:
    """Let every weight go; who still calls a module gets its weights back."""
    _room.empty()
    _held.clear()
    if _device.type == "cuda":
        torch.cuda.empty_cache()


def resident() -> int:
    """Bytes of weights there are now, counted from the tensors themselves, shared ones once."""
    return _room.resident()


def seconds_loading() -> float:
    """How long weights were loaded in all, since the process began."""
    return _seconds_loading


def budget() -> int:
    """Bytes of weights that may be held: what was asked for, or 60 % of the device's memory."""
    if _budget is not None:
        return _budget
    if _device.type == "cuda":
        return int(torch.cuda.get_device_properties(_device).total_memory * SHARE)
    return int(memory_bytes() * SHARE)


def _get(weights: Weights, make: Make) -> Any:
    held = _made(weights, make)
    _room.ready(held.parts)
    return held.what


def _made(weights: Weights, make: Make) -> _Held:
    """What is called for these weights, with none in it if it is new."""
    key = _key(weights)
    if key not in _held:
        bare = _made(replace(weights, loras=()), make) if weights.loras else None
        with _clock():
            found = found_of(weights)
            made = _changed(bare, found, weights) if bare else make(found, weights.part)
        _held[key] = made
    return _held[key]


def _forget(part: Part) -> None:
    """It has left, and with it whatever has no weights any more."""
    for key, held in list(_held.items()):
        if part in held.parts and not any(other.is_in for other in held.parts):
            del _held[key]


@contextmanager
def _clock() -> Iterator[None]:
    global _seconds_loading
    began = perf_counter()
    yield
    _seconds_loading += perf_counter() - began


def _key(weights: Weights) -> tuple[str, ...]:
    loras = (f"{lora.digest} {lora.strength}" for lora in weights.loras)
    kind = weights.family, weights.part, weights.prediction
    return (weights.digest, *kind, str(_device), *loras)


def _changed(bare: _Held, found: Found, weights: Weights) -> _Held:
    """The same with LoRAs over the weights; parts that none of them changes are those of `bare`."""
    parts = dict(zip(_parts(found, weights), bare.parts, strict=True))
    for name, below in list(parts.items()):
        laid = Merged(replace(weights, part=name))
        if laid.names:
            dtype = _dtype(found.family)
            parts[name] = part_of(found, name, _device, dtype, _room.admit, laid, below)
    modules = {name: part.module for name, part in parts.items()}
    if isinstance(bare.what, Denoiser):
        what: Any = replace(bare.what, module=modules[weights.part])
    else:
        what = replace(bare.what, modules=modules, kept={})
    return _Held(what, tuple(parts.values()))


def _parts(found: Found, weights: Weights) -> tuple[str, ...]:
    texts = _texts(found)
    return texts if weights.part in texts else (weights.part,)


def _texts(found: Found) -> tuple[str, ...]:
    return tuple(part for part in found.family.text_parts if part in found.configs)


def _dtype(family: Family) -> torch.dtype:
    """What a family's denoiser and text encoders are computed in on this device."""
    half: torch.dtype = getattr(torch, family.half)
    return torch.float32 if _device.type == "cpu" else half


def _denoiser(found: Found, name: str) -> _Held:
    family, dtype = found.family, _dtype(found.family)
    part = part_of(found, name, _device, dtype, _room.admit)
    scheduler = family.scheduler(found.configs["scheduler"])
    prediction = family.prediction(found.prediction, scheduler)
    space = replace(family.space(found.configs), flow=prediction.flow)
    assert found.model
    made = Denoiser(part.module, family, prediction, space, found.model, scheduler, _device, dtype)
    made = replace(made, noising=found.configs.get(NOISING, {}))
    return _Held(made, (part,))


def _control(found: Found, name: str) -> _Held:
    part = part_of(found, name, _device, _dtype(found.family), _room.admit)
    return _Held(ControlModule(part.module), (part,))


def _prompter(found: Found, first: str) -> _Held:
    """All text encoders there are, whose name is that of the first of them."""
    names, dtype = _texts(found), _dtype(found.family)
    parts = {name: part_of(found, name, _device, dtype, _room.admit) for name in names}
    modules = {name: part.module for name, part in parts.items()}
    tokenizers = {name: tokenizer_for(found, name) for name in names}
    options = found.configs.get("pipeline", {})
    assert found.text and found.text.text_width
    made = Prompter(found.family, modules, tokenizers, _device, found.text.text_width, options)
    return _Held(made, tuple(parts.values()))


def _autoencoder(found: Found, name: str) -> _Held:
    assert found.space
    if found.family.autoencoder is None:
        return _Held(Autoencoder(None, found.space, _device), ())
    part = part_of(found, name, _device, torch.float32, _room.admit)
    own = numbers_of(found.configs[name]) if found.kind(name) == TINY else None
    times = found.family.times
    return _Held(Autoencoder(part.module, found.space, _device, own, times), (part,))


_room = Room(budget, _forget, _clock)
