"""How long work of a size takes, drawn through what work of other sizes took."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

FEATURES = 3  # a fixed part, one that grows with the size, one with its square (attention)
FURTHEST = 4.0  # how many times larger or smaller than the only size that is known
FIXED = 0.6  # of the only time that is known, at most, is taken not to depend on the size


def predicted(points: Sequence[tuple[float, float]], size: float, overhead: float) -> float | None:
    """What work of this size takes, from (size, what it took); None where that is too far off.

    overhead: what is fixed where one point alone cannot tell, such as the seconds in which a
    device is told what to do.
    """
    known = dict(points)
    if size in known:
        return known[size]
    if not known:
        return None
    if len(known) == 1:
        return _from_one(*next(iter(known.items())), size, overhead)
    return _from_several(known, size)


def _from_one(at: float, took: float, size: float, overhead: float) -> float | None:
    if not at or not size or not 1 / FURTHEST <= size / at <= FURTHEST:
        return None
    fixed = min(overhead, FIXED * took)
    return fixed + (took - fixed) * size / at


def _from_several(known: dict[float, float], size: float) -> float | None:
    """Least squares of the relative error, with no part below zero: more work takes no less."""
    sizes, times = np.array(list(known)), np.array(list(known.values()))
    scale = sizes.max() or 1.0
    rows = _powers(sizes / scale) / times[:, None]
    best, least = np.zeros(FEATURES), np.inf
    for count in range(1, min(FEATURES, len(known)) + 1):
        for chosen in combinations(range(FEATURES), count):
            parts = np.linalg.lstsq(rows[:, chosen], np.ones(len(times)), rcond=None)[0]
            error = float(np.sum((rows[:, chosen] @ parts - 1) ** 2))
            if parts.min() >= 0 and error < least - 1e-9:
                least, best = error, np.zeros(FEATURES)
                best[list(chosen)] = parts
    found = float((_powers(np.array([size / scale])) @ best)[0])
    return found or None


def _powers(
    sizes: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    return np.stack([sizes**power for power in range(FEATURES)], axis=1)
