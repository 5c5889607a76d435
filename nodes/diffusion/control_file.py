"""What a ControlNet on disk is: by its config, or by the keys and shapes of its header. No torch.

Of U-Nets (SD 1.x, SD 2.x, SDXL) and of the transformers of SD3 and FLUX.1; files have diffusers'
names or, of U-Nets, those of its authors.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodes.core.facts import ControlNetFacts
from nodes.core.problem import Problem

from .control_config import alone, file_config
from .control_names import ours
from .families import FAMILIES
from .family import Config
from .found import Found
from .header import Header, read_header
from .known import read_config
from .limits import check_config
from .widths import widths_of

if TYPE_CHECKING:
    from torch import Tensor

PART, CONFIG, SCHEDULE = "controlnet", "config.json", "scheduler"
UNETS, SD3, FLUX = "ControlNetModel", "SD3ControlNetModel", "FluxControlNetModel"
OPENED = "{} is a ControlNet: open it with load_controlnet."
UNFIT = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def is_config(config: Config) -> bool:
    """Whether the config of a folder is that of a ControlNet, of whatever kind."""
    return "ControlNet" in str(config.get("_class_name"))


def is_control(path: Path) -> bool:
    """Whether a file or folder is a ControlNet, of whatever kind, and nothing else."""
    try:
        if path.is_dir():
            return is_config(read_config(path / CONFIG))
        return alone(read_header(path))
    except Problem:
        return False


def control_at(path: str | Path) -> Found:
    """The ControlNet at `path`. Raises Problem for what is none, or one that cannot be used."""
    path = Path(path)
    try:
        config = _folder(path) if path.is_dir() else _config_of(read_header(path))
        if config is None:
            seen = ", ".join(f"{name} ({count:,})" for name, count in read_header(path).prefixes())
            raise Problem(f"{path.name} is no ControlNet: its tensors start with {seen}.")
        family = FAMILIES[_family(path, config)]
        classes = {PART: str(config["_class_name"])}
        family = replace(family, classes=classes, rename=_renamed, denoiser=PART)
        found = Found(path, family, {PART: check_config(config)}, "epsilon", {}, bare=True)
        facts_of(found)
    except UNFIT as error:
        told = f"{path.name} looks like a ControlNet, but its config does not fit: {error}."
        raise Problem(told) from None
    return found


def facts_of(found: Found) -> ControlNetFacts:
    """What it reads and writes."""
    config = found.configs[PART]
    pooled = config.get("pooled_projection_dim", 0)
    if told := config.get("projection_class_embeddings_input_dim"):
        sizes = config.get("addition_time_embed_dim")
        pooled = told - 6 * sizes if sizes else None
    return ControlNetFacts(
        found.family.name,
        config["cross_attention_dim"] if _is_unet(config) else config["joint_attention_dim"],
        pooled,
        widths_of(config),
        not _is_unet(config) and not config.get("conditioning_embedding_channels"),
        config.get("num_mode") or 0,
    )


def _is_unet(config: Config) -> bool:
    return bool(config["_class_name"] == UNETS)


def _folder(path: Path) -> Config:
    place = path / CONFIG
    if not place.is_file():
        raise Problem(f"The folder {path.name} has no config.json, so it is no ControlNet.")
    return read_config(place)


def _config_of(header: Header) -> Config | None:
    """The config of a file, None for one that is no ControlNet."""
    named = ours(header.tensors) or {name: name for name in header.tensors}
    tensors = {inner: header.tensors[name] for name, inner in named.items()}
    return file_config(replace(header, tensors=tensors))


def _renamed(part: str, state: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
    """The module's names for the tensors of a single file."""
    named = ours(state)
    return {inner: state[name] for name, inner in named.items()} if named else state


def _family(path: Path, config: Config) -> str:
    """The family it was made for. Raises Problem for a kind that is not known."""
    kind = config.get("_class_name")
    if kind == SD3:
        _refuse(path, "holes", config.get("extra_conditioning_channels") or 0, 0)
        return "SD3"
    if kind == FLUX:
        return "FLUX.1"
    if kind != UNETS:
        raise Problem(
            f"{path.name} is a {kind}; the ControlNets that are known are of SD 1.x, SD 2.x, SDXL, "
            f"SD3 and FLUX.1 ({UNETS}, {SD3}, {FLUX})."
        )
    _refuse(path, "pictures", config.get("conditioning_channels", 3), 3)
    if config.get("global_pool_conditions"):
        raise Problem(
            f"{path.name} takes the style of a picture and not its places (it pools globally), "
            "which is not known yet."
        )
    if config.get("addition_embed_type"):
        return "SDXL"
    return "SD 2.x" if config.get("use_linear_projection") else "SD 1.x"


def _refuse(path: Path, what: str, seen: Any, known: int) -> None:
    if seen != known:
        told = f"{path.name} is shown {seen} more channels, as those that fill holes are"
        if what == "pictures":
            told = f"{path.name} is shown pictures of {seen} channels, and ours have {known}"
        raise Problem(f"{told}, which is not known yet.")
