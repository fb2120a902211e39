"""What the scanned book says: how a sheet of paper was made by hand."""

from typing import NamedTuple


class PageText(NamedTuple):
    """One page: a heading, its paragraphs, and a table if it has one."""

    heading: str
    paragraphs: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()


PAGES = (
    PageText(
        "The Vat Book",
        (
            "This book tells how a sheet of paper is made by hand, as it was done in Europe from the thirteenth century to "
            "the nineteenth. Three people work at a vat: the vatman, the coucher and the layman. If one of them is slow, all "
            "three are slow, and so they are paid together.",
            "The raw material is rags of linen and hemp. They are sorted by colour, cut, wetted and left in a heap to rot "
            "for some weeks. Then hammers, driven by a water wheel, beat them in stone troughs until no thread is left and "
            "the water looks like thin milk. From about 1680 a machine from Holland, a roller with blades, did in a few "
            "hours what the hammers did in a day.",
            "The pulp runs into the vat and is kept warm and moving. Only about two parts in a hundred are fibre; all the "
            "rest is water.",
        ),
    ),
    PageText(
        "At the Vat",
        (
            "The vatman dips his mould, a sieve of brass wires in a wooden frame, into the pulp, lifts it level and shakes it "
            "once from right to left and once from front to back. The shake locks the fibres. It takes years to learn and "
            "cannot be seen in the finished sheet, except when it is missing.",
            "The coucher turns the mould over onto a felt. The sheet stays on the felt, a new felt goes on top, and the "
            "empty mould slides back to the vatman, who has formed the next sheet in the meantime.",
            "A pile of felts and sheets is called a post. It goes under the press, where the pull of a dozen men takes out "
            "half of the water. The layman then parts the sheets from the felts.",
        ),
        (
            ("Worker", "Tool", "Sheets in a day"),
            ("Vatman", "Mould and deckle", "2000"),
            ("Coucher", "Felts", "2000"),
            ("Layman", "Press", "2000"),
        ),
    ),
    PageText(
        "Drying and Sizing",
        (
            "Wet sheets hang in groups of four or five over ropes of cow hair in the loft. Shutters in the walls are opened "
            "and closed with the weather. Too fast, and the edges curl; too slow, and the sheets mould.",
            "Dry paper drinks ink like a blotter. To write on it, one must size it: the sheets are drawn through warm "
            "gelatine, boiled from the parings of hides, pressed once more and dried again. Many sheets are lost here, and "
            "the sizing house was called the slaughterhouse.",
            "At last the sheets are rubbed with a stone, checked, counted into quires and packed. Twenty quires are a ream.",
        ),
        (
            ("Name", "Holds", "Sheets"),
            ("Quire", "", "24"),
            ("Ream", "20 quires", "480"),
            ("Bale", "10 reams", "4800"),
        ),
    ),
)
