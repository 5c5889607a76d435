"""One checker for all tests here that do it no harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.server.checker.desk import Desk, opened


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models that tests put files into."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, models: Path, shelf: Path) -> Iterator[Desk]:
    settings = Settings(data=tmp_path_factory.mktemp("data"), models=(models, shelf))
    with opened(settings) as desk:
        yield desk
