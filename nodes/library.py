"""Where model files lie and what they are called.

A model's name is its path under a model folder without the ending.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from nodes.core.problem import Problem

INDEX, PART = "model_index.json", "config.json"
WEIGHTS = ("diffusion_pytorch_model", "model.", "model-")
READ = (".safetensors",)
REFUSED = (".ckpt", ".pt", ".pth", ".bin")  # found, so that the refusal can say what to do
LAYOUTS = ("checkpoints", "diffusion_models", "Stable-diffusion")  # of ComfyUI, and of A1111
BESIDE = "embeddings"  # lies beside the models in A1111


def model_folders(given: Iterable[Path]) -> list[Path]:
    """The folders in which models lie: those given, or `models` in one that is ComfyUI or A1111."""
    folders: dict[Path, None] = {}
    for folder in given:
        inside = folder / "models"
        if any((inside / kind).is_dir() for kind in LAYOUTS):
            folders[inside.resolve()] = None
            if (folder / BESIDE).is_dir():
                folders[(folder / BESIDE).resolve()] = None
        else:
            folders[folder.resolve()] = None
    return list(folders)


def find_model(folders: list[Path], name: str, port: str = "model") -> Path:
    """The folder or file that `name` stands for: a name, or a path under a model folder.

    Raises `Problem`.
    """
    if os.path.isabs(name):
        return _under(folders, Path(name), port)
    for folder in folders:
        for candidate in (
            folder / name,
            *(folder / f"{name}{ending}" for ending in (*READ, *REFUSED)),
        ):
            if candidate.is_file() or any((candidate / name).is_file() for name in (INDEX, PART)):
                return _under(folders, candidate, port)
    raise Problem(f'there is no model "{name}"{_instead(folders, name)}', port)


def _under(folders: list[Path], path: Path, port: str) -> Path:
    """The path itself, if links and all it lies under a model folder."""
    real = path.resolve()
    if not any(real.is_relative_to(folder.resolve()) for folder in folders):
        raise Problem(
            f"{path} is not under a model folder ({', '.join(map(str, folders))}): "
            "add its folder with --models",
            port,
        )
    if not real.exists():
        raise Problem(f"{path} does not exist", port)
    return path


def _instead(folders: list[Path], name: str) -> str:
    names = [known for known, _ in models(folders)]
    close = get_close_matches(name, names, 1, 0.5)
    if close:
        return f", did you mean {close[0]}?"
    listed = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return f"; found in {', '.join(map(str, folders))}: {listed or 'none'}"


def models(folders: list[Path]) -> Iterator[tuple[str, Path]]:
    """Every model by name, folder by folder; a name found twice counts where it is found first."""
    seen: set[str] = set()
    for folder in folders:
        for path in _walk(folder):
            relative = path.relative_to(folder)
            name = (relative.with_suffix("") if path.is_file() else relative).as_posix()
            if name not in seen:
                seen.add(name)
                yield name, path


def _walk(folder: Path) -> Iterator[Path]:
    """Model folders and files, not those inside a model folder, in a steady order."""
    seen: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(here)
        if real in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add(real)
        if INDEX in files or _is_part(files):
            folders.clear()
            yield Path(here)
            continue
        folders[:] = sorted(f for f in folders if not f.startswith("."))[:1000]
        yield from (Path(here, f) for f in sorted(files) if f.endswith((*READ, *REFUSED)))


def _is_part(files: list[str]) -> bool:
    """Whether a folder with these files is one part of a model, as diffusers writes it."""
    return PART in files and any(
        file.startswith(WEIGHTS) and file.endswith((*READ, *REFUSED)) for file in files
    )


def with_hash(folders: list[Path], short: str, digest: Callable[[Path], str]) -> str | None:
    """The model whose file has this hash, in any of the forms that other tools write.

    Eight digits are A1111's old one, of 64 KB from the first megabyte on; twelve are of a LoRA's
    tensors without what stands before them; all others begin the sha256 of the file, `digest`.
    """
    short = short.lower()
    if not re.fullmatch(r"[0-9a-f]{8,64}", short):
        return None
    hashed = {8: _of_a_part, 12: hash_of_tensors}.get(len(short), digest)
    files = ((name, path) for name, path in models(folders) if path.is_file())
    return next((name for name, path in files if hashed(path).startswith(short)), None)


def _of_a_part(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(0x100000)
        return hashlib.sha256(file.read(0x10000)).hexdigest()


def hash_of_tensors(path: Path) -> str:
    """The sha256 of a safetensors file without its header."""
    with path.open("rb") as file:
        file.seek(int.from_bytes(file.read(8), "little") + 8)
        return hashlib.file_digest(file, "sha256").hexdigest()
