"""Words beside the nodes."""

from typing import Annotated

from nodes.core import Prompt, node


@node
def note(text: Annotated[str, Prompt(6)] = "") -> None:
    """A note for whoever reads the workflow. It does nothing in a run."""
