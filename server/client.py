"""The Python client.

    async with Client() as client:
        run = await client.submit(workflow)
        async for event in client.watch(run):
            print(event)

It finds the server of this machine by itself, and connects again when the connection breaks: calls
and events go on as if nothing had been. The package `websockets` is all it needs beside msgspec.
"""

import asyncio
import json
import struct
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from . import address, transfer
from .channel import Channel, Unreachable
from .messages import METHODS, Asset, Run, RunWithWorkflow, Watching
from .refused import Refused
from .watched import Preview, Told, Watched

__all__ = ["Client", "Preview", "Refused", "Told", "Unreachable", "Watched", "Watching"]


class Client:
    """`url` is the server's address, else the one of this machine; `token` as `address.find` says.

    Every method raises `Refused` where the server says no, `Unreachable` where there is none for
    `patience` seconds.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, patience: float = 60.0
    ) -> None:
        self.address = address.find(url, token)
        self._channel = Channel(
            self.address, patience, self._heard, self._seen, self._again, self._lost
        )
        self._watched: list[Watched] = []
        self._beginning: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._channel.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._channel.close()

    async def call(self, method: str, **params: Any) -> Any:
        """Any method of docs/api.md; the result is its class in `server.messages`."""
        said = await self._channel.call(method, params)
        return msgspec.convert(said, METHODS[method][1]) if method in METHODS else said

    async def submit(
        self,
        workflow: dict[str, Any] | Path,
        values: dict[str, Any] | None = None,
        targets: list[str] | None = None,
        front: bool = False,
        id: str | None = None,
    ) -> str:
        """Queue a workflow, or the file of one; gives the run's id.

        values: by "NODE.INPUT", in place of those in the workflow.
        """
        if isinstance(workflow, Path):
            workflow = json.loads(await asyncio.to_thread(workflow.read_bytes))
        accepted = await self.call(
            "runs.submit",
            workflow=workflow,
            set=values or {},
            targets=targets,
            front=front,
            id=id or str(uuid.uuid4()),
        )
        return str(accepted.run)

    def watch(
        self, run: str | None = None, after: int | None = None, previews: bool = True
    ) -> Watched:
        """What happens with a run, from its beginning, or with all from now on (or after a seq)."""
        if run is not None and after is None:
            after = 0
        return Watched(self, run, after, previews)

    async def get(self, run: str) -> RunWithWorkflow:
        """A run as it is now."""
        found: RunWithWorkflow = await self.call("runs.get", run=run)
        return found

    async def cancel(self, run: str) -> Run:
        """Stop a run, or take it out of the queue."""
        cancelled: Run = await self.call("runs.cancel", run=run)
        return cancelled

    async def wait(self, run: str) -> RunWithWorkflow:
        """The run, once it has ended."""
        async for _ in self.watch(run, previews=False):
            pass
        return await self.get(run)

    async def download(self, asset: str, path: Path) -> None:
        """Write a picture or file to `path`, whole or not at all."""
        await asyncio.to_thread(transfer.download, self.address, asset, path)

    async def upload(self, path: Path) -> Asset:
        """Bring a picture in; its `asset` may be the `image` of a load_image node."""
        return await asyncio.to_thread(transfer.upload, self.address, path)

    async def begin(self, watched: Watched) -> None:
        """Called by `watch`."""
        self._watched.append(watched)
        await self._begin(watched)

    async def end(self, watched: Watched) -> None:
        """Called by `watch`."""
        if watched not in self._watched:
            return
        self._watched.remove(watched)
        if not any(other.run == watched.run for other in self._watched):
            try:
                await self._stop(watched.run)
            except ConnectionError:
                return

    async def _begin(self, watched: Watched) -> None:
        same = [other for other in self._watched if other.run == watched.run]
        params = {
            "run": watched.run,
            "after": watched.came,
            "previews": any(other.previews for other in same),
        }
        await self._channel.call("watch", params, watched.started)

    async def _stop(self, run: str | None) -> None:
        """The server takes None for everything, so what is still watched is asked for again."""
        await self._channel.call("unwatch", {"run": run})
        if run is None:
            self._again()

    def _heard(self, said: dict[str, Any]) -> None:
        for watched in list(self._watched):
            watched.take(said)

    def _seen(self, frame: bytes) -> None:
        (length,) = struct.unpack_from(">I", frame)
        said = json.loads(frame[4 : 4 + length])
        for watched in self._watched:
            watched.show(Preview(**said, picture=frame[4 + length :]))

    def _again(self) -> None:
        """Connected anew: go on where each was."""
        for watched in self._watched:
            if watched.is_on:
                watched.is_on = False
                task = asyncio.create_task(self._resume(watched))
                self._beginning.add(task)
                task.add_done_callback(self._beginning.discard)

    async def _resume(self, watched: Watched) -> None:
        try:
            await self._begin(watched)
        except (Refused, ConnectionError) as error:
            watched.fail(error)

    def _lost(self, error: Exception) -> None:
        for watched in self._watched:
            watched.fail(error)
