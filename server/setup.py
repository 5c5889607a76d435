"""Make the virtual environment and install what the requirement files name, once.

Runs before anything is installed: the standard library only. Every word goes to stderr, because
stdout belongs to the command that follows. What is current already is for `stamp` to tell.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from server import lock, stamp

LOCK = os.path.join(stamp.ROOT, ".venv.lock")
LAST_LINES = 40
COLOURS = re.compile(r"\x1b\[[\d;]*m")
INTERRUPTED = 130


class SetupError(Exception):
    """Set-up cannot go on: one sentence, and the exit status."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def make(files: tuple[str, ...]) -> None:
    """Bring the environment to what the files ask for; may be interrupted and repeated."""
    with alone() as lock_file:
        if not stamp.is_current(files):
            _complete(files, lock_file)


@contextmanager
def alone() -> Iterator[int]:
    """Set up with no other set-up of this folder at work; gives the lock. Raises `SetupError`."""
    try:
        with lock.held(LOCK, waiting=_say_waiting) as lock_file:
            yield lock_file
    except OSError as error:
        place = error.filename or stamp.ROOT
        raise SetupError(f"Set-up cannot write {place}: {error.strerror}.") from error
    except KeyboardInterrupt:
        raise SetupError(
            "Set-up was interrupted; the next start goes on from here.", INTERRUPTED
        ) from None


def say(sentence: str) -> None:
    with suppress(OSError):  # whoever read our words may have gone: that ends no set-up
        print(sentence, file=sys.stderr, flush=True)


def _complete(files: tuple[str, ...], lock_file: int) -> None:
    say(f"Setting up in {stamp.VENV} (once; later starts skip this).")
    stamp.forget()
    if not _environment_works(lock_file):
        _make_environment(lock_file)
    install(files, lock_file)
    _compile(lock_file)
    stamp.write(files)


def _environment_works(lock_file: int) -> bool:
    """A half-made environment, or one of another Python, does not."""
    probe = "import pip, sys; print(sys.version_info[:2])"
    if not os.path.exists(stamp.PYTHON):
        return False
    try:
        status, answer = _call([stamp.PYTHON, "-c", probe], lock_file)
    except OSError:
        return False
    return status == 0 and answer.strip() == str(sys.version_info[:2])


def _make_environment(lock_file: int) -> None:
    _refuse_without_ensurepip()
    command = [sys.executable, "-m", "venv", "--clear", stamp.VENV]
    step("Making the virtual environment", command, lock_file)


def _refuse_without_ensurepip() -> None:
    """Debian and Ubuntu ship Python without it."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sentence = f"This Python cannot make a virtual environment: run `apt install {package}`."
        raise SetupError(sentence, 2) from None


def install(files: tuple[str, ...], lock_file: int) -> None:
    """What these files ask for, into the environment. Raises `SetupError`."""
    seen = sys.stderr.isatty()
    command = [stamp.PYTHON, "-m", "pip", "install", "--no-input", "--no-user"]
    command += ["--disable-pip-version-check", "--no-compile"]
    command += [] if seen else ["--quiet", "--progress-bar", "off"]
    for name in files:
        command += ["--requirement", name]
    step(f"Installing {' and '.join(files)}", command, lock_file, seen)


def _compile(lock_file: int) -> None:
    """On every core at once; pip would take one. A file meant for another Python may fail."""
    work = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=2, workers=0)"
    folder = os.path.join(stamp.VENV, "lib")
    step("Compiling what was installed", [stamp.PYTHON, "-c", work, folder], lock_file)


def step(
    name: str,
    command: list[str],
    lock_file: int,
    seen: bool = False,
    folder: str = stamp.ROOT,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Run a program, with a line before it and one after it. Raises `SetupError` if it fails."""
    say(f"  {name} …")
    start = time.monotonic()
    status, words = _call(command, lock_file, seen, folder, variables)
    if status:
        for line in COLOURS.sub("", words).rstrip().splitlines()[-LAST_LINES:]:
            say(line)
        raise SetupError(f"{name} failed, for the reason above.")
    say(f"  {name}: {time.monotonic() - start:.1f} s")


def _call(
    command: list[str],
    lock_file: int,
    seen: bool = False,
    folder: str = stamp.ROOT,
    variables: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run a program of the set-up: its exit status and words.

    It inherits the lock: if we are killed and it goes on, the next set-up waits for it.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if seen else subprocess.PIPE,
        stderr=sys.stderr if seen else subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=() if os.name == "nt" else (lock_file,),
    )
    try:
        words, _ = process.communicate()
    except KeyboardInterrupt:
        _stop(process)
        raise
    return process.returncode, words or ""


def _stop(process: subprocess.Popen[str]) -> None:
    """Let pip clear its temporary folders, but not for ever."""
    process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _say_waiting() -> None:
    say("Another set-up of this folder is running; waiting for it to end.")
