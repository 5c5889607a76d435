"""Nodes that turn words into what a model is steered by."""

from typing import Annotated

from nodes.core import Conditioning, Context, Prompt, TextEncoder, node
from nodes.core.facts import ConditioningFacts, TextFacts
from nodes.diffusion import memory
from nodes.diffusion.text import encode, tokens_over


@node
def encode_text(
    text_encoder: TextEncoder, text: Annotated[str, Prompt(4)] = "", *, context: Context
) -> Conditioning:
    """Turn a prompt into conditioning, with what stands for no prompt beside it.

    Text beyond what the encoder can read is cut, and said.
    """
    encoder = memory.text_encoder(text_encoder)
    over = tokens_over(encoder, text)
    if over > 0:
        context.notice(
            f"the prompt is {over} tokens too long for this encoder, its end is not read"
        )
    return encode(encoder, text)


@encode_text.facts
def _encoded(text_encoder: TextFacts | None) -> ConditioningFacts:
    known = text_encoder or TextFacts()
    families = (known.family,) if known.family else None
    return ConditioningFacts(known.text_width, known.pooled_width, families, 1)
