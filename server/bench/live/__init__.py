"""A real server with its child processes, as a bench or a test uses it from outside."""

from .line import Line, Lost, Rejected
from .process import Process, free_port

__all__ = ["Line", "Lost", "Process", "Rejected", "free_port"]
