"""Modules of every kind, streamed through the smallest budget they can be run in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import diffusers
import pytest
import torch
import transformers
from torch import Tensor, nn

from nodes.core.problem import Problem
from nodes.diffusion.part import Part, Source
from nodes.diffusion.pieces import plan, weights_of
from tests import tiny

CPU = torch.device("cpu")
Run = Callable[[Any], Tensor]


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def words() -> Tensor:
    return torch.randint(0, 300, (2, 12), generator=torch.Generator().manual_seed(1))


def t5() -> tuple[nn.Module, Run]:
    config = transformers.T5Config(
        vocab_size=300, d_model=32, d_kv=8, d_ff=64, num_layers=3, num_heads=4
    )
    return transformers.T5EncoderModel(config), lambda m: m(words()).last_hidden_state


def clip() -> tuple[nn.Module, Run]:
    return tiny.text_encoder(), lambda m: m(words()).last_hidden_state


def vae() -> tuple[nn.Module, Run]:
    return tiny.vae(), lambda m: m.decode(m.encode(drawn(1, 3, 32, 32)).latent_dist.mean).sample


def vq() -> tuple[nn.Module, Run]:
    module = diffusers.VQModel(
        block_out_channels=(32, 32),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        num_vq_embeddings=64,
        latent_channels=3,
    )
    return module, lambda m: m.decode(m.encode(drawn(1, 3, 16, 16)).latents).sample


def unet() -> tuple[nn.Module, Run]:
    text = drawn(1, 12, 32)
    return tiny.unet(), lambda m: m(drawn(1, 4, 8, 8), 500, encoder_hidden_states=text).sample


def controlnet() -> tuple[nn.Module, Run]:
    module = diffusers.ControlNetModel.from_unet(tiny.unet())
    for inner in (*module.controlnet_down_blocks, module.controlnet_mid_block):
        nn.init.normal_(inner.weight, std=0.1)
    text, picture = drawn(1, 12, 32), drawn(1, 3, 64, 64)

    def run(module: Any) -> Tensor:
        down, middle = module(
            drawn(1, 4, 8, 8), 500, text, controlnet_cond=picture, return_dict=False
        )
        return torch.cat([part.flatten() for part in (*down, middle)])

    return module, run


def flux() -> tuple[nn.Module, Run]:
    module = diffusers.FluxTransformer2DModel(
        in_channels=16,
        num_layers=2,
        num_single_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=True,
    )
    given = {
        "encoder_hidden_states": drawn(1, 12, 32),
        "pooled_projections": drawn(1, 32),
        "timestep": torch.tensor([0.5]),
        "guidance": torch.tensor([3.5]),
        "img_ids": torch.zeros(16, 3),
        "txt_ids": torch.zeros(12, 3),
    }
    return module, lambda m: m(drawn(1, 16, 16), **given).sample


def sd3() -> tuple[nn.Module, Run]:
    module = diffusers.SD3Transformer2DModel(
        sample_size=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=32,
        caption_projection_dim=32,
        pooled_projection_dim=32,
        pos_embed_max_size=16,
    )
    text, time = drawn(1, 12, 32), torch.tensor([500])
    return module, lambda m: m(drawn(1, 16, 16, 16), text, drawn(1, 32), time).sample


def pixart() -> tuple[nn.Module, Run]:
    module = diffusers.PixArtTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        out_channels=8,
        num_layers=2,
        cross_attention_dim=32,
        sample_size=8,
        caption_channels=32,
    )
    time = torch.tensor([500])
    return module, lambda m: m(drawn(1, 4, 8, 8), drawn(1, 12, 32), time, {}).sample


MAKERS = (t5, clip, vae, vq, unet, controlnet, flux, sd3, pixart)


def least(module: nn.Module) -> int:
    """The smallest budget it can be run in, to a kilobyte."""
    weights = weights_of(module, torch.float32)
    too_little, budget = 0, sum(weight.size for weight in weights)
    while budget - too_little > 1000:
        middle = (too_little + budget) // 2
        try:
            plan("module", module, weights, middle)
            budget = middle
        except Problem:
            too_little = middle
    return budget


@pytest.mark.parametrize("make", MAKERS)
@torch.inference_mode()
def test_any_module_runs_piece_by_piece(make):
    with torch.inference_mode(False):
        torch.manual_seed(0)
        module, run = make()
        module.eval().requires_grad_(False)
    whole, state = run(module), {name: value.clone() for name, value in module.state_dict().items()}
    budget, most = least(module), 0
    weights = weights_of(module, torch.float32)
    source = Source("module", lambda: state, CPU, torch.float32)
    part = Part(module, weights, source, lambda part: part.stream(budget))

    def look(*_: Any) -> None:
        nonlocal most
        most = max(most, sum(tensor.nbytes for tensor in part.tensors()))

    before = nn.modules.module.register_module_forward_pre_hook(look)
    after = nn.modules.module.register_module_forward_hook(look)
    with before, after:
        assert all(torch.equal(run(module), whole) for _ in range(2))
    assert 0 < most <= budget < part.size / 2


def test_as_much_stays_as_there_is_room_for():
    module = nn.ModuleList(nn.Linear(side, side, bias=False) for side in (10, 20, 30, 40, 50))
    weights = weights_of(module, torch.float16)  # 200, 800, 1,800, 3,200 and 5,000 bytes

    def stay(budget: int) -> list[int]:
        return [piece.size for piece in plan("module", module, weights, budget).stay]

    assert stay(11_000) == [5000, 3200, 1800, 800, 200]
    assert stay(10_200) == [5000, 3200, 200]  # and 1,800 to pass by
    assert stay(8_000) == [1800, 800, 200]  # and 5,000
    assert stay(5_000) == []
    with pytest.raises(Problem, match=r"5 KB for its largest piece, and 4.9 KB .* --weights 1MB"):
        plan("module", module, weights, 4900)


def test_a_weight_in_two_places_comes_to_both():
    module = t5()[0]
    weights = weights_of(module, torch.float32)
    names = [weight.names for weight in weights if len(weight.names) > 1]
    assert names == [["shared.weight", "encoder.embed_tokens.weight"]]
