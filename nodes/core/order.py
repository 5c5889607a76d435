"""The order in which nodes are worked out: what a node needs comes before it.

Without recursion, so that a chain may be as long as memory allows.
"""

from collections.abc import Callable, Iterable

from .problem import Problem

Needs = Callable[[str], Iterable[str]]


def order(wanted: Iterable[str], needs: Needs) -> tuple[list[str], list[Problem]]:
    """The wanted nodes and all they need, depth first: a branch is finished before the next begins.

    With it come the loops, each naming its nodes in order; in the order they are cut open.
    """
    done: dict[str, None] = {}
    loops: list[Problem] = []
    for target in wanted:
        if target in done:
            continue
        first = needs(target)
        if all(map(done.__contains__, first)):
            done[target] = None
            continue
        path = {target: None}
        stack = [(target, iter(first))]
        while stack:
            name, waiting = stack[-1]
            for need in waiting:
                if need in done:
                    continue
                if need in path:
                    loops.append(_loop([*path], need))
                    continue
                path[need] = None
                stack.append((need, iter(needs(need))))
                break
            else:
                stack.pop()
                del path[name]
                done[name] = None
    return list(done), loops


def _loop(path: list[str], again: str) -> Problem:
    # a path runs from a node to what it needs, wires run the other way
    loop = path[path.index(again) :][::-1]
    named = [*loop, loop[0]] if len(loop) < 12 else [*loop[:5], "…", *loop[-5:], loop[0]]
    told = f"is part of a loop: {' → '.join(named)}. Take out one of these wires, or use a repeat."
    return Problem(told, None, again)
