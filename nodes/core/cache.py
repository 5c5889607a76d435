"""Results by key: in memory under a budget, and behind it a store that outlives the process."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, NamedTuple, Protocol

from .context import Asset


class Entry(NamedTuple):
    """What a node gave: outputs in order, files it wrote, seconds it took, what it had to say."""

    outputs: tuple[Any, ...]
    assets: tuple[Asset, ...] = ()
    seconds: float = 0.0
    notices: tuple[str, ...] = ()


class Store(Protocol):
    """A place for results that outlives the process."""

    def load(self, key: str) -> Entry | None: ...
    def save(self, key: str, entry: Entry) -> None: ...


@dataclass(slots=True)
class _Held:
    entry: Entry
    size: int
    worth: float


class Cache:
    """Entries in memory up to `budget` bytes; what is cheap to make again goes first.

    Greedy-Dual-Size (Cao and Irani 1997): worth = age of the cache + seconds / bytes.
    """

    def __init__(self, budget: int = 2 * 2**30, store: Store | None = None) -> None:
        self.budget, self.store = budget, store
        self.held = 0
        self._age = 0.0
        self._entries: dict[str, _Held] = {}

    def get(self, key: str) -> Entry | None:
        held = self._entries.get(key)
        if held is None:
            return self._from_store(key) if self.store else None
        held.worth = self._age + held.entry.seconds / held.size
        return held.entry

    def put(self, key: str, entry: Entry) -> None:
        self._remember(key, entry)
        if self.store:
            self.store.save(key, entry)

    def forget(self, key: str) -> None:
        """Drop what turned out to be gone, such as a file that was deleted."""
        held = self._entries.pop(key, None)
        if held:
            self.held -= held.size

    def _from_store(self, key: str) -> Entry | None:
        entry = self.store.load(key) if self.store else None
        if entry:
            self._remember(key, entry)
        return entry

    def _remember(self, key: str, entry: Entry) -> None:
        self.forget(key)
        size = 200 + size_of(entry.outputs)
        self._entries[key] = _Held(entry, size, self._age + entry.seconds / size)
        self.held += size
        if self.held > self.budget:
            self._make_room()

    def _make_room(self) -> None:
        """Down to nine tenths of the budget at once, so that it is not swept at every entry."""
        for key in sorted(self._entries, key=lambda key: self._entries[key].worth):
            if self.held <= self.budget * 0.9:
                return
            self._age = max(self._age, self._entries[key].worth)
            self.forget(key)


def size_of(value: Any) -> int:
    """The bytes a value holds on to, by what its tensors say."""
    if isinstance(value, list | tuple):
        return sum(map(size_of, value))
    if isinstance(value, int | float | None):
        return 16
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    size = getattr(value, "nbytes", None)
    if size is not None:
        return int(size)
    if is_dataclass(value) and not isinstance(value, type):
        return sum(size_of(getattr(value, field.name)) for field in fields(value))
    return 16
