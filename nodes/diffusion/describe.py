"""Handles for what lies at a path: what goes on wires in place of weights. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nodes.core.problem import Problem
from nodes.core.types import ControlNet, Model, TextEncoder, Vae, Weights

from .alone import joined
from .control_file import PART as CONTROL
from .control_file import control_at, facts_of
from .digest import Digests
from .recognise import INDEX, NOISING, OWN_DEFAULTS, Found, recognise

USED = {".safetensors", ".json", ".txt"}


@dataclass(frozen=True)
class Described:
    """The handles a path gives; None for a part that is not in it."""

    model: Model | None
    text_encoder: TextEncoder | None
    vae: Vae | None


def describe(
    path: str | Path, prediction: str = "auto", digests: str | Path | None = None
) -> Described:
    """Handles for the model at `path`: recognised, and its files hashed, but no weights loaded.

    `digests` is the JSON file that remembers hashes between runs. Raises what `recognise` raises.
    """
    found = recognise(path, prediction)
    try:
        return _handles(found, Digests(digests))
    except OSError as error:
        raise Problem(f"{found.path.name} cannot be read: {error.strerror}.") from None


def describe_encoders(
    family: str, paths: tuple[str, ...], digests: str | Path | None = None
) -> TextEncoder:
    """The handle of text encoders that lie in files of their own, in the order of the family.

    Raises what `joined` raises.
    """
    found, hashes = joined(family, paths), Digests(digests)
    digest = " ".join(_file_or_folder(Path(path), hashes) for path in paths)
    first = found.family.text_parts[0]
    weights = Weights(paths[0], first, family, digest, files=paths)
    assert found.text
    return TextEncoder(weights, found.text)


def describe_control(path: Path, digests: str | Path | None = None) -> ControlNet:
    """The handle of a ControlNet. Raises what `control_at` raises."""
    found, hashes = control_at(path), Digests(digests)
    digest = _file_or_folder(path, hashes)
    weights = Weights(str(path), CONTROL, found.family.name, digest)
    return ControlNet(weights, facts_of(found))


def _file_or_folder(path: Path, hashes: Digests) -> str:
    if path.is_file():
        return hashes.of(path)
    return hashes.of_all(path, [file for file in path.glob("*") if file.suffix in USED])


def _handles(found: Found, hashes: Digests) -> Described:
    denoiser, facts, text, space = found.family.denoiser, found.model, found.text, found.space
    first, coder = found.family.text_parts[0], found.family.autoencoder or "pixels"
    return Described(
        Model(_weights(found, denoiser, hashes), facts) if facts else None,
        TextEncoder(_weights(found, first, hashes), text) if text else None,
        Vae(_weights(found, coder, hashes), space) if space else None,
    )


def _weights(found: Found, part: str, hashes: Digests) -> Weights:
    digest = hashes.of(found.path) if found.path.is_file() else _folder(found, part, hashes)
    return Weights(str(found.path), part, found.family.name, digest, found.prediction)


def _folder(found: Found, part: str, hashes: Digests) -> str:
    """Over the files that decide what the part computes, in its own folder and beside it."""
    texts = found.family.text_parts
    tokenizers = [found.family.tokenizer(name) for name in texts]
    beside = {found.family.denoiser: [part, "scheduler", NOISING], texts[0]: [*texts, *tokenizers]}
    names = beside.get(part, [part])
    folders = [found.path] if found.bare else [found.path / name for name in names]
    files = [path for folder in folders for path in folder.glob("*") if path.suffix in USED]
    if part == found.family.denoiser:  # its space is that of the autoencoder beside it
        space = f"{found.family.autoencoder}/config.json"
        files += filter(Path.is_file, (found.path / OWN_DEFAULTS, found.path / space))
    if part == texts[0]:  # it says what stands for no prompt
        files.append(found.path / INDEX)
        if callable(found.family.lengths):  # and the denoiser how much is read
            files.append(found.path / found.family.denoiser / "config.json")
    return hashes.of_all(found.path, files)
