"""Blocks find their places in the printed text, in their order, whatever stands between."""

import random

import pytest

from pagemill.pipeline.formats.libreoffice.alignment import Alignment, Wanted
from pagemill.pipeline.formats.libreoffice.letters import letters


def prose(seed: int, words: int = 12) -> str:
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(words))


def placed(printed: str, *blocks: str, apart: tuple[int, ...] = ()) -> list[str | None]:
    """The printed letters in each block's place."""
    text = letters(printed)
    alignment = Alignment(text)
    places = [alignment.place(Wanted(letters(block), index in apart)) for index, block in enumerate(blocks)]
    return [place and text[place.start : place.end] for place in places]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("A\nline  break", "Alinebreak"),
        ("soft-hy\xadphen", "softhyphen"),
        ("ﬁne", "fine"),
        ("STRASSE", "straße"),
        ("１", "1"),
    ],
)
def test_what_is_the_same_in_print_is_the_same(text, same):
    assert letters(text) == letters(same)


def test_blocks_are_found_across_line_ends_and_spaces():
    one, two = prose(1), prose(2)
    assert placed(f"{one.replace(' ', chr(10))}  {two}", one, two) == [letters(one), letters(two)]


def test_equal_short_blocks_are_found_one_after_the_other():
    alignment = Alignment(letters("Note alpha Note beta"))
    first, _, second = (alignment.place(Wanted(word)) for word in ("note", "alpha", "note"))
    assert (first.start, second.start) == (0, 9)


def test_a_block_with_a_footer_inside_is_found_by_its_beginning_and_end():
    text = prose(3, 40)
    torn = f"{text[:150]} Page 3 of 9 {text[150:]}"
    assert placed(torn, text) == [letters(torn)]


def test_a_short_block_is_never_sought_far_away():
    filler = " ".join(prose(seed) for seed in range(20))
    assert placed(f"{filler} Total", "Total") == [None]


def test_a_skipped_passage_is_jumped_once_two_blocks_agree():
    skipped = " ".join(prose(seed) for seed in range(100, 200))
    one, two, three = prose(1), prose(2), "Fine"
    assert placed(f"{skipped} {one} {two} {three}", one, two, three) == [letters(one), letters(two), "fine"]


def test_one_text_out_of_its_order_misleads_nobody():
    far = " ".join(prose(seed) for seed in range(100, 200))
    stray, one, two = prose(50), prose(1), prose(2)
    printed = f"{one} {two} {far} {stray}"
    assert placed(printed, stray, one, two) == [letters(stray), letters(one), letters(two)]


def test_a_note_is_found_where_it_is_and_the_search_goes_on_from_where_it_was():
    one, note, two = prose(1), prose(9), prose(2)
    assert placed(f"{one} {two} {note}", one, note, two, apart=(1,)) == [letters(one), letters(note), letters(two)]


def test_a_table_of_which_some_cells_are_not_printed_is_found_by_the_others():
    text = letters(f"{prose(1)} Column A Column B Only text Text and more {prose(2)}")
    cells = tuple(map(letters, ("Column A", "Column B", "Only text", "Owner avatar", "Text and more")))
    alignment = Alignment(text)
    place = alignment.place(Wanted("".join(cells), parts=cells))
    assert text[place.start : place.end] == letters("Column A Column B Only text Text and more")
    assert alignment.place(Wanted(letters(prose(2)))).start >= place.end


def test_what_is_not_printed_is_not_found():
    assert placed(prose(1), prose(2), "", "...") == [None, None, None]


def test_a_long_document_is_aligned_in_good_time():
    blocks = [prose(seed, 30) for seed in range(3_000)]
    assert None not in placed(" ".join(blocks), *blocks)
