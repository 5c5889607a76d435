"""A folder of saved workflows."""

import pytest

from server.storage.workflows import Workflows


@pytest.fixture
def workflows(tmp_path) -> Workflows:
    return Workflows(tmp_path / "workflows")
