"""The families we know, by the name sentences call them. A new one is a file and a line here."""

from . import (
    deepfloyd,
    flux,
    latent_diffusion,
    pixart,
    pixart_alpha,
    playground,
    refiner,
    sd1,
    sd2,
    sd3,
    sdxl,
)
from .family import Family

KNOWN = (
    sd1,
    sd2,
    sdxl,
    refiner,
    playground,
    pixart,
    pixart_alpha,
    sd3,
    flux,
    deepfloyd,
    latent_diffusion,
)
FAMILIES: dict[str, Family] = {module.FAMILY.name: module.FAMILY for module in KNOWN}
