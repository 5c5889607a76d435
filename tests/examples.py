"""Workflows for tests, as the documents that a person would save."""

from typing import Any

Document = dict[str, Any]


def picture(model: str = "epsilon", text: str = "a red sailboat", **values: Any) -> Document:
    """Six nodes that make a picture of 64 x 64; `values` go to the sampler."""
    chosen = {"seed": 7, "steps": 3, "guidance": 4.0, "sampler": "euler", "schedule": "normal"}
    return workflow(
        model=node("load_model", model=model),
        prompt=node("encode_text", text=text, text_encoder="@model.text_encoder"),
        blank=node("empty_latent", width=64, height=64),
        sample=node(
            "sample",
            **(chosen | values),
            model="@model.model",
            positive="@prompt.conditioning",
            latent="@blank.latent",
        ),
        decode=node("vae_decode", vae="@model.vae", latent="@sample.latent"),
        save=node("save_image", image="@decode.image"),
    )


def open_loop(
    model: str = "epsilon", sampler: str = "euler", seed: int = 7, steps: int = 3, batch: int = 1
) -> Document:
    """The sampler of `picture` taken apart."""
    return workflow(
        model=node("load_model", model=model),
        prompt=node("encode_text", text="a red sailboat", text_encoder="@model.text_encoder"),
        blank=node("empty_latent", width=64, height=64, batch=batch),
        schedule=node("noise_schedule", steps=steps, schedule="normal", model="@model.model"),
        noise=node(
            "add_noise",
            seed=seed,
            latent="@blank.latent",
            sigmas="@schedule.sigmas",
            model="@model.model",
        ),
        loop=node(
            "repeat",
            times=steps,
            seed=seed,
            latent="@noise.latent",
            model="@model.model",
            sigmas="@schedule.sigmas",
            positive="@prompt.conditioning",
        )
        | {"body": loop_body(sampler)},
        decode=node("vae_decode", vae="@model.vae", latent="@loop.latent"),
        save=node("save_image", image="@decode.image"),
    )


def loop_body(sampler: str) -> Document:
    """One step: two noise levels, what is under the noise, guided, and a step of the sampler."""
    types = {
        "latent": "Latent",
        "model": "Model",
        "sigmas": "Sigmas",
        "positive": "Conditioning",
        "seed": "int",
    }
    return {
        "inputs": {name: {"type": type} for name, type in types.items()}
        | {"state": {"type": "SamplerState", "optional": True}},
        "nodes": {
            "level": node("noise_schedule_step", sigmas="@in.sigmas", index="@in.index"),
            "unet": node(
                "unet_denoise",
                model="@in.model",
                latent="@in.latent",
                sigma="@level.sigma",
                conditioning="@in.positive",
            ),
            "guide": node(
                "guide",
                guidance=4.0,
                positive="@unet.denoised",
                negative="@unet.negative_denoised",
            ),
            "step": node(
                "sampler_step",
                sampler=sampler,
                latent="@in.latent",
                denoised="@guide.denoised",
                negative_denoised="@unet.negative_denoised",
                sigma="@level.sigma",
                next_sigma="@level.next_sigma",
                state="@in.state",
                seed="@in.seed",
                index="@in.index",
            ),
        },
        "outputs": {"latent": "step.latent", "state": "step.state"},
    }


def workflow(**nodes: Document) -> Document:
    return {"format": "latentwire/1", "nodes": nodes}


def node(type: str, **inputs: Any) -> Document:
    """One node: "@model.vae" is a wire, and so is a list of such; all else is a value."""
    wires = {name: _wire(given) for name, given in inputs.items() if _wire(given)}
    values = {name: given for name, given in inputs.items() if name not in wires}
    return {"type": type} | {k: v for k, v in (("values", values), ("wires", wires)) if v}


def _wire(given: Any) -> Any:
    if isinstance(given, list) and given and all(map(_wire, given)):
        return [_wire(source) for source in given]
    return given[1:] if isinstance(given, str) and given.startswith("@") else None
