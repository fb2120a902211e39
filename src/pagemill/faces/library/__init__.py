"""Files are read inside the caller's own program: `from pagemill import parse`."""

from pagemill.faces.library.parsed import Parsed
from pagemill.faces.library.parsing import parse, parse_async

__all__ = ["Parsed", "parse", "parse_async"]
