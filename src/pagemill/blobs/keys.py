"""What blobs are called, beneath the prefixes that `domain.task` gives out: one name for each thing, everywhere."""

import re

from pagemill.domain.task import submission_key

DOCUMENT_JSON = "document.json"
DOCUMENT_MARKDOWN = "document.md"
DOCUMENT_HTML = "document.html"
DOCUMENT_TEXT = "document.txt"
CHUNKS = "chunks.jsonl"
READING = "reading.msgpack"
"""The pages that a plan or range has read, and what it found out about the file: what `assemble` puts together."""

LONGEST_KEY = 512

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


def input_key(owner_id: str) -> str:
    """The blob of the bytes that came in for a task or file. Their own name is kept in its row, not in the key."""
    return f"{submission_key(owner_id)}file"


def secret_key(task_id: str) -> str:
    """The blob of the password that opens the file."""
    return f"{submission_key(task_id)}secret"


def page_image(number: int) -> str:
    """The name of a page's image inside its result; pages count from 1."""
    return f"pages/{number}.png"


def checked(key: str) -> str:
    """The key itself. Raises `ValueError` if it could lead outside the storage or clash with an unfinished write."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not a blob key: it must be a relative path of letters, digits, '_', '-' and '.'")
    return key


def checked_prefix(prefix: str) -> str:
    """The beginning of a key, itself. Raises `ValueError` if it is empty or no key can start with it."""
    checked(prefix.removesuffix("/"))
    return prefix
