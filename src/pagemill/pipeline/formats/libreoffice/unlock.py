"""Files laid out for LibreOffice, which cannot be told a password: encrypted ones are decrypted on the way."""

import shutil
from pathlib import Path
from typing import BinaryIO

from pagemill.domain.errors import DocumentError
from pagemill.pipeline.source import Source

_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def lay_out(source: Source, path: Path) -> None:
    """Copies the file, decrypted if it was not. Raises `DocumentError` (`password_required`, `wrong_password`, `corrupt_file`)."""
    with open(source.path, "rb") as file:  # noqa: PTH123  # a path is a string here
        old = file.read(len(_OLD_CONTAINER)) == _OLD_CONTAINER
        if old and _decrypted(file, path, source):
            return
    shutil.copyfile(source.path, path)


def _decrypted(file: BinaryIO, path: Path, source: Source) -> bool:
    """Whether the file was encrypted, and is now decrypted at `path`."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    code = "wrong_password" if source.password else "password_required"
    try:
        office = msoffcrypto.OfficeFile(file)
        if not office.is_encrypted():
            return False
        with path.open("wb") as plain:
            office.load_key(password=source.password)
            office.decrypt(plain)
    except (DecryptionError, InvalidKeyError):
        told = "The password given does not open" if source.password else "A password is needed to open"
        raise DocumentError(f"{told} {source.file_name}", code=code) from None
    except Exception as problem:  # noqa: BLE001  # damaged files make it raise whatever comes
        raise DocumentError(f"{source.file_name} is not a whole Office file: {problem}") from None
    return True
