"""The files that a result is written to, named after its input: report.pdf gives report.pdf.md and so on."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from pagemill.blobs.keys import CHUNKS, DOCUMENT_HTML, DOCUMENT_JSON, DOCUMENT_MARKDOWN
from pagemill.blobs.port import Blobs


class Form(StrEnum):
    """What can be written, named as the option says it."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    CHUNKS = "chunks"


ALL_FORMS = ",".join(Form)

_BLOBS = {
    Form.MARKDOWN: DOCUMENT_MARKDOWN,
    Form.HTML: DOCUMENT_HTML,
    Form.JSON: DOCUMENT_JSON,
    Form.CHUNKS: CHUNKS,
}


def forms_named(names: str) -> tuple[Form, ...]:
    """The forms in a list with commas. Raises `ValueError` that says which there are."""
    try:
        return tuple(dict.fromkeys(Form(name.strip()) for name in names.split(",")))
    except ValueError as problem:
        raise ValueError(f"--format: {problem}; there are {ALL_FORMS}") from None


def save(blobs: Blobs, result_key: str, forms: Iterable[Form], target: Path) -> tuple[Path, ...]:
    """Writes the result's forms beside `target`, which is the input's name below the output folder; returns their paths.

    Each file appears only when it is whole. Raises `OSError`, and `PagemillError` for a result that cannot be read.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    return tuple(_save_form(blobs, result_key, form, target) for form in forms)


def _save_form(blobs: Blobs, result_key: str, form: Form, target: Path) -> Path:
    path = target.with_name(f"{target.name}.{'chunks.jsonl' if form is Form.CHUNKS else form}")
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(blobs.get(f"{result_key}{_BLOBS[form]}"))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
