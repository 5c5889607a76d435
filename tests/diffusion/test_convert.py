"""Pickles become safetensors in a child process: whole or not at all, files and folders."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from nodes.core.problem import Problem
from nodes.diffusion.convert import convert, convert_folder, safetensors_name

ROOT = Path(__file__).resolve().parents[2]
TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2).half()}


class Evil:
    def __reduce__(self):
        return print, ("this must never run",)


def refused(path, sentence):
    with pytest.raises(Problem, match=sentence) as caught:
        convert(path)
    assert "\n" not in caught.value.message
    assert not list(path.parent.glob("*.safetensors")) and not list(path.parent.glob(".*"))


def equal(one, other):
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and torch.equal(one[name], other[name]) for name in one
    )


def test_tensors_are_written_beside_the_pickle(tmp_path):
    torch.save({"state_dict": TENSORS, "epoch": 3}, tmp_path / "a.ckpt")
    made = convert(tmp_path / "a.ckpt")
    assert made == tmp_path / "a.safetensors"
    assert equal(load_file(made), TENSORS)
    with safe_open(made, "pt") as file:
        assert file.metadata() == {"format": "pt"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ckpt", "a.safetensors"]


def test_a_pickle_that_would_run_something_is_refused_in_the_child_too(tmp_path):
    torch.save({"a": torch.ones(1), "b": Evil()}, tmp_path / "evil.ckpt")
    refused(tmp_path / "evil.ckpt", r"asks for \w*\.?print")


def test_what_is_no_pickle_of_tensors_is_refused(tmp_path):
    refused(tmp_path / "missing.ckpt", "There is no file missing.ckpt")
    (tmp_path / "junk.ckpt").write_bytes(b"junk" * 10)
    refused(tmp_path / "junk.ckpt", "junk.ckpt")


def test_numbers_that_would_fill_the_memory_are_refused(tmp_path):
    torch.save({"a.b": torch.ones(1).expand(2**20, 2**14)}, tmp_path / "a.ckpt")
    refused(tmp_path / "a.ckpt", "a.ckpt takes more memory than 1.0 GB to read. It may be broken")


def test_nothing_is_overwritten(tmp_path):
    torch.save(TENSORS, tmp_path / "a.ckpt")
    (tmp_path / "a.safetensors").write_text("mine")
    with pytest.raises(Problem, match="is there already"):
        convert(tmp_path / "a.ckpt")
    assert (tmp_path / "a.safetensors").read_text() == "mine"


@pytest.mark.parametrize(
    ("pickled", "name"),
    [
        ("x.ckpt", "x.safetensors"),
        ("x.v1.PT", "x.v1.safetensors"),
        ("pytorch_model.bin", "model.safetensors"),
        ("pytorch_model.fp16.bin", "model.fp16.safetensors"),
        ("pytorch_model-00001-of-00002.bin", "model-00001-of-00002.safetensors"),
        ("pytorch_model.bin.index.json", "model.safetensors.index.json"),
        ("diffusion_pytorch_model.bin", "diffusion_pytorch_model.safetensors"),
        (
            "diffusion_pytorch_model.bin.index.fp16.json",
            "diffusion_pytorch_model.safetensors.index.fp16.json",
        ),
        ("pytorch_lora_weights.bin", "pytorch_lora_weights.safetensors"),
    ],
)
def test_files_are_named_as_the_libraries_look_for_them(pickled, name):
    assert safetensors_name(pickled) == name


def test_a_folder_is_converted_part_by_part_with_the_list_of_its_pieces(tmp_path):
    unet, text = tmp_path / "unet", tmp_path / "text_encoder"
    unet.mkdir()
    text.mkdir()
    pieces = {name: {name: value} for name, value in TENSORS.items()}
    listed = {}
    for number, (name, piece) in enumerate(pieces.items(), 1):
        listed[name] = f"diffusion_pytorch_model-0000{number}-of-00002.bin"
        torch.save(piece, unet / listed[name])
    index = {"metadata": {"total_size": 28}, "weight_map": listed}
    (unet / "diffusion_pytorch_model.bin.index.json").write_text(json.dumps(index))
    torch.save(TENSORS, text / "pytorch_model.bin")
    (text / "model.safetensors").write_text("mine")
    (tmp_path / "optimizer.bin").write_bytes(b"not ours")
    made = [str(path.relative_to(tmp_path)) for path in convert_folder(tmp_path)]
    assert made == [
        "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
        "unet/diffusion_pytorch_model.safetensors.index.json",
    ]
    told = json.loads((tmp_path / made[2]).read_text())
    assert told["metadata"] == index["metadata"]
    state = {name: load_file(unet / piece)[name] for name, piece in told["weight_map"].items()}
    assert equal(state, TENSORS)
    assert (text / "model.safetensors").read_text() == "mine"
    with pytest.raises(Problem, match="they are there already"):
        list(convert_folder(tmp_path))


def test_a_folder_without_pickles_is_refused(tmp_path):
    with pytest.raises(Problem, match="it holds no weights as"):
        list(convert_folder(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_ended_takes_its_child_with_it(tmp_path, how):
    if how == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux ends a child when its parent was killed outright")
    os.mkfifo(tmp_path / "slow.ckpt")
    process = subprocess.Popen(
        [sys.executable, ROOT / "main.py", "models", "convert", tmp_path / "slow.ckpt"],
        env=os.environ | {"LATENTWIRE_PYTHON": "current"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with open(tmp_path / "slow.ckpt", "wb") as slow:  # waits until the child reads it
        process.send_signal(how)
        assert process.wait(60) != 0
        watched = select.poll()
        watched.register(slow, select.POLLERR)
        assert watched.poll(60_000), "somebody still reads it"
    if how != signal.SIGKILL:
        assert [path.name for path in tmp_path.iterdir()] == ["slow.ckpt"]
    assert not (tmp_path / "slow.safetensors").exists()
