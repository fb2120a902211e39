"""What kind of file comes in, or why it is refused."""

from pagemill.domain.errors import RequestError, UnsupportedFile
from pagemill.pipeline.sniffing.glance import Glance
from pagemill.pipeline.sniffing.kinds import kind_of, kinds_that_are_read


def sniff(glance: Glance, file_name: str) -> str:
    """The media type (one of `domain.formats`) of a file that was glanced at, by its content first and its name second.

    Raises `UnsupportedFile`, naming what was seen, and `RequestError` (`empty_file`).
    """
    if not glance.size_bytes:
        raise RequestError(f"{file_name} has no bytes", code="empty_file")
    kind = kind_of(glance, file_name)
    if not kind.media_type:
        raise UnsupportedFile(f"{file_name} is {kind.seen}", hint=f"These kinds are read: {kinds_that_are_read()}.")
    return kind.media_type
