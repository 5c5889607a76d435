"""CFG++: the guided x0, noised again as the unguided x0 says. Chung et al. (2024).

Guidance is an interpolation here: values from 0 to about 2 do what 1 to 12 do elsewhere.
"""

from __future__ import annotations

from torch import Tensor

from nodes.core.types import SamplerState
from nodes.diffusion.sampler import Draw, Past, Stepped, freshened, one_evaluation, signal, toward

from .ancestral import ancestral
from .multistep import bend


@one_evaluation
def euler_cfg_pp(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, negative: Tensor, flow: bool
) -> Stepped:
    """Euler that guides without overshooting: use a guidance of 0 to 2. Chung et al. (2024)."""
    x = _renoised(x, denoised, sigma, next_sigma, negative, flow)
    return x, SamplerState("euler_cfg_pp")


@one_evaluation
def euler_ancestral_cfg_pp(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    negative: Tensor,
    flow: bool,
    draw: Draw,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Stepped:
    """euler_cfg_pp to a lower sigma, then fresh noise up to the next. Chung et al. (2024)."""
    down, keep, up = ancestral(sigma, next_sigma, flow, eta)
    x = keep * _renoised(x, denoised, sigma, down, negative, flow)
    return freshened(x, s_noise * up, draw), SamplerState("euler_ancestral_cfg_pp")


def _renoised(
    x: Tensor, denoised: Tensor, sigma: float, next_sigma: float, negative: Tensor, flow: bool
) -> Tensor:
    noise = x - signal(sigma, flow) * negative
    return signal(next_sigma, flow) * denoised + (next_sigma / sigma) * noise


@one_evaluation
def dpmpp_2m_cfg_pp(
    x: Tensor,
    denoised: Tensor,
    sigma: float,
    next_sigma: float,
    negative: Tensor,
    past: Past,
    flow: bool,
) -> Stepped:
    """DPM-Solver++(2M) along the unguided x0, moved to the guided. Chung et al. (2024)."""
    after = SamplerState("dpmpp_2m_cfg_pp", ((negative, sigma),))
    if next_sigma == 0:
        return denoised, after
    moved = toward(bend(negative, sigma, next_sigma, past, flow), x, next_sigma / sigma)
    return moved + signal(next_sigma, flow) * (denoised - negative), after
