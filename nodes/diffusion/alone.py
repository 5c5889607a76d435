"""Parts of models that lie by themselves: a denoiser, an autoencoder, the encoders of a text.

A folder says in its config what it is, a file by its keys. What neither tells, such as the family
that a text encoder is used for or the numbers of an autoencoder's space, a node asks for.
"""

from __future__ import annotations

from pathlib import Path

from nodes.core.problem import Problem

from . import ldm, t5, vae_file
from .families import FAMILIES
from .family import Config, Family
from .found import Found
from .header import Header, read_header
from .known import known, read_config
from .limits import check_config
from .space import AUTOENCODERS

CLIP, T5 = "CLIP", "T5"
FIRST_OF_CLIP, FIRST_OF_T5 = "embeddings.token_embedding.weight", "shared.weight"
PREFIXES = ("", "text_model.")


def alone_in_folder(path: Path, config: Config) -> Found | None:
    """The only part that a folder with this config holds; None where it is of no kind we know."""
    name = config.get("_class_name")
    if name in AUTOENCODERS:
        vae = {"vae": check_config(config)}
        return Found(path, FAMILIES["SD 1.x"], vae, "epsilon", {}, bare=True)
    for family in FAMILIES.values():
        configs = {family.denoiser: config}
        if family.classes[family.denoiser] == name and family.in_folder(configs):
            usual = known(family.tree, "scheduler")
            scheduler = family.levels(config) if family.levels else usual
            configs = {family.denoiser: check_config(config), "scheduler": scheduler}
            return Found(path, family, configs, "epsilon", {}, bare=True)
    return None


def alone_in_file(header: Header) -> Found | None:
    """The autoencoder that a file is, by the names of its authors or of diffusers."""
    vae = vae_file.config(header)
    if vae is None:
        return None
    return Found(header.path, FAMILIES["SD 1.x"], {"vae": check_config(vae)}, "epsilon", {})


def encoder_kind(header: Header) -> str | None:
    """`CLIP` or `T5` for a file that is the encoder of a text and nothing else."""
    if any(f"{start}{FIRST_OF_CLIP}" in header.tensors for start in PREFIXES):
        return CLIP
    return T5 if FIRST_OF_T5 in header.tensors else None


def is_text_encoder(path: Path) -> bool:
    """Whether a file or folder holds the encoder of a text and nothing else."""
    try:
        if path.is_file():
            return encoder_kind(read_header(path)) is not None
        return _named_kind(read_config(path / "config.json")) is not None
    except Problem:
        return False


def joined(name: str, paths: tuple[str, ...]) -> Found:
    """The text encoders of a family out of files that hold one each, in the family's order.

    Raises Problem, naming the input, for files of another kind, too few and too many.
    """
    family = FAMILIES[name]
    parts = family.text_parts
    if not all(family.classes[part].startswith((T5, CLIP)) for part in parts):
        told = f"is {name}, whose text encoders are read from a model's folder, with their words"
        raise Problem(f"{told}: open one with auto", "family")
    if len(paths) > len(parts):
        told = f"is one too many: {name} reads {len(parts)} text encoder{'s' * (len(parts) > 1)}"
        raise Problem(told, _port(len(parts)))
    configs: dict[str, Config] = {}
    for place, path in enumerate(paths):
        configs[parts[place]] = _encoder(family, parts[place], Path(path), _port(place))
    lacking = [part for part in parts[len(paths) :] if part not in family.optional]
    if lacking:
        raise Problem(f"is needed: {name} reads {_listed(family)}", _port(len(paths)))
    places = {part: Path(path) for part, path in zip(parts, paths, strict=False)}
    pipeline = {"pipeline": known(family.tree, "pipeline")}
    return Found(Path(paths[0]), family, configs | pipeline, "epsilon", {}, places=places)


def _port(place: int) -> str:
    return ("first", "second", "third", "fourth")[place]


def _listed(family: Family) -> str:
    """Its text encoders in words: CLIP and T5."""
    kinds = [T5 if family.classes[part].startswith(T5) else CLIP for part in family.text_parts]
    return " and ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)


def _encoder(family: Family, part: str, path: Path, port: str) -> Config:
    """The config of a text encoder, from the header of its file."""
    wanted = T5 if family.classes[part].startswith(T5) else CLIP
    folder = path.is_dir()
    header = Header(path, {}) if folder else read_header(path)
    config = read_config(path / "config.json") if folder else {}
    kind = _named_kind(config) if folder else encoder_kind(header)
    if kind != wanted:
        what = f"a {kind} text encoder" if kind else "no text encoder by itself"
        told = f"is {path.name}, {what}: {family.name} reads {_listed(family)}, in this order"
        raise Problem(told, port)
    if not folder and kind == T5:
        config = t5.config(header, "", known("t5", "text_encoder"))
    elif not folder:
        config = _clip_config(family, part, header, port)
    return check_config(config)


def _clip_config(family: Family, part: str, header: Header, port: str) -> Config:
    """What a family has for this CLIP, with the sizes of the file."""
    tree, name = _usual_clip(family, part)
    config = ldm.clip_config(header, known(tree, name), "")
    if tree != "sd1":  # a head of OpenCLIP is 64 wide
        config["num_attention_heads"] = max(config["hidden_size"] // 64, 1)
    projection = ldm.shape(header, "text_projection.weight")
    if family.classes[part].endswith("WithProjection") and not projection:
        told = f"is {header.path.name}, which lacks its text_projection"
        raise Problem(f"{told}: {family.name} reads what it gives", port)
    return config | ({"projection_dim": projection[0]} if projection else {})


def _named_kind(config: Config) -> str | None:
    """`CLIP` or `T5`, as a text encoder's own folder says it."""
    named = str(config.get("model_type", ""))
    return T5 if named == "t5" else CLIP if named.startswith("clip") else None


def _usual_clip(family: Family, part: str) -> tuple[str, str]:
    """Where the config is of the CLIP that a family reads: OpenAI's L, or OpenCLIP's H or bigG."""
    if family.name == "SD 2.x":
        return "sd2", part
    return ("sdxl", part) if part == "text_encoder_2" else ("sd1", part)
