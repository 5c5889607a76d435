"""The tables of docs/api.md, printed from the messages, the calls and the routes.

python -m server.reference        puts them into the page anew

What stands between `<!-- printed: NAME -->` and `<!-- end -->` is printed, all else is written.
"""

import inspect
import re
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from aiohttp.web import RouteDef

from . import rpc
from .calls import Calls
from .messages import EVENTS, METHODS, Json, NodeProgress, Nothing
from .refused import STATUS
from .routes import TABLES
from .shapes import is_message, objects, parent, told

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
PRINTED = re.compile(r"(<!-- printed: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
SCALARS = {str: "text", int: "whole number", float: "number", bool: "true or false"}
MEANING = {
    "malformed": "not JSON, or not the right params",
    "unauthorized": "no token, a wrong one, or a link that was used",
    "forbidden": "another page or site asks",
    "not_found": "there is no such thing, or no such method",
    "method_not_allowed": "not with this HTTP method",
    "taken": "it is not possible in the state it is in, or the name is taken",
    "conflict": "a newer revision is there: `newest` and, of a save, `yours` are both versions",
    "too_large": "more than is taken here",
    "media_type": "a kind of content that is not taken here",
    "range": "no such part of the file",
    "wrong_host": "the server has another name",
    "invalid": "a workflow with problems: all of them are in `problems`",
    "too_many_requests": "too many wrong tries to come in; wait a minute",
    "internal": "an error of the server; its log has more",
    "unavailable": "not now: still starting, or too much at once; try again",
    "no_room": "the disk is nearly full",
}

NUMBERS = {"malformed": rpc.WRONG_PARAMS, "internal": rpc.BROKEN}


def page(text: str) -> str:
    """The page with every printed part as it is now."""
    return PRINTED.sub(lambda part: part[1] + PARTS[part[2]]() + part[3], text)


def _methods() -> str:
    return "".join(_method(name, *kinds) for name, kinds in METHODS.items())


def _method(name: str, asked: type, given: type) -> str:
    call = getattr(Calls, name.replace(".", "_"), None)
    does = (inspect.getdoc(call) or "").split("`said`")[0].strip() if call else told(asked)
    rows = [f"### {name}\n", f"{does}\n"]
    if asked is not Nothing:
        rows += [f"Params: {told(asked)}\n"] if call else []
        rows += [*_table(asked, True)]
    else:
        rows.append("No params.\n")
    if given is Nothing:
        rows.append("Result: an empty object.\n")
    elif given in objects():
        rows.append(f"Result: {_type(given)}.\n")
    else:
        above = parent(given)
        more = f" It is a {_type(above)}, and has besides:" if above else ""
        rows += [f"Result: {told(given)}{more}\n", *_table(given, False)]
    return "\n".join(rows) + "\n"


def _events() -> str:
    rows: list[str] = []
    for kind, event in EVENTS.items():
        rows += [f"### {kind}\n", f"{told(event)}\n", *_table(event, False, _common(event))]
    return "\n".join(rows) + "\n"


def _common(event: type) -> list[tuple[str, ...]]:
    return [] if event is NodeProgress else [("seq", "whole number")]


def _objects() -> str:
    rows: list[str] = []
    for kind in objects():
        rows += [f"### {kind.__name__}\n", f"{told(kind)}\n", *_table(kind, False)]
    return "\n".join(rows) + "\n"


def _errors() -> str:
    rows = ["| code | HTTP | JSON-RPC | means |", "| --- | --- | --- | --- |"]
    for code, status in STATUS.items():
        number = NUMBERS.get(code, status)
        rows.append(f"| `{code}` | {status} | {number} | {MEANING[code]} |")
    return "\n".join(rows) + "\n"


def _http() -> str:
    rows = ["| | | |", "| --- | --- | --- |"]
    for route in (route for table in TABLES for route in table if isinstance(route, RouteDef)):
        path = re.sub(r"\{(\w+):[^/]*\}", r"{\1}", route.path)
        does = " ".join((inspect.getdoc(route.handler) or "").split())
        if path.startswith("/v1/"):
            rows.append(f"| `{route.method}` | `{path}` | {does} |")
    return "\n".join(rows) + "\n"


def _table(kind: type, optional: bool, before: Iterable[tuple[str, ...]] = ()) -> Iterator[str]:
    """The fields of a class; `optional` says what may be left out."""
    hints = get_type_hints(kind)
    head = ("name", "type", "without it") if optional else ("name", "type")
    body = [*before]
    above = parent(kind)
    for field in fields(kind)[len(fields(above)) if above else 0 :]:
        row = (field.name, _type(hints[field.name]))
        body.append((*row, _default(field)) if optional else row)
    if not body:
        return
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for name, *rest in body:
        yield f"| {' | '.join((f'`{name}`', *rest))} |"
    yield ""


def _type(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if hint is type(None):
        return "null"
    if hint is Any:
        return "anything"
    if hint == Json:
        return "object"
    if origin in (types.UnionType, Union):
        return " or ".join(map(_type, inner))
    if origin is Literal:
        return ", ".join(f'`"{word}"`' for word in inner)
    if origin is list:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"object of {_type(inner[1])}"
    assert is_message(hint), hint
    return f"[{hint.__name__}](#{hint.__name__.lower()})"


def _default(field: "Field[Any]") -> str:
    if field.default is not MISSING:
        return f"`{msgspec.json.encode(field.default).decode()}`"
    if field.default_factory is not MISSING:
        return f"`{msgspec.json.encode(field.default_factory()).decode()}`"
    return "*needed*"


PARTS: dict[str, Callable[[], str]] = {
    "methods": _methods,
    "events": _events,
    "objects": _objects,
    "errors": _errors,
    "http": _http,
}


def main() -> None:
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
