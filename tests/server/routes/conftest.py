"""One server for all tests of a file."""

from collections.abc import Iterator

import pytest

from server.settings import Settings
from tests.server.door import Door, opened
from tests.server.routes.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    data = tmp_path_factory.mktemp("house") / "data"
    none = data.parent / "nothing-was-built"
    return House(Settings(data, floor_bytes=0, upload_limit=8 * 2**20, editor=none))


@pytest.fixture(scope="module")
def door(house: House) -> Iterator[Door]:
    with opened(house.settings, house.build) as door:
        yield door
