"""Compound (OLE) files made by code, as small as the format allows: storages are dictionaries, streams are bytes."""

import struct

Tree = dict[str, "bytes | Tree"]

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
ROOT, STORAGE, STREAM = 5, 1, 2


def compound_file(tree: Tree) -> bytes:
    entries: list[list] = [["Root Entry", ROOT, NONE, NONE, b""]]
    _add(tree, 0, entries)
    small = [entry for entry in entries if len(entry[4]) < CUTOFF]
    mini_fat, mini_stream = _mini(small)
    streams = [bytes(128 * len(entries)), mini_fat, mini_stream, *(e[4] for e in entries if len(e[4]) >= CUTOFF)]
    counts = [-(-len(stream) // SECTOR) for stream in streams]
    fat_sectors = next(count for count in range(1, 100) if count * 128 >= count + sum(counts))
    starts = [fat_sectors + sum(counts[:index]) for index in range(len(counts))]
    large = iter(starts[3:])
    for entry in entries:
        if len(entry[4]) >= CUTOFF:
            entry.append(next(large))
    entries[0][5:] = [starts[1 + 1], len(mini_stream)]
    streams[0] = b"".join(map(_entry, entries))
    fat = [FAT_SECTOR] * fat_sectors
    for start, count in zip(starts, counts, strict=True):
        fat += [*range(start + 1, start + count), END] if count else []
    fat += [FREE] * (fat_sectors * 128 - len(fat))
    body = b"".join(stream + bytes(-len(stream) % SECTOR) for stream in streams)
    return _header(fat_sectors, starts, counts) + struct.pack(f"<{len(fat)}I", *fat) + body


def _add(tree: Tree, parent: int, entries: list[list]) -> None:
    before = None
    for name, content in tree.items():
        number = len(entries)
        is_stream = isinstance(content, bytes)
        entries.append([name, STREAM if is_stream else STORAGE, NONE, NONE, content if is_stream else b""])
        if before is None:
            entries[parent][3] = number
        else:
            entries[before][2] = number
        before = number
        if not is_stream:
            _add(content, number, entries)


def _mini(small: list[list]) -> tuple[bytes, bytes]:
    fat: list[int] = []
    stream = b""
    for entry in small:
        count = -(-len(entry[4]) // MINI)
        entry.append(len(fat) if count else END)
        fat += [*range(len(fat) + 1, len(fat) + count), END] if count else []
        stream += entry[4] + bytes(-len(entry[4]) % MINI)
    fat += [FREE] * (-len(fat) % 128)
    return struct.pack(f"<{len(fat)}I", *fat), stream


def _entry(entry: list) -> bytes:
    name, kind, right, child, content, start, *size = entry
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", NONE, right, child)
    place = struct.pack("<IQ", start, size[0] if size else len(content))
    return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36) + place


def _header(fat_sectors: int, starts: list[int], counts: list[int]) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    mini = starts[1] if counts[1] else END
    head += struct.pack("<IIIIIIIII", 0, fat_sectors, starts[0], 0, CUTOFF, mini, counts[1], END, 0)
    places = [*range(fat_sectors), *[FREE] * (109 - fat_sectors)]
    return head + struct.pack("<109I", *places)
