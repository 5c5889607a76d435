"""Parts from files of their own, in every place where a model takes them."""

import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.events import Notice
from nodes.core.run import Run
from nodes.core.workflow import parse
from nodes.diffusion import memory
from nodes.diffusion.describe import describe_encoders
from nodes.diffusion.families import FAMILIES
from nodes.diffusion.known import known
from nodes.diffusion.stock import timed
from nodes.diffusion.text import encode
from nodes.host import Local
from tests import tiny_t5, zoo
from tests.examples import node, picture

READERS = ("PixArt-Sigma", "PixArt-Alpha", "DeepFloyd IF")
DENOISERS = ("unet", "transformer")
LIKE_OTHERS = ("playground", "ldm")  # whose U-Nets alone are SDXL's and SD 1.x's to the eye
PORTS = ("first", "second")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Every model, each of its parts in a folder NAME-PART; `t5` with our tokenizer's words."""
    folder = zoo.write(tmp_path_factory.mktemp("parts"))
    for name in zoo.MODELS:
        for part in (folder / name).iterdir():
            if (part / "config.json").is_file():
                shutil.copytree(part, folder / f"{name}-{part.name}")
    torch.manual_seed(0)
    words = tiny_t5.single(tiny_t5.encoder(vocabulary=32128), "")
    save_file(words, folder / "t5.safetensors")
    return folder


@pytest.fixture
def drawn(models, tmp_path):
    def run(document):
        host = Local(tmp_path / "out", tmp_path, [models], data=tmp_path / "data")
        plan = check(parse(document), catalogue(), host)
        list(Run(plan, host, Cache(), ["save"]).events())
        [path] = host.outputs.folder.rglob("*.png")
        pixels = np.asarray(Image.open(path))
        path.unlink()
        return pixels

    return run


def whole(name):
    return picture(name, steps=2, sampler="euler", schedule="auto")


def test_one_file_is_read_for_each_family_as_that_reads_it(models):
    read = {}
    for family in READERS:
        encoder = describe_encoders(family, (str(models / "t5.safetensors"),))
        read[family] = encode(memory.text_encoder(encoder), "A Red Sailboat")
    assert [one.families for one in read.values()] == [(family,) for family in READERS]
    assert [one.text.shape[1] for one in read.values()] == [300, 120, 77]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_a_schedule_for_a_denoiser_by_itself(name):
    config = known(FAMILIES[name].tree, "scheduler")
    given = FAMILIES[name].timing(config, 4, 8, 8)
    assert len(timed(config, 4, given=given).timesteps) >= 4


@pytest.mark.parametrize("name", [name for name in zoo.MODELS if name not in LIKE_OTHERS])
def test_a_denoiser_by_itself_draws_what_its_model_draws(models, drawn, name):
    expected, given = drawn(whole(name)), whole(name)
    [part] = [part for part in DENOISERS if (models / name / part).is_dir()]
    said = {"prediction": "epsilon"} if name == "two" else {}
    given["nodes"]["alone"] = node("load_denoiser", model=f"{name}-{part}", **said)
    given["nodes"]["sample"]["wires"]["model"] = "alone.model"
    assert np.array_equal(drawn(given), expected)


@pytest.mark.parametrize("name", [name for name in zoo.MODELS if name not in ("pixels", "ldm")])
def test_an_autoencoder_by_itself_decodes_as_that_of_its_model(drawn, name):
    expected, given = drawn(whole(name)), whole(name)
    given["nodes"]["alone"] = node("load_vae", vae=f"{name}-vae")
    given["nodes"]["decode"]["wires"]["vae"] = "alone.vae"
    assert np.array_equal(drawn(given), expected)


@pytest.mark.parametrize("name", ["one", "two", "xl", "refiner", "playground"])
def test_text_encoders_by_themselves_are_those_of_their_model(drawn, name):
    expected, given, family = drawn(whole(name)), whole(name), FAMILIES[zoo.FAMILY[name]]
    parts = [f"{name}-{part}" for part in family.text_parts]
    files = dict(zip(PORTS, parts, strict=False))
    given["nodes"]["alone"] = node("load_text_encoder", family=family.name, **files)
    given["nodes"]["prompt"]["wires"]["text_encoder"] = "alone.text_encoder"
    assert np.array_equal(drawn(given), expected)


@pytest.mark.parametrize(("name", "way"), [("one", ", or set long to chunks"), ("pixart", "")])
def test_chunks_are_named_as_a_way_out_where_they_are_one(models, tmp_path, name, way):
    host = Local(tmp_path / "out", tmp_path, [models], data=tmp_path / "data")
    plan = check(parse(picture(name, text="word " * 400)), catalogue(), host)
    events = Run(plan, host, Cache(), ["prompt"]).events()
    [told] = [event.message for event in events if isinstance(event, Notice)]
    assert told.endswith(f"is not read; shorten it{way}")
