"""What a model folder or file is: by its configs, or by the keys and structure of its header.

No torch and no weights: a few small files are read. Unknown is a Problem that lists what was seen.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from nodes.core.problem import Problem
from nodes.core.types import Weights

from .alone import alone_in_file, alone_in_folder, joined
from .control_config import alone
from .control_file import OPENED, control_at, is_config
from .control_file import PART as CONTROL
from .families import FAMILIES
from .family import Config, Family
from .found import Found as Found
from .header import Header, read_header
from .known import known
from .known import read_config as read_config
from .limits import check_config, check_wishes
from .space import AUTOENCODERS, OF, TINY

PREDICTIONS = ("auto", "epsilon", "v_prediction", "flow_prediction", "edm_prediction")
INDEX, OWN_DEFAULTS = "model_index.json", "latentwire.json"
NOISING = "image_noising_scheduler"
OLD_CLASSES = {"Transformer2DModel": "PixArtTransformer2DModel"}  # what was one class is several
WORDLESS = {
    "LDMPipeline": "draws pictures of one kind and reads no words",
    "LDMSuperResolutionPipeline": "enlarges pictures and reads no words",
}
UNFIT = (
    LookupError,
    TypeError,
    ValueError,
    StopIteration,
    ArithmeticError,
    AttributeError,
    RecursionError,
)


def recognise(path: str | Path, prediction: str = "auto") -> Found:
    """The model at `path`, a folder or a safetensors file.

    `prediction` overrules the folder, or settles what a file cannot say (`auto`: epsilon).
    Raises Problem for what is missing, broken, of no known family, or a pickle.
    """
    path = Path(path)
    if prediction not in PREDICTIONS:
        raise Problem(
            f"There is no prediction {prediction}; it is one of {', '.join(PREDICTIONS)}."
        )
    if not path.exists():
        raise Problem(f"There is no model {path.name}.")
    try:
        found = _folder(path) if path.is_dir() else _file(read_header(path))
        found = _predicting(found, prediction)
        found.model, found.text, found.space  # noqa: B018 - configs that lack what is needed fail here
    except UNFIT as error:
        raise Problem(
            f"{path.name} looks like a known model, but its configs do not fit: {error}."
        ) from None
    return found


def found_of(weights: Weights) -> Found:
    """What a handle stands for."""
    if weights.part == CONTROL:
        return control_at(weights.path)
    if weights.files:
        return joined(weights.family, weights.files)
    return recognise(weights.path, weights.prediction)


def _folder(path: Path) -> Found:
    index, bare = path / INDEX, path / "config.json"
    if index.is_file():
        return _pipeline(path, read_config(index))
    config = read_config(bare) if bare.is_file() else {}
    if is_config(config):
        raise Problem(OPENED.format(path.name))
    found = alone_in_folder(path, config) if config else None
    if found is None:
        raise Problem(f"The folder {path.name} has no model_index.json, so it is not a model.")
    return found


def _pipeline(path: Path, index: Config) -> Found:
    named = {part: value[1] for part, value in index.items() if _names_class(value)}
    classes = {part: OLD_CLASSES.get(name, name) for part, name in named.items()}
    pipeline = index.get("_class_name")
    if pipeline in WORDLESS:
        told = f"{path.name} is an LDM that {WORDLESS[pipeline]} ({pipeline})"
        raise Problem(f"{told}: only models that draw from words are known.")
    for family in FAMILIES.values():
        ours = all(_fits(family, part, classes.get(part)) for part in family.classes)
        if pipeline in family.pipelines and ours and family.denoiser in classes:
            configs = _configs(path, classes, family)
            if family.in_folder(configs):
                configs["pipeline"] = {k: v for k, v in index.items() if isinstance(v, bool)}
                own = path / OWN_DEFAULTS
                place = f"{path.name}/{OWN_DEFAULTS}"
                wishes = check_wishes(read_config(own), place) if own.is_file() else {}
                return Found(path, family, configs, "epsilon", wishes)
    seen = ", ".join(f"{part} {name}" for part, name in sorted(classes.items()))
    raise Problem(
        f"{path.name} is of no known family ({', '.join(FAMILIES)}): "
        f"a {pipeline} with {seen or 'no parts'}."
    )


def _fits(family: Family, part: str, name: str | None) -> bool:
    """Whether a family has parts of this class, or can do without; any autoencoder may be one."""
    other = part == family.autoencoder and name in AUTOENCODERS
    return other or name in (None, family.classes[part])


def _names_class(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)


def _configs(path: Path, classes: dict[str, str], family: Family) -> dict[str, Config]:
    parts = [part for part in family.classes if part in classes]
    configs = {part: check_config(read_config(path / part / "config.json")) for part in parts}
    if coder := configs.get(family.autoencoder or ""):
        coder["_class_name"] = classes[family.autoencoder or ""]
        if coder["_class_name"] == TINY:  # it does not say whose latents it was taught
            coder[OF] = family.space({}).name
    for scheduler in ("scheduler", *(NOISING for _ in path.glob(NOISING))):
        place = path / scheduler / "scheduler_config.json"
        configs[scheduler] = check_config(read_config(place))
    return configs


def _file(header: Header) -> Found:
    if alone(header):
        raise Problem(OPENED.format(header.path.name))
    for family in FAMILIES.values():
        if family.in_file(header):
            configs = {part: check_config(c) for part, c in family.configs(header).items()}
            return Found(header.path, family, configs, "epsilon", {})
    if found := alone_in_file(header):
        return found
    seen = ", ".join(f"{name} ({count:,})" for name, count in header.prefixes())
    raise Problem(
        f"{header.path.name} is of no known family ({', '.join(FAMILIES)}); its tensors start with "
        f"{seen or 'nothing'}."
    )


def _predicting(found: Found, prediction: str) -> Found:
    scheduler = found.configs.get("scheduler", {})
    said = kind_of(scheduler)
    kind = said if prediction == "auto" else prediction
    if kind != said:
        scheduler = _rewritten(scheduler, kind)
    return replace(found, prediction=kind, configs=found.configs | {"scheduler": scheduler})


def kind_of(scheduler: Config) -> str:
    """`epsilon`, `v_prediction` … of PREDICTIONS, as a scheduler's config says it."""
    named = str(scheduler.get("_class_name", ""))
    if named.startswith("EDM"):
        return "edm_prediction"
    if scheduler.get("use_flow_sigmas") or named.startswith("FlowMatch"):
        return "flow_prediction"
    return str(scheduler.get("prediction_type", "epsilon"))


def _rewritten(scheduler: Config, kind: str) -> Config:
    """The scheduler for another prediction: one that knows it, or the family's usual."""
    if kind == "flow_prediction":
        return {
            "_class_name": "DPMSolverMultistepScheduler",
            "prediction_type": kind,
            "use_flow_sigmas": True,
            "flow_shift": 1.0,
        }
    if kind == "edm_prediction":
        return {"_class_name": "EDMDPMSolverMultistepScheduler", "prediction_type": "epsilon"}
    other = kind_of(scheduler) in ("flow_prediction", "edm_prediction")
    usual = known("sd1", "scheduler") if other else scheduler
    return usual | {"prediction_type": kind}
