"""What blocks are in the document: measured by its body, whatever a reader took them for."""

import pytest

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.pipeline.formats.pdf.orientation import leaning
from pagemill.pipeline.formats.pdf.text import clean, plain, unhyphenated
from pagemill.pipeline.layout.classify import classify
from pagemill.pipeline.layout.torn_headings import with_whole_headings

PROSE = "Water drives the wheel and the wheel drives the stone, day and night and day again. " * 6
HEADING, PARAGRAPH, ITEM = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM


def block(text, top, size=10.0, kind=PARAGRAPH, height=0.0, **more):
    return Block(kind, text, BBox(72, top, 400, height or 1.2 * size), font_size=size, **more)


def body(top=200, text=PROSE):
    return block(text, top, height=200)


def page(number, *blocks):
    return PageContent(number, 612, 792, TextSource.NATIVE, blocks)


def types(*pages):
    roles = classify(pages)
    return [(str(role.type), role.level) for _, role in sorted(roles.items())]


def test_sizes_rank_headings_over_the_whole_document():
    first = page(1, block("The Mill", 90, 20, HEADING), block("Water", 150, 14, HEADING, level=4), body())
    second = page(
        2, block("Overshot wheels", 110, 12, HEADING, level=1), body(), block("Wind", 500, 14, HEADING, level=1)
    )

    assert types(first, second) == [
        ("Title", 1),
        ("SectionHeader", 2),
        ("Text", 0),
        ("SectionHeader", 3),
        ("Text", 0),
        ("SectionHeader", 2),
    ]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (block("Short and large", 150, 14), "SectionHeader"),
        (block("Short and bold", 150, bold=True), "SectionHeader"),
        (block("2.1 Bold and numbered", 150, 9.2, HEADING, bold=True), "SectionHeader"),
        (block("Bold and small", 150, 9.2, HEADING, bold=True), "Text"),
        (block("Short and plain", 150), "Text"),
        (block("Short and plain", 150, kind=HEADING), "Text"),
        (block("2.1 Numbered and plain", 150, kind=HEADING), "SectionHeader"),
        (block("goes on in larger type from the line before", 150, 12, HEADING), "Text"),
        (block("A whole sentence in larger type is no heading, since it says something.", 150, 12, HEADING), "Text"),
        (block("(a) (b) (c)", 150, 14, HEADING), "Text"),
        (block("Table 3: Yield of mills", 150, 12, HEADING), "Caption"),
        (block("Fig. 2.1 Shares", 150), "Caption"),
        (block("Figure 3 shows that mills grind.", 150), "Text"),
        (block("3 See the chapter on wind.", 700, 8), "Footnote"),
        (block("3 See the chapter on wind.", 150, 8), "Text"),
    ],
)
def test_a_block_is_what_its_type_and_text_make_it(one, expected):
    assert types(page(1, body(300)), page(2, body(250), one))[-1][0] == expected


def test_running_headers_need_three_pages_and_page_numbers_none():
    def made(count):
        return [page(n, block(f"Mills, volume {n}", 40), body(), block(f"- {n} -", 770)) for n in range(1, count + 1)]

    assert types(*made(2)) == [("Text", 0), ("Text", 0), ("PageFooter", 0)] * 2
    assert types(*made(3)) == [("PageHeader", 0), ("Text", 0), ("PageFooter", 0)] * 3


def test_a_chapter_heading_atop_every_chapter_is_no_running_header():
    pages = [page(n, block(f"Chapter {n}", 60, 18, HEADING), body()) for n in range(1, 6)]

    assert [kind for kind, _ in types(*pages)] == ["Title", "Text"] + ["SectionHeader", "Text"] * 4


def test_a_logo_at_one_place_is_furniture_and_a_figure_is_not():
    logo = Block(BlockKind.FIGURE, "", BBox(500, 20, 60, 40))
    figure = Block(BlockKind.FIGURE, "", BBox(72, 450, 300, 200))

    assert (
        types(*[page(n, logo, body(), figure) for n in (1, 2, 3)])
        == [
            ("PageHeader", 0),
            ("Text", 0),
            ("Picture", 0),
        ]
        * 3
    )


def test_a_list_that_begins_in_its_depth_begins_at_the_margin():
    items = [block("item", 300 + 20 * level, kind=ITEM, level=level) for level in (2, 3, 1, 0, 2)]

    assert [level for kind, level in types(page(1, body(90), *items)) if kind == "ListItem"] == [0, 1, 1, 0, 1]


@pytest.mark.parametrize(
    ("angles", "expected"),
    [
        ([(0, 100)], 0),
        ([(90, 100), (0, 10)], 90),
        ([(90, 60), (0, 40)], 0),
        ([(360, 9)], 0),
        ([(270, 9)], 270),
        ([], 0),
    ],
)
def test_a_page_leans_as_most_of_its_text_does(angles, expected):
    assert leaning(angles) == expected


def test_inline_markup_escapes_and_control_characters_leave_plain_text():
    assert plain(r"**Table\*1** is *here* \_x\_ \\ back") == "Table*1 is here _x_ \\ back"
    assert clean("o\ufb03ce\x03hours\u200b ") == "office hours"
    assert unhyphenated("an ar- gument, pre- and post-war") == "an argument, pre- and post-war"


def test_the_next_number_of_a_list_is_no_footnote_however_small_and_low():
    items = [block(f"Step {n}", 300 + 40 * n, 7.0, ITEM, marker=f"{n}.", ordered=True) for n in (4, 5)]
    last = block("6. Hang it up to dry.", 740, 7.0)
    assert types(page(1, body(), *items, last))[1:] == [("ListItem", 0)] * 3


def test_a_number_that_does_not_follow_the_list_is_a_footnote():
    item = block("Step 5", 700, 10.0, ITEM, marker="5.", ordered=True)
    assert types(page(1, body(), item, block("2. See the miller's book.", 740, 7.0)))[-1] == ("Footnote", 0)


def headline(text, top, **more):
    return block(text, top, 14.0, HEADING, **more)


def heading_texts(*blocks):
    (whole,) = with_whole_headings([page(1, body(400), *blocks)])
    return [each.text for each in whole.blocks[1:]]


def test_lines_of_one_heading_are_one_heading_and_pictures_stand_behind_it():
    figure = Block(BlockKind.FIGURE, "", BBox(400, 95, 100, 60))
    assert heading_texts(headline("How to grind", 100), figure, headline("Grain", 120)) == ["How to grind Grain", ""]


@pytest.mark.parametrize(
    "second",
    [
        headline("2 Grain", 120),
        headline("Chapter Two", 120),
        headline("Grain", 160),
        headline("Grain", 120, bold=True),
        block("Grain", 120, 18.0, HEADING),
        block("and here is what we say of it.", 120),
    ],
    ids=["numbered", "chapter", "gap", "bold", "size", "text"],
)
def test_a_heading_that_begins_something_stays_one_of_its_own(second):
    assert heading_texts(headline("How to grind", 100), second) == ["How to grind", second.text]


def test_many_lines_set_like_headings_are_a_text():
    names = [
        headline(f"Ada Miller {number} Bob Stone {number} Cyd Wheel {number}", 100 + 19 * number) for number in range(5)
    ]
    (whole,) = with_whole_headings([page(1, body(400), *names)])
    assert [kind for kind, _ in types(whole)] == ["Text", "Text"]


def test_a_title_with_a_rising_number_is_a_running_header_from_the_second_page_on():
    pages = [page(n, block(f"{76 + 2 * n} | A report on mills and wheels", 40, 14.0), body()) for n in (1, 4)]
    assert types(*pages) == [("PageHeader", 0), ("Text", 0)] * 2
    falling = [page(n, block(f"{90 - n} | A report on mills and wheels", 40, 14.0), body()) for n in (1, 4)]
    assert types(*falling)[0][0] != "PageHeader"
    alone = page(1, block("78 | A report on mills and wheels", 40, 14.0), body())
    assert types(alone)[0][0] != "PageHeader"


def test_what_begins_like_a_ratio_is_no_footnote():
    assert types(page(1, body(90), block("18:103-129", 700, 8)))[-1] == ("Text", 0)


@pytest.mark.parametrize(
    ("text", "top", "expected"),
    [
        ("https://mill.example/wheel_of_fortune", 770, "PageFooter"),
        ("https://mill.example/wheel 1/34", 770, "PageFooter"),
        ("10/1/24, 3:42 PM The mill - an encyclopedia", 20, "PageHeader"),
        ("https://mill.example/wheel", 500, "Text"),
        ("See https://mill.example/wheel", 770, "Text"),
    ],
)
def test_what_a_browser_prints_around_a_page_is_furniture(text, top, expected):
    roles = classify([page(1, body(90), block(text, top, 8.0))])
    assert str(roles[1, 1].type) == expected
