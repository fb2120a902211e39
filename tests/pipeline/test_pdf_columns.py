"""What stands side by side: columns, labels, tables that are none, and the order in which all that is read."""

import pytest

from pagemill.domain.document import Block, BlockKind, Cell, Table
from pagemill.pipeline.formats.pdf.columns import blocks_in_columns
from pagemill.pipeline.formats.pdf.false_tables import is_text
from pagemill.pipeline.formats.pdf.gutter import find_gutter, in_columns
from pagemill.pipeline.formats.pdf.lines import box_around, lines_of
from pagemill.pipeline.formats.pdf.order import from_above
from pagemill.pipeline.formats.pdf.scrambled import unscrambled
from tests.pipeline.made_runs import SENTENCE, glued, run, texts


def table(*rows):
    cells = tuple(Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Table(len(rows), len(rows[0]), cells)


def test_lines_of_prose_that_were_torn_at_a_space_are_no_table():
    rows = [
        ("To motivate", "the overall method we look at"),
        ("cubes and", "at the puzzle that they make"),
        ("which is", "a good idea for a beginning"),
    ]
    runs = [run(" ".join(row), 72, 100 + 12 * number) for number, row in enumerate(rows)]
    assert is_text(table(*rows), lines_of(runs))


def test_labels_beside_a_text_are_no_table_and_stand_before_it():
    rows = [
        ("How Strings", "A string is a sequence of characters in"),
        ("Are Used", "quotes, which is how programs show text."),
    ]
    runs = [
        run(text, left, 100 + 12 * number)
        for number, row in enumerate(rows)
        for text, left in zip(row, (72, 200), strict=True)
    ]
    lines = lines_of(runs)
    assert is_text(table(*rows), lines)
    assert texts(blocks_in_columns(lines, 1.2)) == ["How Strings Are Used", " ".join(row[1] for row in rows)]


def test_cells_that_repeat_one_another_are_no_table():
    runs = [run(SENTENCE, 72, 100), run(SENTENCE.upper(), 72, 112)]
    said = f"{SENTENCE} {SENTENCE}"
    assert is_text(table(("Label", said), ("Label", said)), lines_of(runs))


@pytest.mark.parametrize(
    "rows",
    [
        [("Fruit", "Count"), ("Apple", "3"), ("Pear", "44")],
        [("Lead", "Not more than the limit of the law."), ("Zinc", "As the customer likes it to be.")],
    ],
)
def test_a_table_stays_a_table(rows):
    runs = [
        run(text, left, 100 + 12 * number)
        for number, row in enumerate(rows)
        for text, left in zip(row, (72, 200), strict=True)
    ]
    assert not is_text(table(*rows), lines_of(runs))


def index(left_text, right_text, count=9):
    return [
        run(f"{text}, {number}", left, 100 + 12 * number)
        for number in range(count)
        for text, left in ((left_text, 72), (right_text, 300))
    ]


def test_two_columns_read_across_the_gutter_are_read_one_after_the_other():
    runs = index("wheels and their makers", "stones and their quarries")
    gutter = find_gutter([lines_of(runs)])
    left, right = in_columns([([glued(runs)], runs)], gutter)
    assert "stones" not in left.text
    assert "wheels" not in right.text
    assert left.text.startswith("wheels and their makers, 0 wheels")


def test_a_form_with_labels_has_no_gutter():
    assert find_gutter([lines_of(index("Name", "Ada, Countess of Lovelace"))]) is None
    assert find_gutter([lines_of(index("wheels and their makers", "stones and their quarries", count=3))]) is None


def test_what_stands_above_in_a_column_comes_first():
    heading, text, beside = (
        glued([run(words, left, top)])
        for words, left, top in (("Heading", 72, 100), ("Text", 72, 120), ("Beside", 400, 90))
    )
    assert texts(from_above([text, heading, beside])) == ["Heading", "Text", "Beside"]
    assert texts(from_above([beside, heading, text])) == ["Beside", "Heading", "Text"]


def test_a_line_across_both_columns_comes_after_what_stands_above_it():
    left, right, across, below = (
        glued([run(words, x, y)])
        for words, x, y in (
            ("left column", 72, 100),
            ("right column", 300, 100),
            ("across " * 12, 72, 200),
            ("left below", 72, 300),
        )
    )
    assert texts(from_above([left, below, right, across])) == [left.text, right.text, across.text, below.text]


def test_a_block_that_does_not_say_what_stands_in_it_is_made_anew():
    runs = [
        run("Entering a Function", 72, 100),
        run("When you create a function in the", 300, 100),
        run("editor, it displays a template.", 300, 112),
    ]
    mixed = Block(
        BlockKind.PARAGRAPH,
        "Entering a Function When editor, it",
        box_around(each.box for each in runs),
        font_size=10.0,
    )
    ((blocks, _),) = unscrambled([([mixed], runs)], runs)
    assert texts(blocks) == ["Entering a Function", "When you create a function in the editor, it displays a template."]


def test_runs_that_another_block_says_are_not_said_again():
    runs = [
        run("Entering a Function", 72, 100),
        run("When you create a function in the", 300, 100),
        run("editor, it displays a template.", 300, 112),
    ]
    first, second = glued(runs[:1]), glued(runs[1:])
    assert unscrambled([([first], runs), ([second], [])], runs) == [([first], runs), ([second], [])]
