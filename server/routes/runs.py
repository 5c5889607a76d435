"""Runs: queue one, look at it, stop it, forget it."""

from dataclasses import dataclass

from aiohttp import web

from ..answers import answer
from ..messages import ListRuns, Move, OfRun
from .asked import in_body, in_query
from .parts import CALLS

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Place:
    """A place in the queue, 0 for the next."""

    position: int


def _run(request: web.Request) -> OfRun:
    return OfRun(request.match_info["run"])


@routes.post("/v1/runs")
async def submit(request: web.Request) -> web.Response:
    """Queue a workflow: what `runs.submit` takes."""
    accepted = await request.app[CALLS].runs_submit(await request.read())
    return answer(accepted, 201, Location=f"/v1/runs/{accepted.run}")


@routes.get("/v1/runs")
async def runs(request: web.Request) -> web.Response:
    """A page of runs: `?state=&text=&cursor=&limit=`."""
    return answer(await request.app[CALLS].runs_list(in_query(request, ListRuns)))


@routes.get("/v1/runs/{run}")
async def run(request: web.Request) -> web.Response:
    """One run with its workflow."""
    return answer(await request.app[CALLS].runs_get(_run(request)))


@routes.delete("/v1/runs/{run}")
async def forget(request: web.Request) -> web.Response:
    """Forget a run that has ended; its pictures stay."""
    return answer(await request.app[CALLS].runs_delete(_run(request)))


@routes.post("/v1/runs/{run}/cancel")
async def cancel(request: web.Request) -> web.Response:
    """Stop a run, or take it out of the queue."""
    return answer(await request.app[CALLS].runs_cancel(_run(request)))


@routes.post("/v1/runs/{run}/move")
async def move(request: web.Request) -> web.Response:
    """Give a waiting run another place."""
    place = await in_body(request, Place)
    asked = Move(_run(request).run, place.position)
    return answer(await request.app[CALLS].runs_move(asked))
