"""Names of files that runs write: safe on every system, with a number so that none is overwritten.

The number has four digits and stands at the end of the name, or where `{counter}` is in it.
"""

import os
import re
from pathlib import Path

COUNTER = "{counter}"


def safe_parts(name: str) -> list[str]:
    """The folders and the file that a name stands for; the file has room for a number."""
    *folders, file = name.split("/")
    return [*map(_plain, folders), _numbered(file)]


def with_number(file: str, number: int) -> str:
    """The name of a file with this number in it."""
    return file.replace(COUNTER, f"{number:04d}", 1)


def highest_number(folder: Path, file: str) -> int:
    """The highest number that a file of this name has in a folder, 0 if there is none."""
    before, _, after = file.partition(COUNTER)
    name = re.compile(rf"{re.escape(before)}(\d{{4,9}}){re.escape(after)}")
    return max((int(m[1]) for f in os.listdir(folder) if (m := name.fullmatch(f))), default=0)


def _numbered(name: str) -> str:
    """A name for a file, with its ending, that has room for a number: at the end if not in it."""
    stem, dot, ending = name.rpartition(".")
    before, counter, after = stem.partition(COUNTER)
    if not counter:
        return f"{_plain(stem)}-{COUNTER}{dot}{ending}"
    before, after = _cleaned(before, 60).lstrip(" ."), _cleaned(after, 60).rstrip(" .")
    return f"{before}{COUNTER}{after}{dot}{ending}"


def _plain(name: str) -> str:
    """A name that stays in its folder and that every system can write."""
    return _cleaned(name.strip(" ."), 120).strip(" .") or "file"


def _cleaned(name: str, most: int) -> str:
    """Without what some system refuses, and not above `most` bytes."""
    clean = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name)
    return clean.encode()[:most].decode(errors="ignore")
