"""Whether a LoRA was made for the family of a model, as far as its header tells. No torch."""

from __future__ import annotations

import re

from nodes.core.facts import ModelFacts
from nodes.core.problem import Problem

from .families import FAMILIES
from .family import Family
from .lora_file import LoraFile

# how wide the text is that the U-Nets of a family read
READS = {768: "SD 1.x", 1024: "SD 2.x", 1280: "SDXL refiner", 2048: "SDXL"}
IN_BLOCKS = re.compile(r"\w*blocks_\d+_")


def suit(file: LoraFile, model: ModelFacts) -> None:
    """Raises Problem if the header alone says that the file was made for another family.

    Denoisers are told apart by their kind, then by the names of layers in their blocks, and U-Nets
    by the width of the text they read. What is left is told by shapes, once it is laid over.
    """
    family = FAMILIES.get(model.family or "")
    if family:
        wanted = {family.denoiser} if file.denoisers else family.classes.keys()
        if not file.parts.keys() & wanted:
            theirs, ours = " and ".join(file.parts), " and ".join(family.classes)
            _refuse(file, f"it changes {theirs}, the model ({family.name}) has {ours}")
        unknown = _unknown(file, family)
        if unknown:
            other = [
                one.name for one in FAMILIES.values() if one.blocks and not _unknown(file, one)
            ]
            named = f" ({' or '.join(other)})" if other else ""
            more = f"{len(unknown):,} of the layers it changes, such as {unknown[0]}"
            _refuse(file, f"{more}, are not in the model ({family.name})", named)
    other_widths = file.text_widths - {model.text_width}
    if model.text_width and other_widths:
        width, reads = min(other_widths), f"the model ({model.family}) reads {model.text_width:,}"
        named = f" ({READS[width]})" if width in READS else ""
        _refuse(file, f"it reads text {width:,} wide, {reads}", named)


def _unknown(file: LoraFile, family: Family) -> list[str]:
    """The layers in blocks that no denoiser of this family has; none where it does not say which.

    A file for another kind of denoiser has only such.
    """
    if not family.blocks:
        return []
    layers = file.parts.get(family.denoiser, {})
    return [name for name in layers if IN_BLOCKS.match(name) and not re.match(family.blocks, name)]


def _refuse(file: LoraFile, why: str, named: str = "") -> None:
    raise Problem(f"{file.name} was made for another family{named}: {why}.")
