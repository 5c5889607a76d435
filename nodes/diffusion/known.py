"""Configs: those of a folder, and from our tree those that every model of a family has."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from nodes.core.problem import Problem

from .family import Config

CONFIGS = Path(__file__).parent / "configs"
MAX_CONFIG = 2**20
FILES = {"scheduler": "scheduler/scheduler_config.json", "pipeline": "model_index.json"}


@cache
def known(family: str, part: str) -> Config:
    """The config of `part` (`unet`, `vae`, `scheduler`, `pipeline` …) in the folder of a family.

    That of a pipeline is empty where it says nothing of itself.
    """
    place = CONFIGS / family / FILES.get(part, f"{part}/config.json")
    if part == "pipeline" and not place.is_file():
        return {}
    config: Config = json.loads(place.read_text(encoding="utf-8"))
    return config


def read_config(path: Path) -> Config:
    """A JSON table from a small file. Raises Problem for anything else."""
    try:
        if path.stat().st_size > MAX_CONFIG:
            raise Problem(f"{path.name} is too large for a config.")
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Problem(f"{path.parent.name}/{path.name} cannot be read: {error}.") from None
    if not isinstance(config, dict):
        raise Problem(f"{path.parent.name}/{path.name} is not a table.")
    return config
