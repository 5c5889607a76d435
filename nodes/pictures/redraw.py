"""The workflow nearest to the settings that another program wrote into its picture."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath, PureWindowsPath
from typing import Any, Protocol

from nodes.core.nodetype import NodeType
from nodes.core.ports import value
from nodes.core.problem import Problem
from nodes.core.workflow import FORMAT

from . import dialect
from .left_out import left_out
from .line import Line

LORA = re.compile(r"<(?:lora|lyco):([^:<>]+)(?::([^<>]*))?>")


class Models(Protocol):
    """The models at hand."""

    def names(self) -> list[str]: ...
    def with_hash(self, hash: str) -> str | None: ...


@dataclass
class Drawn:
    """A workflow that grows node by node; `words` tell what became of the settings."""

    catalogue: Mapping[str, NodeType]
    nodes: dict[str, Any] = field(default_factory=dict[str, Any])
    words: list[str] = field(default_factory=list[str])

    def put(self, id: str, type: str, values: Mapping[str, Any], **wires: str) -> None:
        """A node; a value that it would refuse is left out, and said."""
        held = {}
        for name, given in values.items():
            try:
                held[name] = value(self.catalogue[type].inputs[name], given)
            except Problem as problem:
                self.words.append(f"{id}.{name} {problem.message}: it was left out")
        self.nodes[id] = {"type": type} | ({"values": held} if held else {})
        if wires:
            self.nodes[id]["wires"] = wires

    @property
    def document(self) -> dict[str, Any]:
        return {"format": FORMAT, "nodes": self.nodes}


def redraw(line: Line, models: Models, catalogue: Mapping[str, NodeType]) -> Drawn:
    """The workflow, with what was chosen and what could not be carried over in words."""
    drawn = Drawn(catalogue)
    prompt, negative = _text(line.prompt), _text(line.negative)
    vae, model, encoder = _models(drawn, line, models)
    drawn.put("prompt", "encode_text", {"text": prompt}, text_encoder=encoder)
    prompts = {"positive": "prompt.conditioning"}
    if negative:
        drawn.put("negative", "encode_text", {"text": negative}, text_encoder=encoder)
        prompts["negative"] = "negative.conditioning"
    width, height = _size(line.settings.get("Size", ""))
    drawn.put("blank", "empty_latent", _known({"width": width, "height": height}))
    wires = {"model": model} | prompts
    _sample(drawn, line.settings, wires)
    latent = _enlarged(drawn, line.settings, wires, vae, width, height)
    drawn.put("decode", "vae_decode", {}, vae=vae, latent=latent)
    drawn.put("save", "save_image", {}, image="decode.image")
    drawn.words += left_out(line.settings, f"{prompt}\n{negative}", "again" in drawn.nodes)
    return drawn


def _models(drawn: Drawn, line: Line, models: Models) -> tuple[str, str, str]:
    """The loaders; what brings the autoencoder, the model and the text encoder after them."""
    names = models.names()
    settings, said = line.settings, drawn.words.append
    named, hash = settings.get("Model", ""), settings.get("Model hash", "")
    model = models.with_hash(hash) if hash else None
    if model:
        said(f"the model is {model}: its file has the hash {hash}")
    elif model := _called(named, names):
        said(f"the model is {model}, by its name{f' (its hash is not {hash})' if hash else ''}")
    else:
        told = f"{named[:80] or 'the model'} (hash {hash or 'unknown'}) is not among the models"
        there = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        said(f"{told}, choose another with --set model.model=NAME: there is {there or 'none'}")
    drawn.put("model", "load_model", {"model": model or named or "unknown"})
    vae = "model.vae"
    own = PureWindowsPath(settings.get("VAE", "")).stem
    if own and own.lower() not in ("automatic", "none"):
        found = _called(own, names)
        if found:
            drawn.put("vae", "load_vae", {"vae": found})
            vae = "vae.vae"
        said(f"the VAE is {found}" if found else f"the VAE {own} is not here, the model's is used")
    return vae, *_loras(drawn, line, models)


def _loras(drawn: Drawn, line: Line, models: Models) -> tuple[str, str]:
    """The LoRAs of the prompt, one after the other; what brings model and text encoder after."""
    pairs = re.findall(r"([^:,]+):\s*(\w+)", line.settings.get("Lora hashes", ""))
    hashes = {name.strip(): hash for name, hash in pairs}
    names, at, encoder = models.names(), "model.model", "model.text_encoder"
    for number, (name, strength) in enumerate(LORA.findall(line.prompt), 1):
        found = _called(name, names) or models.with_hash(hashes.get(name.strip(), ""))
        if not found:
            drawn.words.append(f"the LoRA {name} is not here: it was left out")
            continue
        values = {"lora": found, "strength": _number(strength.split(":")[0] or "1")}
        id = f"lora{number}"
        drawn.put(id, "load_lora", _known(values), model=at, text_encoder=encoder)
        at, encoder = f"{id}.model", f"{id}.text_encoder"
    return at, encoder


def _sample(drawn: Drawn, settings: Mapping[str, str], wires: dict[str, str]) -> None:
    seed = _number(settings.get("Seed", ""))
    values = {"seed": seed, "steps": _number(settings.get("Steps", ""))}
    values |= _sampler(drawn, settings, settings.get("Sampler", ""), "Schedule type")
    noise = {}
    strength = _number(settings.get("Variation seed strength", ""))
    if strength:
        drawn.put("noise", "noise", _known({"seed": seed}))
        other = _known({"seed": _number(settings.get("Variation seed", "")), "amount": strength})
        drawn.put("variation", "vary_noise", other, noise="noise.noise")
        noise = {"noise": "variation.noise"}
    drawn.put("sample", "sample", _known(values), latent="blank.latent", **wires, **noise)


def _sampler(
    drawn: Drawn, settings: Mapping[str, str], sampler: str, schedule: str
) -> dict[str, Any]:
    """Values for guidance, sampler and schedule of a sampling node."""
    inputs = drawn.catalogue["sample"].inputs
    offered = [getattr(inputs[port].widget, "options", ()) for port in ("sampler", "schedule")]
    found = dialect.chosen(sampler, settings.get(schedule, ""), *offered)
    drawn.words += [word for word in found.words if word not in drawn.words]
    guidance, eta = _number(settings.get("CFG scale", "")), _number(settings.get("Eta", ""))
    return {
        "guidance": guidance,
        "sampler": found.sampler,
        "schedule": found.schedule,
        "eta": eta,
    }


def _enlarged(
    drawn: Drawn,
    settings: Mapping[str, str],
    wires: dict[str, str],
    vae: str,
    width: int | None,
    height: int | None,
) -> str:
    """The second pass of a "hires fix", where there was one; what brings the latent after it."""
    across, down = _size(settings.get("Hires resize", ""))
    factor = _number(settings.get("Hires upscale", ""))
    if factor and width and height:
        across, down = int(width * factor) // 8 * 8, int(height * factor) // 8 * 8
    if not across or not down:
        return "sample.latent"
    size: dict[str, Any]
    size, way = {"width": across, "height": down}, settings.get("Hires upscaler", "Latent")
    if way.lower() in dialect.ENLARGED:
        size |= {"method": dialect.ENLARGED[way.lower()]}
        drawn.put("larger", "resize_latent", size, latent="sample.latent")
    else:
        if way.lower() != "lanczos":
            drawn.words.append(f"the upscaler {way} is not here, lanczos stands for it")
        drawn.put("small", "vae_decode", {}, vae=vae, latent="sample.latent")
        drawn.put("enlarge", "resize_image", size, image="small.image")
        drawn.put("larger", "vae_encode", {}, vae=vae, image="enlarge.image")
    values = {
        "seed": _number(settings.get("Seed", "")),
        "steps": _number(settings.get("Hires steps", "")) or _number(settings.get("Steps", "")),
        "denoise": _number(settings.get("Denoising strength", "")),
    } | _sampler(
        drawn,
        settings,
        settings.get("Hires sampler") or settings.get("Sampler", ""),
        "Schedule type",
    )
    values["guidance"] = _number(settings.get("Hires CFG Scale", "")) or values["guidance"]
    drawn.put("again", "sample", _known(values), latent="larger.latent", **wires)
    return "again.latent"


def _called(name: str, names: list[str]) -> str | None:
    """The model of that name, whatever its folder and however it is spelled."""
    wanted = _spelled(PureWindowsPath(name).name)
    return next((n for n in names if wanted and _spelled(PurePath(n).name) == wanted), None)


def _spelled(name: str) -> str:
    name = name.lower().removesuffix(".safetensors").removesuffix(".ckpt").removesuffix(".pt")
    return re.sub(r"[\s_.-]+", "_", name)


def _text(prompt: str) -> str:
    """A prompt without the LoRAs in it."""
    text = LORA.sub("", prompt)
    return prompt if text == prompt else text.strip(" ,\n")


def _size(text: str) -> tuple[int | None, int | None]:
    found = re.fullmatch(r"(\d{1,6})\s*x\s*(\d{1,6})", text)
    return (int(found[1]), int(found[2])) if found else (None, None)


def _number(text: str) -> int | float | None:
    if not re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", text):
        return None
    return float(text) if "." in text else int(text)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in values.items() if given is not None}
