"""The server put together: its parts, what they tell each other, and where they listen."""

import asyncio
import socket
from collections.abc import Coroutine, Sequence
from typing import Any

from aiohttp import web

from . import connections, guard, headers, listening, routes
from .calls import Calls
from .checker import Checker, Topic
from .dispatch import Dispatcher
from .frames import Frame
from .hub import Hub
from .login import Keys
from .messages import Device, ModelsChanged, NodesChanged
from .processes.child import Ended
from .processes.supervisor import Supervisor, Worker
from .record import Record, Stamped
from .settings import Settings
from .socket import Sockets
from .storage.examples import Examples
from .storage.preferences import Preferences
from .storage.workflows import Workflows

WAKING = ("run_queued", "queue_changed")
SPOKEN: dict[Topic, ModelsChanged | NodesChanged] = {
    "models": ModelsChanged(),
    "nodes": NodesChanged(),
}


class Server:
    """One server on one data folder. `start` it within an event loop, and `stop` it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys = Keys(settings.data) if settings.auth else None
        self.workflows = Workflows(settings.data / "workflows")
        self.examples = Examples(settings.examples)
        self.preferences = Preferences(settings.data / "settings.json")
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self, sockets: Sequence[socket.socket]) -> None:
        """Open the record, listen on these sockets, and begin to start workers."""
        settings = self.settings
        self.record = await Record.open(settings.data, floor=settings.floor_bytes)
        self.supervisor = Supervisor(settings, self._heard, self._lost, self._ready)
        self.checker = Checker(settings, self._restart_checker, self._changed)
        self.hub = Hub(self.record.replay, self.record.last_seq, self._watched)
        self.record.listen(self._recorded)
        self.dispatcher = Dispatcher(self.record, self.supervisor, self.hub)
        self.calls = Calls(self)
        self.sockets = Sockets(self.hub, self.calls.methods())
        guarded = guard.middleware(settings, self.keys)
        self._runner = connections.runner(self._application(), guarded)
        await self._runner.setup()
        for each in sockets:
            await web.SockSite(self._runner, each, backlog=listening.WAITING).start()
        await self.supervisor.start()
        self._begin(self.dispatcher.feed())
        self._begin(self.sockets.look_after())

    async def stop(self) -> None:
        """Accept nothing more; what runs waits again at the head of the queue."""
        await self.sockets.close()
        await self._runner.cleanup()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.dispatcher.stop()
        await self.supervisor.stop()
        await self.record.close()

    @property
    def notices(self) -> list[str]:
        """What is to be said of how the data was found."""
        return [*self.record.notices, *self.workflows.notices]

    def devices(self) -> list[Device]:
        """Every device, with what its worker is at."""
        return [worker.told for worker in self.supervisor.workers]

    def is_well(self) -> bool:
        """Whether runs are accepted, and what was lost of the executor was replaced in time."""
        return not self.record.broken and self.supervisor.healthy

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=guard.MOST_JSON)
        app.on_response_prepare.append(headers.add)
        routes.add(app, self)
        return app

    def _recorded(self, events: list[Stamped]) -> None:
        """What was committed is told to all who watch; a run that waits may be handed out."""
        self.hub.publish(events)
        if any(event.kind in WAKING for event in events):
            self.dispatcher.wake()

    def _heard(self, worker: Worker, frame: Frame) -> None:
        if worker is self.supervisor.checker:
            self.checker.hear(frame)
        else:
            self.dispatcher.take(worker, frame)

    def _lost(self, worker: Worker, ended: Ended) -> None:
        if worker is self.supervisor.checker:
            self.checker.lost()
        else:
            self.dispatcher.lost(worker, ended)

    def _ready(self, worker: Worker) -> None:
        if worker is self.supervisor.checker:
            self.checker.started(worker.send)
        else:
            self.dispatcher.wake()

    def _restart_checker(self, reason: str) -> None:
        self.supervisor.kill(self.supervisor.checker, reason)

    def _changed(self, topic: Topic) -> None:
        self._begin(self.record.announce(SPOKEN[topic]))

    def _watched(self) -> None:
        self.dispatcher.show()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
