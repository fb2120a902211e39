"""Encrypted Open XML: an OLE file around the real one."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError
from msoffcrypto.format.ooxml import OOXMLFile

from pagemill.domain.errors import DocumentError
from pagemill.pipeline.source import Source

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXCELS_OWN_PASSWORD = "VelvetSweatshop"  # noqa: S105  # what Excel encrypts with when only its structure is protected
_BROKEN = (DecryptionError, ExpatError, LookupError, OSError, ValueError, struct.error)


@contextmanager
def decrypted(source: Source) -> Iterator[str]:
    """Where the file can be read: its own path, or that of a decrypted copy that is gone afterwards.

    Raises `DocumentError`: `password_required`, `wrong_password`, `corrupt_file`.
    """
    with Path(source.path).open("rb") as file:
        if file.read(len(_OLE)) != _OLE:
            yield source.path
            return
        with TemporaryDirectory(prefix="pagemill-decrypted-") as folder:
            copy = Path(folder) / "decrypted"
            _decrypt(file, copy, source)
            yield str(copy)


def _decrypt(file: BinaryIO, copy: Path, source: Source) -> None:
    name = source.file_name
    try:
        with copy.open("wb") as opened:
            office = OOXMLFile(file)
            office.load_key(password=source.password or _EXCELS_OWN_PASSWORD, verify_password=True)
            office.decrypt(opened)
    except InvalidKeyError:
        if source.password:
            raise DocumentError(f"The password does not open {name}", code="wrong_password") from None
        raise DocumentError(f"{name} is encrypted", code="password_required") from None
    except FileFormatError:
        raise DocumentError(f"{name} is an old Office file under a new name") from None
    except _BROKEN as problem:
        raise DocumentError(f"{name} cannot be decrypted: {problem}") from None
