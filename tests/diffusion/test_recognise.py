import json
import re
import shutil
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL
from safetensors.torch import load_file, save_file

from nodes.core.problem import Problem
from nodes.diffusion import describe as handles
from nodes.diffusion.families import FAMILIES
from nodes.diffusion.recognise import recognise
from tests import tiny


def describe(path, **how) -> Any:
    """The handles, whose parts these tests know to be there."""
    return handles.describe(path, **how)


@pytest.fixture
def copied(model_at, tmp_path):
    """A folder of one's own to break."""
    return shutil.copytree(model_at("pndm"), tmp_path / "copied")


def changed(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def refused(path, sentence, prediction="auto"):
    with pytest.raises(Problem, match=sentence) as caught:
        recognise(path, prediction)
    assert "\n" not in caught.value.message


def test_a_folder_and_a_single_file_are_the_same_model(described):
    folder, file = described("pndm"), described("file")
    assert folder.model.facts.family == file.model.facts.family == "SD 1.x"
    for name in ("space", "channels", "factor", "text_width", "pooled_width", "steps", "guidance"):
        assert getattr(folder.model.facts, name) == getattr(file.model.facts, name)
    assert folder.vae.space == file.vae.space and folder.vae.space.name == "SD 1.x"
    assert folder.text_encoder.facts == file.text_encoder.facts
    assert folder.model.weights.digest != file.model.weights.digest


def test_sd_2_is_told_from_sd_1_by_structure(described):
    folder, file = described("second"), described("second file")
    for found in (folder, file):
        assert found.model.facts.family == found.text_encoder.facts.family == "SD 2.x"
        assert found.model.weights.prediction == "v_prediction"
        assert found.vae.space.name == "SD 1.x"


def test_a_folder_says_its_native_size_and_defaults(described):
    facts = described("pndm").model.facts
    assert (facts.width, facts.height) == (64, 64)
    assert (facts.steps, facts.guidance, facts.sampler, facts.schedule) == (
        20,
        7.5,
        "dpmpp_2m",
        "karras",
    )


def test_a_folder_may_say_what_it_wants_itself(tmp_path):
    own = {"steps": 12, "guidance": 3.0, "sampler": "euler", "schedule": "model", "width": 96}
    facts = recognise(tiny.folder(tmp_path / "own", own=own)).model
    assert facts and {name: getattr(facts, name) for name in own} == own


@pytest.mark.parametrize(
    "own, sentence",
    [
        ({"steps": "many"}, "steps"),
        ({"sampler": 3}, "sampler"),
        ({"speed": 1}, "speed"),
        ({"guidance": True}, "guidance"),
        ({"guidance": float("nan")}, "guidance nan; it is from 0 to 30"),
        ({"steps": 1001}, "steps 1001; it is from 1 to 1000"),
        ({"width": 7}, "width 7; it is from 8 to 16384"),
        ({"height": 10**300}, "height 10*; it is from 8 to 16384"),
    ],
)
def test_wrong_wishes_of_a_folder_are_refused(copied, own, sentence):
    (copied / "latentwire.json").write_text(json.dumps(own))
    refused(copied, sentence)


@pytest.mark.parametrize(
    "kind, prediction", [("pndm", "epsilon"), ("v", "v_prediction"), ("flow", "flow_prediction")]
)
def test_what_a_model_predicts_is_read_from_its_scheduler(model_at, kind, prediction):
    assert recognise(model_at(kind)).prediction == prediction


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "flow_prediction"])
@pytest.mark.parametrize("kind", ["pndm", "flow", "file"])
def test_what_a_model_predicts_can_be_settled(model_at, kind, prediction):
    found = recognise(model_at(kind), prediction)
    assert found.prediction == prediction
    assert found.configs["scheduler"].get("prediction_type", "epsilon") == prediction


def test_another_scaling_is_another_space_with_a_name_that_tells(described):
    space = described("flow").vae.space
    assert (space.name, space.scale) == ("kl 4x8 scale 0.9437", 0.9437)
    assert space != described("pndm").vae.space


def test_an_autoencoder_alone_is_recognised(tmp_path, model_at):
    AutoencoderKL.from_pretrained(model_at("pndm") / "vae").save_pretrained(tmp_path / "vae")
    alone = describe(tmp_path / "vae")
    assert alone.model is None and alone.text_encoder is None and alone.vae.space.name == "SD 1.x"
    state = {
        name.removeprefix("first_stage_model."): value
        for name, value in load_file(model_at("file")).items()
        if name.startswith("first_stage_model.")
    }
    save_file(state, tmp_path / "vae.safetensors")
    assert describe(tmp_path / "vae.safetensors").vae.space == alone.vae.space


def test_a_file_of_diffusers_keys_is_not_called_sd_1(model_at):
    path = model_at("pndm") / "unet" / "diffusion_pytorch_model.safetensors"
    known = re.escape(f"no known family ({', '.join(FAMILIES)})")
    refused(path, known + r".*up_blocks \(\d+\), down_blocks \(\d+\)")


@pytest.mark.parametrize(
    "names",
    [
        {"model.diffusion_model.label_emb.0.0.weight": (4, 4)},
        {"conditioner.embedders.0.transformer.text_model.x": (4,)},
        {"cond_stage_model.model.ln_final.weight": (4,)},
        {"model.diffusion_model.input_blocks.1.1.proj_in.weight": (32, 32)},
    ],
)
def test_other_families_in_the_same_layout_are_not_called_sd_1(model_at, tmp_path, names):
    state = load_file(model_at("file")) | {name: torch.zeros(size) for name, size in names.items()}
    save_file(state, tmp_path / "other.safetensors")
    refused(tmp_path / "other.safetensors", "no known family")


def test_u_nets_made_for_another_task_are_refused(model_at, copied):
    changed(copied / "unet" / "config.json", in_channels=8)
    refused(copied, "8 channels")


def test_a_folder_of_another_pipeline_is_refused_listing_its_classes(copied):
    changed(copied / "model_index.json", _class_name="StableDiffusionXLPipeline")
    refused(copied, "a StableDiffusionXLPipeline with .*unet UNet2DConditionModel")
    changed(
        copied / "model_index.json",
        _class_name="StableDiffusionPipeline",
        unet=["diffusers", "FluxTransformer2DModel"],
    )
    refused(copied, "unet FluxTransformer2DModel")


@pytest.mark.parametrize(
    "part, config, sentence",
    [
        ("text_encoder", {"num_hidden_layers": 10**9}, "num_hidden_layers is 1000000000; .* 256"),
        ("unet", {"layers_per_block": [1, 257]}, "layers_per_block is 257"),
        ("unet", {"transformer_layers_per_block": [[1], [10**6]]}, "is 1000000; "),
        ("unet", {"block_out_channels": [32] * 17}, "block_out_channels is 17 long"),
        ("unet", {"cross_attention_dim": "32"}, "cross_attention_dim is 32; it is a whole number"),
        ("unet", {"sample_size": 0}, "sample_size is 0"),
        ("unet", {"sample_size": [8, 8, 8]}, "configs do not fit"),
        ("vae", {"latent_channels": True}, "latent_channels is True"),
        ("vae", {"scaling_factor": -1}, "scaling_factor is -1; it is a finite number above 0"),
        ("vae", {"scaling_factor": float("inf")}, "scaling_factor is inf"),
        ("vae", {"shift_factor": float("nan")}, "shift_factor is nan; it is a finite number"),
        ("vae", {"block_out_channels": {"a": 1}}, "block_out_channels is {'a': 1}"),
    ],
)
def test_configs_that_ask_for_what_no_model_has_are_refused(copied, part, config, sentence):
    changed(copied / part / "config.json", **config)
    refused(copied, sentence)


def test_a_scheduler_of_endless_training_is_refused(copied):
    changed(copied / "scheduler" / "scheduler_config.json", num_train_timesteps=10**12)
    refused(copied, "num_train_timesteps is 1000000000000")


def test_broken_folders_are_refused(copied):
    (copied / "unet" / "config.json").write_text("{")
    refused(copied, r"unet/config\.json cannot be read")
    (copied / "unet" / "config.json").write_text("[]")
    refused(copied, "is not a table")
    (copied / "unet" / "config.json").write_text("{}")
    refused(copied, "its configs do not fit")
    (copied / "unet" / "config.json").write_bytes(b" " * (2**20 + 1))
    refused(copied, "too large for a config")
    (copied / "unet" / "config.json").unlink()
    refused(copied, "cannot be read")
    (copied / "model_index.json").unlink()
    refused(copied, r"has no model_index\.json")
    refused(copied / "nowhere", "There is no model nowhere")
    refused(copied, "no prediction magic", "magic")


def test_a_digest_follows_what_a_part_is_made_of(copied):
    before = describe(copied)
    changed(copied / "scheduler" / "scheduler_config.json", beta_end=0.013)
    after = describe(copied)
    assert after.model.weights.digest != before.model.weights.digest
    assert after.vae.weights.digest == before.vae.weights.digest
    assert after.text_encoder.weights.digest == before.text_encoder.weights.digest


def test_digests_are_remembered_by_what_the_file_system_says(copied, tmp_path):
    memory = tmp_path / "cache" / "digests.json"
    first = describe(copied, digests=memory)
    known = json.loads(memory.read_text())
    assert len(known) > 5 and describe(copied, digests=memory) == first == describe(copied)
    name = next(name for name in known if name.endswith("diffusion_pytorch_model.safetensors"))
    known[name][-1] = "0" * 64
    memory.write_text(json.dumps(known))
    assert describe(copied, digests=memory) != first
    memory.write_text("junk")
    assert describe(copied, digests=memory) == first


def test_a_single_file_with_more_layers_than_any_model_is_refused(tmp_path, models):
    blocks, kernel = "model.diffusion_model.input_blocks.", torch.zeros(32, 32, 3, 3)
    state = {
        name: tensor
        for name, tensor in load_file(models / "single.safetensors").items()
        if not (name.startswith(blocks) and name.endswith(".op.weight"))
    }
    state[f"{blocks}100000.0.op.weight"] = kernel
    for block in (99_999, 100_000):
        state[f"{blocks}{block}.0.in_layers.2.weight"] = kernel.clone()
    save_file(state, tmp_path / "deep.safetensors")
    with pytest.raises(Problem, match="layers_per_block"):
        recognise(tmp_path / "deep.safetensors")
