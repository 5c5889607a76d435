"""The record: every run, event and file that this server answers for, in SQLite."""

from .kinds import Claimed, Ending, FileRow, Made, NewRun
from .record import Record
from .room import DiskFull
from .work import Stamped

__all__ = ["Claimed", "DiskFull", "Ending", "FileRow", "Made", "NewRun", "Record", "Stamped"]
