"""A filter of system calls that leaves no way to a network (Linux, x86-64 and aarch64). Standard library only: see `launch`.

Sockets may be of the family AF_UNIX and no other; io_uring, which could open them past the filter, is not there. What would
take a socket or the memory of another process is refused, and so is leaving the process group, by which a worker is killed.

The answer to "may I write there?" is always no: LibreOffice asks it of /tmp alone, and where it may not, puts the socket that
it will not start without into the folder that we name. What it really may write is for the file system to say.
"""

import ctypes
import errno
import os
import platform
import socket
import struct

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_NOT_BELOW = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000
_KILL = 0x80000000

_NUMBER_OFFSET = 0  # in struct seccomp_data
_MACHINE_OFFSET = 4
_ARGUMENTS_OFFSET = 16

_FOREIGN_NUMBERS = 0x40000000  # x86-64 has a second table of calls from here on

_CALLS = {
    "x86_64": {
        "ptrace": 101,
        "setpgid": 109,
        "setsid": 112,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
    "aarch64": {
        "ptrace": 117,
        "setpgid": 154,
        "setsid": 157,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "io_uring_setup": 425,
        "pidfd_getfd": 438,
    },
}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_ACCESS = {"x86_64": (21, 1), "aarch64": (48, 2)}  # access, faccessat, and which of its arguments, from 0, is the mode
_AUDIT_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def is_known(machine: str) -> bool:
    """Whether there is a filter for this kind of processor."""
    return machine in _CALLS


def program(machine: str) -> bytes:
    """The filter as the kernel takes it: instructions of eight bytes."""
    rows = [
        _row(_LOAD_WORD, _MACHINE_OFFSET),
        _row(_JUMP_IF_EQUAL, _AUDIT_MACHINES[machine], if_true=1),
        _row(_RETURN, _KILL),
        _row(_LOAD_WORD, _NUMBER_OFFSET),
        _row(_JUMP_IF_NOT_BELOW, _FOREIGN_NUMBERS, if_false=1),
        _row(_RETURN, _REFUSE | errno.ENOSYS),
    ]
    for refused in _CALLS[machine].values():
        rows += [_row(_JUMP_IF_EQUAL, refused, if_false=1), _row(_RETURN, _REFUSE | errno.EPERM)]
    access, mode = _ACCESS[machine]
    rows += _refused_if(access, mode, os.W_OK)
    rows += _refused_unless(_SOCKET[machine], 0, socket.AF_UNIX)
    rows.append(_row(_RETURN, _ALLOW))
    return b"".join(rows)


def install() -> None:
    """Puts this process and all that it will start under the filter. Raises `OSError` where that cannot be."""
    machine = platform.machine()
    if not is_known(machine):
        raise OSError(errno.ENOSYS, f"there is no filter of system calls for {machine}")
    code = program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    length = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs is refused")
    if library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, length, 0, 0):
        raise OSError(ctypes.get_errno(), "a filter of system calls is refused")


def _refused_if(call: int, argument: int, value: int) -> list[bytes]:
    return [
        _row(_JUMP_IF_EQUAL, call, if_false=4),
        _row(_LOAD_WORD, _ARGUMENTS_OFFSET + 8 * argument),
        _row(_JUMP_IF_EQUAL, value, if_false=1),
        _row(_RETURN, _REFUSE | errno.EACCES),
        _row(_LOAD_WORD, _NUMBER_OFFSET),
    ]


def _refused_unless(call: int, argument: int, value: int) -> list[bytes]:
    return [
        _row(_JUMP_IF_EQUAL, call, if_false=4),
        _row(_LOAD_WORD, _ARGUMENTS_OFFSET + 8 * argument),
        _row(_JUMP_IF_EQUAL, value, if_true=1),
        _row(_RETURN, _REFUSE | errno.EACCES),
        _row(_LOAD_WORD, _NUMBER_OFFSET),
    ]


def _row(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
