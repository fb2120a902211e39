"""What the article says: the A and B series of paper sizes, and why their sides stand as one to the root of two."""

from typing import Literal, NamedTuple

TITLE = "Why Paper Has the Sizes It Has"
AUTHOR = "From the sample documents of Pagemill"
ABSTRACT = (
    "Most of the world writes, prints and files on sheets whose sides stand as one to the square root of two. The idea is "
    "older than the standard by more than a century. This article tells where it comes from, lists the sizes that follow "
    "from it, and shows what it is still good for when a page is no longer paper but a rectangle in a file."
)


class Section(NamedTuple):
    """A heading, its paragraphs, and the table or figure that ends it."""

    heading: str
    paragraphs: tuple[str, ...]
    exhibit: Literal["", "sizes", "weights", "envelopes", "halves"] = ""


SECTIONS = (
    Section(
        "1 A letter from Göttingen",
        (
            "On 25 October 1786 the physicist Georg Christoph Lichtenberg wrote to Johann Beckmann about a problem that he "
            "had once given to a student: find a sheet of paper whose formats, folded to folio, quarto and octavo, are all "
            "alike in shape. There is only one answer. If the sides are one and x, halving the longer side gives one half "
            "of x and one; for both to have the same shape, x to one must be as one to one half of x, and so x is the "
            "square root of two.",
            "Lichtenberg then measured an ordinary sheet that his paper mill sold and found that it had this shape already. "
            "Whether the makers knew why, he could not say. He called the form pleasant and useful.",
        ),
    ),
    Section(
        "2 From a nice idea to a standard",
        (
            "In revolutionary France a stamp-duty law of 1798 defined sheets of this shape with areas of a round part of a "
            "square metre, and some of them were almost exactly those that we use today. The law was forgotten. The idea "
            "came back with the German engineer Walter Porstmann, whose work became the standard DIN 476 in August 1922. "
            "Other countries took it over one after another, and in 1975 it became ISO 216.",
            "Porstmann needed only two rules. The sides of every sheet stand as one to the square root of two, and the "
            "largest sheet, A0, has an area of one square metre. All other sizes follow by halving, rounded down to whole "
            "millimetres.",
        ),
    ),
    Section(
        "3 The series",
        (
            "Between two neighbours of the A series the side grows by a factor of 1.41, which is often too much for a poster "
            "or a passport. The B series fills the gaps: each B size is the geometric mean of two A sizes, so that B1 lies "
            "between A0 and A1, and the short side of B0 is exactly one metre.",
        ),
        "sizes",
    ),
    Section(
        "4 Weight for free",
        (
            "Because A0 has one square metre, the weight of a sheet can be told without a scale. Paper is sold by grams per "
            "square metre; an A4 sheet is the sixteenth part of A0, and so it weighs the sixteenth part of that number. "
            "Sixteen sheets of ordinary copying paper weigh 80 grams, and a letter of three sheets and a light envelope "
            "stays under 20 grams, the limit of the cheapest rate in many countries.",
        ),
        "weights",
    ),
    Section(
        "5 Enlarging without margins",
        (
            "A copier that enlarges A4 to A3 uses 141 percent; to reduce two A4 pages to one it uses 71 percent. Both are "
            "the square root of two and its inverse, rounded, and no paper is wasted at the edges. With sheets whose shape "
            "changes when they are halved, as with the Letter and Tabloid sizes of North America, a margin is left over: "
            "Letter measures 216 by 279 mm, a ratio of 1.29, and Tabloid 279 by 432 mm, a ratio of 1.55.",
        ),
    ),
    Section(
        "6 The page as a rectangle",
        (
            "A file knows nothing of fibres. To a PDF a page is a rectangle in points, 72 to the inch, and nothing forbids a "
            "page of 1 by 14,000 of them. Yet nearly every page that a document processor meets is one of two shapes, A4 "
            "with 595 by 842 points or Letter with 612 by 792, because somewhere at the end there is still a printer.",
            "This helps in practice. A scanner seldom says how many dots it has made to the inch, but an image whose sides "
            "stand as 1 to 1.414 is probably A4, and 2,480 dots across then mean 300 to the inch. A page that is wider than "
            "high has most likely been turned. And a page with the shape of two A5 sheets side by side is A4 again: the "
            "shape alone cannot tell a spread from a page, so its text must be looked at.",
        ),
    ),
    Section(
        "7 Envelopes",
        (
            "The C series is for envelopes. Each C size is the geometric mean of the A and the B size with the same number, and "
            "so it is a little larger than the sheet that it has to take. C4 takes an A4 sheet as it is, C5 takes it folded "
            "once, and C6 folded twice. The long envelope called DL is outside the series: it takes A4 folded in three.",
        ),
        "envelopes",
    ),
    Section(
        "8 A test without a ruler",
        (
            "Fold the short side of an A4 sheet onto its long side, so that the crease runs from a corner at 45 degrees. The "
            "crease is the diagonal of a square whose side is the short side of the sheet, and a diagonal is the square root "
            "of two times as long as the side. Lay the long side of a second sheet along the crease: they match to the "
            "millimetre. With Letter paper they do not; there the crease is 305 mm long and the side 279 mm.",
            "The same test works for every sheet of the series, from a poster to a pocket notebook, because all of them are one "
            "shape. Cut A0 in half again and again, and after six cuts you hold A6, a postcard.",
            "The sizes also teach something about good standards. This one is short, rests on one idea, costs nothing to "
            "follow, and pays everyone who follows it a little every day.",
        ),
        "halves",
    ),
)

SHEET_SIZES = [
    ["Number", "A series", "B series"],
    ["0", "841 × 1189", "1000 × 1414"],
    ["1", "594 × 841", "707 × 1000"],
    ["2", "420 × 594", "500 × 707"],
    ["3", "297 × 420", "353 × 500"],
    ["4", "210 × 297", "250 × 353"],
    ["5", "148 × 210", "176 × 250"],
    ["6", "105 × 148", "125 × 176"],
]

WEIGHTS = [
    ["Kind of paper", "g per m²", "g per sheet"],
    ["Airmail", "40", "2.5"],
    ["Copying", "80", "5.0"],
    ["Letterhead", "100", "6.3"],
    ["Brochure", "160", "10.0"],
    ["Card", "250", "15.6"],
]

ENVELOPES = [
    ["Envelope", "Millimetres", "Takes A4"],
    ["C4", "229 × 324", "flat"],
    ["C5", "162 × 229", "folded once"],
    ["C6", "114 × 162", "folded twice"],
    ["DL", "110 × 220", "in three"],
]
