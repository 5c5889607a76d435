"""`main.py models`: the models that were found; `models convert FILE` mends a pickle."""

import argparse
import signal
import sys
from pathlib import Path

WORDS = {
    "controlnet": "ControlNet",
    "embedding": "textual inversion",
    "lora": "LoRA",
    "text_encoder": "text encoder",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--models",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a further folder of models",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    convert = actions.add_parser(
        "convert",
        help="write a safetensors file of a .ckpt, .pt, .pth or .bin, or of each in a model folder",
        allow_abbrev=False,
    )
    convert.add_argument("file", metavar="FILE", type=Path)


def main(options: argparse.Namespace) -> int:
    """List what there is, or convert one file: 0 done, 2 it could not be read."""
    return _convert(options.file) if options.action == "convert" else _list(options.models)


def _list(folders: list[Path]) -> int:
    from nodes.host import MODELS
    from nodes.library import model_folders, models

    found = models(model_folders([*folders, MODELS]))
    rows = [(name, _size(path), *_about(path)) for name, path in found]
    if not rows:
        print(f"No models in {', '.join(map(str, [*folders, MODELS]))}.")
        return 0
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, size, family, what in rows:
        print(f"{name:{widths[0]}}  {size:>{widths[1]}}  {family:{widths[2]}}  {what}")
    return 0


def _about(path: Path) -> tuple[str, str]:
    """Family and what is in it, or why it cannot be used."""
    from nodes.core.problem import Problem
    from nodes.diffusion.kind import kind_at
    from nodes.diffusion.recognise import recognise

    kind, family, problem = kind_at(path)
    if kind is None or problem:
        return family or "–", problem or ""
    try:
        found = recognise(path)
    except Problem:
        return family or "–", WORDS.get(kind, kind)
    parts = {"model": found.model, "text encoder": found.text, "VAE": found.space}
    return family or "–", ", ".join(label for label, there in parts.items() if there)


def _size(path: Path) -> str:
    files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    size = sum(p.stat().st_size for p in files)
    return f"{size / 2**20:.0f} MB" if size < 2**30 else f"{size / 2**30:.1f} GB"


def _convert(path: Path) -> int:
    from nodes.core.problem import Problem
    from nodes.diffusion.convert import convert, convert_folder

    for ended in {"SIGTERM", "SIGHUP"} & set(signal.Signals.__members__):
        signal.signal(signal.Signals[ended], _leave)
    try:
        for made in convert_folder(path) if path.is_dir() else [convert(path)]:
            print(made, flush=True)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _leave(number: int, _: object) -> None:
    """End as if by this signal, but only after what was begun has been put away."""
    sys.exit(128 + number)
