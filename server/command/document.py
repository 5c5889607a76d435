"""The workflow a command is given: a JSON file or a picture that holds one, with values set."""

import argparse
import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.core.nodetype import NodeType
from nodes.core.problem import Problem, Problems
from nodes.core.read import read, scan
from nodes.core.setting import find
from nodes.core.workflow import parse


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of every command that takes a workflow."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a workflow, or a picture we made")
    set_argument(parser)
    parser.add_argument(
        "--models",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a further folder of models",
    )
    parser.add_argument(
        "--packs",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a folder of nodes to trust and load for this run",
    )
    parser.add_argument("--no-packs", action="store_true", help="load no packs")


def set_argument(parser: argparse.ArgumentParser) -> None:
    """Values in place of those in the file."""
    parser.add_argument(
        "--set",
        metavar="NODE.INPUT=VALUE",
        action="append",
        default=[],
        dest="values",
        help="a value in place of the file's",
    )


def opened(path: Path) -> bytes:
    """The text of a workflow in a file or picture. Raises `Problems` if it is no JSON at all.

    Of a picture by another program, which says how it was made, raises `Foreign`.
    """
    from nodes.pictures.inside import is_picture

    try:
        data = _from_picture(path) if is_picture(path) else path.read_bytes()
    except OSError as error:
        raise Problems([Problem(f"{path} cannot be opened: {error.strerror}")]) from None
    try:
        scan(data)
    except Problems as error:
        raise Problems([problem.at(path.name) for problem in error.problems]) from None
    return data


def _from_picture(path: Path) -> bytes:
    from nodes.pictures.inside import Foreign, workflow_in

    try:
        return workflow_in(path).encode()
    except Foreign:
        raise
    except Problem as problem:
        raise Problems([problem]) from None


def with_values(data: bytes, values: list[str], catalogue: Mapping[str, NodeType]) -> bytes:
    """The workflow with values set over it, each as `NODE.INPUT=VALUE` (`r/x.seed=3` in a body).

    Raises `Problems`.
    """
    if not values:
        return data
    document = read(data)
    workflow = parse(document)
    changed = copy.deepcopy(document)
    problems: list[Problem] = []
    for written in values:
        try:
            place, text = split(written)
            found = find(workflow, changed, place, catalogue)
            found.put(value_of(text, found.port.type))
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return json.dumps(changed).encode()


def split(written: str) -> tuple[str, str]:
    """The place and the text of `NODE.INPUT=VALUE`. Raises `Problem`."""
    place, equals, text = written.partition("=")
    if not equals or "." not in place:
        raise Problem(f'"{written}" is not written NODE.INPUT=VALUE', None, "--set")
    return place, text


def value_of(text: str, type: str) -> Any:
    """Text stays text where the input takes text; all else is JSON, or a word such as auto."""
    if type == "str":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def tell(error: Problem | Problems) -> None:
    """Every problem on stderr, one a line."""
    for problem in error.problems if isinstance(error, Problems) else [error]:
        print(str(problem).replace("\n", " "), file=sys.stderr)
