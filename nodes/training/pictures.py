"""Many rendered scenes on disk, and batches of crops from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nodes.training.scene import Scene, scenes

CELL = 8


@dataclass(frozen=True)
class Pictures:
    """Bytes (count, height, width, 3), subject boxes (count, 3, 4), and what they show."""

    pixels: np.ndarray
    boxes: np.ndarray
    scenes: list[Scene]

    def crops(self, batch: int, size: int, draw: torch.Generator) -> Tensor:
        """Squares on the grid of latents, mostly around a subject, in -1 to 1."""
        picks = torch.randint(len(self.pixels), (batch,), generator=draw).tolist()
        squares = [self._crop(pick, size, draw) for pick in picks]
        return torch.stack(squares).permute(0, 3, 1, 2).float() / 127.5 - 1

    def _crop(self, pick: int, size: int, draw: torch.Generator) -> Tensor:
        spare = (self.pixels.shape[1] - size) // CELL
        column, row = torch.randint(spare + 1, (2,), generator=draw).tolist()
        if torch.rand((), generator=draw) < 0.75:
            column, row = self._towards_subject(pick, column, row, spare, size)
        left, top = column * CELL, row * CELL
        return torch.from_numpy(self.pixels[pick, top : top + size, left : left + size].copy())

    def _towards_subject(
        self, pick: int, column: int, row: int, spare: int, size: int
    ) -> tuple[int, int]:
        """The first subject's centre, moved by what was drawn at random."""
        left, top, right, bottom = self.boxes[pick, (column + row) % self.scenes[pick].count]
        jitter_x, jitter_y = column % 5 - 2, row % 5 - 2
        column = round(((left + right) / 2 - size / 2) / CELL) + jitter_x
        row = round(((top + bottom) / 2 - size / 2) / CELL) + jitter_y
        return min(max(column, 0), spare), min(max(row, 0), spare)


def draw_pictures(work: Path, count: int, seed: int) -> None:
    """Render the scenes of this seed into the work folder."""
    from nodes.training.backdrop import PIXELS
    from nodes.training.render import render

    work.mkdir(parents=True, exist_ok=True)
    shape = (count, PIXELS, PIXELS, 3)
    pixels = np.lib.format.open_memmap(work / "pixels.npy", "w+", np.uint8, shape)
    boxes = np.zeros((count, 3, 4), np.int16)
    for index, scene in enumerate(scenes(count, seed)):
        pixels[index], found = render(scene)
        boxes[index, : len(found)] = found
    np.save(work / "boxes.npy", boxes)
    (work / "scenes.json").write_text(json.dumps({"count": count, "seed": seed}))


def load_pictures(work: Path) -> Pictures:
    pixels = np.load(work / "pixels.npy", mmap_mode="r")
    return Pictures(pixels, np.load(work / "boxes.npy"), load_scenes(work))


def load_scenes(work: Path) -> list[Scene]:
    return scenes(**json.loads((work / "scenes.json").read_text()))
