"""The order in which nodes are worked out: what a node needs comes before it. Without recursion, so that long chains run."""

from collections.abc import Callable, Iterable

from .problem import Problem


def order(wanted: Iterable[str], needs: Callable[[str], Iterable[str]]) -> list[str]:
    """The wanted nodes and all they need, depth first: one branch is finished before the next begins.

    Raises `Problem` for a loop, naming its nodes in order.
    """
    done: dict[str, None] = {}
    path: dict[str, None] = {}
    for target in wanted:
        stack = [] if target in done else [(target, iter(needs(target)))]
        path = dict.fromkeys(name for name, _ in stack)
        while stack:
            name, waiting = stack[-1]
            for need in waiting:
                if need in path:
                    raise _loop([*path], need)
                if need not in done:
                    path[need] = None
                    stack.append((need, iter(needs(need))))
                    break
            else:
                stack.pop()
                del path[name]
                done[name] = None
    return list(done)


def _loop(path: list[str], again: str) -> Problem:
    loop = path[path.index(again) :][
        ::-1
    ]  # a path runs from a node to what it needs, wires the other way
    named = [*loop, loop[0]] if len(loop) < 12 else [*loop[:5], "…", *loop[-5:], loop[0]]
    return Problem(
        f"is part of a loop: {' → '.join(named)}. Take out one of these wires, or use a repeat.",
        None,
        again,
    )
