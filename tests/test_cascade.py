"""Pixels in two stages: a small picture is drawn, and a second model enlarges it."""

import pytest
import torch

from nodes.conditioning.cascade import show_picture
from nodes.core.facts import ConditioningFacts, ImageFacts
from nodes.core.types import Conditioning, Image
from tests import tiny_if
from tests.examples import node, open_loop, picture, workflow
from tests.refusals import refused, rule

UNSEEN = "has no picture, and this model enlarges one: wire it through show_picture"
UNUSED = "has a picture, and this model looks at none: wire it without show_picture"


@pytest.fixture(scope="module")
def stages(models):
    """Both stages beside the others, and the second one without a text encoder."""
    tiny_if.folder(models / "pixels")
    tiny_if.second_folder(models / "enlarger")
    tiny_if.second_folder(models / "bare_enlarger", text=False)


def cascade(second="enlarger", loader="load_model", **shown):
    """Two stages of pixels, led by one prompt that the first one's encoder read."""
    drawn = {"positive": "@prompt.conditioning", "latent": "@tiny.latent"}
    led = {"positive": "@seen.conditioning", "model": "@second.model", "latent": "@large.latent"}
    return workflow(
        first=node("load_model", model="pixels"),
        second=node(loader, model=second),
        prompt=node("encode_text", text="a red sailboat", text_encoder="@first.text_encoder"),
        tiny=node("empty_latent", width=16, height=16),
        draw=node("sample", steps=2, model="@first.model", **drawn),
        small=node("vae_decode", vae="@first.vae", latent="@draw.latent"),
        seen=node(
            "show_picture", conditioning="@prompt.conditioning", image="@small.image", **shown
        ),
        large=node("empty_latent", width=32, height=32),
        enlarge=node("sample", steps=2, **led),
        decode=node("vae_decode", vae="@first.vae", latent="@enlarge.latent"),
        save=node("save_image", image="@decode.image"),
    )


@pytest.mark.parametrize("second", [("enlarger", "load_model"), ("bare_enlarger", "load_denoiser")])
def test_a_picture_is_drawn_small_and_then_enlarged(terminal, stages, second):
    drawn = terminal.result(cascade(*second), "decode.image").values
    assert drawn.shape == (1, 3, 32, 32) and drawn.std() > 0.05


def test_a_cascade_and_a_latent_model_are_compared_in_one_graph(terminal, stages):
    pixels, latent = cascade(), picture()
    del pixels["nodes"]["save"], latent["nodes"]["save"]
    beside = {f"latent_{name}": one for name, one in latent["nodes"].items()}
    for one in beside.values():
        wires = one.get("wires", {})
        one["wires"] = {port: f"latent_{source}" for port, source in wires.items()}
    smaller = node("resize_image", image="@latent_decode.image", width=32, height=32)
    both = node("batch_images", images=["@decode.image", "@smaller.image"])
    graph = workflow(**pixels["nodes"], **beside, smaller=smaller, both=both)
    drawn = terminal.result(graph, "both.image").values
    alone = terminal.result(pixels, "decode.image").values
    assert drawn.shape == (2, 3, 32, 32) and torch.equal(drawn[:1], alone)
    assert not torch.equal(drawn[:1], drawn[1:])


def test_the_picture_and_its_noise_decide_what_is_drawn(terminal, stages):
    def drawn(**shown):
        return terminal.result(cascade(**shown), "enlarge.latent").values

    first = drawn()
    assert torch.equal(drawn(noise_level=250, seed=0), first)
    assert not torch.equal(drawn(noise_level=900), first)
    assert not torch.equal(drawn(seed=1), first)


@pytest.mark.parametrize("sampler", ["euler", "dpmpp_2m", "euler_cfg_pp"])
def test_the_open_loop_gives_the_bits_of_the_sample_node_on_pixels(terminal, stages, sampler):
    whole = terminal.result(picture("pixels", sampler=sampler), "sample.latent").values
    opened = terminal.result(open_loop("pixels", sampler), "loop.latent").values
    assert torch.equal(opened, whole) and whole.abs().max() <= 1.5


def test_a_model_that_enlarges_needs_a_picture_and_the_others_want_none(terminal, stages):
    def told(document):
        """What is refused before anything is loaded."""
        file = terminal.write(document)
        return terminal.main("check", str(file), "--models", str(terminal.models)).problems

    assert told(picture("enlarger")) == [f"sample.positive: {UNSEEN}"]
    lacking, needless = cascade(), cascade()
    lacking["nodes"]["enlarge"]["wires"]["positive"] = "prompt.conditioning"
    needless["nodes"]["enlarge"]["wires"]["model"] = "first.model"
    assert told(lacking) == [f"enlarge.positive: {UNSEEN}"]
    assert told(needless) == [f"enlarge.positive: {UNUSED}"]


def test_a_second_stage_without_a_text_encoder_says_how_to_open_it(terminal, stages):
    (told,) = terminal.run(cascade("bare_enlarger")).problems
    assert "bare_enlarger has no text encoder in it: open it with load_denoiser" in told


def test_pictures_are_one_or_as_many_as_the_prompts():
    words = "has 2 pictures, the conditioning is for 3: show as many, or one for all"
    two, three = Image(torch.zeros(2, 3, 8, 8)), Conditioning(torch.zeros(3, 5, 4))
    refused("image", words, show_picture, three, two)
    refused("image", words, rule(show_picture), three.facts, two.facts)
    alone = ConditioningFacts(4, 0, (), 1)
    assert rule(show_picture)(alone, ImageFacts(8, 8, 2)).batch == 2
