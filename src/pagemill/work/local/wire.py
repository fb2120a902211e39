"""What parent and child say to each other: msgpack messages over one socket, each behind its length (4 bytes, big-endian)."""

import struct
from collections.abc import Iterator

import msgspec

from pagemill.domain.outcome import Outcome
from pagemill.work.executor import Assignment

_LENGTH = struct.Struct("!I")


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """The first message to a child: what it is to do with every assignment.

    `work` and `warm_up` are import paths such as `package.module:function`; `warm_up` may be empty. `blobs` is a pickle.
    `niceness` is added to the parent's.
    """

    work: str
    blobs: bytes
    warm_up: str = ""
    niceness: int = 0


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The child is warm and takes assignments."""


class Began(msgspec.Struct, frozen=True, tag=True):
    """The child has taken the assignment."""


class Reached(msgspec.Struct, frozen=True, tag=True):
    """The child begins this page in this stage; see `work.executor.Progress`."""

    stage: str
    page: int


class Finished(msgspec.Struct, frozen=True, tag=True):
    """The child is done with the assignment and takes the next one."""

    outcome: Outcome


Report = Ready | Began | Reached | Finished

_encoder = msgspec.msgpack.Encoder()
_reports: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)
_setups = msgspec.msgpack.Decoder(Setup)
_assignments = msgspec.msgpack.Decoder(Assignment)


def framed(message: Setup | Assignment | Report) -> bytes:
    """A message as it goes over the socket."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def setup_from(frame: bytes) -> Setup:
    """The first message to a child."""
    return _setups.decode(frame)


def assignment_from(frame: bytes) -> Assignment:
    """Every later message to a child."""
    return _assignments.decode(frame)


def report_from(frame: bytes) -> Report:
    """A message from a child. Raises `msgspec.DecodeError` if it is none."""
    return _reports.decode(frame)


class Frames:
    """Puts together what arrives in pieces."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def fed(self, piece: bytes) -> Iterator[bytes]:
        """The frames that are whole with this piece, without their lengths."""
        self._pending += piece
        while len(self._pending) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._pending)[0]
            if len(self._pending) < end:
                return
            frame = bytes(self._pending[_LENGTH.size : end])
            del self._pending[:end]
            yield frame
