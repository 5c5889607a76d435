"""Packs: folders of Python files whose nodes join the catalogue.

A pack is code that can do anything, so it is loaded only where someone asked for it.
"""

import hashlib
import importlib
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from .node import NodeFunction
from .nodetype import NodeType
from .problem import Problem


def load_pack(folder: Path) -> dict[str, NodeType]:
    """The nodes of a pack, by `FOLDER/name`. Raises `Problem` naming the file and line at fault."""
    folder = folder.resolve()
    files = _files(folder)
    code = digest_of(folder)[:16]
    nodes: dict[str, NodeType] = {}
    homes: dict[str, str] = {}
    with _package(folder):
        for file in files:
            for type in definitions(_load(file, folder), folder.name, code):
                if type.type in nodes:
                    told = f"{homes[type.type]} and {file.name} both define {type.type}"
                    raise Problem(f"{told}: a node's name is its own", None, folder.name)
                nodes[type.type], homes[type.type] = type, file.name
    return nodes


def definitions(module: ModuleType, pack: str = "", code: str = "") -> Iterator[NodeType]:
    """The nodes a module defines, in the order they stand in it, without those it imported."""
    things = {id(thing): thing for thing in vars(module).values()}
    for thing in things.values():
        if isinstance(thing, NodeFunction) and thing.function.__module__ == module.__name__:
            yield thing.definition(pack, code)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder: a pack is a folder of Python files", None, "--packs")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", folder.name):
        told = f'"{folder.name}" is no name for a pack: letters, digits, _ and -'
        raise Problem(told, None, "--packs")
    files = sorted(folder.glob("*.py"))
    if not files:
        raise Problem(f"{folder} has no Python files in it", None, "--packs")
    for file in files:
        if not file.stem.isidentifier():
            told = f"{file.name} is no name that Python can import: letters, digits and _"
            raise Problem(told, None, folder.name)
    return files


def digest_of(folder: Path) -> str:
    """Over every file of a pack: what it imports or reads from a sub-folder decides too.

    Raises `Problem` where a link leads elsewhere: what lies there could change unseen.
    """
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_symlink():
            told = f"{file.relative_to(folder).as_posix()} is a link: put the file itself there"
            raise Problem(told, None, folder.name)
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@contextmanager
def _package(folder: Path) -> Iterator[None]:
    """Make the folder importable as `packs.NAME`, afresh.

    No compiled files are left in it, and none that lie there are run: they are no part of what
    was looked at. The server is out of its reach.
    """
    name = f"packs.{folder.name}"
    for loaded in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
        del sys.modules[loaded]
    root = sys.modules.setdefault("packs", ModuleType("packs"))
    package = sys.modules[name] = ModuleType(name)
    root.__path__, package.__path__ = [], [str(folder)]
    importlib.invalidate_caches()
    before = sys.dont_write_bytecode, sys.pycache_prefix
    sys.dont_write_bytecode, sys.pycache_prefix = True, os.path.join(os.devnull, "none")
    sys.meta_path.insert(0, _NoServer)
    try:
        yield
    finally:
        sys.dont_write_bytecode, sys.pycache_prefix = before
        sys.meta_path.remove(_NoServer)


class _NoServer:
    """Refuses to import the server's modules."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "server" or name.startswith("server."):
            raise ImportError("a pack has nodes and nothing else, the server is not its to change")


def _load(file: Path, folder: Path) -> ModuleType:
    """Import one file. Others of its folder are there as `.other`, and are imported once."""
    try:
        return importlib.import_module(f"packs.{folder.name}.{file.stem}")
    except (Exception, SystemExit) as error:
        told = f"{_place(error, file)} cannot be loaded: {type(error).__name__}: {_said(error)}"
        raise Problem(told, None, folder.name) from error


def _place(error: BaseException, file: Path) -> str:
    """The file and line of the pack where it went wrong."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name} line {error.lineno}"
    lines = [f for f in extract_tb(error.__traceback__) if Path(f.filename).parent == file.parent]
    return f"{Path(lines[-1].filename).name} line {lines[-1].lineno}" if lines else file.name


def _said(error: BaseException) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error)
