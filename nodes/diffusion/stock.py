"""The scheduler a model folder names, stepped by diffusers exactly as its stock pipeline does.

A scheduler remembers, so every run makes a fresh one.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from nodes.core.problem import Problem

from .flow import Flow, Lengths
from .masked import free
from .prediction import Epsilon, Preconditioned, Prediction, Velocity
from .span import Span

if TYPE_CHECKING:
    from .denoiser import Denoiser
    from .guided import Guided


def scheduler(config: dict[str, Any]) -> Any:
    """A new scheduler from its config. Raises Problem where diffusers does not make one of it."""
    import diffusers  # takes seconds, so not before a model is used
    from diffusers.schedulers.scheduling_utils import SchedulerMixin

    name = str(config.get("_class_name"))
    kind: Any = getattr(diffusers, name, None)
    if not (inspect.isclass(kind) and issubclass(kind, SchedulerMixin)):
        raise Problem(f"The model's folder asks for the scheduler {name}, which is not known.")
    try:
        return kind.from_config(config)  # type: ignore[attr-defined]
    except Exception as error:  # whatever diffusers' classes raise for what they do not take
        raise Problem(f"The scheduler {name} cannot be made: {_told(error)}.") from None


def timed(
    config: dict[str, Any],
    steps: int,
    device: torch.device | None = None,
    given: dict[str, Any] | None = None,
) -> Any:
    """A new scheduler with its steps set. `given`: what its pipeline gives in place of a number."""
    stock = scheduler(config)
    try:
        stock.set_timesteps(device=device, **(given or {"num_inference_steps": steps}))
    except Exception as error:  # as above
        name = type(stock).__name__
        raise Problem(f"The scheduler {name} has no {steps} steps: {_told(error)}.") from None
    return stock


def _told(error: Exception) -> str:
    """What it says, on one line."""
    return (" ".join(str(error).split()) or type(error).__name__)[:200].rstrip(".")


def prediction_of(kind: str, config: dict[str, Any]) -> Prediction:
    """What the output means, with the sigmas of the scheduler's betas or its flow shift.

    With zero terminal SNR the last sigma would be infinite: it is held at 4096, as diffusers does.
    """
    if kind == "flow_prediction":
        return Flow(_shift(config), lengths=lengths_of(config))
    if kind == "edm_prediction":
        ends = {name: float(config[name]) for name in ("sigma_min", "sigma_max") if name in config}
        turned = config.get("prediction_type") == "v_prediction"
        return Preconditioned(**ends, data=float(config.get("sigma_data", 0.5)), velocity=turned)
    stock = timed(config, 10)
    if not hasattr(stock, "alphas_cumprod"):
        raise Problem(f"The scheduler {type(stock).__name__} does not say how much noise is when.")
    kept = stock.alphas_cumprod.clamp(min=2**-24)
    table = ((1 - kept) / kept) ** 0.5
    return (Velocity if kind == "v_prediction" else Epsilon)(table, _unit_prior(stock))


def _shift(config: dict[str, Any]) -> float:
    said = [config[name] for name in ("flow_shift", "shift") if config.get(name) is not None]
    shift = said[0] if said else 1.0
    if not (isinstance(shift, int | float) and 0 < shift < math.inf):
        raise Problem(f"The scheduler's shift is {str(shift)[:20]}; it is a number above 0.")
    return float(shift)


def lengths_of(config: dict[str, Any]) -> Lengths | None:
    """How the shift follows the length, where the scheduler says that it does."""
    if not config.get("use_dynamic_shifting"):
        return None
    usual = {"base_image_seq_len": 256, "max_image_seq_len": 4096, "base_shift": 0.5}
    usual |= {"max_shift": 1.15}
    short, long, low, high = (float(config.get(n) or value) for n, value in usual.items())
    return Lengths(short, long, low, high, config.get("time_shift_type") != "linear")


def _unit_prior(stock: Any) -> bool:
    """Whether its pure noise has variance sigma**2 + 1 (or 1 before scaling), and not sigma**2."""
    start = float(getattr(stock, "init_noise_sigma", 1.0))
    return start == 1.0 or start > float(stock.sigmas.max())


def model_sigmas(denoiser: Denoiser, steps: int) -> Tensor:
    """The sigmas (steps,) that the folder's own scheduler would visit, without the final 0."""
    stock = denoiser.timed(steps)
    table = denoiser.prediction.table
    places = stock.timesteps.long().clamp(0, len(table) - 1)
    visited = stock.sigmas if hasattr(stock, "sigmas") else table[places]
    values = torch.unique_consecutive(visited.double().cpu())[:steps]
    if len(values) < steps or bool((values.diff() >= 0).any()) or values[-1] <= 0:
        raise Problem(
            f"The model's own scheduler has no {steps} falling steps; choose another schedule."
        )
    return values


@dataclass(frozen=True)
class Begun:
    """A run of the folder's scheduler: the times left to run, and the latent it begins with.

    `first` is the place of the first of them among all, `origin` that where the whole run begins.
    """

    stock: Any
    times: Tensor
    x: Tensor
    first: int
    origin: int


def begun_stock(led: Guided, latent: Tensor, noise: Tensor, denoise: float, span: Span) -> Begun:
    """Where `stock_loop` begins.

    With `denoise` below 1 noise is added to the latent and the last int(steps * denoise) steps are
    run, as diffusers' image-to-image pipelines do. What begins after 0 has its noise already.
    """
    steps, stock = led.steps, led.denoiser.timed(led.steps, noise.device)
    begins = hasattr(stock, "add_noise") and hasattr(stock, "init_noise_sigma")
    if not (begins or hasattr(stock, "scale_noise")):
        raise Problem(
            f"The scheduler {type(stock).__name__} does not say how it begins; "
            "choose another sampler.",
            port="sampler",
        )
    first, last = span.places(stock, led.denoiser.prediction)
    if denoise == 1 and not span.start:
        x = noise * getattr(stock, "init_noise_sigma", 1.0)
        return Begun(stock, stock.timesteps[:last], x, 0, 0)
    if not span.start:
        first = (steps - int(steps * denoise)) * stock.order
        if hasattr(stock, "scale_noise"):  # pipelines of flow models round the other way
            first = int(steps - steps * denoise) * stock.order
    times = stock.timesteps[first:]
    if hasattr(stock, "set_begin_index"):
        stock.set_begin_index(first)
    x = latent if span.start else _noised(stock, latent, noise, times[:1])
    return Begun(stock, stock.timesteps[first:last], x, first, 0 if span.start else first)


def stock_loop(
    led: Guided,
    begun: Begun,
    picture: Tensor,
    noise: Tensor,
    generators: list[torch.Generator],
    eta: float | None = None,
) -> Iterator[tuple[Tensor, Tensor, int]]:
    """Yields (latent, denoised, steps in all) after each step of the folder's scheduler.

    A mask is blended after each step, as its inpainting pipelines do for U-Nets of 4 channels, but
    not for models that are shown the picture: `picture` with `noise` in it is what is kept.
    """
    stock, x, extra = begun.stock, begun.x, _extra(begun.stock, generators, eta)
    led.steps = len(stock.timesteps) - begun.origin
    for place, time in enumerate(begun.times, begun.first):
        led.index = place - begun.origin
        out = _told_variance(stock, led.output(_scaling(stock), x, time), x)
        result = stock.step(out, time, x, **extra)
        after = result.prev_sample
        if led.mask and not led.denoiser.defaults.inpaints:
            kept, following = picture, stock.timesteps[place + 1 : place + 2]
            if len(following):
                kept = _noised(stock, picture, noise, following)
            where = free(led.mask, led.index, led.steps)
            after = (1 - where) * kept + where * after
        yield after, _foreseen(led.denoiser, result, x, out, time), len(begun.times)
        x = after


def _noised(stock: Any, picture: Tensor, noise: Tensor, time: Tensor) -> Tensor:
    """The picture with the scheduler's noise at a time (1,)."""
    if hasattr(stock, "scale_noise"):
        mixed: Tensor = stock.scale_noise(picture, time, noise)
    else:
        mixed = stock.add_noise(picture, noise, time)
    return mixed


def _scaling(stock: Any) -> Callable[[Tensor, Any], Tensor]:
    """How it scales what the model is shown; flow schedulers do not."""
    scale: Callable[[Tensor, Any], Tensor] | None = getattr(stock, "scale_model_input", None)
    return scale or (lambda x, time: x)


def _told_variance(stock: Any, out: Tensor, x: Tensor) -> Tensor:
    """An output that also foresees its variance keeps it only where the scheduler reads it."""
    if str(stock.config.get("variance_type", "")).startswith("learned"):
        return out
    return out[:, : x.shape[1]]


def _foreseen(denoiser: Denoiser, result: Any, x: Tensor, out: Tensor, time: Tensor) -> Tensor:
    """x0 as this step sees it. A scheduler that does not tell it keeps x variance-preserving."""
    told: Tensor | None = getattr(result, "pred_original_sample", None)
    if told is not None:
        return told
    return denoiser.prediction.foreseen(x, out[:, : x.shape[1]], float(time))


def _extra(stock: Any, generators: list[torch.Generator], eta: float | None) -> dict[str, Any]:
    """What this scheduler's step takes besides: eta, 0 by default, and where its noise comes from.

    Raises Problem for an eta where it takes none.
    """
    takes = inspect.signature(stock.step).parameters
    if eta is not None and "eta" not in takes:
        raise Problem(
            f"is set, but the model's own scheduler {type(stock).__name__} takes none: "
            "set it to auto",
            "eta",
        )
    generator = generators if len(generators) > 1 else generators[0]
    extra = {"eta": eta or 0.0, "generator": generator}
    return {name: value for name, value in extra.items() if name in takes}
