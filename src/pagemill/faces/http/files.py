"""Files that are uploaded once and used by many tasks, as `source.file_id`."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pagemill.blobs.port import BlobMissing
from pagemill.domain.errors import NotFound
from pagemill.domain.options import MOST_SECONDS_KEPT
from pagemill.domain.task import FILE_PREFIX
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ReadDep, ServiceDep, WriteDep
from pagemill.faces.http.bodies import decode_json, politely, refuse_announced
from pagemill.faces.http.multipart import receive_form
from pagemill.faces.http.schemas import FileBody, FileList, file_body
from pagemill.faces.http.streams import blob_response, disposition
from pagemill.intake.sniff import MEDIA_TYPES
from pagemill.intake.upload import receiving

LARGEST_PAGE = 200
FORM_FIELDS = frozenset({"file_name", "expires_in"})
Seconds = Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS_KEPT)]

_CREATED: openapi.Responses = {
    201: {
        "description": "The file is on disk.",
        "headers": {"Location": {"description": "Where the file is.", "schema": {"type": "string"}}},
    },
    **openapi.problems(400, 413, 415, 507),
}
_CONTENT: openapi.Responses = {
    200: {"content": {kind: {} for kind in MEDIA_TYPES}, "description": "The file."},
    206: {"description": "The part that Range asked for."},
    304: {"description": "Not changed: If-None-Match names the version there is."},
    **openapi.problems(404, 416),
}

router = APIRouter(tags=["files"], responses=openapi.COMMON)


@router.get("/v1/files", response_model=FileList)
async def list_files(
    service: ServiceDep,
    tenant: ReadDep,
    cursor: Annotated[str, Query(max_length=100, description="`next_cursor` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
) -> Response:
    """The files of the key's tenant, newest first, a page at a time."""
    found = await service.files.files(tenant, cursor, limit + 1)
    next_cursor = found[limit - 1].id if len(found) > limit else None
    return _json({"files": [file_body(file) for file in found[:limit]], "next_cursor": next_cursor})


@router.post("/v1/files", status_code=201, response_model=FileBody, responses=_CREATED, openapi_extra=openapi.FILE_BODY)
async def upload_file(request: Request, service: ServiceDep, tenant: WriteDep) -> Response:
    """Keeps a file, sent as the part `file`, to be used by any number of tasks until it is deleted or has expired."""
    limit = service.limits.max_file_bytes
    refuse_announced(request, limit)
    async with receiving(service.blobs, service.clock, limit, FILE_PREFIX) as upload:
        fields = await politely(request, receive_form(request, upload, FORM_FIELDS))
        expires_in = decode_json(fields["expires_in"], Seconds, "`expires_in`") if "expires_in" in fields else None
        received = await upload.finish()
        if fields.get("file_name"):
            received = received.renamed(fields["file_name"].decode("utf-8", "replace"))
    file = await service.shelf.keep(tenant, received, expires_in)
    return _json(file_body(file), 201, {"Location": f"{service.public_url.rstrip('/')}/v1/files/{file.id}"})


@router.get("/v1/files/{file_id}", response_model=FileBody, responses=openapi.NOT_FOUND)
async def show_file(file_id: str, service: ServiceDep, tenant: ReadDep) -> Response:
    """What is known of a file."""
    return _json(file_body(await service.shelf.owned(tenant, file_id)))


@router.delete("/v1/files/{file_id}", status_code=204, responses=openapi.problems(404, 507))
async def delete_file(file_id: str, service: ServiceDep, tenant: WriteDep) -> Response:
    """Removes a file. Tasks that used it keep their own copy of it."""
    await service.shelf.owned(tenant, file_id)
    await service.files.delete([file_id])
    return Response(status_code=204)


@router.get("/v1/files/{file_id}/content", response_class=Response, responses=_CONTENT)
async def file_content(file_id: str, request: Request, service: ServiceDep, tenant: ReadDep) -> Response:
    """The file itself, to be saved."""
    file = await service.shelf.owned(tenant, file_id)
    headers = {"Content-Disposition": disposition("attachment", file.file_name)}
    try:
        return await blob_response(request, service.blobs, file.blob_key, file.media_type, headers)
    except BlobMissing:
        raise NotFound(f"The file {file_id} was deleted a moment ago") from None


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(body), status, headers, "application/json")
