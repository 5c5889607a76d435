"""JSON-RPC 2.0: one text in, the answer out, whatever the text is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from nodes.core.ports import nearest

from .refused import Refused

Method = Callable[[bytes], Awaitable[Any]]

MOST_CALLS = 100
MOST_BATCH_BYTES = 4 * 2**20
LONGEST_ID = 1000
UNREADABLE, NO_CALL, NO_METHOD, WRONG_PARAMS, BROKEN = -32700, -32600, -32601, -32602, -32603
UNREAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
LOG = logging.getLogger(__name__)


class Call(msgspec.Struct):
    """A call as it comes; what is not there is empty."""

    method: str
    jsonrpc: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")
    id: msgspec.Raw = msgspec.Raw(b"")


class Marked(msgspec.Struct):
    """All that is needed to answer what is otherwise no call."""

    id: msgspec.Raw = msgspec.Raw(b"null")


class Wrong(Exception):
    """A call that cannot be made: a number of JSON-RPC and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.said = {"code": code, "message": message}


_call = msgspec.json.Decoder(Call)
_calls = msgspec.json.Decoder(list[msgspec.Raw])
_mark = msgspec.json.Decoder(Marked)


async def answer(text: bytes, methods: Mapping[str, Method]) -> bytes | None:
    """The answer to a call or a batch of calls; None where none is wanted."""
    if text.lstrip(b" \t\r\n")[:1] != b"[":
        return await _one(text, methods)
    try:
        calls = _batch(text)
    except Wrong as wrong:
        return error(b"null", wrong.said)
    said = await asyncio.gather(*(_one(bytes(call), methods) for call in calls))
    answers = [one for one in said if one is not None]
    return b"[%b]" % b",".join(answers) if answers else None


def error(mark: bytes, said: dict[str, Any]) -> bytes:
    """An error as the answer to a call; `mark` is its id."""
    return b'{"jsonrpc":"2.0","id":%b,"error":%b}' % (mark, msgspec.json.encode(said))


def _batch(text: bytes) -> list[msgspec.Raw]:
    if len(text) > MOST_BATCH_BYTES:
        raise Wrong(NO_CALL, f"A batch is at most {MOST_BATCH_BYTES >> 20} MiB.")
    try:
        calls = _calls.decode(text)
    except UNREAD as error:
        raise Wrong(UNREADABLE, f"This is not JSON: {_first(error)}.") from None
    if not calls:
        raise Wrong(NO_CALL, "A batch holds one call at least.")
    if len(calls) > MOST_CALLS:
        raise Wrong(NO_CALL, f"A batch holds at most {MOST_CALLS} calls.")
    return calls


async def _one(text: bytes, methods: Mapping[str, Method]) -> bytes | None:
    mark = b"null"
    try:
        call = _read(text)
        mark = bytes(call.id)
        method = _method(call, methods)
        said = msgspec.json.encode(await method(bytes(call.params)))
    except Wrong as wrong:
        return error(mark, wrong.said) if mark else None
    except Refused as refused:
        return error(mark, _refusal(refused)) if mark else None
    except Exception:
        LOG.exception("a call failed")
        told = "Something went wrong in the server; its log says what."
        return error(mark, {"code": BROKEN, "message": told}) if mark else None
    return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (mark, said) if mark else None


def _read(text: bytes) -> Call:
    """Raises `Wrong`."""
    try:
        call = _call.decode(text)
        bytes(call.id).decode()
    except msgspec.ValidationError as error:
        raise Wrong(NO_CALL, f"This is no call: {_first(error)}.") from None
    except UNREAD as error:
        raise Wrong(UNREADABLE, f"This is not JSON: {_first(error)}.") from None
    mark = bytes(call.id)
    if len(mark) > LONGEST_ID or mark[:1] not in b'"-0123456789n':
        raise Wrong(NO_CALL, "An id is a short text, a number or null.")
    return call


def _method(call: Call, methods: Mapping[str, Method]) -> Method:
    if call.jsonrpc != "2.0":
        raise Wrong(NO_CALL, 'A call says "jsonrpc": "2.0".')
    if call.method not in methods:
        name = call.method[:100]
        raise Wrong(NO_METHOD, f'There is no method "{name}"{nearest(name, methods)}')
    if bytes(call.params)[:1] != b"{":
        raise Wrong(WRONG_PARAMS, "Params are an object: each has its name.")
    return methods[call.method]


def _first(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it nests too deep"
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    return str(error).removeprefix("JSON is malformed: ").replace("`", '"')


def _refusal(refused: Refused) -> dict[str, Any]:
    """The number is the status that HTTP answers with; the rest is the same there."""
    said = refused.said()
    message = said.pop("message")
    code = WRONG_PARAMS if refused.code == "malformed" else refused.status
    return {"code": code, "message": message, "data": said}
