"""Pagemill: a document-processing service that never loses a task.

`from pagemill import parse` reads a file here; `from pagemill.client import Client` talks to a service.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pagemill.domain.document import Document as Document
    from pagemill.domain.errors import DocumentError as DocumentError
    from pagemill.domain.errors import PagemillError as PagemillError
    from pagemill.faces.library import Parsed as Parsed
    from pagemill.faces.library import parse as parse
    from pagemill.faces.library import parse_async as parse_async

__version__ = "0.1.0"

# Imported when they are first used: most of the package needs none of them, and the client must not.
_PLACES = {
    "Document": "pagemill.domain.document",
    "DocumentError": "pagemill.domain.errors",
    "PagemillError": "pagemill.domain.errors",
    "Parsed": "pagemill.faces.library",
    "parse": "pagemill.faces.library",
    "parse_async": "pagemill.faces.library",
}
__all__ = ["Document", "DocumentError", "PagemillError", "Parsed", "__version__", "parse", "parse_async"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
