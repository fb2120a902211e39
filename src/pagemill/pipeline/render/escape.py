"""Making text safe: what a document says must never become markup."""

import html
import re

_BLOCK_MARK = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+*](?=\s|$)|>|={3,}\s*$|-{3,}\s*$|_{3,}\s*$|~{3,}|`{3,}|\|)", re.MULTILINE
)
_NUMBER_MARK = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(r"\](?=[(\[:])")
_STARS = re.compile(r"\*(?=\S)|(?<=\S)\*")
_EMPHASIS = re.compile(r"(?<![\w\\])_(?=\S)|(?<=\S)_(?![\w])")


def html_text(text: str) -> str:
    """The text as HTML content or attribute value."""
    return html.escape(text, quote=True)


def markdown_text(text: str) -> str:
    """The text in Markdown, with a backslash before whatever would be read as markup, and no raw HTML."""
    return _NUMBER_MARK.sub(r"\1\\\2", _BLOCK_MARK.sub(r"\1\\\2", _inline(text)))


def inline_markdown(text: str) -> str:
    """The text in Markdown on one line that does not begin one, as in headings, cells and captions."""
    return _inline(" ".join(text.split()))


def _inline(text: str) -> str:
    safe = _TAG.sub("&lt;", text)
    safe = _LINK.sub(r"\\]", safe)
    if safe.count("`") >= 2:
        safe = safe.replace("`", r"\`")
    if safe.count("*") >= 2:
        safe = _STARS.sub(r"\\*", safe)
    if safe.count("_") >= 2:
        safe = _EMPHASIS.sub(r"\\_", safe)
    return safe
