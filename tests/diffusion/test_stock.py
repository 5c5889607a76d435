from dataclasses import replace

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Guider
from nodes.diffusion.guided import Guided
from nodes.diffusion.prompts import Prompts
from nodes.diffusion.span import WHOLE
from nodes.diffusion.stock import begun_stock, prediction_of, scheduler
from tests.tiny import STABLE


@pytest.mark.parametrize(
    "kind, config, sentence",
    [
        ("epsilon", {"_class_name": "MagicScheduler"}, "MagicScheduler, which is not known"),
        (
            "epsilon",
            STABLE | {"_class_name": "DDIMScheduler", "beta_schedule": "magic"},
            "DDIMScheduler cannot be made: .*magic",
        ),
        ("epsilon", {"_class_name": "FlowMatchEulerDiscreteScheduler"}, "how much noise is when"),
        ("flow_prediction", {"flow_shift": 0}, "shift is 0; it is a number above 0"),
        ("flow_prediction", {"shift": -1.5}, "shift is -1.5"),
        ("flow_prediction", {"shift": "three"}, "shift is three"),
    ],
)
def test_schedulers_of_no_use_are_refused_in_a_sentence(kind, config, sentence):
    with pytest.raises(Problem, match=sentence) as caught:
        prediction_of(kind, config)
    assert "\n" not in caught.value.message


def test_a_scheduler_that_does_not_say_how_it_begins_is_refused(parts):
    denoiser, conditioning, _ = parts("flow")
    config = {"_class_name": "IPNDMScheduler"}
    assert not hasattr(scheduler(config), "add_noise")
    x = torch.zeros(1, 4, 8, 8)
    other = replace(denoiser, scheduler_config=config)
    with pytest.raises(Problem, match="IPNDMScheduler does not say how it begins"):
        led = Guided(other, Prompts(other, 1, conditioning, None), Guider(), 1.0, 4)
        begun_stock(led, x, x, 1.0, WHOLE)
