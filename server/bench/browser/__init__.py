"""The editor in a browser, as a bench drives and measures it from outside."""

from .desk import Desk
from .graphs import graph
from .watch import Figure

__all__ = ["Desk", "Figure", "graph"]
