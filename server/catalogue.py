"""The node types as they were printed last, so that they are there before any process knows them.

`data/cache/catalogue.json` holds them with a key of what they were made from. Whatever is wrong
with that file, it is as if there were none.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from .messages import Nodes
from .settings import TREE, Settings

SOURCES = TREE / "nodes"
PRINTER = TREE / "server" / "worker" / "catalogue.py"  # read, never loaded


class _Stored(msgspec.Struct):
    key: str
    nodes: msgspec.Raw


def remembered(settings: Settings) -> bytes | None:
    """The JSON of `Nodes` that fits the node sources and packs there are now."""
    try:
        stored = msgspec.json.decode(_file(settings).read_bytes(), type=_Stored)
        msgspec.json.decode(stored.nodes, type=Nodes)
    except (OSError, msgspec.MsgspecError):
        return None
    return bytes(stored.nodes) if stored.key == _key(settings) else None


def remember(settings: Settings, nodes: bytes) -> None:
    """Keep them for the next start, whole or not at all."""
    file = _file(settings)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):  # no room, no harm
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            stored = _Stored(_key(settings), msgspec.Raw(nodes))
            fresh.write_bytes(msgspec.json.encode(stored))
            os.replace(fresh, file)
        finally:
            fresh.unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    return settings.cache / "catalogue.json"


def _key(settings: Settings) -> str:
    """A digest of every source the node types are printed from."""
    digest = hashlib.sha256(repr((settings.no_packs, settings.packs)).encode())
    digest.update(PRINTER.read_bytes())
    packs = () if settings.no_packs else (settings.data / "packs", *settings.packs)
    for folder in (SOURCES, Path(__file__).parent / "messages", *packs):
        for file in sorted(folder.rglob("*.py")):
            if "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
                with suppress(OSError):
                    digest.update(hashlib.sha256(file.read_bytes()).digest())
    with suppress(OSError):
        digest.update((settings.data / "packs.json").read_bytes())
    return digest.hexdigest()
