"""Tiny models on disk, written once, and a terminal; torch is imported only where asked for."""

import signal
from pathlib import Path

import pytest

from server import environment
from tests.terminal import Terminal

environment.prepare()
# what a shell starts in the background ignores Ctrl+C, what nohup starts ignores that the terminal
# has gone, and so would every command under test
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


LONGEST = (
    *("tests/server/bench/", "tests/server/processes/", "tests/server/starting/"),
    *("tests/test_steps.py", "tests/test_workflows.py", "tests/web/"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: else one is left to one core, while the others have nothing to do."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny models: `epsilon` and `flow` in folders, `single` in one file."""
    import torch

    from tests import tiny

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("models")
    tiny.folder(folder / "epsilon")
    tiny.folder(folder / "flow", "flow")
    tiny.single_file(folder / "single.safetensors")
    return folder


@pytest.fixture
def terminal(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, with a data folder of its own."""
    monkeypatch.setenv("LATENTWIRE_DATA", str(tmp_path / "data"))
    return Terminal(tmp_path, models)
