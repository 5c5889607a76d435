"""axe on what is seen: what it finds, each as one line."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], preload: false });
  const told = ({ id }, { target, failureSummary: why }) => `${id} ${target.join(" ")} ${why}`;
  return violations.flatMap(rule => rule.nodes.map(node => told(rule, node)));
}"""


def axe(page: Page) -> list[str]:
    """Every finding. The rules of the page let no script in, so it is not brought as one."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: Any = page.evaluate(LOOK)
    return [" ".join(str(one).split()) for one in found]
