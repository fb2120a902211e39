"""A classic BPF machine, as far as filters of system calls need one."""

import struct


def verdict(program: bytes, machine: int, call: int, *arguments: int) -> int:
    """What the filter says of a system call."""
    data = struct.pack("=IIQ6Q", call, machine, 0, *(*arguments, *[0] * (6 - len(arguments))))
    rows = list(struct.iter_unpack("=HBBI", program))
    position, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = rows[position]
        position += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            case 0x15:
                position += if_true if accumulator == value else if_false
            case 0x35:
                position += if_true if accumulator >= value else if_false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"{code:#x} is no instruction of a filter")
