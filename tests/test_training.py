"""The starter model's making: the scenes, the words, and each stage on a few pictures."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from transformers import CLIPTokenizer

from nodes.training import stages, tokens
from nodes.training.autoencoder import AutoencoderStage, DecoderStage, new_autoencoder
from nodes.training.captions import caption, vocabulary
from nodes.training.denoiser import DenoiserStage, Latents, new_denoiser
from nodes.training.export import export
from nodes.training.loop import Plan, Stage, Training
from nodes.training.pictures import draw_pictures, load_pictures
from nodes.training.render import render
from nodes.training.scene import SUBJECTS, Scene, random_scene, scenes
from nodes.training.text_encoder import Reader, TextEncoderStage

STARTER = Path(__file__).parent.parent / "models" / "starter"
RED_CAT = Scene("cat", "red", 1, "left", "large", "desert", "sunset", ("sun",), 5)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    draw_pictures(folder, count=6, seed=3)
    return folder


def test_the_tokenizer_is_the_same_twice_and_the_committed_one(tmp_path: Path):
    for name in ("once", "again"):
        tokens.save(tmp_path / name)
    once, again = (tmp_path / name / "tokenizer/tokenizer.json" for name in ("once", "again"))
    assert once.read_bytes() == again.read_bytes()
    assert once.read_bytes() == (STARTER / "tokenizer/tokenizer.json").read_bytes()


def test_every_caption_word_is_one_token_and_any_other_text_can_be_spelled():
    words = tokens.tokenizer()
    assert all(len(words.tokenize(word)) == 1 for word in vocabulary())
    assert words.unk_token_id not in words("zebra, Zürich 7!").input_ids[1:-1]


def test_captions_use_known_words_and_fit():
    words, rng = tokens.tokenizer(), random.Random(0)
    known = set(vocabulary())
    for scene in scenes(300, seed=0):
        text = caption(scene, rng)
        assert set(text.replace(",", " ,").split()) <= known
        assert len(words(text).input_ids) <= tokens.LENGTH


def test_a_caption_names_what_the_scene_shows():
    rng = random.Random(0)
    texts = [caption(RED_CAT, rng) for _ in range(200)]
    assert all("cat" in text or "kitten" in text for text in texts)
    assert sum("red" in text for text in texts) > 150
    assert not any(colour in text for text in texts for colour in ("blue", "pink"))
    assert not any(place in text for text in texts for place in ("on the right", "snow", "night"))


def test_the_same_seed_draws_the_same_picture():
    first, boxes = render(RED_CAT)
    again, _ = render(RED_CAT)
    assert first.shape == (128, 128, 3)
    assert np.array_equal(first, again)
    assert len(boxes) == 1


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_inside_its_box(subject: str):
    plain = Scene(subject, "red", 2, "centre", "medium", "snow", "day", (), 1)
    other = Scene(subject, "green", 2, "centre", "medium", "snow", "day", (), 1)
    pixels, boxes = render(plain)
    changed = (pixels != render(other)[0]).any(-1)
    assert changed.any()
    for left, top, right, bottom in boxes:
        changed[top - 4 : bottom, left - 4 : right + 4] = False
    assert not changed.any()


def _stage(name: str, work: Path) -> Stage:
    words = tokens.tokenizer()
    pictures = load_pictures(work)
    if name == "text encoder":
        return TextEncoderStage(Reader(words, layers=1), words, batch=4)
    if name == "autoencoder":
        return AutoencoderStage(new_autoencoder((8, 8, 8, 8)), pictures, batch=2, size=32)
    if name == "decoder":
        return DecoderStage(new_autoencoder((8, 8, 8, 8)), pictures, batch=2, size=32)
    latents = Latents.of(pictures, new_autoencoder((8, 8, 8, 8)), count=6)
    return DenoiserStage(new_denoiser((8, 16, 16)), latents, words, Reader(words).encoder, 2)


@pytest.mark.parametrize("name", ["text encoder", "autoencoder", "decoder", "denoiser"])
def test_resuming_gives_the_very_steps_that_not_stopping_would_have(
    name: str, work: Path, tmp_path: Path
):
    def training(file: str) -> Training:
        torch.manual_seed(0)
        return Training(_stage(name, work), Plan(steps=4), tmp_path / file)

    straight = training("straight.pt")
    straight.run()
    training("stopped.pt").run(until=2)
    resumed = training("stopped.pt")
    assert resumed.step == 2
    resumed.run()
    for key, value in straight.average.items():
        assert torch.equal(value, resumed.average[key]), key


def test_scenes_drawn_at_random_are_legal():
    rng = random.Random(0)
    for _ in range(200):
        scene = random_scene(rng)
        assert scene.count == 1 or (scene.position, scene.size) == ("centre", "medium")


def test_what_is_exported_loads_as_a_stock_pipeline(work: Path, tmp_path: Path):
    stages.text_encoder(work, steps=1, rate=1e-3, batch=2, seed=0)
    stages.autoencoder(work, steps=1, rate=1e-3, batch=1, size=32, seed=0)
    stages.latents(work, count=6)
    stages.denoiser(work, steps=1, rate=1e-3, batch=1, seed=0)
    export(work, tmp_path)
    assert _draws(tmp_path) == (128, 128)


def test_the_shipped_model_draws():
    assert _draws(STARTER) == (128, 128)
    assert sum(file.stat().st_size for file in STARTER.rglob("*")) <= 25e6
    words = CLIPTokenizer.from_pretrained(STARTER / "tokenizer", local_files_only=True)
    assert words("a red cat").input_ids == tokens.tokenizer()("a red cat").input_ids


def _draws(folder: Path) -> tuple[int, int]:
    pipeline = StableDiffusionPipeline.from_pretrained(
        folder, local_files_only=True, safety_checker=None, torch_dtype=torch.float32
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline("a red cat", num_inference_steps=2).images[0].size
