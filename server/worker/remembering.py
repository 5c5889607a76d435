"""A cache that knows what came into it and what left it since it was last asked."""

from nodes.core.cache import Cache, Entry, Store


class Remembering(Cache):
    """Others are told which results are here, so that they can foresee what will be reused."""

    def __init__(self, store: Store) -> None:
        super().__init__(store=store)
        self._changed: dict[str, bool] = {}

    def changes(self) -> tuple[list[str], list[str]]:
        """The keys that came, and those that went, since the last call."""
        changed, self._changed = self._changed, {}
        return [k for k, here in changed.items() if here], [k for k, h in changed.items() if not h]

    def forget(self, key: str) -> None:
        if key in self._entries:
            self._changed[key] = False
        super().forget(key)

    def _remember(self, key: str, entry: Entry) -> None:
        super()._remember(key, entry)
        self._changed[key] = key in self._entries
