"""The stamp: what the virtual environment holds, kept inside it.

The text of the requirement files is the stamp: a start compares a few hundred bytes, no more.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(SCRIPTS, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "installed.txt")


def is_current(files: tuple[str, ...]) -> bool:
    """Whether these requirement files are installed as they now read, for this Python."""
    whole = os.path.exists(PYTHON) and os.path.exists(os.path.join(VENV, "pyvenv.cfg"))
    return whole and _read(STAMP).startswith(_wanted(files))


def is_inside() -> bool:
    """Whether this very process runs on the environment's Python."""
    folder = os.path.dirname(os.path.abspath(sys.executable))
    return os.path.exists(SCRIPTS) and os.path.samefile(folder, SCRIPTS)


def write(files: tuple[str, ...]) -> None:
    """Say that these files are installed. Written aside first: half a stamp must not count."""
    aside = STAMP + ".new"
    with open(aside, "w", encoding="utf-8", newline="") as file:
        file.write(_wanted(files))
    os.replace(aside, STAMP)


def forget() -> None:
    """From here on nothing counts as installed, until the stamp is written again."""
    if os.path.exists(STAMP):
        os.remove(STAMP)


def _wanted(files: tuple[str, ...]) -> str:
    parts = [f"# Python {sys.version_info[0]}.{sys.version_info[1]}\n"]
    for name in files:
        parts.append(f"# {name}\n{_read(os.path.join(ROOT, name))}\n# end of {name}\n")
    return "".join(parts)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
