"""Pictures of other programs: their settings are read, and the nearest workflow is offered."""

import hashlib
import json
import resource
import signal

import pytest
from PIL import Image, PngImagePlugin

from nodes.pictures.line import parameters_line
from tests.lora_files import write_lora


def foreign(terminal, line, name="theirs.png"):
    """A picture with that line in it, as other programs write one."""
    path, image = terminal.folder / name, Image.new("RGB", (64, 96))
    if name.endswith("png"):
        text = PngImagePlugin.PngInfo()
        text.add_text("parameters", line)
        image.save(path, pnginfo=text)
    else:
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + line.encode("utf-16-be")
        image.save(path, exif=exif.tobytes())
    return path


def offered(terminal, line, *options, name="theirs.png"):
    """(the workflow that was written, what was said) for a picture with that line."""
    ended = terminal.run(foreign(terminal, line, name), *options)
    assert (ended.status, ended.out) == (2, "")
    assert "Traceback" not in ended.err
    return json.loads((terminal.out / "theirs.json").read_text())["nodes"], ended.err


def settings(**changed):
    """A line with what every picture has, and these besides (`_` for a space)."""
    known = {"Steps": 3, "Sampler": "Euler", "CFG scale": 4, "Seed": 7, "Size": "64x64"}
    named = {name.replace("_", " "): given for name, given in changed.items()}
    return parameters_line({"prompt": "a boat", "Model": "epsilon"} | known | named)


@pytest.mark.parametrize("name", ["theirs.png", "theirs.webp", "theirs.jpg"])
def test_a_picture_of_another_program_gives_a_workflow_that_runs(terminal, name):
    nodes, told = offered(terminal, settings(), name=name)
    assert nodes["sample"]["values"] == {
        "seed": 7,
        "steps": 3,
        "guidance": 4.0,
        "sampler": "euler",
        "schedule": "normal",
    }
    assert f"{name} was made by another program" in told
    assert "the model is epsilon, by its name" in told
    assert f"run {terminal.out / 'theirs.json'} --models {terminal.models}" in told
    assert terminal.json(terminal.out / "theirs.json").pictures
    assert [p.name for p in terminal.out.iterdir() if p.suffix == ".png"] == ["picture-0001.png"]


def test_nothing_of_the_user_is_overwritten(terminal):
    terminal.out.mkdir()
    (terminal.out / "theirs.json").write_text("mine")
    for _ in range(2):
        terminal.run(foreign(terminal, settings()))
    assert (terminal.out / "theirs.json").read_text() == "mine"
    assert sorted(p.name for p in terminal.out.iterdir()) == ["theirs-2.json", "theirs.json"]


def test_a_name_as_long_as_names_can_be_has_room_for_what_is_added(terminal):
    for seed in (1, 2):
        ended = terminal.run(foreign(terminal, settings(Seed=seed), f"{'é' * 125}.png"))
        assert "the workflow nearest to it" in ended.problems[1]
    names = sorted(path.name for path in terminal.out.iterdir())
    assert names == [f"{'é' * 100}-2.json", f"{'é' * 100}.json"]


def test_no_room_for_the_workflow_is_said_and_leaves_no_half_file(terminal):
    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    given = terminal.arguments(foreign(terminal, settings()))
    ended = terminal.end(terminal.start(*given, preexec_fn=no_room))
    assert ended.status == 2
    path = terminal.out / "theirs.json"
    assert ended.problems[-1] == f"{path} could not be written: File too large"
    assert list(terminal.out.iterdir()) == []


def test_a_long_prompt_takes_no_longer_than_it_is(terminal):
    _, told = offered(terminal, settings(prompt="[" + ":" * 10**6))
    assert "no special meaning" not in told


def test_a_value_from_the_command_line_is_in_the_workflow(terminal):
    nodes, _ = offered(terminal, settings(Model="gone"), "--set", "model.model=single")
    assert nodes["model"]["values"] == {"model": "single"}


def hash_of(path, kind):
    data = path.read_bytes()
    if kind == "old":
        return hashlib.sha256(data[0x100000:0x110000]).hexdigest()[:8]
    return hashlib.sha256(data).hexdigest()[:10]


@pytest.mark.parametrize("kind", ["new", "old"])
def test_a_model_is_found_by_its_hash_whatever_it_is_called(terminal, kind):
    hash = hash_of(terminal.models / "single.safetensors", kind)
    nodes, told = offered(terminal, settings(Model="renamed since", Model_hash=hash))
    assert nodes["model"]["values"] == {"model": "single"}
    assert f"the model is single: its file has the hash {hash}" in told


def test_a_model_of_the_name_with_another_hash_is_said(terminal):
    nodes, told = offered(terminal, settings(Model="Single", Model_hash="0123456789"))
    assert nodes["model"]["values"] == {"model": "single"}
    assert "the model is single, by its name (its hash is not 0123456789)" in told


def test_a_model_that_is_not_here_is_said_with_those_there_are(terminal):
    line = settings(Model="none such", Model_hash="6ce0161689")
    nodes, told = offered(terminal, line)
    assert nodes["model"]["values"] == {"model": "none such"}
    assert "none such (hash 6ce0161689) is not among the models" in told
    assert "choose another with --set model.model=NAME: there is " in told


@pytest.mark.parametrize(
    ("sampler", "schedule", "ours"),
    [
        ("Euler a", "", ("euler_ancestral", "normal")),
        ("DPM++ 2M Karras", "", ("dpmpp_2m", "karras")),
        ("DPM++ 2M", "", ("dpmpp_2m", "normal")),
        ("DPM++ 2M", "Automatic", ("dpmpp_2m", "karras")),
        ("DPM++ 2M SDE", "Exponential", ("dpmpp_2m_sde", "exponential")),
        ("DPM++ 2M SDE Heun Karras", "", ("dpmpp_2m_sde_heun", "karras")),
        ("DPM++ 3M SDE", "SGM Uniform", ("dpmpp_3m_sde", "sgm_uniform")),
        ("DPM++ 2S a Karras", "", ("dpmpp_2s_ancestral", "karras")),
        ("DPM2 a Karras", "", ("dpm_2_ancestral", "karras")),
        ("UniPC", "Beta", ("uni_pc", "beta")),
        ("DDIM", "", ("ddim", "ddim_uniform")),
        ("LMS", "Polyexponential", ("lms", "exponential")),
        ("Restart", "KL Optimal", ("restart", "kl_optimal")),
    ],
)
def test_samplers_and_schedules_are_called_as_they_are_here(terminal, sampler, schedule, ours):
    named = {"Schedule_type": schedule} if schedule else {}
    nodes, told = offered(terminal, settings(Sampler=sampler, **named))
    values = nodes["sample"]["values"]
    assert (values["sampler"], values["schedule"]) == ours
    assert "stands for it" not in told


def test_a_sampler_that_is_not_here_is_said(terminal):
    nodes, told = offered(terminal, settings(Sampler="DPM adaptive", Schedule_type="Odd"))
    assert nodes["sample"]["values"]["sampler"] == "dpmpp_2m"
    assert "the sampler DPM adaptive is not here, dpmpp_2m stands for it" in told
    assert "the schedule odd is not here, the model's own stands for it" in told


def test_loras_leave_the_prompt_and_become_nodes(terminal):
    write_lora(terminal.folder / "loras" / "style.safetensors")
    line = settings().replace("a boat", "a boat, <lora:Style:0.6>, <lora:gone:1>")
    nodes, told = offered(terminal, line, "--models", terminal.folder / "loras")
    assert nodes["prompt"]["values"] == {"text": "a boat"}
    assert nodes["lora1"]["values"] == {"lora": "style", "strength": 0.6}
    assert nodes["sample"]["wires"]["model"] == "lora1.model"
    assert nodes["prompt"]["wires"] == {"text_encoder": "lora1.text_encoder"}
    assert "the LoRA gone is not here: it was left out" in told


def test_a_second_pass_a_variation_and_a_vae_are_carried_over(terminal):
    nodes, _ = offered(
        terminal,
        settings(
            VAE="epsilon.safetensors",
            Denoising_strength=0.5,
            Hires_upscale=1.5,
            Hires_steps=2,
            Hires_upscaler="Latent (nearest)",
            Variation_seed=9,
            Variation_seed_strength=0.25,
        ),
    )
    assert nodes["larger"]["values"] == {"width": 96, "height": 96, "method": "nearest"}
    assert nodes["again"]["values"].items() >= {"steps": 2, "denoise": 0.5, "seed": 7}.items()
    assert nodes["variation"]["values"] == {"seed": 9, "amount": 0.25}
    assert nodes["decode"]["wires"] == {"vae": "vae.vae", "latent": "again.latent"}
    (path,) = terminal.json(terminal.out / "theirs.json").pictures
    assert Image.open(path).size == (96, 96)


def test_a_second_pass_over_pixels_runs_too(terminal):
    line = settings(Denoising_strength=0.5, Hires_resize="96x64", Hires_upscaler="ESRGAN_4x")
    _, told = offered(terminal, line)
    assert "the upscaler ESRGAN_4x is not here, lanczos stands for it" in told
    (path,) = terminal.json(terminal.out / "theirs.json").pictures
    assert Image.open(path).size == (96, 64)


def test_what_cannot_be_carried_over_is_named(terminal):
    line = settings(Clip_skip=2, Denoising_strength=0.4, Version="v1", RNG="CPU")
    _, told = offered(terminal, line.replace("a boat", "a (boat:1.3) <hypernet:x:1>"))
    assert "not carried over: Clip skip 2, <hypernet:x:1>, the picture it was made from" in told
    assert "(boat:1.3) in a prompt has no special meaning here" in told
    assert "same seed" not in told


def test_a_value_out_of_range_is_left_out_and_said(terminal):
    nodes, told = offered(terminal, settings(Steps=5000, Seed=2**60))
    assert nodes["sample"]["values"].keys() & {"steps", "seed"} == set()
    assert "sample.steps is 5000, outside 1 to 150: it was left out" in told
    assert "sample.seed is 1152921504606846976" in told


def test_check_says_what_run_would_do(terminal):
    ended = terminal.main("check", str(foreign(terminal, settings())))
    told = "was made by another program, `main.py run` writes a workflow near to it"
    assert (ended.status, ended.problems) == (2, [f"theirs.png {told}"])


def test_a_picture_of_comfyui_is_called_what_it_is(terminal):
    path, text = terminal.folder / "comfy.png", PngImagePlugin.PngInfo()
    text.add_text("prompt", '{"3": {"class_type": "KSampler"}}')
    Image.new("RGB", (8, 8)).save(path, pnginfo=text)
    ended = terminal.run(path)
    told = "holds a workflow of ComfyUI, which has another format: it cannot be run here"
    assert (ended.status, ended.problems) == (2, [f"comfy.png {told}"])
