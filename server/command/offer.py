"""What `run` does with a picture of another program: it writes the nearest workflow, to be run."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import document

if TYPE_CHECKING:
    from nodes.pictures.inside import Foreign

LONGEST = 200  # bytes of a name, which ends at 255 with all that is added


def offer(picture: "Foreign", options: argparse.Namespace) -> int:
    """Write it beside where pictures go, say how near it is and how to run it; nothing runs: 2."""
    from nodes.catalogue import catalogue
    from nodes.core.printer import canonical
    from nodes.core.problem import Problem, Problems
    from nodes.host import MODELS, Local
    from nodes.pictures.line import read_line
    from nodes.pictures.redraw import redraw

    file: Path = options.file
    try:
        nodes = catalogue(() if options.no_packs else options.packs)
        host = Local(options.out, file.resolve().parent, [*options.models, MODELS])
        host.outputs.make()
        print("Looking for its model by the hash of its file …", file=sys.stderr)
        drawn = redraw(read_line(picture.line), host, nodes)
        made = json.dumps(drawn.document).encode()
        text = canonical(json.loads(document.with_values(made, options.values, nodes)), nodes)
        path = _written(options.out, file.stem, text)
    except (Problem, Problems) as error:
        document.tell(error)
        return 2
    folders = [word for folder in options.models for word in ("--models", str(folder))]
    command = shlex.join(["python3", "main.py", "run", str(path), *folders])
    told = f"{file.name} was made by another program; the workflow nearest to it is {path}"
    for word in (told, *drawn.words, f"to run it: {command}"):
        document.tell(Problem(word))
    return 2


def _written(folder: Path, stem: str, text: str) -> Path:
    """The path of a file with that text: one that is there, or a new one.

    Raises `Problem` where the disk refuses.
    """
    from nodes.core.problem import Problem

    number, stem = 1, os.fsencode(stem)[:LONGEST].decode(errors="ignore")
    while True:
        path = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            if _put(path, text):
                return path
        except OSError as error:
            raise Problem(f"{path} could not be written: {error.strerror}") from None
        number += 1


def _put(path: Path, text: str) -> bool:
    """Whether the text is in the file now; what is there already stays as it is."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True
