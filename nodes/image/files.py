"""Nodes that bring pictures in, show them and write them out."""

from datetime import datetime
from functools import partial
from typing import Annotated, NamedTuple

import torch

from nodes.core import Choice, Context, File, Image, Mask, Prompt, Slider, node
from nodes.core.context import Host
from nodes.core.facts import ImageFacts, MaskFacts
from nodes.core.sizes import agreed
from nodes.pictures.inside import line_in
from nodes.pictures.line import parameters_line
from nodes.pictures.naming import check_name, filled
from nodes.pictures.reading import picture_size, read_picture
from nodes.pictures.writing import FORMATS, Shape, fits_jpeg, write_picture
from nodes.settings import parameters, text_of


class LoadedImage(NamedTuple):
    image: Image
    mask: Mask
    parameters: str


@node
def load_image(image: Annotated[str, File("image")], *, context: Context) -> LoadedImage:
    """Open a picture: PNG, WebP or JPEG. The mask is where it is transparent.

    `parameters` is the line of prompt, steps, sampler … that A1111 and others write into their
    pictures, and we do too; empty if there is none.
    """
    path = context.model_path(image, "image")
    values, mask, moves = read_picture(path)
    if moves:
        context.notice(f"{image} is a moving picture: only its first is taken")
    return LoadedImage(Image(values), Mask(mask), line_in(path))


@load_image.facts
def _opened(image: str | None, host: Host) -> dict[str, object]:
    if image is None:
        return {}
    path = host.find("image", image)
    width, height = picture_size(path)
    return {
        "image": ImageFacts(width, height, 1),
        "mask": MaskFacts(width, height, 1),
        "parameters": line_in(path),
    }


@node(effect=True)
def save_image(
    image: Image,
    mask: Mask | None,
    name: Annotated[str, Prompt(1)] = "picture",
    format: Annotated[str, Choice(FORMATS)] = "png",
    quality: Annotated[int, Slider(1, 100, 1)] = 90,
    *,
    context: Context,
) -> None:
    """Write pictures to the output folder, with the whole workflow inside.

    The name may hold {date}, {time}, {title}, {seed}, {model}, {steps}, {sampler}, {schedule},
    {guidance}, {prompt}, {negative}, {width}, {height}; a / makes folders. A number is added at
    the end, or where {counter} stands. `quality` is for webp (100 keeps every value) and jpeg.
    Where there is a mask, the picture is transparent.
    """
    _savable(image.facts, mask.facts if mask else None, name, format, quality)
    pixels = image.values
    if mask is not None:
        count = max(len(pixels), len(mask.values))
        opaque = 1 - mask.values.to(pixels.device).clamp(0, 1)
        sides = pixels.shape[-2:]
        pixels = torch.cat(
            (pixels.expand(count, 3, *sides), opaque.expand(count, 1, *sides)), dim=1
        )
    _write(pixels, name, Shape(format, quality), context, shown_only=False)


@save_image.facts
def _savable(
    image: ImageFacts | None,
    mask: MaskFacts | None,
    name: str | None,
    format: str | None,
    quality: int | None,
) -> dict[str, object]:
    """Refuse what cannot be written; what is not known yet is looked at again in the run."""
    check_name(name or "")
    image = image or ImageFacts()
    Shape(format or "png", quality or 1).check(image.width, image.height, mask is not None)
    if mask is not None:
        agreed(image=image, mask=mask)
    return {}


@node(effect=True)
def preview_image(image: Image, *, context: Context) -> None:
    """Show pictures without keeping them among the outputs."""
    _write(image.values, "preview", Shape(), context, shown_only=True)


def _write(
    batch: torch.Tensor, name: str, shape: Shape, context: Context, shown_only: bool
) -> None:
    height, width = batch.shape[-2:]
    workflow, title = text_of(context.plan), str(context.plan.document.get("title") or "")
    wrong = int(batch.isnan().sum())
    if wrong:
        context.notice(
            f"{wrong} of the {batch.numel()} values are no numbers, something before overflowed: "
            "they are black"
        )
    for number, pixels in enumerate(batch):
        settings = parameters(context, ImageFacts(width, height), number)
        line = parameters_line(settings) if settings else ""
        if shape.format == "jpeg" and not fits_jpeg(line):
            context.notice(
                "the prompt is too long for the line that other tools read in a JPEG, "
                "the workflow is inside all the same"
            )
        made = filled(name, settings, title, (width, height), datetime.now())
        write = partial(write_picture, pixels=pixels, shape=shape, workflow=workflow, line=line)
        context.asset(f"{made}.{shape.ending}", write, shown_only)
