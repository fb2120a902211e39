"""Files made by code, and one short way through the pipeline."""

from pathlib import Path
from typing import Any

import msgspec
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph

from pagemill.domain.document import Document
from pagemill.domain.limits import Limits
from pagemill.domain.options import parse_options
from pagemill.pipeline.run import Facts, Reading, Renditions, Source, assemble, read, render

STYLES = getSampleStyleSheet()


class Parsed(msgspec.Struct, frozen=True):
    reading: Reading
    document: Document
    renditions: Renditions

    def texts(self, *types: str) -> list[str]:
        return [segment.text for segment in self.document.segments if segment.type in types]


def silent(stage: str, page: int) -> None:
    """A progress that nobody watches."""


def parse(path: Path, media_type: str, **given: Any) -> Parsed:
    options = parse_options({name: value for name, value in given.items() if name != "password"})
    source = Source(str(path), path.name, media_type, given.get("password", ""))
    reading = read(source, options, Limits(), silent)
    facts = Facts(path.name, media_type, reading.page_count, reading.title)
    document = assemble(reading.pages, facts, options, {})
    return Parsed(reading, document, render(document, options))


def paragraph(text: str, style: str = "Normal") -> Flowable:
    return Paragraph(text, STYLES[style])
