"""The whole document in its five forms."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from pagemill.domain.document import Document, Segment, SegmentType
from pagemill.pipeline.render.escape import html_text
from pagemill.pipeline.render.lists import html_list
from pagemill.pipeline.render.safe import safe_html

MARGINS = frozenset({SegmentType.PAGE_HEADER, SegmentType.PAGE_FOOTER})
"""Segments that are part of the document but not of its running text."""

_STYLE = (
    "body{max-width:48rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .5rem;vertical-align:top}"
    "pre{overflow-x:auto}.caption{font-style:italic}.footnote{font-size:.85rem}"
)


class Renditions(msgspec.Struct, frozen=True):
    """A document's bytes in each form, UTF-8: `chunks` is JSON Lines, a chunk a line."""

    json: bytes
    markdown: bytes
    html: bytes
    text: bytes
    chunks: bytes


def render_document(document: Document) -> Renditions:
    """All forms. Page headers and footers are in the JSON only."""
    body = [segment for segment in document.segments if segment.type not in MARGINS]
    return Renditions(
        json=msgspec.json.encode(document, order="deterministic"),
        markdown=_markdown(body).encode(),
        html=_html(body, document).encode(),
        text=_text(body).encode(),
        chunks=b"".join(msgspec.json.encode(chunk) + b"\n" for chunk in document.chunks),
    )


def _markdown(segments: Sequence[Segment]) -> str:
    return _joined((segment, segment.markdown) for segment in segments)


def _text(segments: Sequence[Segment]) -> str:
    return _joined((segment, segment.text) for segment in segments)


def _joined(parts: Iterable[tuple[Segment, str]]) -> str:
    """The parts with an empty line between them, but for items of one list."""
    written: list[str] = []
    previous: Segment | None = None
    for segment, part in parts:
        if not part:
            continue
        if previous is not None:
            both_items = previous.type is segment.type is SegmentType.LIST_ITEM
            written.append("\n" if both_items else "\n\n")
        written.append(part)
        previous = segment
    return "".join(written) + "\n" if written else ""


def _html(segments: Sequence[Segment], document: Document) -> str:
    parts: list[str] = []
    for is_list, group in groupby(segments, lambda segment: segment.type is SegmentType.LIST_ITEM):
        together = list(group)
        parts.extend([html_list(together)] if is_list else [segment.html for segment in together if segment.html])
    title = html_text(document.title or document.file_name)
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html>\n<html><head>{head}</head>\n<body dir="auto">\n'
        + "\n".join(map(safe_html, parts))
        + "\n</body></html>\n"
    )
