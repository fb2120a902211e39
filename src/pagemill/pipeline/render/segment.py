"""One segment in Markdown and HTML."""

import re

import msgspec

from pagemill.domain.document import Segment, SegmentType
from pagemill.domain.options import Format
from pagemill.pipeline.render.escape import heading_markdown, html_text, inline_markdown, markdown_text
from pagemill.pipeline.render.tables import html_table, markdown_table

_ORDERED = re.compile(r"(\d{1,9})[.)]\s+")
_NOTE_MARK = re.compile(r"\[?([\d*†‡§¶¹²³⁴-⁹]{1,3})[\].)]?\s*(?=\S)")
_FENCE = re.compile(r"`{3,}")
_INDENT = "    "  # enough for the text of any list item, and never enough for code within one
_CODE_START = "<pre><code>"


def written(segment: Segment, *, code: bool = False) -> Segment:
    """The segment with its Markdown and HTML. `code` text keeps its lines and spaces."""
    if code:
        return msgspec.structs.replace(segment, markdown=_fenced(segment.text), html=_preformatted(segment.text))
    return msgspec.structs.replace(segment, markdown=_markdown(segment), html=_html(segment))


def is_code(segment: Segment) -> bool:
    """Whether the segment was written as code."""
    return segment.html.startswith(_CODE_START)


def rewritten(segment: Segment, text: str) -> Segment:
    """The segment with this text in place of its own, written the same way."""
    return written(msgspec.structs.replace(segment, text=text), code=is_code(segment))


def content(segment: Segment, form: Format) -> str:
    """What the segment says, in the form asked for."""
    return segment.html if form is Format.HTML else segment.markdown


def ordered_item(segment: Segment) -> tuple[int, str] | None:
    """The number and the text of an item of a numbered list; None for any other item."""
    match = _ORDERED.match(segment.text)
    return (int(match.group(1)), segment.text[match.end() :]) if match else None


def _markdown(segment: Segment) -> str:
    match segment.type:
        case SegmentType.TITLE | SegmentType.SECTION_HEADER:
            return f"{'#' * max(1, segment.level)} {heading_markdown(segment.text)}"
        case SegmentType.LIST_ITEM:
            return _markdown_item(segment)
        case SegmentType.TABLE if segment.table:
            return markdown_table(segment.table)
        case SegmentType.CAPTION:
            return f"_{inline_markdown(segment.text)}_"
        case SegmentType.FORMULA:
            return f"${segment.text}$"
        case SegmentType.FOOTNOTE:
            return _markdown_note(segment.text)
        case SegmentType.PICTURE:
            return f"![{inline_markdown(segment.text).replace('[', '(').replace(']', ')')}]()"
        case _:
            return markdown_text(segment.text)


def _html(segment: Segment) -> str:
    text = html_text(segment.text)
    match segment.type:
        case SegmentType.TITLE | SegmentType.SECTION_HEADER:
            level = max(1, segment.level)
            return f"<h{level}>{text}</h{level}>"
        case SegmentType.LIST_ITEM:
            return _html_item(segment)
        case SegmentType.TABLE if segment.table:
            return html_table(segment.table)
        case SegmentType.CAPTION | SegmentType.FORMULA | SegmentType.FOOTNOTE:
            return f'<span class="{segment.type.lower()}">{text}</span>'
        case SegmentType.PICTURE:
            return f'<img alt="{text}">'
        case SegmentType.PAGE_HEADER | SegmentType.PAGE_FOOTER | SegmentType.PAGE:
            return f"<div>{text}</div>"
        case _:
            return f"<p>{text}</p>"


def _markdown_item(segment: Segment) -> str:
    numbered = ordered_item(segment)
    indent = _INDENT * segment.level
    if numbered:
        return f"{indent}{numbered[0]}. {_one_line(numbered[1])}"
    return f"{indent}- {_one_line(segment.text)}"


def _html_item(segment: Segment) -> str:
    numbered = ordered_item(segment)
    if numbered:
        return f'<ol start="{numbered[0]}"><li>{html_text(numbered[1])}</li></ol>'
    return f"<ul><li>{html_text(segment.text)}</li></ul>"


def _markdown_note(text: str) -> str:
    match = _NOTE_MARK.match(text)
    if not match:
        return markdown_text(text)
    return f"[^{match.group(1)}]: {_one_line(text[match.end() :])}"


def _one_line(text: str) -> str:
    return markdown_text(" ".join(text.split()))


def _fenced(text: str) -> str:
    longest = max((len(match) for match in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _preformatted(text: str) -> str:
    return f"{_CODE_START}{html_text(text)}</code></pre>"
