"""Whether the process lives, whether it can take work, and what it is."""

import os

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

import pagemill
from pagemill.domain.errors import PagemillError, TransientError
from pagemill.domain.options import PIPELINE_VERSION
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ServiceDep
from pagemill.intake.service import Service

_PROBE_KEY = "probe"

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Ready(BaseModel):
    """Submissions are taken and worked on. `nodes` are beating."""

    status: str = "ready"
    nodes: int


class Version(BaseModel):
    """What runs. `pipeline` changes when the same file no longer gives the same result."""

    name: str = "pagemill"
    version: str
    pipeline: int


class NotReady(TransientError):
    """The service runs, but cannot take work now."""

    retry_after = 2.0


@router.get("/livez")
async def livez() -> Alive:
    """200 as long as the process answers at all."""
    return Alive()


@router.get("/readyz", responses=openapi.problems(503, 507))
async def readyz(service: ServiceDep) -> Ready:
    """200 if the store answers, blobs can be written and a node beats; else a problem that says which of them fails."""
    if service.stopping.is_set():
        raise NotReady("the service is stopping")
    nodes = await _beating_nodes(service)
    if service.expects_node and nodes == 0:
        raise NotReady("no node is beating, so nothing would be worked on", hint="See the log of `pagemill serve`.")
    await anyio.to_thread.run_sync(_probe, service)
    return Ready(nodes=nodes)


@router.get("/version")
async def version() -> Version:
    """Name and version."""
    return Version(version=pagemill.__version__, pipeline=PIPELINE_VERSION)


@router.get("/favicon.ico", include_in_schema=False)
async def favicon() -> Response:
    """Nothing, so that browsers stop asking."""
    return Response(status_code=204)


async def _beating_nodes(service: Service) -> int:
    now = await service.views.now()
    return sum(node.state == "alive" and node.alive_until > now for node in await service.views.nodes())


def _probe(service: Service) -> None:
    key = f"{_PROBE_KEY}-{os.getpid()}"
    try:
        service.blobs.put(key, b"ready?")
    except PagemillError as problem:
        raise NotReady(f"blobs cannot be written: {problem}", code=problem.code) from problem
    finally:
        service.blobs.delete([key])
