"""Every node this program offers. A file put into a kind's folder is found by itself."""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from nodes.core.nodetype import NodeType
from nodes.core.packs import definitions, load_pack
from nodes.core.problem import Problem

from . import conditioning, image, latent, loaders, mask, notes, sampling, text, values

KINDS: tuple[ModuleType, ...] = (
    loaders,
    text,
    conditioning,
    latent,
    sampling,
    image,
    mask,
    values,
    notes,
)


def catalogue(packs: Iterable[Path] = ()) -> dict[str, NodeType]:
    """Our nodes and those of the packs in these folders, by type.

    Raises `Problem` for a pack that cannot be loaded.
    """
    nodes = dict(_ours())
    for folder in packs:
        pack = load_pack(folder)
        twice = nodes.keys() & pack.keys()
        if twice:
            told = f"two packs are called {folder.name}, both have {min(twice)}: rename one folder"
            raise Problem(told, None, "--packs")
        nodes |= pack
    return nodes


@cache
def _ours() -> dict[str, NodeType]:
    code = engine_code()
    return {n.type: n for module in _modules() for n in definitions(module, code=code)}


def _modules() -> Iterator[ModuleType]:
    """A kind is one file, or a folder of them."""
    for kind in KINDS:
        yield kind
        for found in pkgutil.iter_modules(getattr(kind, "__path__", ())):
            yield importlib.import_module(f"{kind.__name__}.{found.name}")


@cache
def engine_code() -> str:
    """A digest of our own sources: results of other code are never reused."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        if "training" not in file.parts:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
