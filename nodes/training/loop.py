"""The training loop every stage shares: steps, average weights, checkpoints."""

from __future__ import annotations

import math
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn


class Stage(Protocol):
    """One network and how wrong it is on a batch drawn at random."""

    @property
    def network(self) -> nn.Module: ...

    def loss(self, step: int, draw: torch.Generator) -> Tensor: ...


@dataclass(frozen=True)
class Plan:
    steps: int
    rate: float = 1e-3
    warmup: int = 100
    # How slowly the average follows the weights.
    decay: float = 0.998
    seed: int = 0
    minutes_between_saves: float = 3.0

    def rate_at(self, step: int) -> float:
        """A short rise, then half a cosine (Loshchilov and Hutter, 2017) down to 2 %."""
        rise = min(1.0, (step + 1) / max(self.warmup, 1))
        return self.rate * rise * (0.51 + 0.49 * math.cos(math.pi * min(step / self.steps, 1)))


@dataclass
class Training:
    """A stage on its way. Resuming gives the very steps that not stopping would have."""

    stage: Stage
    plan: Plan
    file: Path
    step: int = 0
    average: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = [p for p in self.stage.network.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(weights, betas=(0.9, 0.99), fused=True)
        self.average = {k: v.clone() for k, v in self.stage.network.state_dict().items()}
        if self.file.exists():
            self._resume()

    def run(self, until: int | None = None) -> None:
        """Train to the end, or until told to terminate; both leave a checkpoint."""
        stop: list[int] = []
        before = signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))
        saved = told = time.monotonic()
        losses: list[float] = []
        while self.step < (until or self.plan.steps) and not stop:
            losses.append(self._one_step())
            if self.step % 50 == 0:
                pace = (time.monotonic() - told) / len(losses)
                mean = sum(losses) / len(losses)
                print(f"{self.step} loss {mean:.4f} {pace:.3f} s/step", flush=True)
                losses, told = [], time.monotonic()
            if time.monotonic() - saved > 60 * self.plan.minutes_between_saves:
                self.save()
                saved = time.monotonic()
        signal.signal(signal.SIGTERM, before)
        self.save()

    def _one_step(self) -> float:
        # Each step draws from its own seed, so a checkpoint need not hold the generator.
        draw = torch.Generator().manual_seed(self.plan.seed * 1_000_003 + self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate_at(self.step)
        loss = self.stage.loss(self.step, draw)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.stage.network.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self._follow()
        return loss.item()

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.plan.decay, self.step / (self.step + 10))
        for name, value in self.stage.network.state_dict().items():
            self.average[name].lerp_(value, 1 - keep)

    def save(self) -> None:
        state = {
            "step": self.step,
            "weights": self.stage.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, self.file.with_suffix(".part"))
        self.file.with_suffix(".part").replace(self.file)

    def _resume(self) -> None:
        state = torch.load(self.file, weights_only=True)
        self.step, self.average = state["step"], state["average"]
        self.stage.network.load_state_dict(state["weights"])
        self.optimiser.load_state_dict(state["optimiser"])


def load_average(network: nn.Module, file: Path) -> None:
    """The averaged weights of a checkpoint, ready for use."""
    network.load_state_dict(torch.load(file, weights_only=True)["average"])
    network.eval()
