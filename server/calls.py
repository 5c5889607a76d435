"""What a client may ask for: one method for each in `METHODS`, the same over websocket and HTTP.

Each takes its params and gives its result, or raises `Refused`. Those whose params may be large
take them as they came: workflows are read by the checker, in its own process.
"""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from . import machine, params
from .messages import (
    METHODS,
    Accepted,
    Assets,
    Cleared,
    Delete,
    EditorSettings,
    Examples,
    ExampleWithWorkflow,
    ListAssets,
    ListRuns,
    Models,
    Move,
    Nothing,
    OfExample,
    OfRun,
    OfWorkflow,
    Rename,
    Run,
    Runs,
    RunWithWorkflow,
    Saved,
    SavedWithWorkflow,
    SaveSettings,
    SystemInfo,
    Workflows,
)
from .record import NewRun
from .refused import Refused
from .rpc import Method
from .storage import preferences

if TYPE_CHECKING:
    from .app import Server

AS_THEY_CAME = ("runs.submit", "workflows.check", "workflows.save", "settings.save")


class Calls:
    """Everything that may be asked of a server, besides watching."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    def methods(self) -> dict[str, Method]:
        """By their names, each taking its params as JSON."""
        return {
            name: self._method(name, METHODS[name][0])
            for name in METHODS
            if hasattr(self, name.replace(".", "_"))
        }

    async def runs_submit(self, said: bytes) -> Accepted:
        """Queue a workflow: it is on the disk when this returns. `said` is `Submit` as JSON."""
        try:
            checked = await self._server.checker.submit(said)
        except Refused as refused:
            return await self._accepted_before(said, refused)
        new = NewRun(
            title=checked.title,
            document=checked.document,
            targets=checked.targets,
            front=checked.front,
            text=checked.text,
            id=checked.id,
        )
        return await self._server.record.submit(new)

    async def runs_cancel(self, asked: OfRun) -> Run:
        """Take a run out of the queue, or stop it within a step."""
        run = await self._server.record.cancel(asked.run)
        if run.state == "running":
            await self._server.dispatcher.cancel(asked.run)
        return run

    async def runs_move(self, asked: Move) -> Accepted:
        """Change the order of the queue."""
        return await self._server.record.move(asked.run, asked.position)

    async def runs_get(self, asked: OfRun) -> RunWithWorkflow:
        """Everything about a run, with what it runs."""
        return await self._server.record.run(asked.run)

    async def runs_list(self, asked: ListRuns) -> Runs:
        """The runs, newest first."""
        return await self._server.record.runs(asked)

    async def runs_delete(self, asked: OfRun) -> Nothing:
        """Forget a run that has ended. Its pictures stay."""
        await self._server.record.delete(asked.run)
        return Nothing()

    async def queue_pause(self, asked: Nothing) -> Nothing:
        """Begin no more runs, also after a restart. What runs goes on."""
        await self._server.record.pause()
        self._server.dispatcher.recall()
        return Nothing()

    async def queue_resume(self, asked: Nothing) -> Nothing:
        """Begin runs again."""
        await self._server.record.resume()
        self._server.dispatcher.wake()
        return Nothing()

    async def queue_clear(self, asked: Nothing) -> Cleared:
        """Cancel all that waits. What runs goes on."""
        return Cleared(await self._server.record.clear())

    async def workflows_list(self, asked: Nothing) -> Workflows:
        """The saved workflows, by name."""
        return Workflows(await asyncio.to_thread(self._server.workflows.all))

    async def workflows_get(self, asked: OfWorkflow) -> SavedWithWorkflow:
        """A saved workflow with its document."""

        def read() -> SavedWithWorkflow:
            found = self._server.workflows.get(asked.name)
            document = msgspec.json.decode(found.text)
            return SavedWithWorkflow(
                **msgspec.to_builtins(found.saved), workflow=document, notice=found.notice
            )

        return await asyncio.to_thread(read)

    async def workflows_save(self, said: bytes) -> Saved:
        """Save a workflow, also one with problems. `said` is `Save` as JSON."""
        checked = await self._server.checker.save(said)
        save = self._server.workflows.save
        return await asyncio.to_thread(save, checked.name, checked.text, checked.revision)

    async def workflows_delete(self, asked: Delete) -> Nothing:
        """Put a saved workflow into the bin."""
        await asyncio.to_thread(self._server.workflows.delete, asked.name, asked.revision)
        return Nothing()

    async def workflows_rename(self, asked: Rename) -> Saved:
        """Give a saved workflow another name."""
        rename = self._server.workflows.rename
        return await asyncio.to_thread(rename, asked.name, asked.to, asked.revision)

    async def workflows_check(self, said: bytes) -> msgspec.Raw:
        """Look at a workflow without running it. `said` is `Check` as JSON; gives a `Checked`."""
        environment, held = self._server.dispatcher.outlook()
        return msgspec.Raw(await self._server.checker.check(said, environment, held))

    async def examples_list(self, asked: Nothing) -> Examples:
        """The workflows that come with the program."""
        return Examples(await asyncio.to_thread(self._server.examples.all))

    async def examples_get(self, asked: OfExample) -> ExampleWithWorkflow:
        """One of them with its document, which is not for saving over."""
        return await asyncio.to_thread(self._server.examples.get, asked.name)

    async def settings_get(self, asked: Nothing) -> EditorSettings:
        """What the user has set in the editor."""
        return await asyncio.to_thread(self._server.preferences.load)

    async def settings_save(self, said: bytes) -> EditorSettings:
        """Keep the settings in place of those before: at most 256 KiB. `said` is `SaveSettings`."""
        if len(said) > preferences.MOST_BYTES:
            raise Refused("too_large", preferences.TOO_MUCH)

        def save() -> EditorSettings:
            asked = params.read(SaveSettings, said, preferences.MOST_BYTES)
            return self._server.preferences.save(asked.settings)

        return await asyncio.to_thread(save)

    async def nodes_list(self, asked: Nothing) -> msgspec.Raw:
        """Every node type: a `Nodes`."""
        return msgspec.Raw(await self._server.checker.listed())

    async def models_list(self, asked: Nothing) -> Models:
        """Every model that was found."""
        return msgspec.json.decode(self._server.checker.models, type=Models)

    async def assets_list(self, asked: ListAssets) -> Assets:
        """Pictures and files, newest first."""
        return await self._server.record.assets(asked)

    async def system_info(self, asked: Nothing) -> SystemInfo:
        """The machine, its devices, and how the server is."""
        server = self._server
        devices = server.devices()
        disk_free = await asyncio.to_thread(machine.disk_free, server.settings.data)
        return SystemInfo(
            version=machine.VERSION,
            python=machine.python(),
            system=machine.system(),
            devices=devices,
            data_folder=str(server.settings.data),
            disk_free=disk_free,
            memory_bytes=machine.memory(),
            checker=server.checker.state,
            paused=server.record.paused,
            queued=server.record.queued,
            running=sum(device.run is not None for device in devices),
        )

    def _method(self, name: str, kind: type) -> Method:
        call = getattr(self, name.replace(".", "_"))
        return call if name in AS_THEY_CAME else partial(_read_and_call, call, kind)

    async def _accepted_before(self, said: bytes, refused: Refused) -> Accepted:
        """The run of this id, if it was accepted already: what it needs may be gone since."""
        with_id = _id_of(said)
        if with_id is None:
            raise refused
        try:
            run = await self._server.record.run(with_id)
        except Refused:
            raise refused from None
        return Accepted(run.run, run.position or 0)


async def _read_and_call(call: Any, kind: type, said: bytes) -> Any:
    return await call(params.read(kind, said))


class _Marked(msgspec.Struct):
    id: UUID | None = None


def _id_of(said: bytes) -> str | None:
    try:
        found = msgspec.json.decode(said, type=_Marked).id
        return str(found) if found else None
    except (msgspec.DecodeError, RecursionError):
        return None
