import pickle

import pytest
import torch
from safetensors.torch import load_file

from nodes.core.problem import Problem
from nodes.diffusion.convert import convert

TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2).half()}


class Evil:
    def __reduce__(self):
        return print, ("this must never run",)


def refused(path, sentence):
    with pytest.raises(Problem, match=sentence) as caught:
        convert(path)
    assert "\n" not in caught.value.message
    assert not list(path.parent.glob("*.safetensors")) and not list(path.parent.glob(".*"))


@pytest.mark.parametrize("wrapped", [False, True])
def test_tensors_are_written_beside_the_pickle(tmp_path, wrapped):
    content = {"state_dict": TENSORS, "epoch": 3} if wrapped else {**TENSORS, "epoch": 3}
    torch.save(content, tmp_path / "a.ckpt")
    made = convert(tmp_path / "a.ckpt")
    assert made == tmp_path / "a.safetensors"
    state = load_file(made)
    assert set(state) == set(TENSORS)
    assert all(torch.equal(state[name], TENSORS[name]) for name in TENSORS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ckpt", "a.safetensors"]


def test_tensors_that_share_memory_are_kept_apart(tmp_path):
    whole = torch.arange(6.0)
    torch.save(
        {"a": whole, "b": whole, "c": whole[2:], "d": whole.reshape(2, 3).T}, tmp_path / "a.pt"
    )
    state = load_file(convert(tmp_path / "a.pt"))
    assert torch.equal(state["c"], whole[2:]) and torch.equal(state["d"], whole.reshape(2, 3).T)


def test_a_pickle_that_would_run_something_is_refused_by_name(tmp_path, capsys):
    torch.save({"a": torch.ones(1), "b": Evil()}, tmp_path / "evil.ckpt")
    refused(tmp_path / "evil.ckpt", r"asks for \w*\.?print")
    (tmp_path / "evil.bin").write_bytes(pickle.dumps(Evil(), protocol=2))
    refused(tmp_path / "evil.bin", "print")
    assert "never" not in capsys.readouterr().out


def test_what_is_no_pickle_of_tensors_is_refused(tmp_path):
    refused(tmp_path / "missing.ckpt", "There is no file missing.ckpt")
    (tmp_path / "junk.ckpt").write_bytes(b"junk" * 10)
    refused(tmp_path / "junk.ckpt", "junk.ckpt")
    torch.save({"epoch": 3}, tmp_path / "none.ckpt")
    refused(tmp_path / "none.ckpt", "holds no tensors")
    torch.save({"__evil__": torch.ones(1), "a b": torch.ones(1)}, tmp_path / "names.ckpt")
    refused(tmp_path / "names.ckpt", "not allowed")


def test_nothing_is_overwritten(tmp_path):
    torch.save(TENSORS, tmp_path / "a.ckpt")
    convert(tmp_path / "a.ckpt")
    with pytest.raises(Problem, match="is there already"):
        convert(tmp_path / "a.ckpt")
