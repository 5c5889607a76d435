"""How a latent gets from noise to a picture: what every sampler is. They are in `samplers`.

All work on sigmas. Euler's step is the same for both ways of mixing noise in (`flow` says which):
x = x0 + sigma * noise, or x = (1 - sigma) * x0 + sigma * noise.

To add a sampler, write one function in a file of `samplers`: its name is the function's, its help
the docstring, and it asks for what it needs by name. `MEASURED` or `TENDS` in the tests gets a
line with its figures. With one evaluation a step, it is a pure function under `@one_evaluation`:

    step(x, denoised, sigma, next_sigma, …) -> (x, state)

x (B, C, H, W) is the noisy latent at sigma, `denoised` the model's guided x0 for it, `state` what
it wants to see again. It may further ask for

* `past`: the SamplerState it left after the last step, None at first; the first number in it is
  the sigma of that step,
* `negative`: the x0 without the prompt (for the CFG++ samplers),
* `flow`: whether noise is mixed in as flow models do,
* `draw`: standard normal noise of this step, `draw()` or, for further draws, `draw(1)`, `draw(2)`;
  where none is added, none may be drawn,
* `eta`, `s_noise`: how much fresh noise is added (1: as the method says, 0: none), and a factor
  on that noise.

With more evaluations it is a generator under `@sampler`: run(denoise, x, sigmas, …) that yields
(x, denoised) after each step; `denoise(x, sigma)` is the guided x0, and it may further ask for
`flow`, `eta`, `s_noise` and `noise(index, part=0)`, the noise of step `index`.

The slope dx/dsigma is (x - denoised) / sigma, also for flow, and a step to 0 returns finite
values, most often `denoised` itself.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor

from nodes.core.types import SamplerState

Past = SamplerState | None
Draw = Callable[..., Tensor]
Stepped = tuple[Tensor, SamplerState]
Seen = tuple[tuple[Tensor, float], ...]
NoiseAt = Callable[..., Tensor]
Trace = Iterator[tuple[Tensor, Tensor]]
F = TypeVar("F", bound=Callable[..., Any])


class Denoise(Protocol):
    """The guided model: x0 for the latent x at sigma."""

    def __call__(self, x: Tensor, sigma: float) -> Tensor: ...


class Pair(Denoise, Protocol):
    """The guided model that also tells (guided x0, x0 of the negative): what CFG++ needs."""

    def pair(self, x: Tensor, sigma: float) -> tuple[Tensor, Tensor]: ...


@dataclass(frozen=True)
class Sampler:
    """A sampler by name. `takes` are the names its function asks for."""

    name: str
    function: Callable[..., Any]
    takes: frozenset[str]
    stepwise: bool

    @property
    def stochastic(self) -> bool:
        """Whether it draws noise of its own."""
        return bool(self.takes & {"draw", "noise"})

    @property
    def pairs(self) -> bool:
        """Whether it needs the x0 of the negative beside the guided one."""
        return "negative" in self.takes

    def step(
        self, x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, **more: Any
    ) -> Stepped:
        """One turn, given whatever a function may ask for (see above)."""
        return self.function(x, denoised, sigma, next_sigma, **self._asked(more))

    def run(
        self,
        denoise: Denoise,
        x: Tensor,
        sigmas: Sequence[float],
        noise: NoiseAt,
        flow: bool,
        eta: float = 1.0,
        s_noise: float = 1.0,
    ) -> Trace:
        """The whole loop: (x, denoised) after each step."""
        more: dict[str, Any] = {"flow": flow, "eta": eta, "s_noise": s_noise}
        if not self.stepwise:
            yield from self.function(denoise, x, sigmas, **self._asked(more | {"noise": noise}))
            return
        past: Past = None
        for index, (sigma, next_sigma) in enumerate(pairwise(sigmas)):
            denoised, negative = self._seen(denoise, x, sigma)
            more |= {"negative": negative, "past": past, "draw": partial(noise, index)}
            x, past = self.step(x, denoised, sigma, next_sigma, **more)
            yield x, denoised

    def _seen(self, denoise: Any, x: Tensor, sigma: float) -> tuple[Tensor, Tensor | None]:
        return denoise.pair(x, sigma) if self.pairs else (denoise(x, sigma), None)

    def _asked(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if name in self.takes}


SAMPLERS: dict[str, Sampler] = {}


def one_evaluation(step: F) -> F:
    """Register a step of one evaluation."""
    return _registered(step, stepwise=True)


def sampler(run: F) -> F:
    """Register a generator that evaluates the model as often as it likes."""
    return _registered(run, stepwise=False)


def _registered(function: F, stepwise: bool) -> F:
    takes = frozenset(inspect.signature(function).parameters)
    SAMPLERS[function.__name__] = Sampler(function.__name__, function, takes, stepwise)
    return function


def toward(denoised: Tensor, x: Tensor, ratio: float) -> Tensor:
    """The latent with its noise shrunk to `ratio` = next_sigma / sigma: a step of Euler."""
    return torch.lerp(denoised, x, ratio)


def log_snr(sigma: float, flow: bool) -> float:
    """lambda = ln(alpha / sigma): half the logarithm of the signal-to-noise ratio."""
    if sigma == 0:
        return math.inf
    if not flow:
        return -math.log(sigma)
    return math.log((1 - sigma) / sigma) if sigma < 1 else -math.inf


def signal(sigma: float, flow: bool) -> float:
    """alpha: how much of the picture is in a latent at sigma."""
    return 1 - sigma if flow else 1.0


def decay(sigma: float, next_sigma: float, flow: bool, eta: float) -> float:
    """How much of the noise in x outlives a step of the stochastic equation: exp(-eta * h)."""
    if eta == 0 or next_sigma == sigma:
        return 1.0
    return math.exp(eta * (log_snr(sigma, flow) - log_snr(next_sigma, flow)))


def freshened(x: Tensor, amount: float, draw: Draw) -> Tensor:
    """The latent with that much fresh noise; for none, none is drawn."""
    return x + amount * draw() if amount else x


def seen(value: Tensor, sigma: float, past: Past, count: int) -> Seen:
    """What was seen here and in the last steps, each with its sigma: newest first, at most `count`.

    As a state's memory it is what `past` brings to the next step.
    """
    return ((value, sigma), *(past.memory if past else ()))[:count]
