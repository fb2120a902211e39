"""Page images drawn by code, with the places of their words."""

from dataclasses import dataclass, field
from typing import Any

import liteparse
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

PIXEL = 72 / 150  # points
PARAGRAPH = (
    "The mill stands where two rivers meet, and its wheel has turned",
    "since 1742. Every morning the miller opens the upper gate; water",
    "falls on the paddles, and the stones begin to grind. What comes",
    "out as flour was corn an hour before (about 35 kg in each sack).",
    "Nobody in the village remembers a day on which it stood still.",
)
TABLE = (("Grain", "Sacks", "Price"), ("Wheat", "120", "14.50"), ("Rye", "85", "11.20"), ("Barley", "42", "9.80"))


@dataclass
class Sheet:
    """A white page, drawn on in points; `drawn` lists each word with its left, top, right and bottom in points."""

    width: float = 612.0
    height: float = 792.0
    drawn: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)

    def __post_init__(self):
        self.image = Image.new("L", (round(self.width / PIXEL), round(self.height / PIXEL)), 255)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, left, top, line, size=11.0, stroke=0):
        """A line of words, each placed on its own; a stroke of a pixel makes them bold."""
        font = ImageFont.load_default(size / PIXEL)
        x, y = left / PIXEL, top / PIXEL
        for word in line.split(" "):
            self.draw.text((x, y), word, font=font, fill=0, stroke_width=stroke)
            box = self.draw.textbbox((x, y), word, font=font, stroke_width=stroke)
            self.drawn.append((word, tuple(edge * PIXEL for edge in box)))
            x += font.getlength(word + " ") + 2 * stroke

    def rule(self, left, top, right, bottom):
        """A line of two pixels."""
        self.draw.line([edge / PIXEL for edge in (left, top, right, bottom)], fill=0, width=2)

    def pixels(self, angle=0.0):
        """The page in gray, turned clockwise by `angle` degrees."""
        return np.asarray(self.image.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=255) if angle else self.image)

    @property
    def words(self):
        """The drawn words in order."""
        return [word for word, _ in self.drawn]


def _table(sheet, left, top):
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            sheet.text(left + 10 + 120 * column, top + 4 + 22 * row, cell)
    for row in range(5):
        sheet.rule(left, top + 22 * row, left + 360, top + 22 * row)
    for column in range(4):
        sheet.rule(left + 120 * column, top, left + 120 * column, top + 88)


@pytest.fixture(scope="session")
def letter():
    """A page with a title, two paragraphs under headings, and a ruled table."""
    sheet = Sheet()
    sheet.text(72, 60, "The Water Mill", size=24)
    for top, heading in ((110, "History of the place"), (240, "What it grinds")):
        sheet.text(72, top, heading, size=16)
        for row, line in enumerate(PARAGRAPH):
            sheet.text(72, top + 30 + 15 * row, line)
    _table(sheet, 72, 380)
    return sheet


@pytest.fixture
def sheet():
    """An empty page."""
    return Sheet()


@pytest.fixture(scope="session")
def parse():
    """The page that liteparse makes of a text layer."""
    parser = liteparse.LiteParse(
        ocr_enabled=False, extract_blocks=True, emit_word_boxes=True, keep_headers_footers=True, quiet=True
    )

    def parse_page(layer: bytes) -> Any:
        (page,) = parser.parse(layer).pages
        return page

    return parse_page
