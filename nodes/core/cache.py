"""Results by key: in memory under a budget, and behind it a store that outlives the process."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol

from .context import Asset


@dataclass(frozen=True, slots=True)
class Entry:
    """What a node gave: its outputs in order, the files it wrote, and the seconds it took."""

    outputs: tuple[Any, ...]
    assets: tuple[Asset, ...] = ()
    seconds: float = 0.0


class Store(Protocol):
    """A place for results that outlives the process."""

    def load(self, key: str) -> Entry | None: ...
    def save(self, key: str, entry: Entry) -> None: ...


class Cache:
    """Entries in memory up to `budget` bytes. What goes first costs least to make again for its size and age.

    Greedy-Dual-Size (Cao and Irani 1997): worth = age of the cache + seconds / bytes.
    """

    def __init__(self, budget: int = 2 * 2**30, store: Store | None = None) -> None:
        self.budget, self.store = budget, store
        self.held = 0
        self._age = 0.0
        self._entries: dict[str, tuple[Entry, int]] = {}
        self._worth: dict[str, float] = {}

    def get(self, key: str) -> Entry | None:
        held = self._entries.get(key)
        if held is None:
            return self._from_store(key)
        entry, size = held
        self._worth[key] = self._age + entry.seconds / size
        return entry

    def put(self, key: str, entry: Entry) -> None:
        self._remember(key, entry)
        if self.store:
            self.store.save(key, entry)

    def forget(self, key: str) -> None:
        """Drop what turned out to be gone, such as a file that was deleted."""
        held = self._entries.pop(key, None)
        if held:
            self.held -= held[1]
            del self._worth[key]

    def _from_store(self, key: str) -> Entry | None:
        entry = self.store.load(key) if self.store else None
        if entry:
            self._remember(key, entry)
        return entry

    def _remember(self, key: str, entry: Entry) -> None:
        self.forget(key)
        size = 200 + sum(map(size_of, entry.outputs))
        self._entries[key] = (entry, size)
        self._worth[key] = self._age + entry.seconds / size
        self.held += size
        if self.held > self.budget:
            self._make_room()

    def _make_room(self) -> None:
        """Down to nine tenths of the budget in one sweep, so that it is not swept at every entry."""
        for key in sorted(self._worth, key=self._worth.__getitem__):
            if self.held <= self.budget * 0.9:
                return
            self._age = max(self._age, self._worth[key])
            self.forget(key)


def size_of(value: Any) -> int:
    """The bytes a value holds on to, by what its tensors say."""
    size = getattr(value, "nbytes", None)
    if size is not None:
        return int(size)
    if isinstance(value, list | tuple):
        return sum(map(size_of, value))
    if is_dataclass(value):
        return sum(size_of(getattr(value, f.name)) for f in fields(value))
    return len(value) if isinstance(value, str) else 16
