"""Results stay in memory under a budget, and what is behind it brings back what was lost."""

from dataclasses import dataclass

from nodes.core.cache import Cache, Entry, size_of
from tests.core.small import Pixels
from tests.core.workshop import Bench, entry, run


class Folder:
    """A store in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Entry] = {}

    def load(self, key: str) -> Entry | None:
        return self.kept.get(key)

    def save(self, key: str, entry: Entry) -> None:
        self.kept[key] = entry


def sized(size: int, seconds: float) -> Entry:
    return Entry((Pixels(nbytes=size),), (), seconds)


def test_the_budget_holds():
    cache = Cache(10_000)
    for i in range(100):
        cache.put(str(i), sized(1000, 1.0))
        assert cache.held <= 10_000
    assert cache.held >= 7_000


def test_what_costs_least_to_make_again_for_its_size_goes_first():
    cache = Cache(10_000)
    cache.put("dear", sized(4000, 100.0))
    cache.put("cheap", sized(4000, 0.1))
    cache.put("new", sized(4000, 1.0))
    assert cache.get("cheap") is None
    assert cache.get("dear") and cache.get("new")


def test_what_was_not_used_for_long_goes_in_the_end_however_dear_it_was():
    cache = Cache(10_000)
    cache.put("dear", sized(4000, 10.0))
    for i in range(100):
        cache.put(str(i), sized(4000, 1.0))
    assert cache.get("dear") is None


def test_what_is_too_large_is_not_kept():
    cache = Cache(1000)
    cache.put("a", sized(5000, 9.0))
    assert cache.get("a") is None and cache.held == 0


def test_the_same_key_counts_once():
    cache = Cache()
    cache.put("a", sized(1000, 1.0))
    held = cache.held
    cache.put("a", sized(1000, 1.0))
    assert cache.held == held
    cache.forget("a")
    cache.forget("a")
    assert cache.held == 0 and cache.get("a") is None


def test_the_store_gives_back_what_memory_lost():
    nodes, store = {"n": entry("measure"), "a": entry("add", {"a": "n.float"})}, Folder()
    run(nodes, "a", cache=Cache(store=store))
    again = run(nodes, "a", cache=Cache(store=store))
    assert again.fresh == [] and again["a.float"] == 1.0


def test_an_entry_whose_file_is_gone_is_made_again_though_the_store_has_it():
    nodes, host, store = {"s": entry("save", a=1.0)}, Bench(), Folder()
    run(nodes, cache=Cache(store=store), host=host)
    host.written.clear()
    cache = Cache(store=store)
    assert run(nodes, cache=cache, host=host).fresh == ["s"]
    assert run(nodes, cache=cache, host=host).fresh == []


@dataclass
class Pair:
    left: Pixels
    right: list[Pixels]


def test_sizes_are_what_tensors_say():
    assert size_of(Pixels(nbytes=100)) == 100
    assert size_of(Pair(Pixels(nbytes=10), [Pixels(nbytes=20)] * 2)) == 50
    assert size_of({"a": "x" * 90}) == 90
    assert size_of(None) == size_of(1.5) == 16
    assert size_of(Pair) == 16
