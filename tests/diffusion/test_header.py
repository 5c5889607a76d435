"""Files that are not what they say are refused in one sentence that names them."""

import json
import pickle
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from nodes.core.problem import Problem
from nodes.diffusion.header import MAX_BRACKETS, MAX_HEADER, MAX_TENSORS, read_header


def written(path, table, body=b"", length=None):
    """A safetensors file with this header, honest or not."""
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    size = len(text) if length is None else length
    path.write_bytes(size.to_bytes(8, "little") + text + body)
    return path


def tensor(start=0, end=4, dtype="F32", shape=(1,)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def refusal(path):
    with pytest.raises(Problem) as caught:
        read_header(path)
    assert path.name in caught.value.message and "\n" not in caught.value.message
    return caught.value.message


def test_a_header_tells_names_dtypes_and_shapes(tmp_path):
    path = tmp_path / "a.safetensors"
    save_file({"unet.a": torch.zeros(2, 3), "vae.b": torch.zeros(4).half()}, path, {"made": "here"})
    header = read_header(path)
    assert {name: (entry.dtype, entry.shape) for name, entry in header.tensors.items()} == {
        "unet.a": ("F32", (2, 3)),
        "vae.b": ("F16", (4,)),
    }
    assert header.metadata == {"made": "here"} and header.prefixes() == [("unet", 1), ("vae", 1)]


def test_missing_empty_and_short_files_are_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    assert "There is no file" in refusal(path)
    path.write_bytes(b"")
    assert "is empty" in refusal(path)
    path.write_bytes(b"\x05\0\0")
    assert "not a safetensors file" in refusal(path)
    assert "cannot be read" in refusal(tmp_path)


def test_a_cut_file_is_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    save_file({"a": torch.zeros(1000)}, path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert "is cut short" in refusal(path)
    path.write_bytes(whole[:20])
    assert "is cut short" in refusal(path)


def test_junk_is_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"this is no model at all, only a text that someone renamed")
    assert "not a safetensors file" in refusal(path)


@pytest.mark.parametrize("name", ["a.ckpt", "a.pt", "a.pth", "a.bin", "a.safetensors"])
@pytest.mark.parametrize("protocol", ["zip", 2, 4])
def test_pickles_are_refused_with_the_way_out(tmp_path, name, protocol):
    path = tmp_path / name
    if protocol == "zip":
        torch.save({"a": torch.zeros(2)}, path)
    else:
        path.write_bytes(pickle.dumps({"a": 1}, protocol=protocol))
    assert f"models convert {name}" in refusal(path)


def test_an_absurd_header_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.safetensors"
    assert "at most" in refusal(written(path, {"a": tensor()}, length=MAX_HEADER + 1))
    assert "at most" in refusal(written(path, {"a": tensor()}, length=2**63))
    assert "cut short" in refusal(written(path, {"a": tensor()}, length=10_000))


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"{}}",
        b"{" + b'"a":[' * 50_000,
        b'{"a": {"dtype": "F32", "shape": [1' + b"0" * 5000 + b"]}}",
        b'{"a": 1, "a": 2}',
        b"{\xff}",
    ],
)
def test_a_broken_header_is_refused(tmp_path, text):
    assert "not proper JSON" in refusal(written(tmp_path / "a.safetensors", text))


def test_a_header_that_would_fill_the_memory_is_refused(tmp_path):
    bomb = b'{"a": [' + b"[]," * MAX_BRACKETS + b"[]]}"
    assert "too many lists" in refusal(written(tmp_path / "a.safetensors", bomb))


@pytest.mark.parametrize(
    "entry",
    [
        1,
        {},
        tensor(dtype="F99"),
        tensor(shape=(2,)),
        tensor(shape=(-1,)),
        tensor(shape=(1.0,)),
        tensor(start=4, end=0),
        tensor(start=True),
        {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": 1, "data_offsets": [0, 4]},
    ],
)
def test_a_tensor_that_does_not_add_up_is_refused(tmp_path, entry):
    path = written(tmp_path / "a.safetensors", {"a": entry}, bytes(8))
    assert "does not say properly" in refusal(path)


@pytest.mark.parametrize(
    "name", ["", "__class__", "a.__init__.b", "a/__b", "a b", "a\n", "ä", "a\0", "x" * 513]
)
def test_hostile_names_are_refused(tmp_path, name):
    path = written(tmp_path / "a.safetensors", {name: tensor()}, bytes(4))
    assert "name that is not allowed" in refusal(path)


def test_too_many_tensors_are_refused(tmp_path):
    table = {f"a{i}": tensor(0, 0, shape=(0,)) for i in range(MAX_TENSORS + 1)}
    assert "at most 100,000" in refusal(written(tmp_path / "a.safetensors", table))


def test_recognising_needs_no_torch():
    code = (
        "import sys, nodes.diffusion.describe, nodes.diffusion.digest;"
        "sys.exit(bool({'torch', 'diffusers', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
