"""One crew for all tests here: its limits are short, and it has a pack that makes trouble."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.server.processes.crew import Crew

TROUBLE = Path(__file__).parent / "trouble"


@pytest.fixture(scope="session")
def crew(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Crew]:
    settings = Settings(
        data=tmp_path_factory.mktemp("data"),
        models=(models, tmp_path_factory.mktemp("shelf")),
        packs=(TROUBLE,),
        heartbeat_limit=5.0,
        node_limit=8.0,
        grace=1.0,
        worker_memory=2**30,
    )
    crew = Crew(settings)
    yield crew
    crew.close()
