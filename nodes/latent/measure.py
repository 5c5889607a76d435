"""The node that says in numbers what is in a latent."""

from typing import NamedTuple

from nodes.core import Latent, LatentFacts, node
from nodes.core.sizes import filled


class Measured(NamedTuple):
    mean: float
    std: float
    min: float
    max: float
    values: int
    picture_values: int


@node
def measure_latent(latent: Latent) -> Measured:
    """What is in a latent, in numbers: mean, spread, smallest and largest of all its values.

    `values` counts them, `picture_values` those of the pictures it stands for (three a pixel).
    """
    counts = _counted(latent.facts)
    values = latent.values.double()
    return Measured(
        values.mean().item(),
        values.std(correction=0).item(),
        values.min().item(),
        values.max().item(),
        counts["values"],
        counts["picture_values"],
    )


@measure_latent.facts
def _counted(latent: LatentFacts | None) -> dict[str, int]:
    latent = latent or LatentFacts()
    filled(latent)
    sizes = (latent.batch, latent.width, latent.height, latent.channels, latent.factor)
    if None in sizes:
        return {}
    batch, width, height, channels, factor = (size or 1 for size in sizes)
    pixels = batch * width * height
    return {"values": pixels // factor**2 * channels, "picture_values": pixels * 3}
