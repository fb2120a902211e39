"""Files laid out for LibreOffice, which cannot be told a password: encrypted ones are decrypted on the way."""

import shutil
from pathlib import Path
from typing import Any

from pagemill.domain.errors import DocumentError
from pagemill.pipeline.source import Source

_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def lay_out(source: Source, path: Path) -> None:
    """Copies the file, decrypted if it was not. Raises `DocumentError` (`password_required`, `wrong_password`, `corrupt_file`)."""
    with open(source.path, "rb") as file:  # noqa: PTH123  # a path is a string here
        old = file.read(len(_OLD_CONTAINER)) == _OLD_CONTAINER
    if not old or not _decrypted(source, path):
        shutil.copyfile(source.path, path)


def _decrypted(source: Source, path: Path) -> bool:
    """Whether the file was encrypted and is now decrypted at `path`."""
    import msoffcrypto

    try:
        with open(source.path, "rb") as file:  # noqa: PTH123
            office = msoffcrypto.OfficeFile(file)
            if not office.is_encrypted():
                return False
            if not source.password:
                raise DocumentError(f"{source.file_name} is encrypted", code="password_required")
            _load_key(office, source)
            with path.open("wb") as plain:
                office.decrypt(plain)
    except DocumentError:
        raise
    except Exception as problem:  # noqa: BLE001  # damaged files make it raise whatever comes
        raise DocumentError(f"{source.file_name} is not a whole Office file: {problem}") from None
    return True


def _load_key(office: Any, source: Source) -> None:
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    try:
        office.load_key(password=source.password)
    except (DecryptionError, InvalidKeyError):
        raise DocumentError(f"The password given does not open {source.file_name}", code="wrong_password") from None
