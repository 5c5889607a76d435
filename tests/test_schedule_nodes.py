"""The nodes that make, cut, join and write noise schedules, with every number by hand."""

import pytest
import torch

from nodes.core.facts import ModelFacts, SigmasFacts
from nodes.core.types import Sigmas
from nodes.diffusion.describe import describe
from nodes.sampling.sample import sample
from nodes.sampling.schedules import (
    beta_schedule,
    custom_schedule,
    karras_schedule,
    polyexponential_schedule,
    schedule_values,
    shift_schedule,
)
from nodes.sampling.steps import noise_schedule, noise_schedule_step
from tests.refusals import refused, rule, values

FIVE = Sigmas(torch.tensor([8.0, 4.0, 2.0, 1.0, 0.0]))


@pytest.fixture(scope="module")
def model(models):
    """A model of SD 1.x: levels from 0.0292 to 14.6146."""
    return describe(models / "epsilon").model


def test_karras_between_two_levels():
    """Roots of rho 2 from 4 to 1: 2, 1.75, 1.5, 1.25, 1."""
    made = karras_schedule(None, 5, 4.0, 1.0, 2.0)
    assert values(made) == pytest.approx([4, 3.0625, 2.25, 1.5625, 1, 0])
    assert values(karras_schedule(None, 1, 4.0, 1.0)) == [4, 0]


def test_polyexponential_between_two_levels():
    """Thirds, then sixteenths, of the way down from 2 ** 3 and 2 ** 4."""
    halves = polyexponential_schedule(None, 4, 8.0, 1.0)
    assert values(halves) == pytest.approx([8, 4, 2, 1, 0])
    squared = polyexponential_schedule(None, 5, 65536.0, 1.0, 2.0)
    assert values(squared) == pytest.approx([65536, 512, 16, 2, 1, 0])


@pytest.mark.parametrize(
    "node, name", [(karras_schedule, "karras"), (polyexponential_schedule, "exponential")]
)
def test_auto_ends_are_the_models_own(model, node, name):
    assert torch.equal(node(model, 12).values, noise_schedule(model, 12, name).values)
    assert values(node(model, 3, 5.0))[0] == 5.0
    assert values(node(model, 3, 5.0))[-2] == pytest.approx(0.0292, abs=5e-5)
    assert rule(node)(ModelFacts(), 12, "auto", "auto") == SigmasFacts(12)


@pytest.mark.parametrize("node", [karras_schedule, polyexponential_schedule])
def test_ends_that_no_schedule_lies_between_are_refused(model, node):
    for asked in (node, rule(node)):
        refused("sigma_max", "is auto, the model's own: wire", asked, None, 5, "auto", 1.0)
        refused("sigma_min", "is auto, the model's own: wire", asked, None, 5, 1.0, "auto")
        refused("sigma_min", "is 2, it must be below sigma_max, which is 1", asked, None, 5, 1, 2)
    refused("sigma_min", "it must be below sigma_max, which is 14.6", node, model, 5, "auto", 20.0)
    refused("sigma_min", "is 0.029.*below sigma_max, which is 0.01", node, model, 5, 0.01)


def test_levels_too_close_to_tell_apart_are_refused():
    words = "levels 999 and 1000 too close|too close to tell apart"
    refused("rho", words, polyexponential_schedule, None, 150, 2.0, 1.0, 5.0)


def test_beta_is_the_schedule_of_that_name_and_even_at_1_and_1(model):
    named = noise_schedule(model, 12, "beta")
    assert torch.equal(beta_schedule(model, 12).values, named.values)
    even = beta_schedule(model, 4, 1.0, 1.0)  # places 999, 749.25, 499.5, 249.75
    sgm = noise_schedule(model, 4, "sgm_uniform").values
    assert torch.allclose(even.values, sgm, rtol=3e-3)
    assert rule(beta_schedule)(12) == SigmasFacts(12)


def test_a_lower_alpha_is_more_steps_in_little_noise(model):
    quiet, loud = beta_schedule(model, 9, 0.4, 1.0), beta_schedule(model, 9, 1.0, 0.4)
    assert (quiet.values[1:-1] < loud.values[1:-1]).all()


@pytest.mark.parametrize("text", ["14.5, 7, 0.5, 0", "14.5 7\n.5;0", " 14.5,\t7.0,,5e-1, -0 "])
def test_a_schedule_is_read_however_it_is_divided(text):
    assert values(custom_schedule(text)) == [14.5, 7, 0.5, 0]
    assert rule(custom_schedule)(text) == SigmasFacts(3)


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "is empty; it holds falling noise levels"),
        (" , ;\n", "is empty"),
        ("3, two, 1", 'has "two" as entry 2, which is no number'),
        ("3, nan, 1", 'has "nan" as entry 2, which is no number'),
        ("3, 2, -1", "has -1 as entry 3; a noise level is between 0 and 100000"),
        ("inf, 1", "has inf as entry 1; a noise level"),
        ("100001", "has 100001 as entry 1"),
        ("3, 1, 2", "has 2 as entry 3, after 1: each level lies below the one before"),
        ("3, 1, 1", "has 1 as entry 3, after 1"),
        ("1, 0.99999999999", "has 0.99999999999 as entry 2, after 1"),
        ("1, 1e-60, 0", "has 0 as entry 3, after 1e-60"),
        (" ".join(map(str, range(1001, -1, -1))), "has 1002 levels, the limit is 1001"),
    ],
)
def test_a_text_that_is_no_schedule_is_refused_at_its_entry(text, words):
    for asked in (custom_schedule, rule(custom_schedule)):
        refused("levels", words, asked, text)


def test_a_thousand_steps_can_be_written():
    assert len(custom_schedule(" ".join(map(str, range(1000, -1, -1)))).values) == 1001
    assert rule(custom_schedule)(None) == SigmasFacts()


def test_values_are_written_short_and_read_back_exactly(model):
    assert schedule_values(FIVE) == "8, 4, 2, 1, 0"
    assert schedule_values(Sigmas(torch.tensor([0.1, 1e-7, 0.0]))) == "0.1, 0.0000001, 0"
    made = karras_schedule(model, 50)
    assert torch.equal(custom_schedule(schedule_values(made)).values, made.values)


def test_a_shift_is_that_of_flow_models():
    """SD3's: 3 * s / (1 + 2 * s)."""
    even = Sigmas(torch.tensor([1.0, 0.75, 0.5, 0.25, 0.0]))
    assert values(shift_schedule(even, 3.0)) == pytest.approx([1, 0.9, 0.75, 0.5, 0])
    assert values(shift_schedule(even, 1.0)) == [1, 0.75, 0.5, 0.25, 0]
    back = shift_schedule(shift_schedule(even, 4.0), 0.25)
    assert torch.allclose(back.values, even.values)


def test_only_levels_of_flow_models_are_shifted():
    refused("sigmas", "begins at 8: only levels of flow models", shift_schedule, FIVE, 3.0)
    close = Sigmas(torch.tensor([1.0, 1.0 - 2**-24, 0.0]))
    refused("shift", "brings levels 1 and 2 too close to tell apart", shift_schedule, close, 12.0)


def test_a_schedule_written_by_hand_is_visited_in_the_open_loop():
    level = noise_schedule_step(custom_schedule("3, 1.5, 0"), 1)
    assert level == (1.5, 0)


@pytest.mark.parametrize("chosen", ["align_your_steps", "auto"])
def test_a_schedule_made_for_other_families_is_refused_before_a_run(chosen):
    other = ModelFacts("SD 2.x", steps=20, sampler="euler", schedule="align_your_steps")
    unwired = ("positive", "negative", "latent", "sigmas", "noise", "guider", "add_noise")
    asked = dict.fromkeys(unwired) | {"sampler": "auto", "eta": "auto", "noise_scale": "auto"}
    asked |= {"model": other, "schedule": chosen, "denoise": 0.5, "start": 0.0, "end": 1.0}
    words = "is align_your_steps, made for SD 1.x and SDXL only; this model is SD 2"
    refused("schedule", words, rule(sample), **asked)
    refused("schedule", words, rule(noise_schedule), other, 20, chosen, 0.5, None)
    assert rule(sample)(**asked | {"denoise": 0.0}) and rule(sample)(
        **asked | {"sigmas": FIVE.facts}
    )
    assert rule(noise_schedule)(other, 20, chosen, 0.0, None) == SigmasFacts(0)
    assert rule(noise_schedule)(ModelFacts("SD 1.x"), 20, chosen, 0.5, None) == SigmasFacts(20)
