"""Weights that hold what is no number are told with their file once something is made of them."""

import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.problem import Problem
from nodes.core.run import Run
from nodes.core.workflow import parse
from nodes.host import Local
from tests import tiny
from tests.examples import open_loop, picture

BROKEN = {  # part → the weight that is broken, and where that is told
    "unet": ("conv_out.bias", "sample.model"),
    "text_encoder": ("final_layer_norm.bias", "prompt.text_encoder"),
    "vae": ("decoder.conv_out.bias", "decode.vae"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A model for each part that can be broken, named after it."""
    folder = tmp_path_factory.mktemp("models")
    tiny.pipeline().save_pretrained(folder / "whole")
    for part, (name, _) in BROKEN.items():
        shutil.copytree(folder / "whole", folder / f"bad_{part}")
        [file] = (folder / f"bad_{part}" / part).glob("*.safetensors")
        weights = load_file(file)
        weights[name][0] = torch.nan
        save_file(weights, file)
    return folder


def told(models, place, document):
    host = Local(place / "out", place, [models], data=place / "data")
    plan = check(parse(document), catalogue(), host)
    with pytest.raises(Problem) as caught:
        list(Run(plan, host, Cache(), ["save"]).events())
    return f"{caught.value.node}.{caught.value.port} {caught.value.message}"


@pytest.mark.parametrize("part", BROKEN)
def test_a_part_with_a_weight_that_is_no_number_is_told_with_its_name(models, tmp_path, part):
    weight, place = BROKEN[part]
    expected = (
        f"{place} has broken weights: {weight} of bad_{part} holds what is no number "
        "(NaN or infinite): get the file anew"
    )
    assert told(models, tmp_path, picture(f"bad_{part}")) == expected


def test_the_open_loop_and_the_models_own_scheduler_say_so_too(models, tmp_path):
    sentence = "has broken weights: conv_out.bias of bad_unet"
    own = picture("bad_unet", sampler="model", schedule="model")
    assert sentence in told(models, tmp_path, own)
    assert sentence in told(models, tmp_path, open_loop("bad_unet"))
