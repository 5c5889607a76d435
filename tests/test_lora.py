"""LoRAs: merged as diffusers would apply them, laid over weights that stay as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from diffusers.training_utils import _collate_lora_metadata
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import Tensor

from nodes.catalogue import catalogue
from nodes.core.cache import Cache
from nodes.core.check import check
from nodes.core.events import Notice
from nodes.core.facts import ModelFacts, TextFacts
from nodes.core.problem import Problem, Problems
from nodes.core.run import Run
from nodes.core.types import Lora, Model, TextEncoder
from nodes.core.workflow import parse
from nodes.diffusion import memory
from nodes.diffusion.describe import describe
from nodes.diffusion.lora import with_lora
from nodes.diffusion.lora_file import read_lora, suit
from nodes.host import Local
from tests import tiny

ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
EVERYWHERE = [*ATTENTION, "proj_in", "ff.net.2", "conv1", "conv_shortcut", "time_emb_proj"]
TEXT = ["q_proj", "out_proj", "fc1"]
CLOSE = 2e-6  # of outputs around 1: diffusers adds the low-rank branch to the layer's output


def pipeline() -> StableDiffusionPipeline:
    return tiny.pipeline("ddim")


def write_lora(
    path: Path, seed: int = 1, rank: int = 4, alpha: float = 4.0, targets: list[str] = ATTENTION
) -> Path:
    """A LoRA of random weights for both parts, saved as the training scripts of diffusers do."""
    torch.manual_seed(seed)
    pipe = pipeline()
    for module, layers in ((pipe.unet, targets), (pipe.text_encoder, TEXT)):
        module.add_adapter(
            LoraConfig(r=rank, lora_alpha=alpha, init_lora_weights=False, target_modules=layers)
        )
    parts = {"unet": pipe.unet, "text_encoder": pipe.text_encoder}
    states = {f"{n}_lora_layers": get_peft_model_state_dict(m) for n, m in parts.items()}
    path.parent.mkdir(exist_ok=True)
    StableDiffusionPipeline.save_lora_weights(
        path.parent, weight_name=path.name, **states, **_collate_lora_metadata(parts)
    )
    return path


def as_kohya(path: Path, alpha: float) -> Path:
    """The same tensors by kohya's names, alpha as a tensor of every layer."""
    state: dict[str, Tensor] = {}
    for name, value in load_file(path).items():
        part, _, rest = name.partition(".")
        layer, _, side = rest.partition(".lora_")
        start = {"unet": "lora_unet_", "text_encoder": "lora_te_"}[part]
        stem = start + layer.replace(".", "_")
        state[f"{stem}.lora_{'down' if side[0] == 'A' else 'up'}.weight"] = value.contiguous()
        state[f"{stem}.alpha"] = torch.tensor(alpha)
    kohya = path.with_name(f"kohya-{path.name}")
    save_file(state, kohya)
    return kohya


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)
    yield
    memory.release()


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    tiny.folder(folder / "tiny", "ddim")
    write_lora(folder / "loras" / "ink.safetensors", alpha=2.0)
    write_lora(folder / "loras" / "all.safetensors", 2, 3, 6.0, EVERYWHERE)
    return folder


@pytest.fixture
def handles(models) -> tuple[Model, TextEncoder]:
    parts = describe(models / "tiny")
    assert parts.model and parts.text_encoder
    return parts.model, parts.text_encoder


def laid(handles: Any, *loras: tuple[Path, float]) -> tuple[Model, TextEncoder]:
    model, encoder = handles
    for path, strength in loras:
        model, encoder, left_out = with_lora(model, encoder, Lora(str(path), path.name, strength))
        assert left_out == []
    return model, encoder


def ours(handles: tuple[Model, TextEncoder]) -> tuple[Tensor, Tensor]:
    """What U-Net and text encoder of our handles put out for fixed input."""
    unet = memory.denoiser(handles[0]).module
    encoder = memory.text_encoder(handles[1]).modules["text_encoder"]
    return outputs(unet, encoder)


def theirs(*loras: tuple[Path, float]) -> tuple[Tensor, Tensor]:
    """The same from diffusers' own loading and scaling of these LoRAs."""
    pipe = pipeline()
    for number, (path, _) in enumerate(loras):
        pipe.load_lora_weights(path.parent, weight_name=path.name, adapter_name=f"a{number}")
    names = [f"a{number}" for number in range(len(loras))]
    pipe.set_adapters(names, [strength for _, strength in loras])
    return outputs(pipe.unet, pipe.text_encoder)


@torch.no_grad()
def outputs(unet: Any, encoder: Any) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(5)
    latent, text = torch.randn(2, 4, 8, 8, generator=draw), torch.randn(2, 16, 32, generator=draw)
    tokens = torch.randint(0, 49408, (2, 16), generator=draw)
    return unet(latent, 500, encoder_hidden_states=text).sample, encoder(tokens).last_hidden_state


def assert_close(first: tuple[Tensor, ...], second: tuple[Tensor, ...]) -> None:
    for one, other in zip(first, second, strict=True):
        assert (one - other).abs().max() <= CLOSE * max(1.0, float(other.abs().max()))


def differ(first: tuple[Tensor, ...], second: tuple[Tensor, ...]) -> bool:
    return all((one - other).abs().max() > 1e-2 for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("strength", [1.0, 0.35, -0.8])
@pytest.mark.parametrize("name", ["ink", "all"])
def test_merged_is_what_diffusers_computes(models, handles, name, strength):
    lora = (models / "loras" / f"{name}.safetensors", strength)
    assert differ(ours(laid(handles, lora)), ours(handles))
    assert_close(ours(laid(handles, lora)), theirs(lora))


@pytest.mark.parametrize(("name", "alpha"), [("ink", 1.0), ("all", 6.0)])
def test_kohya_files_are_what_diffusers_makes_of_them(models, handles, name, alpha):
    lora = (as_kohya(models / "loras" / f"{name}.safetensors", alpha), 0.9)
    assert_close(ours(laid(handles, lora)), theirs(lora))


def test_both_ways_of_naming_give_the_same_bits(models, handles):
    path = models / "loras" / "all.safetensors"
    first, second = (laid(handles, (p, 0.7)) for p in (path, as_kohya(path, 6.0)))
    assert all(map(torch.equal, ours(first), ours(second)))


def test_older_names_are_read_too(models, handles, tmp_path):
    path = models / "loras" / "ink.safetensors"
    state = {older(name): value for name, value in load_file(path).items()}
    state |= {
        f"{name.partition('_lora')[0]}.alpha": torch.tensor(2.0)
        for name in state
        if name.endswith("_lora.down.weight")
    } | {
        f"{name.partition('.lora')[0]}.alpha": torch.tensor(2.0)
        for name in state
        if name.endswith("_linear_layer.down.weight")
    }
    save_file(state, tmp_path / "old.safetensors")
    first, second = (laid(handles, (p, 0.7)) for p in (path, tmp_path / "old.safetensors"))
    assert all(map(torch.equal, ours(first), ours(second)))


def older(name: str) -> str:
    """A tensor's name as diffusers wrote it in 2023."""
    name = name.replace(".lora_A.", ".lora.down.").replace(".lora_B.", ".lora.up.")
    if name.startswith("text_encoder."):
        return name.replace("text_encoder.", "text_encoder.text_model.", 1).replace(
            ".lora.", ".lora_linear_layer."
        )
    name = name.replace(".to_out.0.", ".to_out.").replace(".to_", ".processor.to_")
    return name.replace(".lora.", "_lora.")


def test_two_stack_and_the_first_lies_lowest(models, handles):
    ink, every = (
        (models / "loras" / f"{n}.safetensors", k) for n, k in (("ink", 0.6), ("all", -0.4))
    )
    model, encoder = laid(handles, ink, every)
    assert [Path(lora.path).stem for lora in model.weights.loras] == ["ink", "all"]
    assert_close(ours((model, encoder)), theirs(ink, every))


def test_strength_nought_is_the_model_itself(models, handles):
    ink = models / "loras" / "ink.safetensors"
    assert laid(handles, (ink, 0.0)) == handles
    bare = ours(handles)
    assert all(map(torch.equal, ours(laid(handles, (ink, 0.0))), bare))


def test_the_model_below_stays_as_it_was(models, handles):
    unet = memory.denoiser(handles[0]).module
    before = {name: value.clone() for name, value in unet.state_dict().items()}
    bare = ours(handles)
    changed = laid(handles, (models / "loras" / "all.safetensors", 1.5))
    assert differ(ours(changed), bare)
    assert all(torch.equal(value, before[name]) for name, value in unet.state_dict().items())
    assert memory.denoiser(handles[0]).module is unet
    assert all(map(torch.equal, ours(handles), bare))


def test_what_is_not_touched_is_shared_and_only_the_rest_counts(models, handles):
    memory.release()
    base = memory.denoiser(handles[0]).module
    alone = memory.held()
    model, _ = laid(handles, (models / "loras" / "ink.safetensors", 1.0))
    changed = dict(memory.denoiser(model).module.named_parameters())
    own = {n for n, p in base.named_parameters() if changed[n].data_ptr() != p.data_ptr()}
    assert own == {n for n in changed if n.endswith(tuple(f"{end}.weight" for end in ATTENTION))}
    assert memory.held() - alone == sum(changed[name].nbytes for name in own) < alone / 4


def test_a_changed_model_leaves_memory_before_the_one_it_shares_with(models, handles):
    model, _ = laid(handles, (models / "loras" / "ink.safetensors", 1.0))
    other, _ = laid(handles, (models / "loras" / "ink.safetensors", 0.5))
    try:
        memory.use("cpu", budget=1)
        first = memory.denoiser(model).module
        assert memory.denoiser(model).module is first  # what is used is kept, with what it shares
        base = memory.denoiser(handles[0]).module
        assert memory.denoiser(other).module is not memory.denoiser(model).module
        assert memory.denoiser(handles[0]).module is base
    finally:
        memory.use("cpu")


def test_layers_the_model_has_not_are_left_out_and_told(models, handles, tmp_path):
    state = load_file(models / "loras" / "ink.safetensors")
    down, up = (next(n for n in state if f"lora_{side}" in n) for side in "AB")
    state["unet.nowhere.lora_A.weight"] = state[down].clone()
    state["unet.nowhere.lora_B.weight"] = state[up].clone()
    save_file(state, models / "loras" / "more.safetensors")
    said = [event for event in run(models, tmp_path, "loras/more") if isinstance(event, Notice)]
    assert [(event.node, "unet nowhere" in event.message) for event in said] == [("lora", True)]


def workflow(lora: str) -> dict[str, Any]:
    wires = {"model": "model.model", "text_encoder": "model.text_encoder"}
    return {
        "format": "latentwire/1",
        "nodes": {
            "model": {"type": "load_model", "values": {"model": "tiny"}},
            "lora": {"type": "load_lora", "values": {"lora": lora}, "wires": wires},
        },
    }


def run(models: Path, place: Path, lora: str) -> list[Any]:
    host = Local(place / "out", place, [models], place / "data")
    plan = check(parse(workflow(lora)), catalogue(), host)
    return list(Run(plan, host, Cache(), ["lora"]).events())


def refused(models: Path, place: Path, lora: str) -> str:
    """The one problem of a run with this LoRA, which is told of its input."""
    with pytest.raises((Problem, Problems)) as error:
        run(models, place, lora)
    problem = getattr(error.value, "problems", [error.value])[0]
    assert (problem.node, problem.port) == ("lora", "lora")
    return str(problem.message)


def save_pair(path: Path, layer: str, down: tuple[int, ...], up: tuple[int, ...]) -> None:
    save_file(
        {f"{layer}.lora_A.weight": torch.ones(down), f"{layer}.lora_B.weight": torch.ones(up)}, path
    )


QUERY = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
PAIRS = {
    "wide": (
        QUERY,
        (4, 640),
        (640, 4),
        "to_q is 640 x 640, that of this model (SD 1.x) is 32 x 32",
    ),
    "strange": (
        "unet.middle.q",
        (4, 32),
        (32, 4),
        "changes nothing in this model (SD 1.x, unet and",
    ),
    "flux": (
        "transformer.blocks.0.q",
        (4, 32),
        (32, 4),
        "made for another family: it changes trans",
    ),
    "sdxl": (
        QUERY.replace("attn1.to_q", "attn2.to_k"),
        (4, 2048),
        (32, 4),
        "reads text 2,048 wide",
    ),
    "torn": (QUERY, (4, 32), (32, 8), "do not go together"),
    "none": ("a.b", (4, 32), (32, 4), "is no LoRA: its tensors start with a (2)"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_does_not_fit_is_refused_with_both_sides(models, tmp_path, name):
    layer, down, up, sentence = PAIRS[name]
    save_pair(models / f"{name}.safetensors", layer, down, up)
    assert sentence in refused(models, tmp_path, name)


def test_other_methods_pickles_folders_and_unknown_names_are_refused(models, tmp_path):
    state = load_file(models / "loras" / "ink.safetensors")
    save_file(state | {f"{QUERY}.dora_scale": torch.ones(32)}, models / "dora.safetensors")
    (models / "old.pt").write_bytes(b"PK\x03\x04" + bytes(64))
    assert "is a DoRA" in refused(models, tmp_path, "dora")
    assert "is a pickle file" in refused(models, tmp_path, "old")
    assert "is a folder" in refused(models, tmp_path, "tiny")
    assert "there is no" in refused(models, tmp_path, "loras/inc")


def test_facts_pass_through_and_an_unknown_model_refuses_nothing(models):
    file = read_lora(models / "loras" / "ink.safetensors")
    suit(file, ModelFacts())
    known = ModelFacts("SD 1.x", text_width=32)
    suit(file, known)
    with pytest.raises(Problem, match="reads text 32 wide"):
        suit(file, replace(known, text_width=768))
    rule = catalogue()["load_lora"].rule
    host = Local(models / "out", models, [models], models / "data")
    assert rule and rule(known, TextFacts("SD 1.x", 32), "loras/ink", host) == (
        known,
        TextFacts("SD 1.x", 32),
    )
