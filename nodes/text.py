"""Nodes that turn words into what a model is steered by."""

from typing import Annotated

from nodes.core import Choice, Conditioning, Context, Problem, Prompt, Slider, TextEncoder, node
from nodes.core.facts import ConditioningFacts, TextFacts
from nodes.diffusion import memory
from nodes.diffusion.finite import finite
from nodes.diffusion.text import Cut, cut_from, encode, too_many

SHOWN = 80  # letters of what was cut


@node
def encode_text(
    text_encoder: TextEncoder,
    text: Annotated[str, Prompt(4)] = "",
    long: Annotated[str, Choice(("cut", "chunks"))] = "cut",
    clip_skip: Annotated[int, Slider(0, 11, 1)] = 0,
    *,
    context: Context,
) -> Conditioning:
    r"""Turn a prompt into conditioning, with what stands for no prompt beside it.

    `(red hat:1.3)` makes words count more, below 1 less; `\(` and `\)` are plain parentheses. What
    is longer than the encoder reads is cut and said, or read in `chunks` by CLIP encoders, which
    break after a comma where they can. `clip_skip` leaves out as many of CLIP's last layers, as
    some models want. Both do nothing to T5, which reads longer prompts.
    """
    encoder = memory.text_encoder(text_encoder)
    chunks = long == "chunks"
    cut = cut_from(encoder, text, chunks)
    if cut:
        context.notice(_told(cut, chunks or not encoder.family.clips))
    read = encode(encoder, text, clip_skip, chunks)
    finite(read.text, text_encoder.weights, encoder.modules.values(), "text_encoder")
    return read


@encode_text.facts
def _encoded(text_encoder: TextFacts | None, clip_skip: int | None) -> ConditioningFacts:
    known = text_encoder or TextFacts()
    if clip_skip and known.layers is not None and clip_skip > known.layers:
        raise Problem(too_many(clip_skip, known.layers), "clip_skip")
    families = (known.family,) if known.family else None
    widths = (known.text_width, known.pooled_width)
    return ConditioningFacts(*widths, families, 1, ((0.0, 1.0),), (0.0, 0.0))


def _told(cut: Cut, last: bool) -> str:
    """What was cut; `last`: chunks would not help, or are there already."""
    shown = cut.text if len(cut.text) <= SHOWN else f"{cut.text[: SHOWN - 2]} …"
    who = "not read" if cut.by == cut.of else f"not read by {cut.by} of {cut.of} text encoders"
    way = "shorten it" if last else "shorten it, or set long to chunks"
    these = "this encoder" if cut.of == 1 else "these encoders"
    return f'the prompt is {cut.tokens} tokens too long for {these}: "{shown}" is {who}; {way}'
