"""A pack is tried out in a process of its own; that somebody kills that one is not its fault."""

import os
from pathlib import Path

import pytest

from server.worker import packs

DIES = """
import os, signal
import os
from pathlib import Path
died = Path(__file__).parent / "died"
if len(died.read_text() if died.exists() else "") < {times}:
    died.open("a").write("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this machine has no fork")
@pytest.mark.parametrize(
    ("times", "told"),
    [
        (1, None),
        (2, None),
        (3, "ended its process while it was loaded (by signal 9) and was not loaded"),
    ],
)
def test_f25_a_trial_that_was_killed_is_made_again_but_not_for_ever(tmp_path: Path, times, told):
    pack = tmp_path / "mine"
    pack.mkdir()
    (pack / "nodes.py").write_text(DIES.format(times=times))
    assert packs.tried_out([pack]) == {pack: told}
