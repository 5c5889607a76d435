"""Whatever text is sent, the answer is JSON-RPC, and comes soon."""

import asyncio
import json
from time import perf_counter
from typing import Any

import pytest

from server import params, rpc
from server.messages import ListRuns, Move, Nothing
from server.refused import Refused


async def echo(said: bytes) -> Any:
    return json.loads(said)


async def refuse(said: bytes) -> Any:
    raise Refused("conflict", "there is a newer one", newest={"revision": 4})


async def fail(said: bytes) -> Any:
    raise ZeroDivisionError("a fault of ours")


async def move(said: bytes) -> Any:
    return params.read(Move, said)


async def nothing(said: bytes) -> Any:
    return params.read(Nothing, said)


METHODS: dict[str, rpc.Method] = {
    "echo": echo,
    "refuse": refuse,
    "fail": fail,
    "runs.move": move,
    "nothing": nothing,
}


def ask(text: str | bytes) -> Any:
    said = asyncio.run(rpc.answer(text.encode() if isinstance(text, str) else text, METHODS))
    return None if said is None else json.loads(said)


def call(method: str, said: Any = None, **more: Any) -> Any:
    told = {"jsonrpc": "2.0", "id": 7, "method": method, **more}
    return ask(json.dumps(told if said is None else told | {"params": said}))


def test_a_call_is_answered_with_its_own_id():
    for mark in (1, "a", None, -2.5):
        assert call("echo", {"a": [1]}, id=mark) == {
            "jsonrpc": "2.0",
            "id": mark,
            "result": {"a": [1]},
        }


def test_params_may_be_left_out():
    assert call("nothing")["result"] == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", -32700),
        ("{", -32700),
        ("hello", -32700),
        ('{"jsonrpc": "2.0", "method": "echo", "id": 1} {}', -32700),
        ('{"jsonrpc": "2.0", "method": "echo", "id": NaN}', -32700),
        (b'{"jsonrpc": "2.0", "method": "ec\xffho"', -32700),
        (b'{"jsonrpc": "2.0", "method": "echo", "id": "\xff"}', -32700),
        ("[1, 2", -32700),
        ("1", -32600),
        ("null", -32600),
        ('"echo"', -32600),
        ("{}", -32600),
        ("[]", -32600),
        ('{"jsonrpc": "2.0", "method": 5, "id": 1}', -32600),
        ('{"jsonrpc": "1.0", "method": "echo", "id": 1}', -32600),
        ('{"method": "echo", "id": 1}', -32600),
        ('{"jsonrpc": "2.0", "method": "echo", "id": {}}', -32600),
        ('{"jsonrpc": "2.0", "method": "echo", "id": true}', -32600),
        ('{"jsonrpc": "2.0", "method": "echo", "id": "' + 2000 * "a" + '"}', -32600),
        ('{"jsonrpc": "2.0", "method": "run", "id": 1}', -32601),
        ('{"jsonrpc": "2.0", "method": "__class__", "id": 1}', -32601),
        ('{"jsonrpc": "2.0", "method": "echo", "params": [1], "id": 1}', -32602),
        ('{"jsonrpc": "2.0", "method": "echo", "params": null, "id": 1}', -32602),
    ],
)
def test_what_is_no_call_is_answered_with_the_error_of_json_rpc(text, code):
    assert ask(text)["error"]["code"] == code


def test_a_method_that_there_is_not_is_answered_with_the_nearest():
    assert "did you mean runs.move?" in call("run.move")["error"]["message"]


def test_what_is_wrong_with_params_is_told_with_its_name():
    error = call("runs.move", {"run": "a", "position": "first"})["error"]
    assert error["code"] == -32602
    assert error["data"]["code"] == "malformed"
    assert [problem["port"] for problem in error["data"]["problems"]] == ["position"]


def test_every_param_that_is_not_known_is_told():
    said = {"run": "a", "position": 1, "postion": 2, "front": True}
    problems = call("runs.move", said)["error"]["data"]["problems"]
    assert [problem["port"] for problem in problems] == ["postion", "front"]
    assert "did you mean position?" in problems[0]["message"]


def test_s22_params_that_json_lets_pass_and_we_do_not():
    for said in ('{"run": "a", "run": "b", "position": 0}', '{"run": "a", "position": 1e999}'):
        text = '{"jsonrpc": "2.0", "id": 1, "method": "runs.move", "params": ' + said + "}"
        assert ask(text)["error"]["code"] == -32602
    odd = '{"jsonrpc": "2.0", "id": 1, "method": "runs.move", "params": {"run": "\\ud800"}}'
    assert ask(odd)["error"]["code"] == -32700


def test_a_refusal_has_the_number_that_http_has_and_all_that_is_said():
    error = call("refuse")["error"]
    assert error == {
        "code": 412,
        "message": "there is a newer one",
        "data": {"code": "conflict", "problems": [], "newest": {"revision": 4}},
    }


def test_a_fault_of_ours_is_an_answer_without_its_words(caplog):
    error = call("fail")["error"]
    assert error["code"] == -32603
    assert "fault of ours" not in json.dumps(error)
    assert "ZeroDivisionError" in caplog.text


def test_a_batch_is_answered_by_a_list_without_those_that_want_no_answer():
    one = {"jsonrpc": "2.0", "method": "echo", "params": {"n": 1}}
    batch = [one | {"id": 1}, one, 3, one | {"id": 2, "method": "nope"}]
    answers = ask(json.dumps(batch))
    assert [answer["id"] for answer in answers] == [1, None, 2]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32600, -32601]


def test_what_wants_no_answer_gets_none_not_even_an_error():
    for method in ("echo", "nope", "refuse", "fail"):
        assert ask(json.dumps({"jsonrpc": "2.0", "method": method})) is None
    assert ask(json.dumps([{"jsonrpc": "2.0", "method": "echo"}])) is None


def test_a_batch_of_too_many_calls_is_refused_whole():
    one = {"jsonrpc": "2.0", "method": "echo", "id": 1}
    assert "at most 100" in ask(json.dumps(101 * [one]))["error"]["message"]
    assert ask(b"[" + 2**22 * b" " + b"]")["error"]["code"] == -32600


@pytest.mark.parametrize(
    "text",
    [
        10_000_000 * b"[",
        5_000_000 * b'{"a":',
        b'{"jsonrpc":"2.0","id":1,"method":"echo","params":' + 10_000_000 * b"[",
        b'{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":' + 5_000_000 * b"[" + b"]}}",
        b'{"id":' + 10_000_000 * b"[",
        b'{"jsonrpc":"2.0","id":1,"method":"' + 10_000_000 * b"a" + b'"}',
        b'{"jsonrpc":"2.0","id":1,"method":"runs.move","params":{"run":"' + 10**7 * b"a" + b'"}}',
        b'{"jsonrpc":"2.0","id":1,"method":"runs.move","params":{' + 10**6 * b'"a":0,' + b'"b":0}}',
        b'{"jsonrpc":"2.0","id":1,"method":"runs.move","params":' + 30_000 * b"[" + b"}",
        b"[" + 600_000 * b"[0],".replace(b"0", b"") + b"[]]",
    ],
    ids=lambda text: text[:50].decode(),
)
def test_s22_ten_megabytes_of_anything_are_refused_soon(text):
    began = perf_counter()
    assert "error" in ask(text)
    assert perf_counter() - began < 0.5


def test_every_page_of_runs_can_be_asked_for():
    assert params.read(ListRuns, b'{"state": "done", "limit": 3}') == ListRuns("done", limit=3)
