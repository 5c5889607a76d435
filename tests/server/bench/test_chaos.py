"""A short storm: every process is killed in many states, and nothing is lost, doubled, corrupt."""

import json

import pytest

from server.command import main


def test_f1_forty_kills_lose_double_and_corrupt_nothing(capsys):
    assert main(["bench", "chaos", "--kills", "40", "--seed", "1", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    wrong = {name: figures[name] for name in ("lost", "doubled", "corrupt", "gaps")}
    assert wrong == {"lost": 0, "doubled": 0, "corrupt": 0, "gaps": 0}
    assert figures["kills"] >= 40
    assert figures["jobs"] > figures["by_model"] > 0
    assert set(figures["kills_of"]) == {"server", "nursery", "worker", "checker"}


def test_an_option_no_bench_has_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bench", "chaos", "--kill", "3"])
    assert ended.value.code == 2
    assert "--kill" in capsys.readouterr().err
