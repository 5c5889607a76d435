"""What models that begin where another one ended are shown."""

from dataclasses import replace
from typing import Annotated

from nodes.core import Conditioning, Image, Problem, Seed, Slider, node
from nodes.core.facts import ConditioningFacts, ImageFacts
from nodes.core.shown import Shown


@node
def show_picture(
    conditioning: Conditioning,
    image: Image,
    noise_level: Annotated[int, Slider(0, 999, 1)] = 250,
    seed: Annotated[int, Seed()] = 0,
) -> Conditioning:
    """Give a model that enlarges pictures the one to enlarge, as stage two of DeepFloyd IF.

    It is stretched to the size that is sampled. With more `noise_level` it is followed less closely
    and more is made up. Picture i of a batch gets the noise of seed + i. A negative prompt needs no
    picture.
    """
    _go_together(conditioning.facts.batch, image.facts.batch)
    return replace(conditioning, shown=Shown(image.values * 2 - 1, noise_level, seed))


@show_picture.facts
def _shown(conditioning: ConditioningFacts | None, image: ImageFacts | None) -> ConditioningFacts:
    known = conditioning or ConditioningFacts()
    pictures = image.batch if image else None
    _go_together(known.batch, pictures)
    batch = max(known.batch, pictures) if known.batch and pictures else None
    return replace(known, batch=batch, shown=True)


def _go_together(prompts: int | None, pictures: int | None) -> None:
    """Refuse pictures that are neither one nor as many as the prompts."""
    if prompts and pictures and 1 not in (prompts, pictures) and prompts != pictures:
        told = f"has {pictures} pictures, the conditioning is for {prompts}"
        raise Problem(f"{told}: show as many, or one for all", "image")
