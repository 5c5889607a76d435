"""The messages as TypeScript, so that the editor and the server cannot differ.

python -m server.typescript > web/src/api/messages.ts
"""

import sys
import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .messages import EVENTS, METHODS, NodeProgress
from .shapes import is_message, messages, params_only, parent, told

BEGINNING = """\
// What crosses the border between server and editor, printed from server/messages:
// `python -m server.typescript > web/src/api/messages.ts`. A test sees that it is current.
"""
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", Any: "unknown"}
WIDTH = 100


def module() -> str:
    """The whole file."""
    optional = params_only()
    parts = [BEGINNING, *(_interface(kind, kind in optional) for kind in messages())]
    parts += [_methods(), _events()]
    return "\n".join(parts)


def _interface(kind: type, optional: bool) -> str:
    above = parent(kind)
    extends = f" extends {above.__name__}" if above else ""
    known = {field.name for field in fields(above)} if above else set()
    rows = list(_tag(kind))
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in known:
            mark = "?" if optional and _has_default(field) else ""
            rows.append(f"  {field.name}{mark}: {_type(hints[field.name])};")
    head = f"export interface {kind.__name__}{extends}"
    body = "\n".join([f"{head} {{", *rows, "}"]) if rows else f"{head} {{}}"
    if not rows:
        body = f"export type {kind.__name__} = Record<string, never>;"
    return f"{_comment(kind)}{body}\n"


def _tag(kind: type) -> Iterator[str]:
    """What every event has besides its own fields."""
    for name, event in EVENTS.items():
        if event is kind:
            if kind is not NodeProgress:
                yield "  seq: number;"
            yield f'  kind: "{name}";'


def _comment(kind: type) -> str:
    words = told(kind)
    if len(words) + 8 <= WIDTH:
        return f"/** {words} */\n"
    rows, row = [], " *"
    for word in words.split():
        if len(row) + 1 + len(word) > WIDTH:
            rows.append(row)
            row = " *"
        row += f" {word}"
    return "\n".join(["/**", *rows, row, " */", ""])


def _methods() -> str:
    rows = [
        f'  "{name}": {{ params: {asked.__name__}; result: {given.__name__} }};'
        for name, (asked, given) in METHODS.items()
    ]
    head = "/** Every method with what it takes and gives. */\nexport interface Methods {"
    return "\n".join([head, *rows, "}", ""])


def _events() -> str:
    rows = "\n".join(f"  | {kind.__name__}" for kind in EVENTS.values())
    return f"/** Whatever is told while it happens. */\nexport type ServerEvent =\n{rows};\n"


def _type(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if hint is type(None):
        return "null"
    if origin in (types.UnionType, Union):
        return " | ".join(map(_type, inner))
    if origin is Literal:
        return " | ".join(f'"{word}"' for word in inner)
    if origin is list:
        of = _type(inner[0])
        return f"({of})[]" if " " in of else f"{of}[]"
    if origin is dict:
        return f"Record<string, {_type(inner[1])}>"
    assert is_message(hint), hint
    return str(hint.__name__)


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


if __name__ == "__main__":
    sys.stdout.write(module())
