"""Which parts have their weights, within a budget of bytes: who is used least makes room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from .part import Part


class Room:
    """Room for the weights of parts. `budget` says how many bytes; `left` is told who had to go,
    `clock` counts how long it takes to read weights.

    What leaves does so before something else comes, so that it is never more than the budget.
    """

    def __init__(
        self,
        budget: Callable[[], int],
        left: Callable[[Part], None],
        clock: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._budget, self._left, self._clock = budget, left, clock
        self._inside: OrderedDict[Part, None] = OrderedDict()  # used longest ago first

    def resident(self) -> int:
        """Bytes of weights there are, counted from the tensors themselves, shared ones once."""
        storages = (tensor.untyped_storage() for part in self._inside for tensor in part.tensors())
        return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())

    def ready(self, parts: Sequence[Part]) -> None:
        """These are about to be used: their weights come if there is room for them all.

        Else each comes once it is called. Raises Problem for one that could not be run even so.
        """
        if sum(part.size for part in parts) <= self._budget():
            for part in parts:
                self.admit(part, parts)
        for part in parts:
            if part.size > self._budget():
                part.planned(self._budget())

    def admit(self, part: Part, beside: Sequence[Part] = ()) -> None:
        """Give a part its weights, and let others go first, but not those beside it."""
        if not part.is_in and part.size > self._budget():
            self.empty()
            self._inside[part] = None
            part.stream(self._budget())
        elif not part.is_in:
            below = part.below if self._holds_below(part, beside) else None
            if below and not below.is_in:
                self.admit(below, beside)
            kept = {part, *beside, *([below] if below else ())}
            self._make(part.own if below else part.size, kept)
            self._inside[part] = None
            with self._clock():
                part.fill(below)
        self._inside.move_to_end(part)
        if part.below and part.below in self._inside:  # it leaves after those that share with it
            self._inside.move_to_end(part.below)

    def empty(self) -> None:
        """Every weight goes; who calls its module gets it back."""
        for part in list(self._inside):
            self._leave(part)

    def _holds_below(self, part: Part, beside: Sequence[Part]) -> bool:
        """Whether there is room for the part it was made from as well: then they share."""
        others = sum(other.size for other in beside if other is not part)
        return part.below is not None and part.below.size + part.own + others <= self._budget()

    def _make(self, size: int, kept: set[Part]) -> None:
        while self.resident() + size > self._budget():
            first = next((part for part in self._inside if part not in kept), None)
            if first is None:
                return
            self._leave(first)

    def _leave(self, part: Part) -> None:
        part.empty()
        del self._inside[part]
        self._left(part)
