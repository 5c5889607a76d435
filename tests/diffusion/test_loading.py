import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from nodes.core.problem import Problem
from nodes.diffusion.loading import load
from nodes.diffusion.recognise import recognise

CPU = torch.device("cpu")
WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def copied(model_at, tmp_path):
    return shutil.copytree(model_at("pndm"), tmp_path / "copied")


def loaded(path, part="unet", dtype=torch.float32):
    return load(recognise(path), part, CPU, dtype)


def refused(path, sentence, part="unet"):
    with pytest.raises(Problem, match=sentence) as caught:
        loaded(path, part)
    assert "\n" not in caught.value.message


def test_weights_are_aligned_evaluating_and_without_gradients(model_at):
    for part in ("unet", "vae", "text_encoder"):
        module = loaded(model_at("pndm"), part)
        assert not module.training
        for weight in module.parameters():
            assert weight.data_ptr() % 64 == 0 and not weight.requires_grad
            assert weight.dtype == torch.float32


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_a_single_file_holds_the_weights_of_the_folder(model_at, part):
    folder, file = loaded(model_at("pndm"), part), loaded(model_at("file"), part)
    theirs = dict(file.named_parameters())
    assert all(torch.equal(weight, theirs[name]) for name, weight in folder.named_parameters())
    assert len(theirs) == len(dict(folder.named_parameters()))


def test_half_precision_files_become_float32(copied):
    path = copied / "unet" / WEIGHTS
    state = {name: tensor.half() for name, tensor in load_file(path).items()}
    path.unlink()
    save_file(state, copied / "unet" / "diffusion_pytorch_model.fp16.safetensors")
    module = loaded(copied)
    assert module.conv_in.weight.dtype == torch.float32
    assert torch.equal(module.conv_in.weight, state["conv_in.weight"].float())


def test_weights_in_pieces_are_put_together(copied):
    path = copied / "unet" / WEIGHTS
    state = load_file(path)
    names = sorted(state)
    pieces = {"one.safetensors": names[::2], "two.safetensors": names[1::2]}
    for piece, part in pieces.items():
        save_file({name: state[name] for name in part}, path.with_name(piece))
    path.unlink()
    where = {name: piece for piece, part in pieces.items() for name in part}
    path.with_name(f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": where}))
    assert torch.equal(loaded(copied).conv_in.weight, state["conv_in.weight"])


def test_names_that_older_versions_saved_are_understood(copied):
    path = copied / "vae" / WEIGHTS
    state = load_file(path)
    renamed = {
        name.replace("to_q.", "query.")
        .replace("to_k.", "key.")
        .replace("to_v.", "value.")
        .replace("to_out.0.", "proj_attn."): tensor
        for name, tensor in state.items()
    }
    assert set(renamed) != set(state)
    save_file(renamed, path)
    attention = loaded(copied, "vae").decoder.mid_block.attentions[0]
    assert torch.equal(attention.to_q.weight, state["decoder.mid_block.attentions.0.to_q.weight"])
    path = copied / "text_encoder" / "model.safetensors"
    state = load_file(path)
    save_file({f"text_model.{name}": tensor for name, tensor in state.items()}, path)
    loaded(copied, "text_encoder")


def test_missing_cut_and_unfitting_weights_are_refused(copied):
    path = copied / "unet" / WEIGHTS
    whole, state = path.read_bytes(), load_file(path)
    path.write_bytes(whole[:-4])
    refused(copied, "is cut short")
    save_file({name: tensor for name, tensor in state.items() if name != "conv_in.bias"}, path)
    refused(copied, r"they lack conv_in\.bias\.")
    save_file(state | {"extra.weight": torch.zeros(1), "extra.bias": torch.zeros(1)}, path)
    refused(copied, r"an unknown extra\.bias and 1 more")
    save_file(state | {"conv_in.bias": torch.zeros(7)}, path)
    refused(copied, r"do not fit its unet: they have another size of conv_in\.bias\.")
    path.unlink()
    refused(copied, "no safetensors weights")
    path.with_suffix(".bin").write_bytes(b"")
    refused(copied, "models convert")


@pytest.mark.parametrize(
    "values",
    [
        {"down_block_types": ["Magic", "DownBlock2D"]},
        {"block_out_channels": [33, 64]},
        {"block_out_channels": [2**19, 2**20]},
        {"layers_per_block": "many"},
        {"act_fn": None},
    ],
)
def test_a_broken_config_is_a_sentence(copied, values):
    path = copied / "unet" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    refused(copied, "unet is broken|do not fit its unet|layers_per_block is many")
