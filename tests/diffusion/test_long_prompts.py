"""Prompts longer than an encoder reads, and layers of CLIP that are left out."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLPipeline

from nodes.core.problem import Problem
from nodes.diffusion import memory
from nodes.diffusion.describe import describe
from nodes.diffusion.guidance import evaluate
from nodes.diffusion.reading import room, windows, words_of
from nodes.diffusion.text import cut_from, encode
from tests import tiny_xl
from tests.tiny import PROMPT, TOKENS, tokenizer

ROOM = TOKENS - 2
LONG = ", ".join(["a red sailboat at sunset"] * 5)


@pytest.fixture(scope="module")
def encoder(described):
    return memory.text_encoder(described("file").text_encoder)


@pytest.fixture(scope="module")
def xl(tmp_path_factory):
    return tiny_xl.folder(tmp_path_factory.mktemp("xl") / "xl")


def test_a_short_prompt_is_one_chunk_to_the_bit(encoder):
    plain, chunked = encode(encoder, PROMPT), encode(encoder, PROMPT, chunks=True)
    assert torch.equal(plain.text, chunked.text)
    assert plain.unconditional and chunked.unconditional
    assert torch.equal(plain.unconditional.text, chunked.unconditional.text)


def test_windows_hold_all_words_and_end_after_a_comma():
    tokens = tokenizer()
    words = words_of(tokens, LONG, {})
    spans = windows(tokens, words)
    assert room(tokens) == ROOM and len(words.ids) == 34
    assert spans == [(0, 14), (14, 28), (28, 34)]
    ends = [tokens.decode([words.ids[end - 1]]).strip() for _, end in spans[:-1]]
    assert ends == [",", ","]
    early = "red " * 10 + ", " + "red " * 10
    assert windows(tokens, words_of(tokens, early, {})) == [(0, 11), (11, 21)]
    assert windows(tokens, words_of(tokens, "red " * 30, {})) == [(0, 14), (14, 28), (28, 30)]
    assert windows(tokens, words_of(tokens, "", {})) == [(0, 0)]


def test_each_chunk_is_read_as_a_prompt_by_itself(encoder):
    whole = encode(encoder, LONG, chunks=True)
    two, last = "a red sailboat at sunset, " * 2, "a red sailboat at sunset"
    apart = torch.cat([encode(encoder, text).text for text in (two, two, last)], dim=1)
    assert torch.allclose(whole.text, apart, atol=1e-6)
    empty = encode(encoder, "").text
    assert whole.unconditional is not None
    assert torch.allclose(whole.unconditional.text, empty.repeat(1, 3, 1), atol=1e-6)


def test_what_is_pooled_is_that_of_the_first_chunk(xl):
    handle = describe(xl).text_encoder
    assert handle
    prompter = memory.text_encoder(handle)
    whole, cut = encode(prompter, LONG, chunks=True), encode(prompter, LONG)
    two = encode(prompter, "a red sailboat at sunset, " * 2)
    assert whole.text.shape == (1, 3 * TOKENS, 96) and cut.text.shape == (1, TOKENS, 96)
    assert whole.pooled is not None and two.pooled is not None
    assert torch.allclose(whole.pooled, two.pooled, atol=1e-6)
    assert whole.unconditional and whole.unconditional.text.shape == whole.text.shape


def test_a_batch_of_prompts_has_as_many_chunks_as_the_longest(encoder):
    both = encode(encoder, ["a cat", LONG], chunks=True)
    assert both.text.shape == (2, 3 * TOKENS, 32)
    cat, empty = (encode(encoder, text).text for text in ("a cat", ""))
    assert torch.allclose(both.text[:1, :TOKENS], cat, atol=1e-6)
    assert torch.allclose(both.text[:1, TOKENS : 2 * TOKENS], empty, atol=1e-6)


def test_chunks_lead_a_model(parts, described):
    denoiser, prompt, _ = parts("ddim")
    whole = encode(memory.text_encoder(described("ddim").text_encoder), LONG, chunks=True)
    x = torch.randn(1, 4, 8, 8)
    led, away = evaluate(denoiser, x, 2.0, whole, whole.unconditional)
    _, short = evaluate(denoiser, x, 2.0, prompt, prompt.unconditional)
    assert led.shape == x.shape and away is not None and short is not None
    assert torch.allclose(away, short, atol=1e-4)


def test_what_is_cut_is_said_in_words(encoder, xl):
    assert cut_from(encoder, "red " * ROOM) is None
    assert cut_from(encoder, LONG, chunks=True) is None
    cut = cut_from(encoder, "red " * ROOM + "blue  (green:1.2)")
    assert cut and (cut.tokens, cut.text, cut.by, cut.of) == (2, "blue green", 1, 1)
    handle = describe(xl).text_encoder
    assert handle
    prompter = memory.text_encoder(handle)
    both = cut_from(prompter, "red " * 20)
    assert both and (both.by, both.of, both.text) == (2, 2, "red red red red red red")
    tokenizers = dict(prompter.tokenizers)
    tokenizers["text_encoder_2"] = tokenizer()
    tokenizers["text_encoder_2"].model_max_length = 40
    one = cut_from(replace(prompter, tokenizers=tokenizers), "red " * 20)
    assert one and (one.by, one.of, one.tokens) == (1, 2, 6)


def test_layers_left_out_of_sd_1_are_normed_at_the_end(encoder):
    module = encoder.modules["text_encoder"]
    ids = tokenizer()(PROMPT, padding="max_length", return_tensors="pt").input_ids
    with torch.no_grad():
        states = module(ids, output_hidden_states=True).hidden_states
        expected = module.final_layer_norm(states[-2])
    skipped = encode(encoder, PROMPT, skip=1)
    assert torch.equal(skipped.text, expected)
    plain = encode(encoder, PROMPT)
    assert skipped.unconditional and plain.unconditional
    assert torch.equal(skipped.unconditional.text, plain.unconditional.text)
    assert torch.equal(encode(encoder, PROMPT, skip=0).text, plain.text)


def test_layers_left_out_of_sdxl_are_the_pipelines_to_the_bit(xl):
    handle = describe(xl).text_encoder
    assert handle
    pipe = StableDiffusionXLPipeline.from_pretrained(xl, local_files_only=True)
    for module in (pipe.text_encoder, pipe.text_encoder_2):
        for weight in module.parameters():
            weight.data = weight.data.clone()
    theirs, _, pooled, _ = pipe.encode_prompt(PROMPT, device="cpu", clip_skip=1)
    ours = encode(memory.text_encoder(handle), PROMPT, skip=1)
    assert torch.equal(ours.text, theirs)
    assert ours.pooled is not None and torch.equal(ours.pooled, pooled)


@pytest.mark.parametrize("family, most", [("SD 1.x", 1), ("SDXL", 1)])
def test_more_layers_than_there_are_are_refused(described, xl, family, most):
    found: Any = describe(xl) if family == "SDXL" else described("file")
    handle = found.text_encoder
    assert handle.facts.layers == most
    with pytest.raises(Problem, match=f"is {most + 1}: at most {most} of the last") as refused:
        encode(memory.text_encoder(handle), PROMPT, skip=most + 1)
    assert refused.value.port == "clip_skip"
    encode(memory.text_encoder(handle), PROMPT, skip=most)
