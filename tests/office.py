"""What tests of LibreOffice stand on: the program itself, and files made by code for it."""

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import pptx
import pytest

from pagemill.domain.formats import DOC, DOCX, PPT, PPTX
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.libreoffice.convert import Target, converted_file
from pagemill.pipeline.formats.libreoffice.installation import Installation, find_installation
from pagemill.pipeline.source import Source

TO_DOC = Target(DOC, "doc", "MS Word 97", "Making")
TO_PPT = Target(PPT, "ppt", "MS PowerPoint 97", "Making")
BLANK_LAYOUT = 5  # a title and nothing else


@pytest.fixture(scope="session")
def office() -> Installation:
    """LibreOffice; without it the test is skipped, and fails where everything has to be tested."""
    found = find_installation()
    if found is None:
        message = "LibreOffice is not installed: scripts/install-office does that"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    return found


def word_file(path: Path, *paragraphs: str) -> Path:
    """A DOCX; a paragraph that begins with # is a heading, an empty one ends the page."""
    document = docx.Document()
    for text in paragraphs:
        if text.startswith("#"):
            document.add_heading(text.removeprefix("#").strip(), 1)
        elif text:
            document.add_paragraph(text)
        else:
            document.add_page_break()
    document.save(str(path))
    return path


def slides_file(path: Path, titles: Sequence[str], hidden: Sequence[int] = ()) -> Path:
    """A PPTX with a slide for each title; `hidden` counts from 0."""
    presentation = pptx.Presentation()
    for number, title in enumerate(titles):
        slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK_LAYOUT])
        slide.shapes.title.text = title
        if number in hidden:
            slide._element.set("show", "0")
    presentation.save(str(path))
    return path


def with_linked_picture(path: Path, target: str) -> Path:
    """The DOCX with a picture that is not in it but at this address."""
    kind = f"{_RELATIONSHIPS}/image"
    link = f'<Relationship Id="rLink" Type="{kind}" Target="{target}" TargetMode="External"/>'
    _insert(path, "word/_rels/document.xml.rels", link, "</Relationships>")
    return _insert(path, "word/document.xml", _PICTURE, "<w:sectPr")


def with_field(path: Path, code: str) -> Path:
    """The DOCX with a field of this code, such as one that includes another file."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    begin, separate, end = marks
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    field = f"<w:p>{begin}{instruction}{separate}<w:r><w:t>as it was</w:t></w:r>{end}</w:p>"
    return _insert(path, "word/document.xml", field, "<w:sectPr")


def _insert(path: Path, part: str, text: str, before: str) -> Path:
    """Puts a text into a part of a container."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part].replace(before.encode(), (text + before).encode(), 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def old_word_file(path: Path, *paragraphs: str) -> Path:
    """A DOC."""
    new = word_file(path.with_suffix(".docx"), *paragraphs)
    return _saved(Source(str(new), new.name, DOCX), TO_DOC, path)


def old_slides_file(path: Path, titles: Sequence[str]) -> Path:
    """A PPT."""
    new = slides_file(path.with_suffix(".pptx"), titles)
    return _saved(Source(str(new), new.name, PPTX), TO_PPT, path)


def _saved(source: Source, target: Target, path: Path) -> Path:
    with converted_file(source, target, Limits()) as made:
        path.write_bytes(Path(made.path).read_bytes())
    return path


_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006"
_PICTURE = f"""<w:p><w:r><w:drawing>
<wp:inline xmlns:wp="{_MAIN}/wordprocessingDrawing"><wp:extent cx="990600" cy="792480"/><wp:docPr id="1" name="linked"/>
<a:graphic xmlns:a="{_MAIN}/main"><a:graphicData uri="{_MAIN}/picture"><pic:pic xmlns:pic="{_MAIN}/picture">
<pic:nvPicPr><pic:cNvPr id="1" name="linked"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>
<a:blip r:link="rLink" xmlns:r="{_RELATIONSHIPS}"/>
<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="990600" cy="792480"/>
</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>
</w:drawing></w:r></w:p>"""
