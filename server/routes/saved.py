"""Saved workflows. The body is the workflow itself, its revision is the ETag."""

from dataclasses import dataclass

import msgspec
from aiohttp import web

from .. import answers
from ..answers import answer
from ..messages import Delete, Nothing, OfWorkflow, Rename
from ..refused import Refused
from .asked import in_body, in_query, revision
from .parts import CALLS, WORKFLOWS
from .sending import disposition
from .thread import in_thread

routes = web.RouteTableDef()


@dataclass(frozen=True)
class To:
    """Another name."""

    to: str


@dataclass(frozen=True)
class Which:
    """A revision; without one the newest."""

    revision: int | None = None


def _name(request: web.Request) -> str:
    return request.match_info["name"]


@routes.get("/v1/workflows")
async def workflows(request: web.Request) -> web.Response:
    """All of them, by name."""
    return answer(await request.app[CALLS].workflows_list(Nothing()))


@routes.post("/v1/workflows/check")
async def check(request: web.Request) -> web.Response:
    """Look at a workflow without running it: what `workflows.check` takes."""
    return answer(await request.app[CALLS].workflows_check(await request.read()))


@routes.get("/v1/workflows/{name}")
async def workflow(request: web.Request) -> web.Response:
    """One with its document, or as it was: `?revision=`."""
    which = in_query(request, Which).revision
    if which is not None:
        shelf = request.app[WORKFLOWS]
        found = await in_thread(shelf.at, _name(request), which)
        old = {**msgspec.to_builtins(found.saved), "workflow": msgspec.Raw(found.text)}
        return answer(old, ETag=f'"{which}"')
    saved = await request.app[CALLS].workflows_get(OfWorkflow(_name(request)))
    return answer(saved, ETag=f'"{saved.revision}"')


@routes.get("/v1/workflows/{name}/file")
async def file(request: web.Request) -> web.Response:
    """The file itself, byte for byte as it is saved, to be kept."""
    found = await in_thread(request.app[WORKFLOWS].get, _name(request))
    said = {
        "Content-Disposition": disposition("attachment", f"{found.saved.name}.json"),
        "ETag": f'"{found.saved.revision}"',
    }
    return web.Response(body=found.text, content_type="application/json", headers=said)


@routes.get("/v1/workflows/{name}/revisions")
async def revisions(request: web.Request) -> web.Response:
    """What it was, the newest first."""
    found = await in_thread(request.app[WORKFLOWS].history, _name(request))
    return answer({"workflows": found})


@routes.put("/v1/workflows/{name}")
async def save(request: web.Request) -> web.Response:
    """Save it over the revision in If-Match; without one it must be new."""
    name = msgspec.json.encode(_name(request))
    # read as one, in which a second name or revision would be refused
    said = b'{"name":%b,"revision":%d,"workflow":%b}'
    body = await request.read()
    if not body.strip():
        raise Refused("malformed", answers.SENTENCES[400])
    saved = await request.app[CALLS].workflows_save(said % (name, revision(request), body))
    return answer(saved, ETag=f'"{saved.revision}"')


@routes.delete("/v1/workflows/{name}")
async def delete(request: web.Request) -> web.Response:
    """Put it into the bin; If-Match is the revision that was seen last."""
    asked = Delete(_name(request), revision(request))
    return answer(await request.app[CALLS].workflows_delete(asked))


@routes.post("/v1/workflows/{name}/rename")
async def rename(request: web.Request) -> web.Response:
    """Give it another name: `{"to": "…"}`."""
    asked = Rename(_name(request), (await in_body(request, To)).to, revision(request))
    saved = await request.app[CALLS].workflows_rename(asked)
    return answer(saved, ETag=f'"{saved.revision}"')
