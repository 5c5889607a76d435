"""The families we know, by the name sentences call them. A new one is a file and a line here."""

from . import sd1, sd2, sdxl
from .family import Family

FAMILIES: dict[str, Family] = {
    family.name: family for family in (sd1.FAMILY, sd2.FAMILY, sdxl.FAMILY)
}
