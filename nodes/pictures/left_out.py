"""What of another program's settings a workflow of ours does not hold, in words."""

import re
from collections.abc import Iterator, Mapping

CARRIED = (
    *("Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size", "Model", "Model hash"),
    *("VAE", "Eta", "Denoising strength", "Variation seed", "Variation seed strength"),
    *("Hires upscale", "Hires resize", "Hires steps", "Hires upscaler", "Hires CFG Scale"),
    "Hires sampler",
)
# these change nothing in the picture
OF_NO_WEIGHT = re.compile(
    r"Version|RNG|User|Created Date|Batch (size|pos)|(Lora )?[Hh]ashes|VAE hash|Civitai .*"
)
NETWORKS = re.compile(r"<[a-z]+:[^<>]+>")
# each part of it ends where the next begins, so that a long prompt takes no longer than it is
WEIGHTS = re.compile(r"\([^()]*:\s*[\d.]+\)|\[[^\[\]:]*:[^\[\]]*\]|\bBREAK\b|\bAND\b")


def left_out(settings: Mapping[str, str], prompts: str, twice: bool) -> Iterator[str]:
    """Sentences about it. prompts: without the LoRAs that were found; twice: a second pass is."""
    left = [
        f"{name} {text[:40]}"
        for name, text in settings.items()
        if name not in CARRIED
        and not OF_NO_WEIGHT.fullmatch(name)
        and (name, text) != ("Clip skip", "1")
    ]
    left += NETWORKS.findall(prompts)
    if "Denoising strength" in settings and not twice:
        left.append("the picture it was made from")
    if left:
        yield f"not carried over: {', '.join(left)}"
    weighed = WEIGHTS.search(prompts)
    if weighed:
        yield f"{weighed[0]} in a prompt has no special meaning here: it is read as text"
    if settings.get("RNG") != "CPU":
        yield "its noise was not drawn as ours is: the same seed gives another picture"
