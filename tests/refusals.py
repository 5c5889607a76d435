"""Short ways to ask nodes and their rules, and what they refuse."""

import pytest

from nodes.core.problem import Problem


def values(sigmas):
    return sigmas.values.tolist()


def rule(node):
    """The node's facts rule."""
    return node.rule


def refused(port, words, node, *given, **named):
    """Called so, a node (or its rule) refuses with these words at this port."""
    with pytest.raises(Problem, match=words) as caught:
        node(*given, **named)
    assert caught.value.port == port
