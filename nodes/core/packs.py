"""Packs: folders of Python files whose nodes join the catalogue. A pack is code: it is loaded only where it was asked for."""

import hashlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from .node import NodeFunction, NodeType
from .problem import Problem


def load_pack(folder: Path) -> dict[str, NodeType]:
    """The nodes of a pack, by `FOLDER/name`. Raises `Problem` naming the file and line that is at fault."""
    folder = folder.resolve()
    name = folder.name
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder: a pack is a folder of Python files", None, "--packs")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise Problem(f'"{name}" is no name for a pack: letters, digits, _ and -', None, "--packs")
    files = sorted(p for p in folder.glob("*.py"))
    if not files:
        raise Problem(f"{folder} has no Python files in it", None, "--packs")
    code = _digest(files)
    nodes: dict[str, NodeType] = {}
    for file in files:
        nodes |= {n.type: n for n in definitions(_load(file, name), name, code)}
    return nodes


def definitions(module: ModuleType, pack: str = "", code: str = "") -> Iterator[NodeType]:
    """The nodes a module defines, in the order they stand in it; those it imported are not its own."""
    for thing in vars(module).values():
        if isinstance(thing, NodeFunction) and thing.function.__module__ == module.__name__:
            yield thing.definition(pack, code)


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(
        b"\0".join(p.name.encode() + b"\0" + p.read_bytes() for p in files)
    ).hexdigest()[:16]


def _load(file: Path, pack: str) -> ModuleType:
    """Import one file under a name of its own, with its folder's other files importable as `packs.PACK.FILE`."""
    name = f"packs.{pack}.{file.stem}"
    for parent in ("packs", f"packs.{pack}"):
        module = sys.modules.setdefault(parent, ModuleType(parent))
        module.__path__ = [str(file.parent)] if parent != "packs" else []
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules.pop(name, None)
        raise Problem(
            f"{file.name}{_line(error, file)} cannot be loaded: {type(error).__name__}: {error}",
            None,
            pack,
        ) from error
    return module


def _line(error: Exception, file: Path) -> str:
    trace, line = error.__traceback__, None
    while trace:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    line = error.lineno if isinstance(error, SyntaxError) else line
    return f" line {line}" if line else ""
