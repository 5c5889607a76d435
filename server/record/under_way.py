"""Files of runs that go on: whole, but not placed yet. They can be looked at, and may still go."""

from .kinds import FileRow


class UnderWay:
    """Kept in memory only: what was not placed when the server ends is written again."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, int], dict[str, FileRow]] = {}

    def add(self, attempt: int, file: FileRow) -> None:
        """An attempt at the file's run has written it; `path` is where it lies now."""
        assert file.run
        self._files.setdefault((file.run, attempt), {})[file.asset] = file

    def find(self, asset: str) -> FileRow | None:
        return next((files[asset] for files in self._files.values() if asset in files), None)

    def forget(self, run: str, attempt: int) -> None:
        """The attempt has ended: its files were placed, or are gone."""
        self._files.pop((run, attempt), None)
