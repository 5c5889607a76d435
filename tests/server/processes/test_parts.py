"""The smaller parts: frames out of pieces, a log that stays small, settings as text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.frames import LENGTHS, Frame, Garbled, pack
from server.processes.arguments import settings_of, written
from server.processes.parser import Parser
from server.processes.ring import Ring
from server.settings import Settings

FRAMES = [Frame("a", {"n": 1}, b""), Frame("b", {"text": "é"}, b"\0" * 300), Frame("c", {}, b"x")]


@given(st.lists(st.integers(1, 200), min_size=1))
def test_frames_are_found_however_the_stream_is_cut(sizes):
    stream = b"".join(pack(frame.kind, frame.body, **frame.said) for frame in FRAMES * 3)
    parser, found, at = Parser(), list[Frame](), 0
    while at < len(stream):
        for size in sizes:
            found += parser.feed(stream[at : at + size])
            at += size
    assert found == FRAMES * 3


def test_half_a_letter_passes_as_a_question_mark():
    (frame,) = Parser().feed(pack("a", text="\ud83d é"))
    assert frame.said == {"text": "? é"}


@pytest.mark.parametrize(
    "stream",
    [
        b"\xff" * 64,
        LENGTHS.pack(4, 0) + b"junk",
        LENGTHS.pack(2, 0) + b"[]",
        LENGTHS.pack(2, 0) + b"{}",
        LENGTHS.pack(2, 0) + b"\xff\xff",
    ],
)
def test_what_is_no_frame_is_said_to_be_none(stream):
    with pytest.raises(Garbled):
        list(Parser().feed(stream))


def test_a_log_keeps_the_end_of_what_was_written_in_two_files(tmp_path):
    ring = Ring(tmp_path / "logs" / "a.log", largest=1000)
    for number in range(100):
        ring.write(f"{number:04d} ".encode() * 20)
    ring.close()
    both = [(tmp_path / "logs" / name).read_bytes() for name in ("a.log.1", "a.log")]
    assert all(len(half) <= 1000 for half in both)
    assert b"".join(both).endswith(b"0099 " * 20)
    assert b"0090 " * 20 in b"".join(both)


def test_a_log_that_cannot_be_written_is_no_fault(tmp_path):
    (tmp_path / "file").write_text("in the way")
    ring = Ring(tmp_path / "file" / "a.log")
    ring.write(b"lost")
    ring.close()


def test_settings_pass_through_text_unchanged():
    settings = Settings(
        Path("/data/ü"), models=(Path("/a"), Path("/b")), devices=("cuda:1",), port=0, grace=0.5
    )
    assert settings_of(written(settings)) == settings
