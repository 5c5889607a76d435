"""`main.py test` builds the editor and has Node look at it; each of that counts."""

from pathlib import Path

import pytest

from tests.server.editor.small_web import SmallWeb

ALL = ["npm-cli.js ci --include=dev", "vite.js build --outDir"]
TOOLS = ["biome check .", "tsc --noEmit", "vitest.mjs run --reporter=default"]


@pytest.fixture
def web(tmp_path: Path) -> SmallWeb:
    return SmallWeb.new(tmp_path)


def test_all_packages_are_installed_the_editor_is_built_and_then_looked_at(web):
    found = ["web build, 1, 0", "web lint, 1, 0", "web types, 1, 0", "web tests, 3, 0"]
    assert web.steps() == found
    assert web.done() == ALL + TOOLS
    assert web.steps() == found
    assert web.done() == TOOLS


@pytest.mark.parametrize(
    ("tool", "told"),
    [
        ("vite.js", "web build, 0, 1"),
        ("biome", "web lint, 0, 1"),
        ("tsc", "web types, 0, 1"),
        ("vitest.mjs", "web tests, 0, 1"),
    ],
)
def test_what_fails_counts_and_the_others_go_on(web, tool, told):
    web.write(f"{tool}.fails", "")
    found = web.steps()
    assert [line for line in found if not line.endswith(", 0")] == [told]
    assert len(found) == 4


def test_without_node_every_one_of_them_has_failed(web):
    steps = ("web build", "web lint", "web types", "web tests")
    assert web.steps(**web.without_node()) == [f"{step}, 0, 1" for step in steps]
