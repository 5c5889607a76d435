"""Weights from disk into modules: offline, safetensors only, folders and single files alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from nodes.core.problem import Problem

from .header import pickled, read_header
from .recognise import Found, read_config

WEIGHTS = ("diffusion_pytorch_model", "model")
OLD_ATTENTION = {"query.": "to_q.", "key.": "to_k.", "value.": "to_v.", "proj_attn.": "to_out.0."}


class Uninitialised(TorchFunctionMode):
    """Modules made in here skip drawing random weights, which loading would overwrite."""

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if getattr(function, "__module__", "") == "torch.nn.init":
            return kwargs["tensor"] if kwargs and "tensor" in kwargs else args[0]
        return function(*args, **(kwargs or {}))


def load(found: Found, part: str, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The module of `part` with its weights: evaluating, without gradients, on `device` in `dtype`.

    Weights are copied off the mapped file: their alignment in memory changes results by 5e-7.
    Raises Problem for weights that are missing, cut or do not fit the config.
    """
    state = _state(found, part)
    _compare(found, part, state, outline(found, part).state_dict())
    with Uninitialised():
        module = _made(found, part)
    module.load_state_dict(state)
    module.to(device) if dtype == torch.float32 else module.to(device, dtype)
    return module.eval().requires_grad_(False)


def outline(found: Found, part: str) -> nn.Module:
    """The module of `part` without any weights: its layers and their shapes, from the config.

    Takes no memory, whatever the config asks for. Raises Problem for a config that makes no module.
    """
    try:
        with torch.device("meta"):
            return _made(found, part)
    except Exception as error:  # a config can be wrong in every way Python knows
        reason = str(error).split("\n")[0]
        raise Problem(f"The config of {found.path.name}'s {part} is broken: {reason}") from None


def _compare(found: Found, part: str, state: dict[str, Tensor], wanted: dict[str, Tensor]) -> None:
    """Raise Problem unless there is a tensor of the right shape for every weight, and no other."""
    shapes = {name: tuple(tensor.shape) for name, tensor in wanted.items()}
    ways = {
        "lack": [name for name in shapes if name not in state],
        "have an unknown": [name for name in state if name not in shapes],
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
    name, config = found.family.classes[part], found.configs[part]
    if name.startswith("CLIP"):
        usual = {key: value for key, value in config.items() if key not in ("dtype", "torch_dtype")}
        module: nn.Module = getattr(transformers, name)(transformers.CLIPTextConfig(**usual))
    else:
        module = getattr(diffusers, name).from_config(config)
    return module


def _state(found: Found, part: str) -> dict[str, Tensor]:
    """The tensors by the module's own names, float32."""
    if found.path.is_file():
        state = _renamed(found, part)
    else:
        folder = found.path if found.bare else found.path / part
        state = {}
        for file in _files(folder):
            state |= tensors(file)
        flat = found.family.classes[part] != "CLIPTextModelWithProjection"
        state = {_current(name, flat): tensor for name, tensor in state.items()}
    return {
        name: value.float() for name, value in state.items() if not name.endswith("position_ids")
    }


def _renamed(found: Found, part: str) -> dict[str, Tensor]:
    try:
        return found.family.rename(part, tensors(found.path), found.configs[part])
    except (LookupError, AttributeError) as error:
        raise Problem(f"{found.path.name} lacks tensors of its {part}: {error}.") from None


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


def tensors(path: Path) -> dict[str, Tensor]:
    """Every tensor of a safetensors file, mapped from disk. The header is checked first."""
    read_header(path)
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError) as error:
        raise Problem(f"{path.name} is broken: {error}.") from None


def look(found: Found, part: str) -> None:
    """See by their headers that the weights of `part` are there and whole. Raises Problem."""
    if found.path.is_file():
        return  # its header was read to recognise it
    for file in _files(found.path if found.bare else found.path / part):
        try:
            read_header(file)
        except Problem as problem:
            raise Problem(f"{file.parent.name}/{problem.message}") from None
