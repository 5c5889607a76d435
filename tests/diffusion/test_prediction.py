import pytest
import torch
from diffusers import DDIMScheduler, EulerDiscreteScheduler

from nodes.diffusion.stock import prediction_of
from tests.tiny import STABLE

KINDS = ("epsilon", "v_prediction", "flow_prediction")


def made(kind, **options):
    return prediction_of(kind, {"_class_name": "DDIMScheduler", **STABLE, **options})


def output(kind, x0, noise, sigma):
    """What a perfect model of this kind puts out."""
    if kind == "epsilon":
        return noise
    if kind == "flow_prediction":
        return noise - x0
    alpha = 1 / (sigma**2 + 1) ** 0.5
    return alpha * noise - sigma * alpha * x0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sigma", [0.05, 0.5, 0.95])
def test_a_perfect_output_gives_the_picture_back(kind, sigma):
    x0, noise = torch.randn(2, 1, 4, 8, 8, dtype=torch.float64)
    prediction = made(kind)
    x = prediction.noised(x0, noise, sigma)
    assert torch.allclose(prediction.denoised(x, output(kind, x0, noise, sigma), sigma), x0)


def test_sigmas_and_times_are_those_of_the_training_table():
    prediction = made("epsilon")
    stock = EulerDiscreteScheduler(**STABLE)
    table = ((1 - stock.alphas_cumprod) / stock.alphas_cumprod) ** 0.5
    assert torch.equal(prediction.table, table)
    assert prediction.sigma_min == pytest.approx(0.0292, abs=1e-4)
    assert prediction.sigma_max == pytest.approx(14.6146, abs=1e-4)
    assert [prediction.timestep(float(table[t])) for t in (0, 1, 500, 999)] == pytest.approx(
        [0, 1, 500, 999]
    )
    assert prediction.timestep(100.0) == 999 and prediction.timestep(0.0) == 0
    between = float((table[10].double() * table[11].double()) ** 0.5)
    assert prediction.timestep(between) == pytest.approx(10.5)
    assert torch.allclose(prediction.sigmas_at(torch.arange(1000)).float(), table)


def test_zero_terminal_snr_stays_finite():
    prediction = made("v_prediction", rescale_betas_zero_snr=True)
    assert prediction.sigma_max == pytest.approx(4096)
    x0, noise = torch.randn(2, 1, 4, 8, 8)
    x = prediction.noised(x0, noise, 4096.0)
    out = output("v_prediction", x0, noise, 4096.0)
    assert torch.allclose(prediction.scale_in(x, 4096.0), noise, atol=1e-2)
    assert torch.isfinite(prediction.denoised(x, out, 4096.0)).all()


def test_pure_noise_starts_as_the_scheduler_starts_it():
    leading = EulerDiscreteScheduler(**STABLE, timestep_spacing="leading")
    linspace = EulerDiscreteScheduler(**STABLE)
    for stock in (leading, linspace):
        stock.set_timesteps(10)
        prediction = prediction_of(
            "epsilon", {**stock.config, "_class_name": "EulerDiscreteScheduler"}
        )
        begun = prediction.prior(torch.ones(1), float(stock.sigmas[0]))
        assert begun.item() == pytest.approx(float(stock.init_noise_sigma), rel=1e-6)
    assert DDIMScheduler(**STABLE).init_noise_sigma == 1.0


def test_pure_noise_of_a_flow_model_has_the_spread_of_a_noised_picture_at_every_level():
    prediction, noise = made("flow_prediction"), torch.randn(1, 4, 64, 64)
    assert torch.equal(prediction.prior(noise, 1.0), noise)
    picture = torch.randn(1, 4, 64, 64)
    for sigma in (0.25, 0.5, 0.9):
        begun, noised = prediction.prior(noise, sigma), prediction.noised(picture, noise, sigma)
        assert begun.std().item() == pytest.approx(noised.std().item(), rel=0.02)


def test_flow_time_is_a_thousand_sigma():
    prediction = made("flow_prediction", flow_shift=3.0)
    assert prediction.timestep(0.25) == 250.0
    assert float(prediction.sigmas_at(torch.tensor(499))) == pytest.approx(0.75)
