"""Prompts that lead beside one another: at places and times of their own, by their strengths."""

from dataclasses import replace

import pytest
import torch

from nodes.core.problem import Problem
from nodes.core.types import Conditioning, Guider, Latent, Place
from nodes.diffusion import memory
from nodes.diffusion.guidance import evaluate, guide
from nodes.diffusion.guided import Guided
from nodes.diffusion.prompts import Prompts
from nodes.diffusion.regions import beside, blended, every
from nodes.diffusion.sampling import sample
from nodes.diffusion.text import encode
from tests.tiny import blank, finish

LEFT = Place(area=(0, 0, 0.5, 1))
RIGHT = Place(area=(0.5, 0, 0.5, 1))


@pytest.fixture(scope="module")
def loaded(parts, described):
    """(denoiser, a prompt, another one) of a tiny model."""
    denoiser, prompt, _ = parts("euler")
    other = encode(memory.text_encoder(described("euler").text_encoder), "green hills in the fog")
    return denoiser, prompt, other


def at(conditioning: Conditioning, place: Place) -> Conditioning:
    return replace(conditioning, place=place)


def shares(*places: Place, rows: int = 2, columns: int = 4) -> torch.Tensor:
    """(prompts, rows, columns): how much each counts, seen by giving prompt i the number 10**i."""
    text = torch.zeros(1, 1, 1)
    prompts = tuple(Conditioning(text, place=place) for place in places)
    given = [torch.full((1, 1, rows, columns), 10.0**i) for i in range(len(places))]
    return blended(given, prompts, 8)[0, 0]


def test_without_places_all_count_the_same():
    assert torch.equal(shares(Place(), Place()), torch.full((2, 4), 5.5))


def test_prompts_count_by_their_strengths():
    assert torch.equal(shares(Place(strength=3), Place()), torch.full((2, 4), (3 + 10) / 4))


def test_each_leads_in_its_area_and_strengths_decide_where_they_overlap():
    row = shares(LEFT, Place(area=(0.25, 0, 0.5, 1), strength=3), Place(strength=0))[0]
    assert row.tolist() == pytest.approx([1, (1 + 30) / 4, 10, (1 + 10 + 100) / 3])


def test_what_no_area_covers_is_led_by_what_leads_everywhere():
    row = shares(Place(), replace(RIGHT, strength=1e6))[0]
    assert row.tolist() == pytest.approx([1, 1, 10, 10])


def test_pixels_are_rounded_to_latent_values_and_none_is_lost():
    assert shares(Place(area=(8, 0, 8, 8), pixels=True), Place(strength=1e-9))[0].tolist() == [
        10,
        pytest.approx(1),
        10,
        10,
    ]
    thin = shares(Place(area=(30, 15, 0.1, 0.1), pixels=True), Place(strength=1e-9))
    assert thin[1].tolist() == [10, 10, 10, pytest.approx(1)]


def test_a_mask_is_stretched_and_grey_counts_less():
    mask = torch.zeros(1, 1, 4, 8)
    mask[..., 4:6] = 1
    mask[..., 6:] = 0.5
    row = shares(Place(mask=mask), Place(strength=1.0))[0]
    assert row.tolist() == [10, 10, 5.5, pytest.approx((0.5 * 1 + 10) / 1.5)]


def test_an_area_beyond_the_picture_is_refused():
    with pytest.raises(Problem, match="begins at 40, 0, beyond the picture of 32 × 16 pixels"):
        shares(Place(area=(40, 0, 8, 8), pixels=True), Place())


def test_an_area_over_everything_is_no_area_to_the_bit(loaded):
    denoiser, prompt, other = loaded
    x = torch.randn(2, 4, 8, 8)
    plain = evaluate(denoiser, x, 2.0, prompt, other)
    for place in (Place(area=(0, 0, 1, 1)), Place(mask=torch.ones(1, 1, 64, 64)), LEFT):
        placed = evaluate(denoiser, x, 2.0, at(prompt, place), other)
        assert torch.equal(placed[0], plain[0])
    both, whole = (
        beside((at(prompt, place), other)) for place in (Place(), Place(area=(0, 0, 1, 1)))
    )
    first, second = (evaluate(denoiser, x, 2.0, one, other)[0] for one in (both, whole))
    assert torch.equal(first, second)


def test_two_equal_prompts_lead_as_one(loaded):
    denoiser, prompt, _ = loaded
    x = torch.randn(1, 4, 8, 8)
    one, _ = evaluate(denoiser, x, 2.0, prompt)
    two, _ = evaluate(denoiser, x, 2.0, beside((prompt, prompt)))
    assert torch.allclose(one, two, atol=1e-5)


def test_each_side_is_what_its_prompt_alone_foresees(loaded):
    denoiser, prompt, other = loaded
    x = torch.randn(2, 4, 8, 8)
    sides = beside((at(prompt, LEFT), at(other, RIGHT)))
    negative = prompt.unconditional
    led, away = evaluate(denoiser, x, 2.0, sides, negative)
    left, right = (evaluate(denoiser, x, 2.0, one)[0] for one in (prompt, other))
    assert torch.allclose(led[..., :4], left[..., :4], atol=1e-4)
    assert torch.allclose(led[..., 4:], right[..., 4:], atol=1e-4)
    alone, _ = evaluate(denoiser, x, 2.0, negative)
    assert away is not None and torch.allclose(away, alone, atol=1e-4)


def run(denoiser, positive, sampler="euler", negative=None, steps=4, guidance=5.0):
    schedule = "model" if sampler == "model" else "normal"
    how = (7, steps, guidance, sampler, schedule)
    return finish(sample(denoiser, blank(2), positive, negative, *how)).values


@pytest.mark.parametrize("sampler", ["euler", "heun", "model"])
def test_a_schedule_over_the_whole_run_is_none_to_the_bit(loaded, sampler):
    denoiser, prompt, other = loaded
    plain = run(denoiser, prompt, sampler)
    late = at(other, Place(start=1.0, end=1.0))
    assert torch.equal(run(denoiser, beside((prompt, late)), sampler), plain)


def test_a_prompt_is_followed_by_another_as_two_runs_are(loaded):
    denoiser, prompt, other = loaded
    first, second = at(prompt, Place(end=0.5)), at(other, Place(start=0.5))
    steps = list(sample(denoiser, blank(), beside((first, second)), None, 7, 4, 5.0, "euler"))
    alone = list(sample(denoiser, blank(), prompt, None, 7, 4, 5.0, "euler"))
    assert all(torch.equal(steps[i].latent, alone[i].latent) for i in (0, 1))
    assert not torch.equal(steps[2].denoised, alone[2].denoised)


def test_the_open_loop_sees_what_a_run_sees_to_the_bit(loaded):
    denoiser, prompt, other = loaded
    x, negative = torch.randn(1, 4, 8, 8), prompt.unconditional
    places = Place(LEFT.area, start=0.25, strength=2), replace(RIGHT, end=0.75)
    given = beside(tuple(map(at, (prompt, other), places)))
    led = Guided(denoiser, Prompts(denoiser, 1, given, negative), Guider(), 5.0, 4)
    for led.index in range(4):
        moment = led.index / 4
        toward, away = evaluate(denoiser, x, 2.0, given, negative, moment)
        assert led.moment == moment and away is not None
        assert torch.equal(led(x, 2.0), guide(toward, away, 5.0))


@pytest.mark.parametrize("sampler", ["model", "euler"])
def test_the_models_own_scheduler_blends_the_same_way(loaded, sampler):
    denoiser, prompt, other = loaded
    halves = run(denoiser, beside((at(prompt, LEFT), at(other, RIGHT))), sampler)
    swapped = run(denoiser, beside((at(other, RIGHT), at(prompt, LEFT))), sampler)
    assert torch.allclose(halves, swapped, atol=1e-3) and not torch.equal(
        halves, run(denoiser, prompt, sampler)
    )


def test_a_negative_may_have_places_too(loaded):
    denoiser, prompt, other = loaded
    x = torch.randn(1, 4, 8, 8)
    away = beside((at(prompt.unconditional, LEFT), at(other, RIGHT)))
    _, negative = evaluate(denoiser, x, 2.0, prompt, away)
    right, _ = evaluate(denoiser, x, 2.0, other)
    assert negative is not None and torch.allclose(negative[..., 4:], right[..., 4:], atol=1e-4)


def test_in_an_open_loop_the_moment_must_be_known(loaded):
    denoiser, prompt, other = loaded
    changing = beside((at(prompt, Place(end=0.5)), at(other, Place(start=0.5))))
    x = torch.randn(1, 4, 8, 8)
    with pytest.raises(Problem, match="changes over the run") as refused:
        evaluate(denoiser, x, 2.0, changing)
    assert refused.value.port == "index"
    for moment, one in ((0.25, prompt), (0.5, other)):
        led, _ = evaluate(denoiser, x, 2.0, changing, moment=moment)
        assert torch.equal(led, evaluate(denoiser, x, 2.0, one)[0])


def test_where_nobody_is_set_to_lead_all_do(loaded):
    denoiser, prompt, other = loaded
    early = beside((at(prompt, Place(end=0.5)), at(other, Place(end=0.5))))
    x = torch.randn(1, 4, 8, 8)
    all_do = evaluate(denoiser, x, 2.0, beside((prompt, other)))[0]
    assert torch.equal(evaluate(denoiser, x, 2.0, early, moment=0.75)[0], all_do)


def test_texts_that_may_not_be_repeated_are_asked_for_one_length_after_another(loaded):
    denoiser, prompt, other = loaded
    strict = replace(denoiser, family=replace(denoiser.family, repeats=False))
    longer = replace(other, text=torch.cat([other.text, prompt.text[:, :5]], dim=1))
    x = torch.randn(2, 4, 8, 8)
    led, away = evaluate(strict, x, 2.0, prompt, longer)
    alone = [evaluate(denoiser, x, 2.0, one)[0] for one in (prompt, longer)]
    assert torch.equal(led, alone[0])
    assert away is not None and torch.equal(away, alone[1])


def test_what_prompts_need_of_a_run_is_in_their_facts(loaded):
    _, prompt, other = loaded
    mask = torch.ones(3, 1, 8, 8)
    both = beside((at(prompt, Place((8, 16, 8, 8), True)), at(other, Place(mask=mask, end=0.5))))
    facts = both.facts
    assert facts.spans == ((0, 1), (0, 0.5))
    assert facts.corner == (8, 16) and facts.batch == 3
    assert prompt.facts.spans == ((0, 1),) and [len(every(one)) for one in (prompt, both)] == [1, 2]


def test_masks_are_one_or_one_for_each_picture(loaded):
    denoiser, prompt, other = loaded
    masks = torch.stack([torch.zeros(1, 8, 8), torch.ones(1, 8, 8)])
    given = beside((at(prompt, Place(mask=masks)), at(other, Place(mask=1 - masks))))
    x = torch.randn(2, 4, 8, 8)
    led, _ = evaluate(denoiser, x, 2.0, given)
    first, second = (evaluate(denoiser, x, 2.0, one)[0] for one in (prompt, other))
    assert torch.allclose(led[0], second[0], atol=1e-4)
    assert torch.allclose(led[1], first[1], atol=1e-4)
    with pytest.raises(Problem, match="2 masks for 3 pictures"):
        evaluate(denoiser, torch.randn(3, 4, 8, 8), 2.0, given)


def test_the_latent_of_a_run_keeps_its_space(loaded):
    denoiser, prompt, other = loaded
    made = finish(sample(denoiser, blank(), beside((prompt, other)), None, 7, 2))
    assert isinstance(made, Latent) and made.space == denoiser.space
