"""What `main.py test` counts: a test that was skipped is none that passed."""

from pathlib import Path

from server.command import test as command

FOUR = """
import pytest

def test_passes():
    pass

def test_fails():
    assert False

@pytest.mark.skipif(True, reason="this machine has no wings")
def test_needs_wings():
    pass

@pytest.mark.skipif(True, reason="not today")
def test_is_left_out():
    pass
"""


def test_only_what_a_machine_lacks_excuses_a_test_and_that_is_told(tmp_path: Path, capsys):
    (tmp_path / "test_four.py").write_text(FOUR)
    result = command._tests("four", [str(tmp_path / "test_four.py")])
    assert (result.passed, result.failed) == (1, 2)
    assert result.lacking == ("this machine has no wings",)
    command._print_summary([result])
    told = capsys.readouterr().out.splitlines()
    assert told[-2:] == ["1 did not run: this machine has no wings", "1 passed, 2 failed"]
