#!/usr/bin/env python3
"""The one door: `python3 main.py COMMAND …` sets itself up where it has to, and runs the command.

LATENTWIRE_PYTHON=current uses the interpreter as it is: no virtual environment, no installing.
Only the standard library is imported here, and older Pythons must be able to read this file too.
"""

import io
import os
import sys

OLDEST = (3, 11)
UNHEARD = 141  # as shells have it for programs that SIGPIPE ended

if sys.version_info < OLDEST:
    print(
        "Latentwire needs Python %d.%d or newer; this is Python %d.%d (%s)."
        % (*OLDEST, *sys.version_info[:2], sys.executable),
        file=sys.stderr,
    )
    sys.exit(2)

from server import command, environment, stamp

REQUIREMENTS = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"


def main() -> int:
    """Read the arguments, continue in the virtual environment, run the command."""
    environment.prepare()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for letters that a terminal lacks
    options = command.read(sys.argv[1:])
    try:
        if not _uses_current_python():
            enter(command.needs_development(options))
        status = command.perform(options)
        print(end="", flush=True)
        return status
    except KeyboardInterrupt:
        return _refuse("Interrupted.", 130)
    except BrokenPipeError:
        return _unheard()
    except ModuleNotFoundError as error:
        return _refuse_missing(error)


def enter(needs_development: bool) -> None:
    """Make the environment if it is not current, and continue inside it."""
    files = (REQUIREMENTS, DEVELOPMENT) if needs_development else (REQUIREMENTS,)
    if not stamp.is_current(files):
        _set_up(files)
    if not stamp.is_inside():
        _continue_with(stamp.PYTHON)


def _set_up(files: tuple[str, ...]) -> None:
    from server import setup

    try:
        setup.make(files)
    except setup.SetupError as error:
        sys.exit(_refuse(str(error), error.status))


def _continue_with(python: str) -> None:
    """Start again with this interpreter, with the same options and arguments."""
    arguments = [python, *sys.orig_argv[1:]]
    if os.name == "posix":
        os.execv(python, arguments)
    import subprocess

    sys.exit(subprocess.call(arguments))


def _uses_current_python() -> bool:
    return os.environ.get("LATENTWIRE_PYTHON") == "current"


def _refuse_missing(error: ModuleNotFoundError) -> int:
    package = (error.name or "").partition(".")[0]
    if package in ("", "server", "nodes"):
        raise error
    place = f"this Python ({sys.executable})" if _uses_current_python() else ".venv"
    cure = "install it" if _uses_current_python() else "remove .venv"
    return _refuse(f"The package {package} is missing in {place}: {cure} and start again.", 2)


def _unheard() -> int:
    """Whoever read our words has gone: that is no fault, and what is left of them goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNHEARD


def _refuse(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
