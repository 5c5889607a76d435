"""Configs that every model of a family has, from our tree: what single files do not bring."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from .family import Config

CONFIGS = Path(__file__).parent / "configs"
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
