"""Every node this program offers. Add a module here and its nodes appear everywhere."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from nodes.core.nodetype import NodeType
from nodes.core.packs import definitions, load_pack
from nodes.core.problem import Problem

from . import loaders, notes, text, values
from .image import files
from .latent import codec, mix, size
from .sampling import sample, schedules, steps

MODULES: tuple[ModuleType, ...] = (
    *(loaders, text),
    *(size, codec, mix),
    *(sample, steps, schedules),
    *(files,),
    *(values, notes),
)


def catalogue(packs: Iterable[Path] = ()) -> dict[str, NodeType]:
    """Our nodes and those of the packs in these folders, by type.

    Raises `Problem` for a pack that cannot be loaded.
    """
    code = engine_code()
    nodes = {n.type: n for module in MODULES for n in definitions(module, code=code)}
    for folder in packs:
        pack = load_pack(folder)
        twice = nodes.keys() & pack.keys()
        if twice:
            told = f"two packs are called {folder.name}, both have {min(twice)}: rename one folder"
            raise Problem(told, None, "--packs")
        nodes |= pack
    return nodes


@cache
def engine_code() -> str:
    """A digest of our own sources: results of other code are never reused."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        if "training" not in file.parts:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
