"""Weights in prompts: which forms are weights, and what a weight does to a token."""

import pytest
import torch

from nodes.diffusion import memory
from nodes.diffusion.reading import read, words_of
from nodes.diffusion.text import encode
from nodes.diffusion.tokens import usual_t5
from nodes.diffusion.weighting import weighed
from tests.tiny import TOKENS, tokenizer

PLAIN = "a red sailboat, at sunset"


@pytest.fixture(scope="module")
def encoder(described):
    return memory.text_encoder(described("file").text_encoder)


def runs(text):
    """(letters, weight) as long as the weight stays."""
    words, counts = weighed(text)
    found: list[tuple[str, float]] = []
    for letter, count in zip(words, counts, strict=True):
        if found and found[-1][1] == count:
            found[-1] = (found[-1][0] + letter, count)
        else:
            found.append((letter, count))
    return found


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a (red:1.5) cat", [("a ", 1), ("red", 1.5), (" cat", 1)]),
        ("(a (red:1.5) cat:2)", [("a ", 2), ("red", 3), (" cat", 2)]),
        ("((red:1.5):2)", [("red", 3)]),
        ("(red cat: .5 )", [("red cat", 0.5)]),
        ("(red:-1)(cat:0)", [("red", -1), ("cat", 0)]),
        (r"\(red\)", [("(red)", 1)]),
        (r"(red \(or blue\):1.5)", [("red (or blue)", 1.5)]),
        ("(red (or blue):1.5)", [("red (or blue)", 1.5)]),
        (r"a\b", [(r"a\b", 1)]),
    ],
)
def test_only_the_written_form_is_a_weight(text, expected):
    assert runs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("(red)", "((red))", "[red:1.5]", "(red", "red)", "red:1.5", "(red:1.5", "(red:)", "()"),
        *("(:1.5)", "( :1.5)", "(red:big)", "(red:1.5.2)", "(at 10:30)", "(red:1e9)", ":)", ":("),
        *("(red:nan)", "(red:inf)", "(red:--1)", "", "\\", "猫 (🐈)"),
    ],
)
def test_all_else_is_words_as_they_stand(text):
    assert weighed(text) == (text, [1.0] * len(text))


def test_a_hundred_thousand_parentheses_are_read_at_once():
    deep = "(" * 50_000 + "red" + ":1)" * 50_000
    assert weighed(deep) == ("red", [1.0] * 3)
    assert weighed("(" * 100_000)[0] == "(" * 100_000


@pytest.mark.parametrize("made", [tokenizer, usual_t5])
def test_words_have_their_tokens_whatever_they_weigh(made):
    tokens = made()
    text = "Ein Kätzchen, 猫 & a  sunflower at sunset"
    plain = words_of(tokens, text, {})
    assert plain.ids == tokens(text, add_special_tokens=False).input_ids
    assert set(plain.weights) == {1.0}
    some = words_of(tokens, text.replace("sunflower", "(sunflower:1.5)"), {})
    assert some.ids == plain.ids
    heavy = [i for i, w in zip(some.ids, some.weights, strict=True) if w == 1.5]
    assert tokens.decode(heavy).strip() == "sunflower"


@pytest.mark.parametrize("text", ["", PLAIN, "red " * 50, "<|endoftext|> a"])
def test_plain_texts_are_given_as_the_tokenizer_itself_gives_them(text):
    for tokens in (tokenizer(), tokenizer(second=True), usual_t5()):
        found = read(tokens, [text, "b"], 1, {})
        how = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
        theirs = tokens([text, "b"], max_length=tokens.model_max_length, **how)
        assert torch.equal(found.ids, theirs.input_ids) and found.weights is None
        assert torch.equal(found.mask, theirs.attention_mask)


def test_a_weight_of_one_is_the_plain_prompt_to_the_bit(encoder):
    plain = encode(encoder, PLAIN)
    for text in ("a (red:1) sailboat, at sunset", "a (red:1.0) (sailboat, at:1) sunset"):
        assert torch.equal(encode(encoder, text).text, plain.text)


def test_a_weight_moves_a_token_away_from_the_empty_prompt(encoder):
    plain, empty = (encode(encoder, text).text for text in (PLAIN, ""))
    heavy = encode(encoder, "a (red:1.5) sailboat, at sunset").text
    expected = plain.clone()
    expected[:, 2] = empty[:, 2] + 1.5 * (plain[:, 2] - empty[:, 2])
    assert torch.allclose(heavy, expected, atol=1e-6)
    others = [place for place in range(TOKENS) if place != 2]
    assert torch.equal(heavy[:, others], plain[:, others])
    none = encode(encoder, "a (red:0) sailboat, at sunset").text
    assert torch.equal(none[:, 2], empty[:, 2])
