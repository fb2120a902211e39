"""The keys in the database: made, listed, revoked. Those of PAGEMILL_API_KEYS are the operator's own and not shown."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pagemill.domain.access import Scope
from pagemill.domain.errors import RequestError
from pagemill.domain.options import MOST_SECONDS_KEPT
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import EVERY_TENANT, AdminDep, ServiceDep
from pagemill.faces.http.bodies import read_json
from pagemill.faces.http.schemas import KeyList, NewKeyBody, key_body

LARGEST_PAGE = 200
LONGEST_NAME = 100

router = APIRouter(tags=["keys"], responses=openapi.COMMON)


class CreateKeyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a new key may do, for which tenant (the caller's own, if none is named), and for how many seconds."""

    name: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""
    tenant: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""
    scopes: Annotated[frozenset[Scope], msgspec.Meta(min_length=1)] = frozenset({Scope.READ, Scope.WRITE})
    expires_in: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS_KEPT)] | None = None


@router.get("/v1/keys", response_model=KeyList)
async def list_keys(
    service: ServiceDep,
    _: AdminDep,
    cursor: Annotated[str, Query(max_length=100, description="`next_cursor` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
) -> Response:
    """The keys of all tenants, newest first, revoked ones too. A key itself is never shown again."""
    found = await service.stored_keys.keys(cursor, limit + 1)
    next_cursor = found[limit - 1].id if len(found) > limit else None
    body = {"keys": [key_body(key) for key in found[:limit]], "next_cursor": next_cursor}
    return Response(msgspec.json.encode(body), 200, {"Cache-Control": "no-store"}, "application/json")


@router.post(
    "/v1/keys",
    status_code=201,
    response_model=NewKeyBody,
    responses=openapi.problems(400, 413, 507),
    openapi_extra=openapi.KEY_BODY,
)
async def create_key(request: Request, service: ServiceDep, tenant: AdminDep) -> Response:
    """Makes a key. `key` in the answer is what to send as `Authorization: Bearer …`; it is told this once."""
    body = await read_json(request, CreateKeyBody)
    named = body.tenant or tenant
    _refuse_odd(named, "tenant")
    _refuse_odd(body.name, "name")
    key, secret = await service.keyring.create(named, body.name, body.scopes, body.expires_in)
    content = msgspec.json.encode(key_body(key) | {"key": secret})
    return Response(content, 201, {"Cache-Control": "no-store"}, "application/json")


@router.delete("/v1/keys/{key_id}", status_code=204, responses=openapi.problems(404, 507))
async def revoke_key(key_id: str, service: ServiceDep, _: AdminDep) -> Response:
    """Shuts a key out for good, within seconds. Asking twice changes nothing more."""
    await service.keyring.revoke(key_id)
    return Response(status_code=204)


def _refuse_odd(text: str, what: str) -> None:
    if not text.isprintable() or text != text.strip() or text == EVERY_TENANT:
        raise RequestError(f"`{what}` is no name: it is made of characters that can be printed, and is not `*`")
