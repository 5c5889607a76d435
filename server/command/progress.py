"""A run on the terminal: one bar for the node at work, on stderr."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from nodes.core.events import Event, NodeFinished, NodeProgress, NodeStarted, Notice


class Display:
    """Shows events as they come; quiet, or where stderr is no terminal, only notices."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """One event of a run."""
        if isinstance(event, Notice):
            self._console.print(f"{event.node}: {event.message}", markup=False, soft_wrap=True)
        elif isinstance(event, NodeStarted):
            self._bars[event.node] = self._progress.add_task(event.node, total=None, words="")
        elif isinstance(event, NodeProgress) and event.node in self._bars:
            left = f"{event.seconds_left:.0f} s left" if event.seconds_left else ""
            self._progress.update(
                self._bars[event.node],
                completed=event.step,
                total=event.of,
                words=f"{event.step}/{event.of} {left}",
            )
        elif isinstance(event, NodeFinished) and event.node in self._bars:
            self._progress.remove_task(self._bars.pop(event.node))
