"""Nodes that bring pictures in, show them and write them out."""

from functools import partial
from typing import Annotated, NamedTuple

from nodes.core import Choice, Context, File, Image, Mask, Prompt, node
from nodes.core.context import Host
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.pictures import picture_size, read_picture, write_png
from nodes.settings import parameters, text_of


class LoadedImage(NamedTuple):
    image: Image
    mask: Mask


@node
def load_image(image: Annotated[str, File("image")], *, context: Context) -> LoadedImage:
    """Open a picture. The mask is where it is transparent."""
    values, mask = read_picture(context.model_path(image, "image"))
    return LoadedImage(Image(values), Mask(mask))


@load_image.facts
def _opened(image: str | None, host: Host) -> dict[str, object]:
    if image is None:
        return {}
    width, height = picture_size(host.find("image", image))
    return {"image": ImageFacts(width, height, 1), "mask": MaskFacts(width, height, 1)}


@node(effect=True)
def save_image(
    image: Image,
    name: Annotated[str, Prompt(1)] = "picture",
    format: Annotated[str, Choice(("png",))] = "png",
    *,
    context: Context,
) -> None:
    """Write pictures to the output folder, with the whole workflow inside.

    A number is added to the name.
    """
    _write(image, name, context, shown_only=False)


@node(effect=True)
def preview_image(image: Image, *, context: Context) -> None:
    """Show pictures without keeping them among the outputs."""
    _write(image, "preview", context, shown_only=True)


def _write(image: Image, name: str, context: Context, shown_only: bool) -> None:
    workflow = text_of(context.plan)
    for number, pixels in enumerate(image.values):
        line = parameters(context, image.facts, number)
        context.asset(
            f"{name or 'picture'}.png",
            partial(write_png, pixels=pixels, workflow=workflow, parameters=line),
            shown_only,
        )
