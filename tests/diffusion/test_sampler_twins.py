"""Samplers of one evaluation against their twins in diffusers: same levels, model and noise.

Levels are put into a scheduler in double precision, past its own rounding of timesteps, and all go
to 0, where neither looks back. A twin that computes in float32 agrees to float32. That of lms
needs scipy, which is not among the packages: its formula is tested beside the others'.
"""

import math
from itertools import pairwise
from typing import Any

import diffusers
import pytest
import torch

from nodes.diffusion.samplers import SAMPLERS

from .test_reference import IN_FLOW, IN_SIGMA, model

X = torch.linspace(-2, 2, 16, dtype=torch.float64).reshape(1, 1, 4, 4)
pytestmark = [  # of diffusers: numpy's functions on tensors, and the logarithm of the last level
    pytest.mark.filterwarnings("ignore:__array:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning"),
]

DOUBLE, SINGLE = 1e-9, 1e-6  # of the largest value


def run(name, sigmas, flow=False, draws=torch.float64):
    """Every latent of ours from X on; step i adds draw i of one stream."""
    stream = torch.Generator().manual_seed(5)
    drawn: list[torch.Tensor] = []

    def noise(index, part=0):
        while len(drawn) <= index:
            drawn.append(torch.randn(X.shape, generator=stream, dtype=draws).double())
        return drawn[index]

    return [x for x, _ in SAMPLERS[name].run(model, X, sigmas, noise, flow)]


def twin(scheduler, sigmas, kind="vp", table=False, **more):
    """Every latent of the scheduler in our scale. `kind` is how its latents are mixed."""
    n = len(sigmas) - 1
    if not table:
        scheduler.set_timesteps(n)
        scheduler.sigmas = torch.tensor(sigmas, dtype=torch.float64)
        scheduler.set_begin_index(0)
        scheduler.is_scale_input_called = True
    alphas = [_alpha(s, kind) for s in sigmas]
    x, found = X * alphas[0], []
    for index, time in enumerate(scheduler.timesteps[:n]):
        s, ours = sigmas[index], x.double() / alphas[index]
        x0 = model(ours, s)
        out = _out(scheduler.config.get("prediction_type"), x.double(), x0, s, alphas[index], kind)
        x = scheduler.step(out, time, x, **more, return_dict=False)[0]
        found.append(x.double() / alphas[index + 1])
    return found


def _alpha(sigma, kind):
    return 1 / math.sqrt(1 + sigma**2) if kind == "vp" else 1.0


def _out(prediction, x, x0, sigma, alpha, kind):
    """What a model that predicts this would say."""
    if prediction == "sample":
        return x0
    if kind == "flow":
        return (x - x0) / sigma
    return (x - alpha * x0) / (sigma * alpha)


def agree(ours, theirs, limit):
    apart = max(
        ((a - b).abs().max() / b.abs().max()).item() for a, b in zip(ours, theirs, strict=True)
    )
    print(f"apart {apart:.1e}")
    assert apart < limit


def stream():
    return torch.Generator().manual_seed(5)


DPM, UNIPC = diffusers.DPMSolverMultistepScheduler, diffusers.UniPCMultistepScheduler
DEIS = diffusers.DEISMultistepScheduler
LATE = {"lower_order_final": False}  # diffusers lowers it where steps are few
SOLVERS: dict[
    str, tuple[str, Any, dict[str, Any], float]
] = {  # ours, the class, how to make it, how near
    "order 1": ("euler", DPM, LATE | {"solver_order": 1}, SINGLE),
    "midpoint": ("dpmpp_2m", DPM, LATE | {"solver_order": 2}, SINGLE),
    "heun": ("res_multistep", DPM, LATE | {"solver_order": 2, "solver_type": "heun"}, SINGLE),
    "uni_pc": ("uni_pc", UNIPC, {"solver_type": "bh1"}, DOUBLE),
    "uni_pc_bh2": ("uni_pc_bh2", UNIPC, {"solver_type": "bh2"}, DOUBLE),
    "deis": ("deis", DEIS, LATE | {"solver_order": 2}, DOUBLE),
    "deis_3m": ("deis_3m", DEIS, LATE | {"solver_order": 3}, DOUBLE),
}


@pytest.mark.parametrize("flow", [False, True])
@pytest.mark.parametrize("name, kind, config, limit", SOLVERS.values(), ids=SOLVERS)
def test_solvers_agree_with_diffusers(name, kind, config, limit, flow):
    """All but the last step, to 0, which bh1 and deis of diffusers do not survive."""
    sigmas = IN_FLOW if flow else IN_SIGMA
    scheduler = kind(prediction_type="sample", use_flow_sigmas=flow, **config)
    theirs = twin(scheduler, sigmas, "flow" if flow else "vp")
    agree(run(name, sigmas, flow)[:-1], theirs[:-1], limit)


@pytest.mark.parametrize("flow", [False, True])
@pytest.mark.parametrize("name", ["dpmpp_2m_sde", "dpmpp_2m_sde_heun"])
def test_stochastic_solvers_agree_with_diffusers(name, flow):
    sigmas, kind = IN_FLOW if flow else IN_SIGMA, "heun" if "heun" in name else "midpoint"
    scheduler = DPM(
        algorithm_type="sde-dpmsolver++",
        solver_type=kind,
        prediction_type="sample",
        use_flow_sigmas=flow,
        **LATE,
    )
    theirs = twin(scheduler, sigmas, "flow" if flow else "vp", generator=stream())
    agree(run(name, sigmas, flow, draws=torch.float32), theirs, SINGLE)


def test_euler_agrees_with_diffusers_in_both_spaces():
    agree(run("euler", IN_SIGMA), twin(diffusers.EulerDiscreteScheduler(), IN_SIGMA, "ve"), SINGLE)
    in_flow = twin(diffusers.FlowMatchEulerDiscreteScheduler(), IN_FLOW, "flow")
    agree(run("euler", IN_FLOW, True), in_flow, SINGLE)


def test_euler_ancestral_agrees_with_diffusers():
    scheduler = diffusers.EulerAncestralDiscreteScheduler()
    theirs = twin(scheduler, IN_SIGMA, "ve", generator=stream())
    agree(run("euler_ancestral", IN_SIGMA), theirs, SINGLE)


def test_ipndm_agrees_with_diffusers():
    """Its own levels are a cosine's; given ours, it takes what the model says of the velocity."""
    scheduler = diffusers.IPNDMScheduler()
    scheduler.set_timesteps(len(IN_SIGMA) - 1)
    sigmas = torch.tensor(IN_SIGMA, dtype=torch.float64)
    scheduler.alphas, scheduler.betas = 1 / (1 + sigmas**2).sqrt(), sigmas / (1 + sigmas**2).sqrt()
    scheduler.set_begin_index(0)
    x, theirs = X * scheduler.alphas[0], []
    for index, (time, sigma) in enumerate(zip(scheduler.timesteps, IN_SIGMA[:-1], strict=True)):
        alpha = scheduler.alphas[index]
        x0 = model(x / alpha, sigma)
        velocity = alpha * (x - alpha * x0) / (sigma * alpha) - sigma * alpha * x0
        x = scheduler.step(velocity, time, x, return_dict=False)[0]
        theirs.append(x / scheduler.alphas[index + 1])
    agree(run("ipndm", IN_SIGMA), theirs, DOUBLE)


TABLES: dict[
    str, tuple[Any, dict[str, Any], dict[str, Any]]
] = {  # those that read levels from the table of the model's training
    "ddim": (diffusers.DDIMScheduler, {"clip_sample": False}, {"eta": 0.0}),
    "ddpm": (diffusers.DDIMScheduler, {"clip_sample": False}, {"eta": 1.0}),
    "ddpm fixed_small": (diffusers.DDPMScheduler, {"clip_sample": False}, {}),
    "lcm": (diffusers.LCMScheduler, {"timestep_scaling": 1e9}, {}),
}


@pytest.mark.parametrize("name", TABLES)
def test_schedulers_with_a_table_agree(name):
    kind, config, more = TABLES[name]
    scheduler = kind(beta_schedule="scaled_linear", prediction_type="sample", **config)
    scheduler.set_timesteps(8)
    scheduler.timesteps = torch.arange(999, 0, -125)
    scheduler.alphas_cumprod = torch.cumprod(1 - scheduler.betas.double(), 0)
    kept = scheduler.alphas_cumprod[scheduler.timesteps]
    sigmas = [*((1 - kept) / kept).sqrt().tolist(), 0.0]
    theirs = twin(scheduler, sigmas, table=True, generator=stream(), **more)
    assert [b < a for a, b in pairwise(sigmas)] == [True] * 8
    agree(run(name.split()[0], sigmas), theirs, DOUBLE)
