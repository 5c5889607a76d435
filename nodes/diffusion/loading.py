"""Weights from disk into modules: offline, safetensors only, folders and single files alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from nodes.core.problem import Problem

from .header import pickled, read_header
from .mapped import tensors
from .part import Change, Part, Source
from .pieces import Weight, weights_of
from .recognise import Found, read_config
from .scaled import SCALE, tidied
from .unchanged import mark_of

WEIGHTS = ("diffusion_pytorch_model", "model")
DIFFUSERS = {"decoder.up_blocks.0.resnets.0.conv1.weight", "decoder.layers.0.weight"}
OLD_ATTENTION = {"query.": "to_q.", "key.": "to_k.", "value.": "to_v.", "proj_attn.": "to_out.0."}


class Blank(TorchFunctionMode):
    """Modules made in here have weights without memory, and draw none that are random.

    What they work out by themselves, such as the numbers of places, is real.
    """

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(function, "__module__", "") == "torch.nn.init":
            return kwargs["tensor"] if "tensor" in kwargs else args[0]
        if function is torch.empty:
            kwargs = kwargs | {"device": "meta"}
        return function(*args, **kwargs)


def load(found: Found, part: str, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The module of `part` with its weights: evaluating, without gradients, on `device` in `dtype`.

    Raises Problem for weights that are missing, cut or do not fit the config.
    """
    loaded = part_of(found, part, device, dtype)
    loaded.fill()
    return loaded.module


def part_of(
    found: Found,
    part: str,
    device: torch.device,
    dtype: torch.dtype,
    admit: Callable[[Part], None] = Part.fill,
    change: Change | None = None,
    below: Part | None = None,
) -> Part:
    """The same with no weights yet; `admit` is asked for them once it is called. See `Part`."""
    module = _blank(found, part).eval().requires_grad_(False)
    for inner in module.modules():
        for name in inner._non_persistent_buffers_set:
            buffer = inner.get_buffer(name)
            kind = dtype if buffer.is_floating_point() else buffer.dtype
            setattr(inner, name, buffer.to(device, kind))
    weights = weights_of(module, dtype)
    place = found.place(part)
    mark = mark_of(place)

    def read() -> dict[str, Tensor]:
        if mark_of(place) != mark:
            raise Problem(f"{place.name} was changed on disk while it was in use: run it again.")
        state = _state(found, part)
        _compare(found, part, state, weights)
        return state

    source = Source(part.replace("_", " "), read, device, dtype)
    return Part(module, weights, source, admit, change, below)


def _blank(found: Found, part: str) -> nn.Module:
    """The module without weights. What it keeps and no file brings it works out itself; tables
    that a file brings, such as those of places, can be larger than anything else, and are not.
    """
    module = outline(found, part)
    if not any(map(_works_out, module.modules())):
        return module
    with Blank():
        return _made(found, part)


def _works_out(module: nn.Module) -> bool:
    kept = any(isinstance(value, Tensor) for value in vars(module).values())
    return kept or bool(module._non_persistent_buffers_set)


def outline(found: Found, part: str) -> nn.Module:
    """The module of `part` without any weights: its layers and their shapes, from the config.

    Takes no memory, whatever the config asks for. Raises Problem for a config that makes no module.
    """
    with torch.device("meta"):
        return _made(found, part)


def _compare(found: Found, part: str, state: dict[str, Tensor], weights: list[Weight]) -> None:
    """Raise Problem unless there is a tensor of the right shape for every weight, and no other."""
    shapes = {name: weight.shape for weight in weights for name in weight.names}
    ways = {
        "lack": [w.names[0] for w in weights if not any(name in state for name in w.names)],
        "have an unknown": [n for n in state if n not in shapes and not n.endswith(SCALE)],
        "have another size of": [
            name for name in shapes if name in state and state[name].shape != shapes[name]
        ],
    }
    for how, names in ways.items():
        if names:
            more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
            unfit = f"The weights of {found.path.name} do not fit its {part}"
            raise Problem(f"{unfit}: they {how} {names[0]}{more}.")


def _made(found: Found, part: str) -> nn.Module:
    import diffusers  # these two take seconds, so not before a model is used
    import transformers

    # their warnings are for programmers; what concerns the user is a Problem
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    name, config = found.kind(part), found.configs[part]
    try:
        kind = getattr(transformers, name, None) or _beside_pipeline(name)
        if kind is None:
            module: nn.Module = getattr(diffusers, name).from_config(config)
            return module
        usual = {key: value for key, value in config.items() if key not in ("dtype", "torch_dtype")}
        module = kind(kind.config_class(**usual))
    except Exception as error:  # a config can be wrong in every way Python knows
        reason = str(error).split("\n")[0]
        raise Problem(f"The config of {found.path.name}'s {part} is broken: {reason}") from None
    return module


def _beside_pipeline(name: str) -> Any:
    """A text encoder that diffusers keeps with the only pipeline that has one."""
    from diffusers.pipelines.latent_diffusion import pipeline_latent_diffusion

    return getattr(pipeline_latent_diffusion, name, None) if "Bert" in name else None


def _state(found: Found, part: str) -> dict[str, Tensor]:
    """The tensors by the module's own names, as the files have them."""
    place = found.place(part)
    if place.is_file():
        state = tidied(tensors(place))
        state = _alone(found, part, state) if part in found.places else _renamed(found, part, state)
    else:
        state = {}
        for file in _files(place):
            state |= tensors(file)
        flat = found.family.classes[part] != "CLIPTextModelWithProjection"
        state = {_current(name, flat): tensor for name, tensor in state.items()}
    return {name: value for name, value in state.items() if not name.endswith("position_ids")}


def _renamed(found: Found, part: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    if state.keys() & DIFFUSERS:
        return {_current(name): tensor for name, tensor in state.items()}
    try:
        return found.family.rename(part, state, found.configs[part])
    except (LookupError, AttributeError) as error:
        raise Problem(f"{found.path.name} lacks tensors of its {part}: {error}.") from None


def _alone(found: Found, part: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a text encoder that lies by itself; what it has besides is left."""
    projects = found.family.classes[part] == "CLIPTextModelWithProjection"
    beside = {"logit_scale"} if projects else {"logit_scale", "text_projection.weight"}
    named = {name: tensor for name, tensor in state.items() if name not in beside}
    if projects and not any(name.startswith("text_model.") for name in named):
        return {_within(name): tensor for name, tensor in named.items()}
    return {_current(name, not projects): tensor for name, tensor in named.items()}


def _within(name: str) -> str:
    return name if name.startswith("text_projection.") else f"text_model.{name}"


def _current(name: str, flat: bool = True) -> str:
    """Today's name of a tensor that older versions of diffusers and transformers saved.

    `flat`: the module is the text model itself, and not one that holds it beside a projection.
    """
    name = name.removeprefix("text_model.") if flat else name
    if ".attentions.0." in name:
        for old, new in OLD_ATTENTION.items():
            name = name.replace(f".attentions.0.{old}", f".attentions.0.{new}")
    return name


def _files(folder: Path) -> list[Path]:
    """The weights in a part's folder: whole, in numbered pieces, or only in half precision."""
    for start in WEIGHTS:
        for ending in (".safetensors", ".fp16.safetensors"):
            whole = folder / f"{start}{ending}"
            pieces = folder / f"{start}{ending}.index.json"
            if whole.is_file():
                return [whole]
            if pieces.is_file():
                names = set(read_config(pieces).get("weight_map", {}).values())
                return [folder / Path(name).name for name in sorted(names)]
    pickles = sorted(folder.glob("*.bin"))
    if pickles:
        raise pickled(pickles[0])
    raise Problem(f"The folder {folder.name} holds no safetensors weights.")


def look(found: Found, part: str) -> None:
    """See by their headers that the weights of `part` are there and whole. Raises Problem."""
    place = found.place(part)
    if place.is_file():
        return  # its header was read to recognise it
    for file in _files(place):
        try:
            read_header(file)
        except Problem as problem:
            raise Problem(f"{file.parent.name}/{problem.message}") from None
