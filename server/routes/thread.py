"""Work that waits for the disk, beside the event loop."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
X = TypeVar("X")


async def in_thread(work: Callable[P, X], *given: P.args, **named: P.kwargs) -> X:
    """Do it to its end, also where the client leaves: what is half done would not be told."""
    return await asyncio.shield(asyncio.to_thread(work, *given, **named))
