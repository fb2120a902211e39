"""The machines that work: how they are, and whether they are to take more."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from pagemill.domain.errors import RequestError
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import AdminDep, ServiceDep
from pagemill.faces.http.bodies import read_json
from pagemill.faces.http.tasks import json_answer
from pagemill.intake.service import Service
from pagemill.store.queue import NODE_LIFE_SECONDS
from pagemill.store.views import NodeView

LARGEST_NODE_ID = 2**63 - 1
NodeId = Annotated[int, Path(ge=1, le=LARGEST_NODE_ID)]

router = APIRouter(tags=["operators"], responses=openapi.COMMON)


class DrainBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the node is to take nothing more (also for an empty body), or to take work again."""

    drain: bool = True


class PoolBody(BaseModel):
    """A node's places for one kind of work, and why it asks for none."""

    pool: str
    slots: int
    free_slots: int
    reason: str = Field(description="`memory`, `busy` or `draining`; empty while it asks for work.")


class NodeBody(BaseModel):
    """A node as it last said it was."""

    id: int
    host: str
    state: str = Field(description="`alive`, `dead` or `left`; the last two are for good.")
    beat_age_seconds: float = Field(description="Since it last said something; they do so every 3 seconds.")
    draining: bool = Field(description="It is to take nothing more.")
    drained: bool = Field(description="It is draining and has nothing left to do.")
    held: int = Field(description="Jobs it has.")
    memory_available_bytes: int
    foreign_cpu: float = Field(description="Share of its cores that others keep busy, 0 to 1.")
    pools: list[PoolBody]


class NodeList(BaseModel):
    """All nodes, the youngest first; dead ones are forgotten after a week."""

    nodes: list[NodeBody]


@router.get("/v1/nodes", response_model=NodeList)
async def nodes(service: ServiceDep, _: AdminDep) -> Response:
    """The machines that work, or did within the last week."""
    now = await service.views.now()
    return json_answer({"nodes": [_node_body(node, now) for node in await service.views.nodes()]})


@router.post(
    "/v1/nodes/{node_id}/drain",
    response_model=NodeBody,
    responses=openapi.NOT_FOUND | openapi.problems(400, 413, 507),
    openapi_extra=openapi.DRAIN_BODY,
)
async def drain(node_id: NodeId, request: Request, service: ServiceDep, _: AdminDep) -> Response:
    """Lets a node finish what it has and take nothing more, until it is told otherwise with `{"drain": false}` or is restarted.

    404 for a node that is not alive.
    """
    body = await read_json(request, DrainBody)
    if not await service.queue.drain(node_id, body.drain):
        raise RequestError(f"no node {node_id} is alive", code="not_found", hint="GET /v1/nodes lists all of them.")
    return json_answer(await _one(service, node_id))


async def _one(service: Service, node_id: int) -> dict[str, Any]:
    now = await service.views.now()
    (node,) = (node for node in await service.views.nodes() if node.id == node_id)
    return _node_body(node, now)


def _node_body(node: NodeView, now: float) -> dict[str, Any]:
    held = int(node.load.get("held", 0))
    silent = now - (node.alive_until - NODE_LIFE_SECONDS)
    return {
        "id": node.id,
        "host": node.host,
        "state": node.state,
        "beat_age_seconds": round(max(0.0, silent), 3),
        "draining": node.draining,
        # What it held when it still took work is not the end of it.
        "drained": node.draining and held == 0 and not node.load.get("claiming", True),
        "held": held,
        "memory_available_bytes": int(node.load.get("memory_available_bytes", 0)),
        "foreign_cpu": float(node.load.get("foreign_cpu", 0.0)),
        "pools": [_pool_body(name, room, node.draining) for name, room in node.load.get("pools", {}).items()],
    }


def _pool_body(name: str, room: dict[str, Any], draining: bool) -> dict[str, Any]:
    return {"pool": name, **room, "reason": "draining" if draining else room["reason"]}
