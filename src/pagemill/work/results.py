"""What jobs leave in the blobs: readings for `assemble`, and the finished document in all its forms."""

from collections.abc import Iterable, Iterator

import msgspec

from pagemill.blobs import keys
from pagemill.blobs.port import Blobs
from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.task import FinishedPart
from pagemill.pipeline.run import Reading, Renditions

_readings = msgspec.msgpack.Decoder(Reading)


def put_reading(blobs: Blobs, prefix: str, reading: Reading) -> None:
    """Keeps the pages that a plan or range has read."""
    blobs.put(prefix + keys.READING, msgspec.msgpack.encode(reading))


def readings(blobs: Blobs, parts: Iterable[FinishedPart]) -> Iterator[Reading]:
    """The readings of these parts, one at a time. Raises `BlobMissing`."""
    return (_readings.decode(blobs.get(part.result_key + keys.READING)) for part in parts)


def merged(parts: Iterable[Reading]) -> Reading:
    """All parts as one reading of the file: of each page the version that needs nothing more, `deferred` where none has one."""
    page_count, title = 0, ""
    complete: dict[int, PageContent] = {}
    partial: dict[int, PageContent] = {}
    deferred: set[int] = set()
    for part in parts:
        page_count, title = max(page_count, part.page_count), title or part.title
        deferred.update(part.deferred)
        for page in part.pages:
            (partial if page.number in part.deferred else complete)[page.number] = page
    pages = {**partial, **complete}
    return Reading(
        page_count=page_count,
        pages=tuple(pages[number] for number in sorted(pages)),
        deferred=tuple(sorted(deferred - complete.keys())),
        title=title,
    )


def put_document(blobs: Blobs, prefix: str, renditions: Renditions, most_bytes: int) -> None:
    """Keeps every form of the document under its name. Raises `DocumentError` (`result_too_large`) before it keeps any."""
    forms = {
        keys.DOCUMENT_JSON: renditions.json,
        keys.DOCUMENT_MARKDOWN: renditions.markdown,
        keys.DOCUMENT_HTML: renditions.html,
        keys.DOCUMENT_TEXT: renditions.text,
        keys.CHUNKS: renditions.chunks,
    }
    largest = max(map(len, forms.values()))
    if largest > most_bytes:
        raise DocumentError(f"The result has {largest:,} bytes; {most_bytes:,} are kept", code="result_too_large")
    for name, content in forms.items():
        blobs.put(prefix + name, content)


def put_page_images(blobs: Blobs, prefix: str, images: Iterable[tuple[int, bytes]]) -> dict[int, str]:
    """Keeps the pictures of pages; returns their names inside the result by page number."""
    names = {}
    for number, png in images:
        names[number] = keys.page_image(number)
        blobs.put(prefix + names[number], png)
    return names
