"""A born-digital article of two pages: a title, two columns, headings, ruled tables, a drawing, headers and footers."""

from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from samples.article_text import ABSTRACT, AUTHOR, ENVELOPES, SECTIONS, SHEET_SIZES, TITLE, WEIGHTS, Section

WIDTH, HEIGHT = A4
MARGIN = 18 * mm
GUTTER = 8 * mm
COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2
TITLE_HEIGHT = 48 * mm

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12.5, spaceAfter=5)
ABSTRACT_STYLE = ParagraphStyle("abstract", BODY, fontName="Times-Italic", leftIndent=30, rightIndent=30)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=12.5, leading=16, spaceBefore=8, spaceAfter=4, keepWithNext=1
)
TITLE_STYLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=22, leading=27, alignment=TA_CENTER)
AUTHOR_STYLE = ParagraphStyle("author", BODY, alignment=TA_CENTER, spaceBefore=6, spaceAfter=10)
CAPTION = ParagraphStyle("caption", fontName="Helvetica", fontSize=8.5, leading=10.5, spaceBefore=3, spaceAfter=8)
GRID = TableStyle(
    [
        ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 8.5),
        ("FONT", (0, 1), (-1, -1), "Helvetica", 8.5),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
)


def draw_article() -> bytes:
    """The article as a PDF."""
    out = BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, title=TITLE, author=AUTHOR, invariant=1)
    document.addPageTemplates(
        [
            PageTemplate("first", _first_page_frames(), onPage=_draw_furniture),
            PageTemplate("later", _columns(HEIGHT - 2 * MARGIN), onPage=_draw_furniture),
        ]
    )
    document.build(_story())
    return out.getvalue()


def _first_page_frames() -> list[Frame]:
    top = HEIGHT - MARGIN - TITLE_HEIGHT
    return [_frame(MARGIN, top, WIDTH - 2 * MARGIN, TITLE_HEIGHT), *_columns(top - MARGIN)]


def _columns(height: float) -> list[Frame]:
    return [_frame(left, MARGIN, COLUMN, height) for left in (MARGIN, MARGIN + COLUMN + GUTTER)]


def _frame(left: float, bottom: float, width: float, height: float) -> Frame:
    return Frame(left, bottom, width, height, leftPadding=0, rightPadding=0, topPadding=4, bottomPadding=0)


def _draw_furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, HEIGHT - 12 * mm, "Pagemill samples")
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 12 * mm, TITLE)
    canvas.drawCentredString(WIDTH / 2, 10 * mm, f"Page {document.page}")


def _story() -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(TITLE, TITLE_STYLE),
        Paragraph(AUTHOR, AUTHOR_STYLE),
        Paragraph(ABSTRACT, ABSTRACT_STYLE),
        NextPageTemplate("later"),
        FrameBreak(),
    ]
    for section in SECTIONS:
        story += _section(section)
    return story


def _section(section: Section) -> list[Flowable]:
    parts: list[Flowable] = [Paragraph(section.heading, HEADING)]
    parts += [Paragraph(text, BODY) for text in section.paragraphs]
    match section.exhibit:
        case "sizes":
            parts += [_table(SHEET_SIZES), Paragraph("Table 1: The A and B series, in millimetres.", CAPTION)]
        case "weights":
            parts += [_table(WEIGHTS), Paragraph("Table 2: What one A4 sheet weighs.", CAPTION)]
        case "envelopes":
            parts += [_table(ENVELOPES), Paragraph("Table 3: Envelopes for one sheet.", CAPTION)]
        case "halves":
            parts += [_Halves(), Paragraph("Figure 1: Each sheet is half of the one before it.", CAPTION)]
    return parts


def _table(rows: list[list[str]]) -> Table:
    return Table(rows, colWidths=[COLUMN / len(rows[0])] * len(rows[0]), style=GRID, spaceBefore=4, repeatRows=1)


class _Halves(Flowable):
    """An A0 sheet, cut in halves down to A6: vector lines with labels."""

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width = available_width
        self.height = available_width / 2**0.5 + Spacer(0, 6).height
        return self.width, self.height

    def draw(self) -> None:
        left, bottom, width, height = 0.0, 0.0, self.width, self.width / 2**0.5
        for number in range(1, 7):
            lying = width > height
            half_width, half_height = (width / 2, height) if lying else (width, height / 2)
            self.canv.rect(left, bottom, half_width, half_height)
            self.canv.setFont("Helvetica", 13 - 1.5 * number)
            self.canv.drawCentredString(left + half_width / 2, bottom + half_height / 2 - 3, f"A{number}")
            left, bottom = (left + half_width, bottom) if lying else (left, bottom + half_height)
            width, height = half_width, half_height
        self.canv.rect(left, bottom, width, height)
