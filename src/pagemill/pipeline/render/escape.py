"""Making text safe: what a document says must never become markup."""

import html
import re

_BLOCK_MARK = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+*](?=\s|$)|>|=+\s*$|(?:_\s*){3,}$|~{3,}|`{3,}|[-:|][-:|\s]*$)", re.MULTILINE
)
_NUMBER_MARK = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|\n|$)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
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


def heading_markdown(text: str) -> str:
    """The text in Markdown as a heading, where a `#` at the end would be lost."""
    safe = inline_markdown(text)
    return rf"{safe[:-1]}\#" if safe.endswith("#") else safe


def _inline(text: str) -> str:
    safe = _BACKSLASH.sub(r"\\\\", text)
    safe = _ENTITY.sub("&amp;", safe)
    safe = _TAG.sub("&lt;", safe)
    safe = _LINK.sub(r"\\]", safe)
    safe = safe.replace("~~", r"\~\~")
    if safe.count("`") >= 2:
        safe = safe.replace("`", r"\`")
    if safe.count("*") >= 2:
        safe = _STARS.sub(r"\\*", safe)
    if safe.count("_") >= 2:
        safe = _EMPHASIS.sub(r"\\_", safe)
    return safe
