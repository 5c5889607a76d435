"""Textual inversion: the stock pipeline's text to the bit, and only where it was asked for."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionXLPipeline
from safetensors.torch import load_file, save_file

from nodes.core.facts import TextFacts
from nodes.core.problem import Problem
from nodes.core.types import Embedding
from nodes.diffusion import memory
from nodes.diffusion.describe import describe
from nodes.diffusion.embedding_file import is_embedding, read_embedding, suiting
from nodes.diffusion.text import encode
from tests import tiny, tiny_xl
from tests.embedding_files import write_embedding
from tests.tiny import TOKENS

PROMPT = "a photo of blob, in the fog"
LAYOUTS: dict[str, dict[str, Any]] = {
    "diffusers": {"name": "<blob>"},
    "a1111": {},
    "several": {"count": 3},
}


def taught(handle, path, word="blob"):
    weights = replace(handle.weights, embeddings=(Embedding(str(path), "digest", word),))
    return memory.text_encoder(replace(handle, weights=weights))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_word_of_sd_1_is_the_pipelines_to_the_bit(described, tmp_path, layout):
    path = write_embedding(tmp_path / "blob.safetensors", 32, **LAYOUTS[layout])
    ours = encode(taught(described("ddim").text_encoder, path), PROMPT)
    pipe = tiny.pipeline("ddim")
    pipe.load_textual_inversion(str(path), token="blob")
    theirs, negative = pipe.encode_prompt(PROMPT, "cpu", 1, True)
    assert torch.equal(ours.text, theirs)
    assert ours.unconditional and torch.equal(ours.unconditional.text, negative)


@pytest.fixture(scope="module")
def xl(tmp_path_factory):
    """An SDXL whose encoders say which token ends a text: the pipeline pools an added one else."""
    folder = tmp_path_factory.mktemp("xl") / "xl"
    parts = tiny_xl.pipeline()
    for encoder in (parts.text_encoder, parts.text_encoder_2):
        encoder.config.eos_token_id = 49407
    parts.save_pretrained(folder)
    return folder


def test_a_word_of_sdxl_is_the_pipelines_to_the_bit(xl, tmp_path):
    path = write_embedding(tmp_path / "blob.safetensors", 32, 64, count=2)
    handle = describe(xl).text_encoder
    assert handle
    ours = encode(taught(handle, path), PROMPT)
    pipe = StableDiffusionXLPipeline.from_pretrained(xl, local_files_only=True)
    for module in (pipe.text_encoder, pipe.text_encoder_2):
        for weight in module.parameters():
            weight.data = weight.data.clone()
    state = load_file(path)
    for part, name in (("", "clip_l"), ("_2", "clip_g")):
        encoder, tokenizer = (getattr(pipe, f"{of}{part}") for of in ("text_encoder", "tokenizer"))
        own = {"emb_params": state[name]}
        pipe.load_textual_inversion(own, "blob", text_encoder=encoder, tokenizer=tokenizer)
    theirs, _, pooled, _ = pipe.encode_prompt(PROMPT, device="cpu")
    assert torch.equal(ours.text, theirs)
    assert ours.pooled is not None and torch.equal(ours.pooled, pooled)


def test_what_is_pooled_is_the_end_also_where_the_config_is_an_old_one(xl, tmp_path):
    path = write_embedding(tmp_path / "blob.safetensors", 32, 64)
    old = tiny_xl.folder(tmp_path / "old")
    handles = [describe(folder).text_encoder for folder in (xl, old)]
    first, second = (encode(taught(handle, path), PROMPT).pooled for handle in handles)
    assert first is not None and second is not None and torch.equal(first, second)


def test_other_handles_of_the_same_weights_do_not_know_the_word(described, tmp_path):
    path = write_embedding(tmp_path / "blob.safetensors", 32)
    handle = described("ddim").text_encoder
    before = encode(memory.text_encoder(handle), PROMPT)
    encoder = taught(handle, path)
    with_word = encode(encoder, PROMPT)
    after = encode(memory.text_encoder(handle), PROMPT)
    assert torch.equal(before.text, after.text) and not torch.equal(before.text, with_word.text)
    assert encoder.modules == memory.text_encoder(handle).modules
    assert torch.equal(
        encode(encoder, "a cat").text, encode(memory.text_encoder(handle), "a cat").text
    )


def test_the_word_stands_alone_and_its_case_does_not_matter(described, tmp_path):
    path = write_embedding(tmp_path / "blob.safetensors", 32)
    encoder = taught(described("ddim").text_encoder, path)
    plain = memory.text_encoder(described("ddim").text_encoder)
    assert torch.equal(encode(encoder, "blobs").text, encode(plain, "blobs").text)
    assert torch.equal(encode(encoder, "a BLOB").text, encode(encoder, "a blob").text)


def test_a_weight_counts_for_all_vectors_of_a_word(described, tmp_path):
    path = write_embedding(tmp_path / "blob.safetensors", 32, count=3)
    encoder = taught(described("ddim").text_encoder, path)
    plain, heavy, empty = (encode(encoder, text).text for text in ("a blob", "a (blob:2)", ""))
    expected = plain.clone()
    expected[:, 2:5] = empty[:, 2:5] + 2 * (plain[:, 2:5] - empty[:, 2:5])
    assert torch.allclose(heavy, expected, atol=1e-6)


def test_vectors_that_are_too_many_are_cut_with_the_rest(described, tmp_path):
    path = write_embedding(tmp_path / "blob.safetensors", 32, count=30)
    encoder = taught(described("ddim").text_encoder, path)
    assert encode(encoder, "blob").text.shape == (1, TOKENS, 32)
    assert encode(encoder, "blob", chunks=True).text.shape == (1, 3 * TOKENS, 32)


@pytest.mark.parametrize(
    "widths, text, sentence",
    [
        ((32,), TextFacts("SDXL", clip=(("text_encoder", 32), ("text_encoder_2", 64))), "32 wide"),
        ((768,), TextFacts("SD 2.x", clip=(("text_encoder", 1024),)), "768 wide.*SD 2.x.*1,024"),
        ((768, 1280), TextFacts("SD 1.x", clip=(("text_encoder", 768),)), "768 and 1,280 wide"),
        ((768,), TextFacts("PixArt", clip=()), "for a text encoder of CLIP; PixArt has none"),
    ],
)
def test_an_embedding_of_another_encoder_is_refused_with_both_widths(
    tmp_path, widths, text, sentence
):
    file = read_embedding(write_embedding(tmp_path / "blob.safetensors", *widths))
    with pytest.raises(Problem, match=sentence):
        suiting(file, text)


def test_what_is_no_embedding_is_refused(tmp_path):
    for state in ({"a": torch.zeros(1, 8), "b": torch.zeros(3)}, {"a": torch.zeros(200, 8)}):
        save_file(state, tmp_path / "x.safetensors")
        assert not is_embedding(tmp_path / "x.safetensors")
        with pytest.raises(Problem, match="is no textual inversion: it has a "):
            read_embedding(tmp_path / "x.safetensors")
    with pytest.raises(Problem, match="is a folder"):
        read_embedding(tmp_path)


def test_numbers_that_are_none_are_refused(described, tmp_path):
    path = tmp_path / "blob.safetensors"
    save_file({"emb_params": torch.full((1, 32), float("nan"))}, path)
    with pytest.raises(Problem, match="some of its numbers are not finite"):
        taught(described("ddim").text_encoder, path)
