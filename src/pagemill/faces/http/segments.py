"""The picture of one segment, cut from the stored image of its page."""

import io
import math
import re
import struct
from typing import Annotated, BinaryIO

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from pagemill.blobs import keys
from pagemill.blobs.port import BlobMissing, Blobs
from pagemill.domain.document import BBox, PageBox
from pagemill.domain.errors import NotFound, RequestError
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ReadDep, ServiceDep
from pagemill.faces.http.results import published
from pagemill.faces.http.streams import CACHING, etag_of, has_version
from pagemill.faces.http.tasks import owned_task

CROPS = 2
"""How many page images may be in memory at a time; more have to wait."""

LARGEST_IMAGE_PIXELS = 64_000_000
"""Of a page image; in memory that is 200 MB."""

_SEARCH_BYTES = 1024 * 1024
_HEAD_BYTES = 512
_SEGMENT = re.compile(rb'"page":(\d+),"bbox":(\{[^{}]*\})')
_PAGE = re.compile(rb'"width":([\d.e+-]+),"height":([\d.e+-]+)')

_ANSWER: openapi.Responses = {
    200: {"content": {"image/png": {}}, "description": "The segment."},
    304: {"description": "Not changed: If-None-Match names the version there is."},
    **openapi.problems(404, 409),
}

router = APIRouter(tags=["results"], responses=openapi.COMMON)


@router.get("/v1/tasks/{task_id}/segments/{segment_id}.png", response_class=Response, responses=_ANSWER)
async def segment_image(
    task_id: str,
    segment_id: Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,100}$")],
    request: Request,
    service: ServiceDep,
    tenant: ReadDep,
) -> Response:
    """The picture of a segment, cut from its page's image, for tasks with the option `page_images`."""
    view = published(await owned_task(service, tenant, task_id))
    etag = etag_of(f"{view.task.result_key}{segment_id}")
    headers = {"ETag": etag, "Cache-Control": CACHING}
    if has_version(request, etag):
        return Response(status_code=304, headers=headers)
    async with request.app.state.crops:
        png = await anyio.to_thread.run_sync(picture, service.blobs, view.task.result_key, segment_id)
    return Response(png, 200, headers, "image/png")


def picture(blobs: Blobs, result_key: str, segment_id: str) -> bytes:
    """The PNG of a segment of this result. Raises `NotFound`, and `RequestError` (`image_too_large`)."""
    try:
        with blobs.open(result_key + keys.DOCUMENT_JSON) as document:
            place = place_of(document, segment_id)
            width, height = page_size(document, place.page)
    except BlobMissing:
        raise NotFound("This result was replaced or deleted a moment ago; look at the task again") from None
    try:
        with blobs.open(result_key + keys.page_image(place.page)) as image:
            return cut(image, place.bbox, width, height)
    except BlobMissing:
        hint = "Submit with `page_images: true`."
        raise NotFound(f"there is no image of page {place.page}", hint=hint) from None


def place_of(document: BinaryIO, segment_id: str) -> PageBox:
    """Where a segment stands. Raises `NotFound`.

    The JSON is searched, not read: it may have a hundred megabytes, and this runs beside everybody's requests. What is looked
    for cannot stand inside a text, where quotation marks are escaped.
    """
    found = _SEGMENT.search(_after(document, f'{{"id":"{segment_id}","type":'.encode()))
    if found is None:
        raise NotFound(f"the result has no segment {segment_id}")
    return PageBox(int(found[1]), msgspec.json.decode(found[2], type=BBox))


def page_size(document: BinaryIO, number: int) -> tuple[float, float]:
    """Width and height of a page, in points. Raises `NotFound`."""
    found = _PAGE.search(_after(document, f'{{"number":{number},'.encode()))
    if found is None:
        raise NotFound(f"the result has no page {number}")
    return float(found[1]), float(found[2])


def _after(document: BinaryIO, beginning: bytes) -> bytes:
    """The bytes that follow the first occurrence of `beginning`, or none."""
    document.seek(0)
    window = b""
    while piece := document.read(_SEARCH_BYTES):
        window = window[-len(beginning) :] + piece
        at = window.find(beginning)
        if at >= 0:
            return (window[at:] + document.read(_HEAD_BYTES))[:_HEAD_BYTES]
    return b""


def cut(image: BinaryIO, box: BBox, page_width: float, page_height: float) -> bytes:
    """The part of a page's PNG that `box` (in points) covers, at least a pixel. Raises `RequestError` for a huge image."""
    from PIL import Image

    _refuse_huge(image)
    with Image.open(image, formats=("PNG",)) as page:
        across, down = page.width / max(page_width, 1.0), page.height / max(page_height, 1.0)
        left, right = _span(box.left * across, box.right * across, page.width)
        top, bottom = _span(box.top * down, box.bottom * down, page.height)
        part = io.BytesIO()
        page.crop((left, top, right, bottom)).save(part, "PNG")
    return part.getvalue()


def _refuse_huge(image: BinaryIO) -> None:
    """Looks at the size in a PNG's header, before anything is unpacked."""
    width, height = struct.unpack(">II", image.read(24)[16:])
    image.seek(0)
    if width * height > LARGEST_IMAGE_PIXELS:
        raise RequestError(f"the page's image has {width} × {height} pixels, too many to cut", code="image_too_large")


def _span(first: float, last: float, size: int) -> tuple[int, int]:
    """Whole pixels from `first` to `last`, at least one, inside 0 to `size`."""
    start = min(max(int(first), 0), size - 1)
    return start, min(max(math.ceil(last), start + 1), size)
