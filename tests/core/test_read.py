"""Broken files are refused with a sentence that names the place, never with a traceback."""

import json
from time import perf_counter

import pytest

from nodes.core.check import load
from nodes.core.problem import Problems
from nodes.core.read import read
from tests.core.small import CATALOGUE
from tests.core.workshop import Bench


def refused(data: bytes | str) -> list[str]:
    with pytest.raises(Problems) as caught:
        read(data)
    return [str(problem) for problem in caught.value.problems]


def within(value: str) -> str:
    """A workflow with one raw JSON value at node `a`, input `x`."""
    before = '{"format": "latentwire/1", "nodes": {"a": {"type": "add", "values": {"x": '
    return before + value + "}}}}"


def test_reads_a_document_with_a_byte_order_mark():
    assert read(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert read('\ufeff{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("text", ["", "{", '{"a": }', "nul", '{"a": 1,}', "\0", '{"a": "\n"}'])
def test_broken_json_is_told_with_line_and_column(text):
    (told,) = refused(text)
    assert told.startswith("is not JSON: ")
    assert "line 1, column" in told


@pytest.mark.parametrize("text", ["[]", "1", '"a"', "null", "NaN"])
def test_what_is_no_object_is_no_workflow(text):
    assert refused(text) == ["is not a workflow: a JSON object was expected"]


def test_bytes_that_are_no_text_are_told_with_their_place():
    assert refused(b'{"a": "\xff"}') == ["is not text in UTF-8 (byte 7)"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000])
def test_a_number_that_cannot_be_stored_is_told_with_node_and_input(value):
    (told,) = refused(within(value))
    assert told.startswith("a.x: is no number that can be stored")


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**30])
def test_whole_numbers_stay_below_2_to_the_53(value):
    assert refused(within(str(value))) == [
        f"a.x: is {str(value)[:20]}, whole numbers stay below 2^53"
    ]
    assert read(within(str(2**53 - 1)))


def test_a_key_that_stands_twice_is_told_with_its_place():
    assert refused('{"format": 1, "format": 2}') == [
        "has the key 'format' twice, only one can count"
    ]
    assert refused('{"nodes": {"a": {}, "b": {}, "a": {}}}') == [
        "nodes: has the key 'a' twice, only one can count"
    ]
    assert refused(
        '{"nodes": {"r": {"body": {"nodes": {"x": {"values": {"s": 1, "s": 2}}}}}}}'
    ) == ["r/x.values: has the key 's' twice, only one can count"]


def test_half_a_character_is_refused_in_a_sentence_that_can_be_printed():
    for text in (within(r'"\ud800"'), '{"nodes": {"\\udfff": {"type": "\\ud800"}}}'):
        for told in refused(text):
            assert "lone surrogate" in told
            told.encode()


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_nesting_without_end_is_refused_at_once(opened):
    started = perf_counter()
    assert "nests deeper" in refused(opened * 100_000)[0]
    assert "nests deeper" in refused(within(opened * 100_000))[0]
    assert perf_counter() - started < 5


def test_brackets_in_texts_do_not_nest():
    assert read(json.dumps({"a": "[" * 1000 + '\\"{' * 1000}))


@pytest.mark.parametrize("text", ['"' + '\\"' * 200_000, '{"a": "' + "\\" * 200_001, '"' * 200_001])
def test_a_text_left_open_takes_no_longer_than_its_length(text):
    started = perf_counter()
    refused(text)
    assert perf_counter() - started < 2


def test_a_file_beyond_all_measure_is_refused():
    assert "larger than 64 MiB" in refused(" " * (64 * 2**20 + 1))[0]


def test_every_problem_is_named_at_once_in_the_order_of_the_file():
    text = '{"nodes": {"a": {"values": {"x": NaN, "y": [1, 1e999]}}, "b": {"values": {"z": %d}}}}'
    assert [told.split(":")[0] for told in refused(text % 2**60)] == ["a.x", "a.y", "b.z"]


def test_loading_names_what_is_wrong_at_every_level_at_once():
    text = """{"format": "latentwire/1", "nodes": {
        "a": {"type": "number", "values": {"value": NaN}},
        "b": [],
        "c": {"type": "nubmer"},
        "d": {"type": "add", "wires": {"a": "b.float"}},
        "e": {"type": "add", "wires": {"a": "nowhere.float"}}
    }}"""
    with pytest.raises(Problems) as caught:
        load(text, CATALOGUE, Bench())
    assert [problem.place for problem in caught.value.problems] == ["a.value", "b", "c.type", "e.a"]
