"""python -m nodes.training STAGE --work DIR: make the starter model, one stage at a time."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import torch

from nodes.training import stages
from nodes.training.export import export
from nodes.training.pictures import draw_pictures
from nodes.training.sheet import save_sheet
from nodes.training.tokens import save


def main() -> None:
    torch.set_num_threads(1)
    choices = vars(_arguments().parse_args())
    run: Callable[..., None] = choices.pop("run")
    run(**choices)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nodes.training", description=__doc__)
    parser.set_defaults(run=None)
    stage = parser.add_subparsers(required=True, metavar="STAGE")
    _command(stage, "scenes", draw_pictures, count=16_000, seed=1)
    _command(stage, "tokenizer", save)
    _command(stage, "text-encoder", stages.text_encoder, steps=600, rate=1e-3, batch=64, seed=0)
    _command(stage, "autoencoder", stages.autoencoder, **stages.CROPS)
    _command(stage, "latents", stages.latents, count=8000)
    _command(stage, "decoder", stages.decoder, **stages.CROPS)
    _command(stage, "denoiser", stages.denoiser, steps=9000, rate=1e-3, batch=16, seed=0)
    _command(stage, "export", export, folder=Path("models/starter"))
    _command(
        stage,
        "sheet",
        save_sheet,
        folder=Path("models/starter"),
        guidance=3.0,
        steps=20,
        seed=0,
    )
    return parser


def _command(
    stage: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[..., None],
    **defaults: object,
) -> None:
    """A stage, and an option for each value it may be given."""
    parser = stage.add_parser(name, help=(run.__doc__ or "").split("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="where everything is kept")
    for option, value in defaults.items():
        parser.add_argument(f"--{option}", type=type(value), default=value)
    parser.set_defaults(run=run)


if __name__ == "__main__":
    main()
