"""Parts that come from files of their own: text encoders and autoencoders."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

from nodes.core import Choice, Context, File, Problem, TextEncoder, Vae, node
from nodes.core.context import Host
from nodes.core.facts import TextFacts, VaeFacts
from nodes.core.problem import Fix
from nodes.core.types import LatentSpace
from nodes.diffusion.alone import joined
from nodes.diffusion.describe import describe, describe_encoders
from nodes.diffusion.families import FAMILIES
from nodes.diffusion.recognise import Found, recognise
from nodes.diffusion.space import OF, SPACES, TINY, VQ, named

from .look import found_at, told_of

AUTO = "auto"
Encoder = Annotated[str | None, File("text_encoder")]


@node
def load_vae(
    vae: Annotated[str, File("vae")],
    space: Annotated[str, Choice((AUTO, *SPACES))] = AUTO,
    *,
    context: Context,
) -> Vae:
    """Open an autoencoder by itself, or that of another model, to use in place of a model's own.

    `space` is for single files, which do not say how the models of their family scale latents, and
    for small autoencoders (TAESD and the like), which never say whose latents they read. One with
    a codebook (VQ) has a space of its own.
    """
    path = context.model_path(vae, "vae")
    with told_of("vae"):
        found, handle = recognise(path), describe(path, digests=_digests(context)).vae
    if handle is None:
        raise Problem(f"{vae} has no autoencoder in it", "vae")
    return replace(handle, space=_space(found, vae, space))


@load_vae.facts
def _vae_facts(vae: str | None, space: str | None, host: Host) -> VaeFacts | None:
    if vae is None or space is None:
        return None
    found = found_at(host, "vae", vae, AUTO)
    if found.space is None:
        raise Problem(f"{vae} has no autoencoder in it", "vae")
    chosen = _space(found, vae, space)
    return VaeFacts(chosen.name, chosen.channels, chosen.factor)


def _space(found: Found, name: str, chosen: str) -> LatentSpace:
    """What was chosen, or what a folder or whole model says; a lone file of four channels is SD's.
    One with a codebook is scaled as its class says.

    Raises Problem where that does not go with the autoencoder, or nothing tells.
    """
    assert found.space
    channels, config = found.space.channels, found.configs.get(found.family.autoencoder or "", {})
    if config.get("_class_name") == VQ:
        if chosen != AUTO:
            told = f"is {chosen}, but {name} has a codebook: its space is {found.space.name}"
            raise Problem(told, "space", fix=Fix("Set it to auto", {"space": AUTO}))
        return found.space
    if chosen != AUTO:
        if (of := SPACES[chosen].channels) != channels:
            told = f"is {chosen}, of {of} channels; the autoencoder in {name} has {channels}"
            raise Problem(told, "space")
        return named(chosen, found.space)
    small = config.get("_class_name") == TINY and OF not in config
    known = channels == SPACES["SD 1.x"].channels and not small
    if (found.path.is_file() or small) and found.model is None and not known:
        fitting = [space for space, known in SPACES.items() if known.channels == channels]
        told = f"is auto, but {name} does not say which of {channels} channels it is"
        way = f": choose {' or '.join(fitting)}" if fitting else ""
        likely = fitting[:1] if small else fitting[-1:]
        fixes = [Fix(f"Take it for {one}", {"space": one}) for one in likely]
        raise Problem(told + way, "space", fix=fixes[0] if fixes else None)
    return found.space


class LoadedText(NamedTuple):
    text_encoder: TextEncoder


@node
def load_text_encoder(
    first: Annotated[str, File("text_encoder")],
    second: Encoder = None,
    third: Encoder = None,
    family: Annotated[str, Choice((AUTO, *FAMILIES))] = AUTO,
    *,
    context: Context,
) -> LoadedText:
    """Open text encoders from files of their own, or those of another model.

    `family` is the one whose models are to read them, and says how many there are and in which
    order: two for SDXL and FLUX.1 (CLIP, T5), three for SD3. A whole model brings its own, so
    `auto` is for that.
    """
    names = _given(first, second, third)
    paths = [context.model_path(name, "text_encoder") for name in names]
    if family != AUTO:
        files = tuple(str(path.resolve()) for path in paths)
        return LoadedText(describe_encoders(family, files, _digests(context)))
    with told_of("first"):
        whole = describe(paths[0], digests=_digests(context)).text_encoder
    if whole is None or len(paths) > 1:
        raise Problem(_of_which(first), "family")
    return LoadedText(whole)


@load_text_encoder.facts
def _encoder_facts(
    first: str | None,
    second: str | None,
    third: str | None,
    family: str | None,
    host: Host,
) -> TextFacts | None:
    if first is None or family is None:
        return None
    names = _given(first, second, third)
    if family != AUTO:
        files = tuple(str(host.find("text_encoder", name)) for name in names)
        return joined(family, files).text
    whole = _text_of(host.find("text_encoder", first))
    if whole is None or len(names) > 1:
        raise Problem(_of_which(first), "family")
    return whole


def _text_of(path: Path) -> TextFacts | None:
    """What a whole model writes; None for anything else."""
    try:
        return recognise(path).text
    except Problem:
        return None


def _given(first: str, *others: str | None) -> list[str]:
    return [first, *(name for name in others if name)]


def _of_which(name: str) -> str:
    return f"is auto, but {name} is not a whole model: choose the family that reads it"


def _digests(context: Context) -> Path:
    return context.host.scratch / "digests.json"
