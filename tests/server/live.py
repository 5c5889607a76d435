"""A whole server in this process, with real children, and a client of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from server import listening
from server.app import Server
from server.client import Client
from server.settings import Settings

TREE = Path(__file__).resolve().parents[2]
TROUBLE = TREE / "tests" / "server" / "processes" / "trouble"


@asynccontextmanager
async def serving(data: Path, **more: Any) -> AsyncIterator[tuple[Server, Client]]:
    """On a free port; `more` are settings."""
    heard = listening.listen("127.0.0.1", 0)
    given: dict[str, Any] = {"devices": ("cpu",), "packs": (TROUBLE,), "floor_bytes": 0}
    server = Server(Settings(data, port=heard.port, **given | more))
    await server.start(heard.sockets)
    assert server.keys
    try:
        async with Client(heard.address, server.keys.token, patience=120) as client:
            yield server, client
    finally:
        await server.stop()


Scene = Callable[[Server, Client], Coroutine[Any, Any, None]]
Play = Callable[[Scene], None]
PATIENCE = 120.0


@contextmanager
def stage(data: Path, **more: Any) -> Iterator[Play]:
    """A server for many scenes, one after the other."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(2 * PATIENCE)

    served = serving(data, **more)
    try:
        server, client = wait(served.__aenter__())
        yield lambda scene: wait(asyncio.wait_for(scene(server, client), PATIENCE))
        wait(served.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def node(type: str, **values: Any) -> dict[str, Any]:
    """A node of the pack."""
    return {"type": f"trouble/{type}", "values": values}


def workflow(**nodes: dict[str, Any]) -> dict[str, Any]:
    """Of these nodes, which run in this order."""
    return {"format": "latentwire/1", "title": "Trouble", "nodes": nodes}


def only(type: str, **values: Any) -> dict[str, Any]:
    """Of one node of the pack, called `it`."""
    return workflow(it=node(type, **values))
