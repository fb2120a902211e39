"""One verb for all tasks that fit a filter."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from pagemill.domain.access import Caller, Scope
from pagemill.domain.errors import RequestError
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import EVERY_TENANT, CallerDep, ServiceDep, require
from pagemill.faces.http.bodies import read_json
from pagemill.faces.http.selection import BulkBody
from pagemill.faces.http.tasks import json_answer
from pagemill.intake.bulk import BulkVerb
from pagemill.intake.service import Service

ANSWERS = openapi.COMMON | openapi.problems(400, 413, 507)

router = APIRouter(tags=["tasks"], responses=ANSWERS)


class BulkResult(BaseModel):
    """What a bulk request did; in a dry run `changed` is what it would do."""

    matched: int = Field(description="Tasks that fit the filter.")
    changed: int = Field(description="Those of them that were changed.")
    dry_run: bool


@router.post("/v1/tasks:cancel", response_model=BulkResult, openapi_extra=openapi.BULK_BODY)
async def cancel_many(request: Request, service: ServiceDep, caller: CallerDep) -> Response:
    """Cancels all tasks that fit the filter and have not ended."""
    return await _run(BulkVerb.CANCEL, request, service, caller)


@router.post("/v1/tasks:retry", response_model=BulkResult, openapi_extra=openapi.BULK_BODY)
async def retry_many(request: Request, service: ServiceDep, caller: CallerDep) -> Response:
    """Runs all tasks again that fit the filter and failed, were cancelled or are partial."""
    return await _run(BulkVerb.RETRY, request, service, caller)


@router.post("/v1/tasks:delete", response_model=BulkResult, openapi_extra=openapi.BULK_BODY)
async def delete_many(request: Request, service: ServiceDep, caller: CallerDep) -> Response:
    """Removes all tasks that fit the filter, with their files and results."""
    return await _run(BulkVerb.DELETE, request, service, caller)


async def _run(verb: BulkVerb, request: Request, service: Service, caller: Caller) -> Response:
    require(caller, Scope.WRITE)
    body = await read_json(request, BulkBody)
    if body.filter.narrows == body.all:
        raise RequestError(
            "a filter and `all` are both given" if body.all else "the filter fits every task",
            hint="Name what to narrow by in `filter`, or leave it empty and say `all`: true.",
        )
    which = body.filter.of(_tenant(caller, body.filter.tenant))
    count = await service.bulk.run(verb, which, dry_run=body.dry_run)
    return json_answer({"matched": count.matched, "changed": count.changed, "dry_run": body.dry_run})


def _tenant(caller: Caller, tenant: str) -> str | None:
    if tenant in ("", caller.tenant):
        return caller.tenant
    require(caller, Scope.ADMIN)
    return None if tenant == EVERY_TENANT else tenant
