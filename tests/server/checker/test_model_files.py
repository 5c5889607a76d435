"""Model files are told by what is in them: hostile ones with a reason, and nothing in them runs."""

import hashlib
import json
import os
import pickle
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from nodes.library import model_folders
from tests.examples import node, picture, workflow


class Canary:
    """Writes a file where somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (os.system, (f"touch {self.path}",))


def told(desk, name):
    """What the list says of a model, once it says so and nothing is being read."""
    desk.wait_for(lambda: any(m.name == name and m.sha256 for m in desk.models.models))
    return next(model for model in desk.models.models if model.name == name)


def header(path: Path, table: dict[str, object], body: bytes = b"", claimed: int | None = None):
    text = json.dumps(table).encode()
    length = len(text) if claimed is None else claimed
    half = path.with_suffix(".half")  # the folder is watched, and half a file is another one
    half.write_bytes(length.to_bytes(8, "little") + text + body)
    half.replace(path)


def tensor(start: int, end: int) -> dict[str, object]:
    return {"dtype": "F32", "shape": [(end - start) // 4], "data_offsets": [start, end]}


def test_what_there_is_has_kind_family_size_and_digest(desk, models):
    one = told(desk, "single")
    data = (models / "single.safetensors").read_bytes()
    assert (one.kind, one.family, one.bytes) == ("model", "SD 1.x", len(data))
    assert one.sha256 == hashlib.sha256(data).hexdigest()
    assert one.folder == str(models)
    assert told(desk, "epsilon").kind == "model"


def test_a_text_encoder_by_itself_is_told_from_a_model(desk, models, shelf):
    place, encoder = shelf / "text_encoders", models / "epsilon" / "text_encoder"
    place.mkdir(exist_ok=True)
    shutil.copy(encoder / "model.safetensors", place / "clip_l.safetensors")
    shutil.copytree(encoder, place / "clip")
    for name in ("clip_l", "clip"):
        model = told(desk, f"text_encoders/{name}")
        assert (model.kind, model.family, model.problem) == ("text_encoder", None, None)


def test_what_comes_changes_and_goes_is_seen(desk, models, shelf):
    place = shelf / "loras" / "coming.safetensors"
    place.parent.mkdir(exist_ok=True)
    shutil.copy(models / "single.safetensors", place)
    assert told(desk, "loras/coming").kind == "model"
    place.write_bytes(b"no model any more")
    desk.wait_for(lambda: any(m.problem for m in desk.models.models if m.name == "loras/coming"))
    assert told(desk, "loras/coming").kind == "lora"
    place.unlink()
    desk.wait_for(lambda: all(m.name != "loras/coming" for m in desk.models.models))
    assert "models" in desk.news


def test_folders_of_other_programs_are_known_by_their_layout(tmp_path):
    comfy, webui, plain = tmp_path / "ComfyUI", tmp_path / "webui", tmp_path / "plain"
    for folder in (
        *(comfy / "models" / "checkpoints", comfy / "custom_nodes"),
        *(webui / "models" / "Stable-diffusion", webui / "embeddings"),
        plain,
    ):
        folder.mkdir(parents=True)
    places = [comfy / "models", webui / "models", webui / "embeddings", plain, tmp_path / "gone"]
    assert model_folders([comfy, webui, plain, tmp_path / "gone", plain]) == places


def pickles(path: Path, canary: Path) -> None:
    """The same pickle in every wrapping that is found in the wild."""
    harm = {"state_dict": Canary(canary)}
    (path / "a.ckpt").write_bytes(pickle.dumps(harm))
    (path / "b.safetensors").write_bytes(pickle.dumps(harm))
    (path / "c.SafeTensors.safetensors").write_bytes(pickle.dumps(harm, 4))
    torch.save(harm, path / "d.pt")
    torch.save(harm, path / "e.safetensors")
    torch.save(harm, path / "f.bin", _use_new_zipfile_serialization=False)
    with zipfile.ZipFile(path / "g.safetensors", "w") as outer:
        outer.write(path / "d.pt", "archive/data.pkl")


def test_s24_pickles_are_refused_whatever_they_are_called(desk, shelf, tmp_path):
    folder = shelf / "pickles"
    folder.mkdir()
    pickles(folder, tmp_path / "canary")
    for name in ("a", "b", "c.SafeTensors", "d", "e", "f", "g"):
        model = told(desk, f"pickles/{name}")
        assert "is a pickle file" in model.problem
        refused = desk.refused({"workflow": picture(f"pickles/{name}")})
        assert [(p.node, p.port) for p in refused.problems] == [("model", "model")]
    assert not (tmp_path / "canary").exists()


HOSTILE = {
    "truncated": (lambda p: header(p, {"a": tensor(0, 4000)}, b"\0" * 100), "is cut short"),
    "overlapping": (
        lambda p: header(p, {"a": tensor(0, 8), "b": tensor(4, 12)}, b"\0" * 12),
        "a and b overlap",
    ),
    "claims_2_63": (lambda p: header(p, {"a": tensor(0, 4)}, b"\0" * 4, 2**63), "claims a header"),
    "claims_200_mb": (
        lambda p: header(p, {"a": tensor(0, 4)}, b"\0" * 4, 200_000_000),
        "claims a header",
    ),
    "many": (
        lambda p: header(p, {f"t{n}": tensor(0, 0) for n in range(300_000)}),
        "lists 300,000 tensors",
    ),
    "class_key": (
        lambda p: header(p, {"x.__class__.__base__": tensor(0, 4)}, b"\0" * 4),
        "a name that is not allowed",
    ),
    "junk": (lambda p: p.write_bytes(b"\x00" * 1000), "is not a safetensors file"),
    "empty": (lambda p: p.write_bytes(b""), "is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_s25_a_hostile_file_is_named_with_what_is_wrong(desk, shelf, name):
    write, sentence = HOSTILE[name]
    write(shelf / f"{name}.safetensors")
    for workflow_of in (picture(name), workflow(l=node("load_lora", lora=name))):
        refused = desk.refused({"workflow": workflow_of})
        assert any(
            f"{name}.safetensors" in p.message and sentence in p.message for p in refused.problems
        )
    assert sentence in told(desk, name).problem
    assert desk.restarts == []
    (shelf / f"{name}.safetensors").unlink()


def test_s26_a_flipped_bit_is_told_where_the_hash_is_known(desk, models, shelf):
    whole = bytearray((models / "single.safetensors").read_bytes())
    known = hashlib.sha256(whole).hexdigest()
    for name, data in (("intact", whole), ("flipped", whole[:-1] + bytes([whole[-1] ^ 1]))):
        (shelf / f"{name}.sha256").write_text(f"{known}  model.safetensors\n")
        (shelf / f"{name}.safetensors").write_bytes(data)
    assert told(desk, "intact").problem is None
    desk.wait_for(lambda: told(desk, "flipped").problem)
    assert "has not the sha256 that flipped.sha256 says" in told(desk, "flipped").problem


def test_s26_a_hash_in_the_header_is_of_the_tensors(desk, shelf):
    tensors = {"lora_unet_a.lora_down.weight": torch.zeros(2, 4)}
    tensors["lora_unet_a.lora_up.weight"] = torch.ones(4, 2)
    path = shelf / "promised.safetensors"
    save_file(tensors, path, {"modelspec.hash_sha256": "0x" + "0" * 64})
    assert "its own header says" in told(desk, "promised").problem


CONFIGS: dict[str, Any] = {
    "auto_map": {"auto_map": {"AutoModel": "evil.Model"}},
    "trust_remote_code": {"trust_remote_code": True},
    "endless": {"block_out_channels": [2**40]},
    "of_nothing": {"in_channels": None, "block_out_channels": "x"},
    "no_table": [],
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_s27_a_config_that_asks_for_code_or_too_much_is_refused(desk, models, shelf, name, part):
    folder = shelf / f"{name}-{part}"
    shutil.copytree(models / "epsilon", folder)
    file, asked = folder / part / "config.json", CONFIGS[name]
    config = json.loads(file.read_text()) | asked if isinstance(asked, dict) else asked
    if part == "text_encoder" and name in ("endless", "of_nothing"):
        config |= {"hidden_size": 2**40}
    file.write_text(json.dumps(config))
    refused = desk.refused({"workflow": picture(folder.name)})
    assert {p.node for p in refused.problems} == {"model"}
    shutil.rmtree(folder)


def test_s27_formats_that_are_not_read_are_no_models(desk, shelf):
    (shelf / "some.gguf").write_bytes(b"GGUF" + b"\xff" * 100)
    refused = desk.refused({"workflow": picture("some")})
    assert 'there is no model "some"' in refused.message


def test_f10_a_broken_model_is_told_where_it_is_used_and_the_next_answer_is_right(desk, shelf):
    (shelf / "cut.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{")
    assert "cut.safetensors" in desk.refused({"workflow": picture("cut")}).message
    assert desk.submit(picture()).document


def test_f11_a_model_that_is_replaced_is_looked_at_again(desk, models, shelf):
    place = shelf / "turning.safetensors"
    shutil.copy(models / "single.safetensors", place)
    assert desk.submit(picture("turning")).document
    stat = place.stat()
    place.write_bytes(place.read_bytes()[:-1000])
    os.utime(place, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert "is cut short" in desk.refused({"workflow": picture("turning")}).message
