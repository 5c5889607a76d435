"""Textual inversions."""

from dataclasses import replace
from pathlib import PurePath
from typing import Annotated, NamedTuple

from nodes.core import Context, File, Problem, TextEncoder, node
from nodes.core.context import Host
from nodes.core.facts import TextFacts
from nodes.core.types import Embedding
from nodes.diffusion.embedding_file import read_embedding, suiting
from nodes.diffusion.unchanged import while_unchanged

from .look import told_of


class Taught(NamedTuple):
    """A text encoder that knows a word more."""

    text_encoder: TextEncoder


@node
def load_embedding(
    text_encoder: TextEncoder,
    embedding: Annotated[str, File("embedding")],
    word: str = "",
    *,
    context: Context,
) -> Taught:
    """Teach a text encoder a word: a textual inversion, which was made for a subject or a style.

    Use the word in prompts of this text encoder; empty, it is the name of the file. Several may
    follow one another.
    """
    meant = _meant(word, embedding)
    with told_of("embedding"):
        path = context.model_path(embedding, "embedding")
        suiting(_embedding_at(path), text_encoder.facts)
        laid = Embedding(str(path), context.host.digest("embedding", embedding), meant)
    weights = text_encoder.weights
    taught = replace(weights, embeddings=(*weights.embeddings, laid))
    return Taught(replace(text_encoder, weights=taught))


@load_embedding.facts
def _embedding_facts(
    text_encoder: TextFacts | None, embedding: str | None, word: str | None, host: Host
) -> tuple[TextFacts]:
    known = text_encoder or TextFacts()
    if embedding is not None:
        if word is not None:
            _meant(word, embedding)
        with told_of("embedding"):
            suiting(_embedding_at(host.find("embedding", embedding)), known)
    return (known,)


def _meant(word: str, embedding: str) -> str:
    """The word that stands for it. Raises Problem for one that a prompt cannot have."""
    meant = " ".join(word.split()) or PurePath(embedding).name.removesuffix(".safetensors")
    if any(letter in meant for letter in "()\\"):
        raise Problem(f'is "{meant}": parentheses are for weights, choose another word', "word")
    return meant


_embedding_at = while_unchanged(read_embedding)
