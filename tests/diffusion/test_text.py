import json
from shutil import copytree, rmtree

import pytest
import torch

from nodes.core.problem import Problem
from nodes.diffusion import memory
from nodes.diffusion.known import CONFIGS
from nodes.diffusion.recognise import recognise
from nodes.diffusion.text import encode, tokens_over
from nodes.diffusion.tokens import clip_vocabulary, tokenizer_for
from tests.tiny import TOKENS, tokenizer


@pytest.fixture(scope="module")
def encoder(described):
    return memory.text_encoder(described("file").text_encoder)


def test_the_vocabulary_in_the_tree_is_clips():
    vocabulary, merges = clip_vocabulary(CONFIGS / "sd1" / "tokenizer" / "merges.txt.gz")
    assert len(vocabulary) == 49408 and len(merges) == 48894
    assert vocabulary["<|startoftext|>"] == 49406 and vocabulary["<|endoftext|>"] == 49407
    assert vocabulary["!"] == 0 and vocabulary["!</w>"] == 256 and vocabulary["in"] == 512
    ids = tokenizer()("a photo of a cat").input_ids
    assert ids == [49406, 320, 1125, 539, 320, 2368, 49407]


def test_words_from_anywhere_become_tokens(encoder):
    tokens = encoder.tokens("text_encoder", ["Ein Kätzchen, 猫 🐈 & <|endoftext|>", ""])[0]
    assert tokens.shape == (2, TOKENS) and tokens.max() <= 49407
    assert tokens[1].tolist() == [49406] + [49407] * (TOKENS - 1)


def test_a_prompt_carries_its_width_family_and_what_stands_for_none(encoder):
    conditioning = encode(encoder, "a cat")
    assert conditioning.text.shape == (1, TOKENS, 32)
    assert conditioning.families == ("SD 1.x",)
    assert conditioning.unconditional and conditioning.unconditional.unconditional is None
    assert torch.equal(conditioning.unconditional.text, encode(encoder, "").text)


@pytest.mark.parametrize(
    "files, sentence",
    [
        ({}, "has 2 words; its text encoder reads 49,408"),
        ({"vocab.json": "{", "merges.txt": ""}, "tokenizer of copied cannot be read"),
        ({"tokenizer.json": "{}"}, "tokenizer of copied cannot be read"),
    ],
)
def test_a_broken_tokenizer_is_refused_in_a_sentence(model_at, tmp_path, files, sentence):
    folder = copytree(model_at("pndm"), tmp_path / "copied") / "tokenizer"
    rmtree(folder)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    with pytest.raises(Problem, match=sentence):
        tokenizer_for(recognise(folder.parent), "text_encoder")


def test_words_the_encoder_does_not_know_are_refused(model_at, tmp_path):
    path = copytree(model_at("pndm"), tmp_path / "copied")
    config = path / "text_encoder" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"vocab_size": 1000}))
    with pytest.raises(Problem, match="49,408 words; its text encoder reads 1,000"):
        tokenizer_for(recognise(path), "text_encoder")


def test_a_list_of_prompts_is_a_batch(encoder):
    both = encode(encoder, ["a cat", "a dog"])
    alone = torch.cat([encode(encoder, text).text for text in ("a cat", "a dog")])
    assert both.facts.batch == 2 and torch.allclose(both.text, alone, atol=1e-6)


def test_what_is_cut_is_counted(encoder):
    assert tokens_over(encoder, "red " * (TOKENS - 2)) == 0
    assert tokens_over(encoder, "red " * (TOKENS - 1)) == 1
    cut, short = encode(encoder, "red " * 100), encode(encoder, "red " * (TOKENS - 2))
    assert torch.equal(cut.text, short.text)
