"""What a name stands for, by headers and configs: asked by the rules of all loaders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nodes.core import Problem
from nodes.core.context import Host
from nodes.diffusion.loading import look
from nodes.diffusion.recognise import Found, recognise
from nodes.diffusion.unchanged import while_unchanged


def found_at(host: Host, kind: str, name: str, prediction: str, port: str | None = None) -> Found:
    """What lies under a name, whole. What is wrong is told of the input."""
    with told_of(port or kind):
        return _whole(host.find(kind, name), prediction, kind)


@while_unchanged
def _whole(path: Path, prediction: str, kind: str) -> Found:
    """What lies at a path, of which all weights that are needed for that kind are there."""
    found = recognise(path, prediction)
    for part in found.family.classes.keys() & found.configs.keys():
        if kind != "vae" or part == found.family.autoencoder:
            look(found, part)
    return found


@contextmanager
def told_of(port: str) -> Iterator[None]:
    """A problem in here is one of this input."""
    try:
        yield
    except Problem as problem:
        raise Problem(problem.message, problem.port or port, problem.node, problem.fix) from problem
