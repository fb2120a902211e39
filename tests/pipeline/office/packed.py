"""Office files written by hand: only the parts that a test is about."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

_OPEN_XML = "http://schemas.openxmlformats.org"
_WORD = "wordprocessingml/2006/main"
_RELATIONSHIPS = f"{_OPEN_XML}/officeDocument/2006/relationships"
WORD_NAMES = (
    f'xmlns:w="{_OPEN_XML}/{_WORD}" xmlns:r="{_RELATIONSHIPS}" xmlns:m="{_OPEN_XML}/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    f'xmlns:wp="{_OPEN_XML}/drawingml/2006/wordprocessingDrawing" xmlns:a="{_OPEN_XML}/drawingml/2006/main" '
    f'xmlns:pic="{_OPEN_XML}/drawingml/2006/picture"'
)
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF_NAMES = " ".join(
    f'xmlns:{name}="{_OASIS}:{space}:1.0"'
    for name, space in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style", "svg": "svg-compatible",
        "fo": "xsl-fo-compatible", "presentation": "presentation",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip


def packed(path: Path, parts: dict[str, str | bytes]) -> Path:
    """A container of these parts."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def relationships(*targets: tuple[str, str]) -> str:
    """Relationships rId1, rId2, … of these kinds to these targets."""
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_OPEN_XML}/package/2006/relationships">{rows}</Relationships>'


def word_file(path: Path, body: str, **parts: str) -> Path:
    """A Word file with this body; other parts (`styles`, `numbering`, `footnotes`) by their root's content."""
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    content: dict[str, str | bytes] = {
        "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {WORD_NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(*((name, f"{name}.xml") for name in parts)),
    }
    content |= {
        f"word/{name}.xml": f"<w:{roots[name]} {WORD_NAMES}>{xml}</w:{roots[name]}>" for name, xml in parts.items()
    }
    return packed(path, content)


def open_document(path: Path, kind: str, body: str, styles: str = "", masters: str = "", manifest: str = "") -> Path:
    """An OpenDocument file: `kind` is text, presentation or spreadsheet; `styles` are automatic, `masters` go to styles.xml."""
    parts: dict[str, str | bytes] = {
        "content.xml": f"<office:document-content {ODF_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {ODF_NAMES}>{masters}</office:document-styles>",
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
    }
    return packed(path, parts)


def paragraph(text: str, properties: str = "") -> str:
    """A Word paragraph."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
