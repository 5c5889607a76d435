"""A workflow with every node of the catalogue in it, a file for each kind of node.

Nodes may be wired to those of other files by their ids.
"""

from typing import Any

from tests.examples import workflow

from . import basics, cascade, conditioning, image, latent, mask, sampling, schedules

PARTS = (basics, conditioning, sampling, cascade, schedules, latent, image, mask)


def everything() -> dict[str, Any]:
    named = [pair for part in PARTS for pair in part.NODES.items()]
    assert len(dict(named)) == len(named), "two nodes have one id"
    return workflow(**dict(named))
