"""What is in a pickle: everything that is weights is read, nothing that would run."""

import builtins
import os
import pickle
import subprocess
import sys
import zipfile
from io import BytesIO

import numpy as np
import pytest
import torch
from safetensors.torch import load, load_file, save_file

from nodes.core.problem import Problem
from nodes.diffusion.header import read_header
from nodes.diffusion.unpickle import write

TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2).half()}


class Evil:
    """Calls `function` with `arguments` when it is unpickled."""

    def __init__(self, function, *arguments):
        self.called = function, arguments

    def __reduce__(self):
        return self.called


def written(path, content=None, **options):
    """What comes out of it, without the child process around it."""
    if content is not None:
        torch.save(content, path, **options)
    made = BytesIO()
    write(path, made)
    return load(made.getvalue())


def equal(one, other):
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and torch.equal(one[name], other[name]) for name in one
    )


@pytest.mark.parametrize("wrapper", ["state_dict", "model", "params_ema", "module", None])
@pytest.mark.parametrize("today", [True, False])
def test_what_trainers_wrap_around_tensors_is_left_away(tmp_path, wrapper, today):
    content = {wrapper: dict(TENSORS), "epoch": 3} if wrapper else {**TENSORS, "epoch": 3}
    state = written(tmp_path / "a.pt", content, _use_new_zipfile_serialization=today)
    assert equal(state, TENSORS)


def test_every_kind_of_number_is_kept_as_it_is(tmp_path):
    numbers = torch.tensor([[1.5, -2.0], [0.25, 8.0]])
    kinds = [torch.float64, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2, torch.uint8]
    kinds += [torch.int8, torch.int16, torch.int64, torch.uint16, torch.uint32, torch.bool]
    state = {f"x.{kind}".replace("torch.", ""): numbers.abs().to(kind) for kind in kinds}
    state |= {"x.scalar": torch.tensor(3.0), "x.none": torch.zeros(0, 4)}
    made = written(tmp_path / "a.ckpt", state)
    assert all(made[name].dtype == state[name].dtype for name in state)
    assert all(torch.equal(made[name].double(), state[name].double()) for name in state)
    assert all(made[name].shape == state[name].shape for name in state)


def test_tensors_that_share_memory_are_kept_apart(tmp_path):
    whole = torch.arange(6.0)
    tied = torch.nn.Parameter(whole[:3])
    state = {"a": whole, "b": whole, "c": whole[2:], "d": whole.reshape(2, 3).T, "e": tied}
    made = written(tmp_path / "a.pt", state)
    assert equal(made, {name: value.detach() for name, value in state.items()})


def test_the_file_is_one_that_our_own_reader_takes(tmp_path):
    torch.save({"state_dict": TENSORS | {"b.c": torch.ones(3).bool()}}, tmp_path / "a.ckpt")
    with (tmp_path / "a.safetensors").open("wb") as file:
        write(tmp_path / "a.ckpt", file)
    entries = read_header(tmp_path / "a.safetensors").tensors
    assert {name: entry.dtype for name, entry in entries.items()} == {
        "a.weight": "F32",
        "a.bias": "F16",
        "b.c": "BOOL",
    }


def test_what_lightning_and_numpy_note_beside_the_weights_does_not_matter(tmp_path):
    name = "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint"
    noted = type("ModelCheckpoint", (), {"__module__": name.rpartition(".")[0]})
    content = {"state_dict": TENSORS, "best": np.float64(0.5), "callbacks": {"X": {"score": 1}}}
    with pytest.MonkeyPatch.context() as patch:
        for depth in range(1, 4):
            part = ".".join(name.split(".")[:depth])
            patch.setitem(sys.modules, part, type(sys)(part))
        vars(sys.modules[name.rpartition(".")[0]])["ModelCheckpoint"] = noted
        content["callbacks"] = {noted: {"best_model_score": torch.tensor(1.0)}}
        torch.save(content, tmp_path / "a.ckpt")
    assert equal(written(tmp_path / "a.ckpt"), TENSORS)


VECTORS = torch.arange(8.0).reshape(2, 4)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (
            {"string_to_param": {"*": VECTORS}, "string_to_token": {"*": 265}, "name": "tree"},
            "tree",
        ),
        ({"string_to_param": torch.nn.ParameterDict({"*": torch.nn.Parameter(VECTORS)})}, "*"),
        ({"string_to_param": {"*": torch.nn.Parameter(VECTORS)}, "name": None}, "*"),
        ({"<tree>": VECTORS}, "<tree>"),
    ],
)
def test_a_textual_inversion_keeps_its_vectors_and_its_word(tmp_path, content, word):
    torch.save(content, tmp_path / "tree.pt")
    with (tmp_path / "tree.safetensors").open("wb") as file:
        write(tmp_path / "tree.pt", file)
    assert equal(load_file(tmp_path / "tree.safetensors"), {"emb_params": VECTORS})
    assert read_header(tmp_path / "tree.safetensors").metadata["name"] == word


def test_the_two_vectors_of_an_xl_inversion_and_the_pairs_of_a_lora_keep_their_names(tmp_path):
    for content in (
        {"clip_l": VECTORS, "clip_g": VECTORS + 1},
        {"lora_unet_x.lora_down.weight": VECTORS, "lora_unet_x.alpha": torch.tensor(4.0)},
    ):
        assert equal(written(tmp_path / "a.bin", content), content)


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (os.system, f"{os.system.__module__}.system"),
        (builtins.eval, "eval"),
        (builtins.__import__, "__import__"),
        (subprocess.Popen, r"(commands|subprocess)\.Popen"),
        (torch.load, "torch.serialization.load"),
        (np.memmap, "numpy.memmap"),
        (np.ones(1).__reduce__()[0], r"numpy\._?core\.multiarray\._reconstruct"),
    ],
)
@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_what_would_run_something_is_refused_by_name(tmp_path, function, named, capfd):
    evil = Evil(function, "echo this must never run")
    torch.save({"a.b": torch.ones(1), "b": evil}, tmp_path / "evil.ckpt")
    (tmp_path / "evil.bin").write_bytes(pickle.dumps(evil, protocol=2))
    for name in ("evil.ckpt", "evil.bin"):
        with pytest.raises(Problem, match=f"^{name} is not converted: it asks for {named},"):
            written(tmp_path / name)
    (tmp_path / "evil.pt").write_bytes(pickle.dumps(evil, protocol=5))
    with pytest.raises(Problem, match="is not plain data"):
        written(tmp_path / "evil.pt")
    assert "never" not in capfd.readouterr().out


def test_a_noted_number_is_not_a_way_to_run_something(tmp_path):
    """Names that are known stand for nothing: what is called is our own, which does nothing."""
    dtype = Evil(np.dtype, Evil(builtins.eval, "1/0"))
    torch.save({"a.b": torch.ones(1), "b": dtype}, tmp_path / "evil.ckpt")
    with pytest.raises(Problem, match="asks for eval"):
        written(tmp_path / "evil.ckpt")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"epoch": 3, "lr": 0.1}, "holds no tensors with names: at its top are epoch, lr"),
        ([torch.ones(1)], "holds no tensors with names: it is a list"),
        ({"__evil__": torch.ones(1), "a b": torch.ones(1)}, "not allowed"),
        ({"a b.c": torch.ones(1)}, "not allowed: 'a b.c'"),
        ({"a.b": torch.ones(1, dtype=torch.complex64)}, "a.b as torch.complex64"),
        ({"a.b": torch.eye(2).to_sparse()}, "a.b as torch.float32, torch.sparse_coo"),
        ({"string_to_param": {}}, "without its vectors"),
    ],
)
def test_what_safetensors_cannot_hold_is_refused(tmp_path, content, sentence):
    with pytest.raises(Problem, match=sentence):
        written(tmp_path / "a.pt", content)


def test_what_torch_did_not_save_is_refused_in_a_sentence(tmp_path):
    torch.save(TENSORS, tmp_path / "whole.pt")
    whole = (tmp_path / "whole.pt").read_bytes()
    for content in (b"", b"junk" * 10, whole[:-200], whole[: len(whole) // 2]):
        (tmp_path / "a.pt").write_bytes(content)
        with pytest.raises(Problem, match=r"^a\.pt is broken, or is no file that torch saved[.:]"):
            written(tmp_path / "a.pt")
    save_file(TENSORS, tmp_path / "b.ckpt")
    with pytest.raises(Problem, match=r"safetensors already: rename it to b\.safetensors"):
        written(tmp_path / "b.ckpt")


def test_a_pickle_that_someone_packed_again_is_read_right(tmp_path):
    torch.save(TENSORS, tmp_path / "a.pt")
    with (
        zipfile.ZipFile(tmp_path / "a.pt") as old,
        zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert equal(written(tmp_path / "b.pt"), TENSORS)
