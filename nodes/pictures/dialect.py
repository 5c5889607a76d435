"""What samplers, schedules and ways to enlarge are called elsewhere, and what is nearest here."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

# by the name in A1111 in lower case: ours, the nearest first, and the schedule it has by itself
SAMPLERS: dict[str, tuple[tuple[str, ...], str]] = {
    "euler a": (("euler_ancestral",), "normal"),
    "euler": (("euler",), "normal"),
    "euler max": (("euler",), "normal"),
    "euler cfg++": (("euler_cfg_pp", "euler"), "normal"),
    "euler a cfg++": (("euler_ancestral_cfg_pp", "euler_ancestral"), "normal"),
    "lms": (("lms", "dpmpp_2m"), "normal"),
    "heun": (("heun",), "normal"),
    "heunpp2": (("heunpp2", "heun"), "normal"),
    "dpm2": (("dpm_2", "heun"), "karras"),
    "dpm2 a": (("dpm_2_ancestral", "euler_ancestral"), "karras"),
    "dpm++ 2s a": (("dpmpp_2s_ancestral", "euler_ancestral"), "karras"),
    "dpm++ 2m": (("dpmpp_2m",), "karras"),
    "dpm++ 2m cfg++": (("dpmpp_2m_cfg_pp", "dpmpp_2m"), "karras"),
    "dpm++ sde": (("dpmpp_sde", "dpmpp_2m_sde"), "karras"),
    "dpm++ 2m sde": (("dpmpp_2m_sde",), "exponential"),
    "dpm++ 2m sde heun": (("dpmpp_2m_sde_heun", "dpmpp_2m_sde"), "exponential"),
    "dpm++ 3m sde": (("dpmpp_3m_sde", "dpmpp_2m_sde"), "exponential"),
    "dpm fast": (("", "dpmpp_2m"), "normal"),
    "dpm adaptive": (("", "dpmpp_2m"), "normal"),
    "restart": (("restart", "heun"), "karras"),
    "ddim": (("ddim",), "ddim_uniform"),
    "ddim cfg++": (("", "euler_cfg_pp", "ddim"), "ddim_uniform"),
    "plms": (("ipndm", "lms"), "ddim_uniform"),
    "unipc": (("uni_pc", "dpmpp_2m"), "normal"),
    "lcm": (("lcm",), "sgm_uniform"),
    "ddpm": (("ddpm", "euler_ancestral"), "normal"),
    "deis": (("deis", "dpmpp_2m"), "normal"),
    "ipndm": (("ipndm", "lms"), "normal"),
    "er sde": (("er_sde", "dpmpp_2m_sde"), "normal"),
    "res multistep": (("res_multistep", "dpmpp_2m"), "normal"),
}
# what may be the last words of a sampler's name, or the schedule's own
SCHEDULES: dict[str, tuple[str, ...]] = {
    "karras": ("karras",),
    "polyexponential": ("exponential",),  # with the exponent 1 that it has there they are equal
    "exponential": ("exponential",),
    "sgm uniform": ("sgm_uniform", "normal"),
    "kl optimal": ("kl_optimal", "karras"),
    "align your steps": ("align_your_steps", "karras"),
    "align your steps gits": ("", "align_your_steps"),
    "align your steps 11": ("", "align_your_steps"),
    "align your steps 32": ("", "align_your_steps"),
    "simple": ("simple", "normal"),
    "normal": ("normal",),
    "uniform": ("normal",),
    "ddim": ("ddim_uniform", "normal"),
    "ddim uniform": ("ddim_uniform", "normal"),
    "beta": ("beta", "normal"),
    "linear quadratic": ("linear_quadratic", "normal"),
    "turbo": ("", "sgm_uniform"),
}
OTHER_NAMES = {"k_": "", "_": " ", "euler ancestral": "euler a", "dpm 2": "dpm2"}
ENLARGED = {
    "latent": "bilinear",
    "latent (antialiased)": "bilinear",
    "latent (bicubic)": "bicubic",
    "latent (bicubic antialiased)": "bicubic",
    "latent (nearest)": "nearest",
    "latent (nearest-exact)": "nearest",
}


class Chosen(NamedTuple):
    """A sampler and schedule of ours, and what is to be said about them."""

    sampler: str
    schedule: str
    words: tuple[str, ...]


def chosen(
    sampler: str, schedule: str, samplers: Collection[str], schedules: Collection[str]
) -> Chosen:
    """What is nearest to a sampler and a schedule of theirs among ours; `auto` where nothing is.

    An old name holds both: "DPM++ 2M Karras". There no schedule means even steps, and "Automatic"
    is the sampler's own.
    """
    if not sampler:
        return Chosen("auto", "auto", ())
    if sampler in samplers and (schedule in schedules or not schedule):
        return Chosen(sampler, schedule or "auto", ())
    name, last = _parted(_plain(sampler))
    known, own = SAMPLERS.get(name, (("",), "normal"))
    wanted = _plain(schedule) or last
    if wanted == "automatic":
        ours: tuple[str, ...] = (own, "normal")
    elif not wanted:
        ours = ("ddim_uniform", "normal") if own == "ddim_uniform" else ("normal",)
    else:
        ours = SCHEDULES.get(wanted, (wanted if wanted in schedules else "",))
    which, when = _first(known, samplers), _first(ours, schedules)
    words = [*_told("sampler", sampler, which, known), *_told("schedule", wanted, when, ours)]
    return Chosen(which, when, tuple(words))


def _plain(name: str) -> str:
    plain = name.strip().lower()
    for theirs, ours in OTHER_NAMES.items():
        plain = plain.replace(theirs, ours) if theirs != "k_" else plain.removeprefix(theirs)
    return plain


def _parted(name: str) -> tuple[str, str]:
    """A sampler's name and the schedule that an old one ends with."""
    for schedule in SCHEDULES:
        if name.endswith(f" {schedule}"):
            return name.removesuffix(f" {schedule}"), schedule
    return name, ""


def _first(names: tuple[str, ...], there: Collection[str]) -> str:
    return next((name for name in names if name in there), "auto")


def _told(what: str, theirs: str, ours: str, known: tuple[str, ...]) -> Iterator[str]:
    if ours != known[0]:
        stands = "the model's own stands" if ours == "auto" else f"{ours} stands"
        yield f"the {what} {theirs} is not here, {stands} for it"
