"""Pagemill: a document-processing service that never loses a task.

`from pagemill import parse` reads a file here; `from pagemill.client import Client` talks to a service.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pagemill.domain.document import (
        BBox,
        Cell,
        Chunk,
        Document,
        Page,
        PageBox,
        Segment,
        SegmentType,
        SheetCell,
        Table,
        TextSource,
        Word,
    )
    from pagemill.domain.errors import DocumentError, PagemillError
    from pagemill.faces.library import Parsed, parse, parse_async

__all__ = [
    "BBox",
    "Cell",
    "Chunk",
    "Document",
    "DocumentError",
    "Page",
    "PageBox",
    "PagemillError",
    "Parsed",
    "Segment",
    "SegmentType",
    "SheetCell",
    "Table",
    "TextSource",
    "Word",
    "parse",
    "parse_async",
]
__version__ = "0.1.0"

# Imported when they are first used: most of the package needs none of them, and the client must not.
_ERRORS = dict.fromkeys(("DocumentError", "PagemillError"), "pagemill.domain.errors")
_LIBRARY = dict.fromkeys(("Parsed", "parse", "parse_async"), "pagemill.faces.library")
_PLACES = dict.fromkeys(__all__, "pagemill.domain.document") | _ERRORS | _LIBRARY


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
