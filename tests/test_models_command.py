"""`main.py models`: what was found, of which family, and the conversion of pickles."""

import shutil

import torch
from safetensors.torch import load_file, save_file


def listed(terminal, folder):
    ended = terminal.main("models", "--models", str(folder))
    assert ended.status == 0, ended.err
    return ended.out.splitlines()


def test_folders_and_files_are_listed_with_family_parts_and_size(terminal):
    rows = listed(terminal, terminal.models)
    named = {row.split()[0]: row for row in rows}
    assert {"epsilon", "flow", "single", "starter"} <= named.keys()
    for name in ("epsilon", "single"):
        assert "SD 1.x" in named[name]
        assert "model, text encoder, VAE" in named[name]
        assert " MB  " in named[name]


def test_a_file_of_no_known_family_is_listed_with_what_was_seen(terminal):
    save_file({"strange.weight": torch.zeros(2)}, terminal.folder / "odd.safetensors")
    (row,) = [r for r in listed(terminal, terminal.folder) if r.startswith("odd")]
    assert "strange" in row


def test_a_pickle_is_converted_and_the_file_beside_it_loads(terminal):
    pickle = terminal.folder / "old.ckpt"
    torch.save({"state_dict": {"a.weight": torch.arange(4.0)}}, pickle)
    ended = terminal.main("models", "convert", str(pickle))
    assert ended.status == 0, ended.err
    assert load_file(ended.out.strip())["a.weight"].tolist() == [0, 1, 2, 3]
    assert pickle.exists()


def test_a_folder_of_pickles_is_converted_and_is_a_model_then(terminal):
    """The folder as older versions of diffusers and transformers saved it."""
    model = terminal.folder / "mine" / "old"
    shutil.copytree(terminal.models / "epsilon", model)
    weights = sorted(model.rglob("*.safetensors"))
    for file in weights:
        name = file.name.replace("safetensors", "bin")
        name = f"pytorch_{name}" if name.startswith("model") else name
        torch.save(load_file(file), file.with_name(name))
        file.unlink()
    ended = terminal.main("models", "convert", str(model))
    assert ended.status == 0, ended.err
    assert ended.out.splitlines() == [str(file) for file in weights]
    (row,) = listed(terminal, terminal.folder / "mine")[:1]
    assert "model, text encoder, VAE" in row
    for file in weights:
        known = load_file(terminal.models / "epsilon" / file.relative_to(model))
        state = load_file(file)
        assert state.keys() == known.keys()
        assert all(torch.equal(state[name], known[name]) for name in known)


def test_what_cannot_be_converted_is_told_in_a_sentence(terminal):
    for name, content in (("junk.ckpt", b"junk"), ("empty.pt", b"")):
        (terminal.folder / name).write_bytes(content)
        ended = terminal.main("models", "convert", str(terminal.folder / name))
        assert ended.status == 2
        assert len(ended.problems) == 1
    ended = terminal.main("models", "convert", str(terminal.folder / "missing.ckpt"))
    assert ended.status == 2


def test_a_model_folder_inside_another_is_no_model_of_its_own(terminal):
    shutil.copytree(terminal.models / "epsilon", terminal.folder / "mine" / "epsilon")
    names = [row.split()[0] for row in listed(terminal, terminal.folder / "mine")]
    assert names.count("epsilon") == 1
    assert not any(name.startswith("epsilon/") for name in names)
