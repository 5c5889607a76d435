"""A server behind the guard with a few routes."""

from collections.abc import Iterator

import pytest

from server.settings import Settings
from tests.server.door import Door, opened
from tests.server.guard.few_routes import build


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    data = tmp_path_factory.mktemp("guard") / "data"
    with opened(Settings(data, upload_limit=1000, allowed_hosts=("box.example",)), build) as door:
        yield door


@pytest.fixture(autouse=True)
def nothing_reached(door: Door) -> None:
    door.reached.clear()
