"""Nodes that put prompts together, and say where and when they lead."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from nodes.conditioning.mix import (
    average_conditioning,
    combine_conditioning,
    concat_conditioning,
)
from nodes.conditioning.place import set_area, set_mask, set_strength
from nodes.conditioning.schedule import schedule_conditioning
from nodes.core import Conditioning, Mask, Problem
from nodes.core.facts import ConditioningFacts, LatentFacts, ModelFacts, TextFacts
from nodes.core.types import Sizes
from nodes.sampling.leading import lead
from nodes.text import encode_text

NONE = Conditioning(torch.full((1, 4, 2), -1.0), torch.full((1, 3), -1.0), families=("SDXL",))


def prompt(value: float, tokens: int = 4, **more: Any) -> Conditioning:
    given: dict[str, Any] = {
        "pooled": torch.full((1, 3), value),
        "unconditional": NONE,
        "families": ("SDXL",),
    }
    return Conditioning(torch.full((1, tokens, 2), value), **(given | more))


def test_an_average_lies_between_and_its_ends_are_the_prompts_to_the_bit():
    a, b = prompt(1.1), prompt(3.3)
    assert torch.equal(average_conditioning(a, b, 0.0).text, a.text)
    assert torch.equal(average_conditioning(a, b, 1.0).text, b.text)
    half = average_conditioning(a, b, 0.5)
    assert torch.allclose(half.text, torch.tensor(2.2))
    assert half.pooled is not None and torch.allclose(half.pooled, torch.tensor(2.2))
    assert half.unconditional is NONE and half.families == ("SDXL",)


def test_the_shorter_of_two_is_averaged_with_no_prompt_in_the_end():
    both = average_conditioning(prompt(1.0), prompt(3.0, 8), 0.5)
    assert both.text[0, :, 0].tolist() == [2.0] * 4 + [1.0] * 4
    marks = [torch.ones(1, 4), torch.ones(1, 8)]
    masked = average_conditioning(prompt(1.0, mask=marks[0]), prompt(3.0, 8, mask=marks[1]), 0.5)
    assert masked.mask is not None and masked.mask.tolist() == [[1.0] * 8]


def test_one_is_put_behind_the_other():
    both = concat_conditioning(prompt(1.0, mask=torch.ones(1, 4)), prompt(2.0, 8))
    assert both.text[0, :, 0].tolist() == [1.0] * 4 + [2.0] * 8
    assert both.pooled is not None and both.pooled.tolist() == [[1.0] * 3]
    three = prompt(2.0)
    three = replace(three, text=three.text.repeat(3, 1, 1))
    assert concat_conditioning(prompt(1.0), three).text.shape == (3, 8, 2)


def test_combined_prompts_keep_what_each_of_them_has():
    told = prompt(1.0, sizes=(Sizes(64, 64),))
    area = set_area(told, 0.0, 0.0, 0.5, 0.5, strength=2.0)
    mask = Mask(torch.ones(1, 1, 8, 8))
    three = combine_conditioning(combine_conditioning(area, prompt(2.0)), set_mask(told, mask))
    assert [float(one.text[0, 0, 0]) for one in (three, *three.others)] == [1, 2, 1]
    assert three.sizes == (Sizes(64, 64),) and three.place.strength == 2
    assert three.others[1].place.mask is not None and three.others[1].others == ()
    twice = set_strength(three, 3.0)
    assert [one.place.strength for one in (twice, *twice.others)] == [6, 3, 3]
    assert three.place.strength == 2


def test_a_schedule_gives_the_rest_of_the_run_to_the_other():
    a, b = prompt(1.0), prompt(2.0)
    made = schedule_conditioning(a, b, 0.2, 0.6)
    assert made.facts.spans == ((0.2, 0.6), (0.0, 0.2), (0.6, 1.0))
    assert schedule_conditioning(a, b).facts.spans == ((0, 1),)
    assert schedule_conditioning(a, None, end=0.5).facts.spans == ((0, 0.5),)
    again = schedule_conditioning(made, None, 0.1, 0.3)
    assert again.facts.spans == ((0.2, 0.3), (0.1, 0.2))
    with pytest.raises(Problem, match="set to lead at other times"):
        schedule_conditioning(schedule_conditioning(a, None, end=0.5), None, 0.5)


@pytest.mark.parametrize("made", [average_conditioning, concat_conditioning, combine_conditioning])
def test_prompts_of_two_families_are_refused_with_both(made):
    other = replace(prompt(1.0), families=("SD3",))
    for given in ((prompt(1.0), other), (prompt(1.0).facts, other.facts)):
        with pytest.raises(Problem, match="written for SD3, a for SDXL") as refused:
            (made.rule if isinstance(given[0], ConditioningFacts) else made)(*given)
        assert refused.value.port == "b"
    wide = replace(prompt(1.0), text=torch.zeros(1, 4, 5))
    with pytest.raises(Problem, match="is 5 wide, a is 2"):
        made(prompt(1.0), wide)
    bare = replace(prompt(1.0), pooled=None)
    with pytest.raises(Problem, match="is 0 wide in its pooled text, a is 3"):
        made(prompt(1.0), bare)
    unsaid = replace(prompt(1.0), families=())
    assert made(unsaid, prompt(1.0)).families == ("SDXL",)


def test_several_prompts_are_no_single_one():
    both = combine_conditioning(prompt(1.0), prompt(2.0))
    for made in (average_conditioning, concat_conditioning):
        with pytest.raises(Problem, match="has 2 prompts that lead beside one another"):
            made(prompt(1.0), both)


def test_areas_that_are_none_are_refused():
    for port, values in (("width", (0, 0, 0)), ("x", (1.5, 0, 1)), ("y", (0, 1, 1))):
        with pytest.raises(Problem) as refused:
            set_area(prompt(1.0), *values)
        assert refused.value.port == port
    far = set_area(prompt(1.0), 600.0, 0.0, 64.0, 64.0, "pixels").facts
    with pytest.raises(
        Problem, match="begins at 600, 0, beyond the picture of 512 × 512"
    ) as refused:
        lead(ModelFacts(), LatentFacts(width=512, height=512), positive=far)
    assert refused.value.port == "positive"
    lead(ModelFacts(), LatentFacts(width=1024, height=512), positive=far)


def test_masks_for_other_numbers_of_pictures_are_refused_before_a_run():
    facts = set_mask(prompt(1.0), Mask(torch.ones(3, 1, 8, 8))).facts
    assert facts.batch == 3
    with pytest.raises(Problem, match="is for 3 pictures, the latent has 2"):
        lead(ModelFacts(), LatentFacts(batch=2), negative=facts)


def test_more_skipped_layers_than_there_are_are_refused_before_a_run():
    rule = encode_text.rule
    assert rule
    with pytest.raises(Problem, match="is 3: at most 1 of the last layers"):
        rule(TextFacts("SD 1.x", 32, 0, layers=1), 3)
