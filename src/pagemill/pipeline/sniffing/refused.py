"""Kinds of file that are known and not read, so that a refusal can name them."""

import re

_MAGIC = {
    b"{\\rtf": "a Rich Text (RTF) file",
    b"%!PS": "a PostScript file",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x7fELF": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"ID3": "a sound file (MP3)",
    b"OggS": "a sound or video file (Ogg)",
    b"fLaC": "a sound file (FLAC)",
    b"\x1aE\xdf\xa3": "a video file (Matroska)",
    b"8BPS": "a Photoshop image",
    b"AT&TFORM": "a DjVu document",
    b"SQLite format 3\x00": "a SQLite database",
    b"\x00\x00\x01\x00": "an icon",
    b"\x00\x00\x00\x0cjP  ": "a JPEG 2000 image",
    b"!BDN": "an Outlook mailbox (PST)",
}
_PATTERNS = (
    (re.compile(rb"MZ.{58}.{4}.*PE\x00\x00", re.DOTALL), "a program"),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), "a sound file (WAV)"),
    (re.compile(rb"RIFF.{4}AVI ", re.DOTALL), "a video file (AVI)"),
    (re.compile(rb".{4}ftyp(?:hei|hev|mif|avi[fs])", re.DOTALL), "an HEIC or AVIF image"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "a sound or video file (MP4)"),
    (re.compile(rb".{257}ustar", re.DOTALL), "a tar archive"),
    (re.compile(rb"\xff[\xfb\xf3\xf2]"), "a sound file (MP3)"),
)


def is_refused(head: bytes) -> bool:
    """Whether the file begins as one of these kinds does."""
    return bool(_known(head))


def seen_as(head: bytes) -> str:
    """What the file that begins like this is, in words."""
    return _known(head) or _looked_up(head)


def _known(head: bytes) -> str:
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            return what
    return next((what for pattern, what in _PATTERNS if pattern.match(head)), "")


def _looked_up(head: bytes) -> str:
    import puremagic

    try:
        return f"something that looks like {puremagic.from_string(head, mime=True) or 'binary data'}"
    except puremagic.PureError:
        return "binary data of no known kind"
