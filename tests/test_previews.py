"""Previews have the colours that the autoencoder of their space gives, whichever space it is.

The starter model's autoencoder was taught, so that its colours mean something. Its latents are
brought into every space there is: scaled, repeated in more channels, taken to the next vector of a
codebook. `R²` is the share of what differs between places that a preview tells.
"""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, VQModel
from PIL import Image as Pillow
from torch.nn.functional import adaptive_avg_pool2d, interpolate, pad

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.run import Run
from nodes.core.types import Image, Latent
from nodes.core.workflow import parse
from nodes.diffusion import autoencoder, memory
from nodes.diffusion.space import PIXELS
from nodes.host import Local
from server.worker.preview import Drawing
from tests import tiny_vq
from tests.examples import node, workflow

STARTER = Path("models/starter/vae")


def taught() -> AutoencoderKL:
    return AutoencoderKL.from_pretrained(STARTER, local_files_only=True).eval()


def sixteen() -> AutoencoderKL:
    """The same with each channel four times; what reads them takes their mean."""
    one = taught()
    made = AutoencoderKL.from_config(dict(one.config) | {"latent_channels": 16})
    state = one.state_dict()
    state["post_quant_conv.weight"] = state["post_quant_conv.weight"].repeat(4, 4, 1, 1) / 4
    state["post_quant_conv.bias"] = state["post_quant_conv.bias"].repeat(4)
    state["decoder.conv_in.weight"] = state["decoder.conv_in.weight"].repeat(1, 4, 1, 1) / 4
    halves = [state[f"quant_conv.{kind}"].chunk(2) for kind in ("weight", "bias")]
    weight, bias = (torch.cat([*[a] * 4, *[b] * 4]) for a, b in halves)
    state["quant_conv.weight"] = pad(weight.flatten(1), (0, 24))[:, :, None, None]
    state["quant_conv.bias"] = bias
    for kind in ("weight", "bias"):
        first = state[f"encoder.conv_out.{kind}"]
        state[f"encoder.conv_out.{kind}"] = torch.cat([first, *[torch.zeros_like(first)] * 3])
    made.load_state_dict(state)
    return made.eval()


def codebook() -> VQModel:
    """The same with a codebook of what it writes for many colours."""
    one = taught()
    names = VQModel.__init__.__wrapped__.__code__.co_varnames
    config = {name: value for name, value in one.config.items() if name in names}
    made = VQModel(**config | {"num_vq_embeddings": 1024}).eval()
    state = one.state_dict()
    for kind in ("weight", "bias"):  # no spread
        state[f"quant_conv.{kind}"] = state[f"quant_conv.{kind}"][:4]
    state["quant_conv.weight"] = state["quant_conv.weight"][:, :4]
    for kind in ("weight", "bias"):
        state[f"encoder.conv_out.{kind}"] = state[f"encoder.conv_out.{kind}"][:4]
    with torch.no_grad():
        made.load_state_dict(state | {"quantize.embedding.weight": torch.zeros(1024, 4)})
        written = made.encode(pictures(1, 256) * 2 - 1).latents
        made.quantize.embedding.weight.copy_(written[0].flatten(1).T)
    return made


def pictures(seed: int, side: int = 128) -> torch.Tensor:
    """(1, 3, side, side): colours that run into one another."""
    spots = torch.rand(1, 3, 7, 7, generator=torch.Generator().manual_seed(seed))
    return interpolate(spots, (side, side), mode="bicubic").clamp(0, 1)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    taught().save_pretrained(root / "four")
    sixteen().save_pretrained(root / "sixteen")
    codebook().save_pretrained(root / "vq")
    tiny_vq.small().save_pretrained(root / "small")
    return root


def begun(models: Path, place: Path, *loaders: dict[str, Any]) -> tuple[Drawing, list[Any]]:
    """Previews of a run that has opened these, and the handles."""
    host = Local(place / "out", place, [models], data=place / "data")
    named = {f"vae{number}": loader for number, loader in enumerate(loaders)}
    run = Run(check(parse(workflow(**named)), catalogue(), host), host, Cache(), [*named])
    list(run.events())
    drawing = Drawing()
    drawing.begin(run)
    return drawing, [run.results.found[name][0] for name in named]


def seen(drawing: Drawing, latent: Latent) -> torch.Tensor:
    """What comes to the browser, (3, H, W)."""
    preview = drawing.draw(latent)
    assert preview
    pixels = np.asarray(Pillow.open(BytesIO(preview.data)).convert("RGB"))
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255


def share(told: torch.Tensor, true: torch.Tensor) -> float:
    """R² of a preview (3, H, W)."""
    rest = ((told - true) ** 2).sum()
    return float(1 - rest / ((true - true.mean((1, 2), keepdim=True)) ** 2).sum())


@pytest.mark.parametrize(
    ("name", "space", "least"),
    [
        ("four", "SD 1.x", 0.8),
        ("four", "SDXL", 0.8),
        ("four", "Playground v2.5", 0.8),
        ("sixteen", "SD3", 0.8),
        ("sixteen", "FLUX.1", 0.8),
        ("vq", "auto", 0.6),
    ],
)
def test_a_latent_is_shown_in_the_colours_it_has(models, tmp_path, name, space, least):
    drawing, [vae] = begun(models, tmp_path, node("load_vae", vae=name, space=space))
    used = memory.autoencoder(vae)
    latent = autoencoder.encode(used, Image(pictures(5)))
    true = adaptive_avg_pool2d(autoencoder.decode(used, latent).values, (16, 16))[0]
    told = share(seen(drawing, latent), true)
    print(f"{vae.space.name}: R² {told:.2f}")
    assert told > least


def test_pixels_are_shown_as_they_are(models, tmp_path):
    drawing, _ = begun(models, tmp_path, node("load_vae", vae="vq"))
    shown = pictures(3, 64)
    told = share(seen(drawing, Latent(shown * 2 - 1, PIXELS)), shown[0])
    assert told > 0.95
    held = replace(PIXELS, bound=(1.0, 1.0))
    assert seen(drawing, Latent(shown * 2 - 1, held)).shape == (3, 64, 64)


def test_a_small_autoencoder_decodes_previews_of_its_space(models, tmp_path):
    loaders = [node("load_vae", vae=name, space="SDXL") for name in ("four", "small")]
    drawing, [large, small] = begun(models, tmp_path, *loaders)
    latent = autoencoder.encode(memory.autoencoder(large), Image(pictures(5)))
    true = autoencoder.decode(memory.autoencoder(small), latent).values[0]
    told = seen(drawing, latent)
    assert told.shape == true.shape == (3, 128, 128)
    assert (told - true).abs().mean() < 0.02


def test_a_latent_of_another_space_is_not_shown_in_the_colours_of_this_one(models, tmp_path):
    drawing, [vae] = begun(models, tmp_path, node("load_vae", vae="four", space="SDXL"))
    latent = Latent(torch.randn(1, 4, 8, 8), replace(vae.space, name="SD 1.x", scale=0.18215))
    grey = seen(drawing, latent)
    assert (grey - grey.mean(0, keepdim=True)).abs().max() < 0.02 and grey.std() > 0.05
