"""A wall around files and ports (Linux, where the kernel has Landlock). Standard library only: see `launch`."""

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_ASK_VERSION = 1
_RULE_PATH_BENEATH = 1

_READ = 0b1101  # execute, read a file, read a folder
_READ_FILE = 0b0101
_WRITE_FILE = 0b0010
_ALL_RIGHTS_OF_VERSION = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}
_ALL_RIGHTS = 0xFFFF
_ALL_PORTS = 0b11  # bind, connect
_ALL_SCOPES = 0b11  # abstract sockets and signals
_TRUNCATE = 0x4000


def version() -> int:
    """The version of Landlock that this kernel has, 0 for none."""
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)))


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Lets this process and all that it will start see only what lies in these folders or is one of these files.

    What does not exist is passed over. Does nothing where the kernel has no Landlock. Needs `no_new_privs`. Raises `OSError`
    if the kernel has it and refuses.
    """
    offered = version()
    if not offered:
        return
    library = ctypes.CDLL(None, use_errno=True)
    rights = _ALL_RIGHTS_OF_VERSION.get(offered, _ALL_RIGHTS)
    ruleset = _ruleset(library, offered, rights)
    try:
        for path in readable:
            _allow(library, ruleset, path, _READ)
        for path in writable:
            _allow(library, ruleset, path, rights)
        _checked(library.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _ruleset(library: ctypes.CDLL, offered: int, rights: int) -> int:
    values = [rights]
    if offered >= 4:
        values.append(_ALL_PORTS)
    if offered >= 6:
        values.append(_ALL_SCOPES)
    given = struct.pack(f"={len(values)}Q", *values)
    return _checked(library.syscall(_CREATE_RULESET, given, len(given), 0))


def _allow(library: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            kept = rights if os.path.isdir(path) else rights & (_READ_FILE | _WRITE_FILE | _TRUNCATE)  # noqa: PTH112
            _checked(library.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", kept, handle), 0))
        finally:
            os.close(handle)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock refuses")
    return int(result)
