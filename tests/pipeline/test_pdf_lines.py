"""What becomes of text that liteparse glued, tore, or left out: judged by where its lines stand."""

from types import SimpleNamespace

import pytest
from reportlab.pdfgen.canvas import Canvas

from pagemill.domain.document import BBox, Block, BlockKind
from pagemill.pipeline.formats.pdf.blocks import said
from pagemill.pipeline.formats.pdf.bullets import with_bullets
from pagemill.pipeline.formats.pdf.code import code_text
from pagemill.pipeline.formats.pdf.figures import figure as figure_of
from pagemill.pipeline.formats.pdf.figures import with_figures_placed
from pagemill.pipeline.formats.pdf.glued import parted
from pagemill.pipeline.formats.pdf.lines import box_around, lines_of
from pagemill.pipeline.formats.pdf.runs import Run
from pagemill.pipeline.formats.pdf.text import joined_text
from pagemill.pipeline.formats.pdf.unclaimed import with_unclaimed
from tests.pipeline.made import parse
from tests.pipeline.made_runs import HEIGHT, SENTENCE, WIDTH, glued, run, texts


def parted_texts(*groups):
    return texts(parted([(glued(runs), lines_of(runs)) for runs in groups]))


def test_a_paragraph_begins_where_more_than_the_usual_distance_is_left_after_a_full_stop():
    runs = [run(f"{number} {SENTENCE}", 72, top) for number, top in enumerate((100, 112, 124, 144, 156))]
    assert [text.count("wheel") for text in parted_texts(runs)] == [3, 2]


def test_a_paragraph_begins_with_a_line_that_is_set_in_after_a_full_stop():
    lefts = (84, 72, 72, 84, 72)
    runs = [run(f"{number} {SENTENCE}", left, 100 + 12 * number) for number, left in enumerate(lefts)]
    assert [text.count("wheel") for text in parted_texts(runs)] == [3, 2]


def test_a_sentence_that_goes_on_is_not_parted_by_a_tall_line_or_an_indent():
    runs = [
        run(f"{number} wheels turn and turn", left, top)
        for number, left, top in ((0, 72, 100), (1, 72, 112), (2, 84, 128), (3, 72, 140))
    ]
    assert len(parted_texts(runs)) == 1


def test_a_running_header_is_parted_from_the_sentence_below_it():
    runs = [run("Mills 105", 72, 40), *(run(f"and {number} wheels turn", 72, 72 + 12 * number) for number in range(4))]
    assert parted_texts(runs)[0] == "Mills 105"


def test_each_line_of_a_table_of_contents_is_a_block():
    runs = [run(f"Wheel {number} ........... {number}", 72, 100 + 12 * number) for number in range(4)]
    assert parted_texts(runs) == [each.text for each in runs]


def test_text_that_is_not_what_the_lines_say_is_left_whole():
    runs = [run(f"{number} {SENTENCE}", 72, top) for number, top in enumerate((100, 112, 124, 144, 156))]
    block = Block(BlockKind.PARAGRAPH, "$a^{2}$", box_around(each.box for each in runs), font_size=10.0)
    assert parted([(block, lines_of(runs))]) == [block]


def test_the_entries_of_a_hanging_list_are_whole_wherever_they_were_cut():
    lines = [
        ("Ash, J. (1900) On wheels and", 72),
        ("stones, 36-", 90),
        ("45", 90),
        ("Birch, K. (1901) On grain", 72),
        ("and sheaves", 90),
        ("Cole, L.", 72),
    ]
    runs = [run(text, left, 100 + 12 * number) for number, (text, left) in enumerate(lines)]
    assert parted_texts(runs[:2], runs[2:4], runs[4:]) == [
        "Ash, J. (1900) On wheels and stones, 36-45",
        "Birch, K. (1901) On grain and sheaves",
        "Cole, L.",
    ]


def test_the_pieces_have_the_boxes_and_words_of_their_lines():
    runs = [run(f"{number} {SENTENCE}", 72, top) for number, top in enumerate((100, 112, 124, 144, 156))]
    first, second = parted([(glued(runs), lines_of(runs))])
    assert (first.bbox.bottom, second.bbox.top, len(second.words)) == (134, 144, 2)


def test_text_in_no_block_becomes_one_where_it_stands():
    first, last = glued([run("First comes this", 72, 100)]), glued([run("and this is last", 72, 200)])
    margin = [run("Note: mind the", 500, 150, turned=12.0), run("gap.", 500, 162, turned=12.0)]
    loose = [*margin, run("between both", 72, 150)]
    found = with_unclaimed([first, last], loose, loose, WIDTH, HEIGHT)
    assert texts(found) == ["First comes this", "between both", "and this is last", "Note: mind the gap."]


@pytest.mark.parametrize(
    "one",
    [
        run("First comes", 72, 300),
        run("Outside", 650, 100),
        Run(BBox(72, 300, 200, 110), 30.0, False, False, 9, (), "WATERMARK", 30.0),
        run("x1", 72, 300),
    ],
    ids=["said already", "off the page", "slanted", "a speck"],
)
def test_what_a_reader_does_not_miss_becomes_no_block(one):
    said = glued([run("First comes this", 72, 100)])
    assert with_unclaimed([said], [run("First comes this", 72, 100)], [one], WIDTH, HEIGHT) == (said,)


def test_what_the_page_shows_twice_is_said_twice():
    block, runs = glued([run("Passed to", 72, 100)]), [run("Passed to", 72, 100), run("Passed to", 300, 150)]
    assert texts(with_unclaimed([block], runs, runs[1:], WIDTH, HEIGHT)) == ["Passed to", "Passed to"]


def test_signs_that_begin_three_paragraphs_are_bullets():
    paragraphs = [glued([run(f"\uf0b7 item {number}", 72, 100 + 12 * number)]) for number in range(3)]
    paragraphs.append(glued([run("of the mill", 72, 136)]))
    found = with_bullets(paragraphs)
    assert [(block.kind, block.text) for block in found][1:] == [
        (BlockKind.LIST_ITEM, "item 1"),
        (BlockKind.LIST_ITEM, "item 2 of the mill"),
    ]
    assert with_bullets(paragraphs[:2]) == paragraphs[:2]


def test_texts_join_at_cut_words_and_ranges():
    assert joined_text("an ar-", "gument") == "an argument"
    assert joined_text("86, 736-", "765.") == "86, 736-765."
    assert joined_text("Part-", "Time work") == "Part- Time work"


def test_spaced_paragraphs_and_a_bibliography_come_apart_in_a_whole_document(tmp_path):
    path = tmp_path / "spaced.pdf"
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setFont("Helvetica", 10)
    top = 700
    for _ in range(3):
        for _ in range(4):
            canvas.drawString(72, top, SENTENCE + " " + SENTENCE[:30] + ".")
            top -= 12
        top -= 7
    for number in range(6):
        canvas.drawString(72, top, f"Miller, A. ({1900 + number}) On the grinding of grain in the mills of the")
        canvas.drawString(90, top - 12, f"county of Kent, volume {number}. The Miller's Press, Canterbury.")
        top -= 24
    canvas.save()

    found = parse(path, "application/pdf").texts("Text", "Footnote")

    assert [text.startswith("The wheel") for text in found] == [True] * 3 + [False] * 6
    assert all(text.startswith("Miller") and text.endswith("Canterbury.") for text in found[3:])


def figure(left, top, width=100, height=60):
    return Block(BlockKind.FIGURE, "", BBox(left, top, width, height))


def test_a_picture_within_a_sentence_stands_behind_the_paragraph():
    first, second = glued([run("Edit the text,", 72, 100)]), glued([run("the image and the shape.", 72, 112)])
    stamp = figure(120, 90)
    assert with_figures_placed([first, stamp, second]) == (first, second, stamp)
    assert with_figures_placed([second, stamp, first]) == (second, stamp, first)


def test_a_picture_within_a_picture_is_left_out():
    outer, inner = figure(72, 100), figure(80, 110, 40, 40)
    assert with_figures_placed([inner, outer]) == (outer,)


def test_pictures_are_what_the_page_shows_of_them_if_that_is_something():
    assert figure_of(BBox(-50, 10, 100, 100), WIDTH, HEIGHT).bbox == BBox(0, 10, 50, 100)
    assert figure_of(BBox(0, 0, WIDTH, HEIGHT), WIDTH, HEIGHT) is None
    assert figure_of(BBox(72, 100, 20, 100), WIDTH, HEIGHT) is None


def test_a_list_item_goes_on_below_itself():
    items = [
        Block(BlockKind.LIST_ITEM, "Take the grain", BBox(72, 100, 200, 10), font_size=10.0, marker="1.", ordered=True)
    ]
    below = glued([run("to the mill.", 72, 112)])
    assert texts(with_bullets([*items, below])) == ["Take the grain to the mill."]
    assert len(with_bullets([*items, glued([run("To the mill.", 72, 112)])])) == 2


def test_words_taken_for_a_formula_keep_their_spaces():
    runs = [run("Problem 2.7.19. This problem is extremely hard to solve", 72, 100)]
    native = SimpleNamespace(
        kind="paragraph", text="$_{Problem2.7.19.}_{Thisproblemisextremelyhardtosolve}$", bold=False
    )
    native.bbox = SimpleNamespace(x=72.0, y=100.0, width=300.0, height=10.0)
    assert said(native, runs) == runs[0].text
    native.text = "Let $x^{2}=\\frac{1}{2}$ be"
    assert said(native, runs) == native.text


def test_code_keeps_its_indents():
    runs = [run("def grind():", 72, 100), run("return flour", 92, 112)]
    assert code_text(["def grind():", "return flour"], runs) == "def grind():\n    return flour"
    assert code_text(["def grind():"], runs) == "def grind():"
