"""One model of each family with random weights, some tens of megabytes: what benches measure on.

Widths are between those of tests and those people have, so that a step is mostly arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers

from nodes.diffusion.known import CONFIGS
from nodes.diffusion.tokens import clip_vocabulary, usual_t5

WIDE, TOKENS = 256, 77
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
STABLE = BETAS | {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}
BARE = {"safety_checker": None, "feature_extractor": None}


def clip_tokenizer() -> Any:
    vocabulary, merges = clip_vocabulary(CONFIGS / "sd1" / "tokenizer" / "merges.txt.gz")
    return transformers.CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=TOKENS)


def clip(projects: bool = False) -> Any:
    config = transformers.CLIPTextConfig(
        vocab_size=49408,
        hidden_size=WIDE,
        intermediate_size=4 * WIDE,
        num_hidden_layers=4,
        num_attention_heads=4,
        projection_dim=WIDE,
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=1,
    )
    kind = transformers.CLIPTextModelWithProjection if projects else transformers.CLIPTextModel
    return kind(config).eval()


def t5() -> Any:
    config = transformers.T5Config(
        vocab_size=32128,
        d_model=WIDE,
        d_kv=64,
        d_ff=4 * WIDE,
        num_layers=4,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )
    return transformers.T5EncoderModel(config).eval()


def vae(scale: float, channels: int = 4, **more: Any) -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=(32, 64, 64, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=channels,
        scaling_factor=scale,
        **more,
    ).eval()


def unet(**more: Any) -> Any:
    """SD's U-Net at a third of its width; `more` are what other families change."""
    usual: dict[str, Any] = {
        "sample_size": 32,
        "block_out_channels": (128, 256, 384),
        "down_block_types": ("CrossAttnDownBlock2D",) * 2 + ("DownBlock2D",),
        "up_block_types": ("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 2,
        "cross_attention_dim": WIDE,
        "attention_head_dim": 8,
    }
    return diffusers.UNet2DConditionModel(**(usual | more)).eval()


def sd1() -> Any:
    return diffusers.StableDiffusionPipeline(
        vae=vae(0.18215),
        text_encoder=clip(),
        tokenizer=clip_tokenizer(),
        unet=unet(),
        scheduler=diffusers.DDIMScheduler(**STABLE),
        requires_safety_checker=False,
        **BARE,
    )


def sd2() -> Any:
    pipe = sd1()
    pipe.register_modules(
        unet=unet(use_linear_projection=True),
        scheduler=diffusers.DDIMScheduler(**STABLE, prediction_type="v_prediction"),
    )
    pipe.text_encoder.config.hidden_act = "gelu"
    return pipe


def sdxl(scheduler: Any = None, scale: float = 0.13025, **means: Any) -> Any:
    usual = diffusers.EulerDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="leading")
    told = {"addition_embed_type": "text_time", "addition_time_embed_dim": WIDE}
    return diffusers.StableDiffusionXLPipeline(
        vae=vae(scale, **means),
        text_encoder=clip(),
        text_encoder_2=clip(projects=True),
        tokenizer=clip_tokenizer(),
        tokenizer_2=clip_tokenizer(),
        unet=unet(
            cross_attention_dim=2 * WIDE,
            use_linear_projection=True,
            transformer_layers_per_block=(1, 2, 2),
            projection_class_embeddings_input_dim=7 * WIDE,
            **told,
        ),
        scheduler=scheduler or usual,
        add_watermarker=False,
    )


def playground() -> Any:
    means = {"latents_mean": [-1.6574, 1.886, -1.383, 2.5155]}
    spread = {"latents_std": [8.4927, 5.9022, 6.5498, 5.2299]}
    return sdxl(diffusers.EDMEulerScheduler(), 0.5, **means, **spread)


def sd3() -> Any:
    return diffusers.StableDiffusion3Pipeline(
        transformer=diffusers.SD3Transformer2DModel(
            sample_size=32,
            num_layers=6,
            attention_head_dim=64,
            num_attention_heads=6,
            joint_attention_dim=2 * WIDE,
            caption_projection_dim=384,
            pooled_projection_dim=2 * WIDE,
            pos_embed_max_size=32,
        ).eval(),
        vae=vae(1.5305, 16, shift_factor=0.0609, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=clip(projects=True),
        text_encoder_2=clip(projects=True),
        text_encoder_3=wide_t5(),
        tokenizer=clip_tokenizer(),
        tokenizer_2=clip_tokenizer(),
        tokenizer_3=usual_t5(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    )


def wide_t5() -> Any:
    """As wide as both CLIPs side by side, which SD3 pads to it."""
    config = t5().config
    config.d_model = 2 * WIDE
    return transformers.T5EncoderModel(config).eval()


def flux(told: bool = True) -> Any:
    moves = {"use_dynamic_shifting": told, "shift": 3.0 if told else 1.0}
    return diffusers.FluxPipeline(
        transformer=diffusers.FluxTransformer2DModel(
            num_layers=3,
            num_single_layers=6,
            attention_head_dim=64,
            num_attention_heads=6,
            joint_attention_dim=WIDE,
            pooled_projection_dim=WIDE,
            axes_dims_rope=(16, 24, 24),
            guidance_embeds=told,
        ).eval(),
        vae=vae(0.3611, 16, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=clip(),
        text_encoder_2=t5(),
        tokenizer=clip_tokenizer(),
        tokenizer_2=usual_t5(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(**moves),
    )


def pixart() -> Any:
    betas = {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear"}
    return diffusers.PixArtSigmaPipeline(
        tokenizer=usual_t5(),
        text_encoder=t5(),
        vae=vae(0.13025),
        transformer=diffusers.PixArtTransformer2DModel(
            num_attention_heads=6,
            attention_head_dim=72,
            num_layers=8,
            cross_attention_dim=432,
            sample_size=32,
            caption_channels=WIDE,
            use_additional_conditions=False,
        ).eval(),
        scheduler=diffusers.DPMSolverMultistepScheduler(**betas),
    )


def deepfloyd() -> Any:
    return diffusers.IFPipeline(
        tokenizer=usual_t5(),
        text_encoder=t5(),
        unet=unet(
            in_channels=3,
            out_channels=6,
            down_block_types=("ResnetDownsampleBlock2D",) + ("SimpleCrossAttnDownBlock2D",) * 2,
            mid_block_type="UNetMidBlock2DSimpleCrossAttn",
            up_block_types=("SimpleCrossAttnUpBlock2D",) * 2 + ("ResnetUpsampleBlock2D",),
            encoder_hid_dim=WIDE,
            attention_head_dim=64,
            addition_embed_type="text",
            addition_embed_type_num_heads=4,
            cross_attention_norm="group_norm",
            resnet_time_scale_shift="scale_shift",
            act_fn="gelu",
        ),
        scheduler=diffusers.DDPMScheduler(
            beta_schedule="squaredcos_cap_v2", variance_type="learned_range", thresholding=True
        ),
        watermarker=None,
        requires_safety_checker=False,
        **BARE,
    )


MODELS: dict[str, Callable[[], Any]] = {
    "SD 1.x": sd1,
    "SD 2.x": sd2,
    "SDXL": sdxl,
    "Playground v2.5": playground,
    "PixArt-Sigma": pixart,
    "SD3": sd3,
    "FLUX.1 dev": flux,
    "FLUX.1 schnell": lambda: flux(told=False),
    "DeepFloyd IF": deepfloyd,
}


def write(name: str, folder: Path) -> None:
    """The model of a family as its stock pipeline saves it."""
    torch.manual_seed(0)
    MODELS[name]().save_pretrained(folder)
