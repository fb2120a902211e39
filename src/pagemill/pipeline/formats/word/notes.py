"""Footnotes and endnotes, numbered in one row in the order in which the text refers to them."""

from lxml import etree

from pagemill.pipeline.formats.open_xml.names import named, value
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.word.paragraphs import NoteReference


class Notes:
    """The notes of a document."""

    def __init__(self, package: Package, part: str) -> None:
        self._nodes: dict[NoteReference, etree._Element] = {}
        self._labels: dict[NoteReference, str] = {}
        self._waiting: list[tuple[str, etree._Element]] = []
        for kind in ("footnote", "endnote"):
            root = package.root_if_any(package.related(part, f"{kind}s"))
            for node in root.iter(named(f"w:{kind}")) if root is not None else ():
                self._nodes[NoteReference(kind, value(node, "", "w:id"))] = node

    def mark(self, reference: NoteReference) -> str:
        """How the text calls the note: as Markdown does, so that mark and note are linked there."""
        if reference not in self._labels:
            self._labels[reference] = str(len(self._labels) + 1)
            if reference in self._nodes:
                self._waiting.append((self._labels[reference], self._nodes[reference]))
        return f"[^{self._labels[reference]}]"

    def taken(self) -> list[tuple[str, etree._Element]]:
        """Label and content of the notes that the text has called since the last time."""
        taken, self._waiting = self._waiting, []
        return taken
