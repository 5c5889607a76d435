"""Workflows to save, and what is refused."""

import json

import pytest

from server.refused import Refused


def text(title: str, **nodes: str) -> bytes:
    """A workflow as the printer writes it, nearly."""
    document = {
        "format": "latentwire/1",
        "title": title,
        "nodes": {id: {"type": type} for id, type in nodes.items()},
    }
    return (json.dumps(document, indent=2) + "\n").encode()


def refusal(call, *arguments) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return refused.value
