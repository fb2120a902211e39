"""Chunks keep their promises for whatever segments a document has."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemill.domain.document import BBox, Cell, Segment, SegmentType, Table
from pagemill.domain.options import ChunkOptions, ChunkUnit, Format, Options, SegmentOptions
from pagemill.pipeline.chunking.chunks import HEADINGS, chunks_of
from pagemill.pipeline.chunking.lengths import measure_for
from pagemill.pipeline.chunking.splitting import split_text, tail_of
from pagemill.pipeline.render.segment import written

BOX = BBox(10.0, 10.0, 100.0, 20.0)
WORDS = st.text("abcdefg", min_size=1, max_size=9)
SENTENCES = st.lists(WORDS, min_size=1, max_size=30).map(lambda words: " ".join(words) + ".")
TEXTS = st.lists(SENTENCES, min_size=1, max_size=6).map(" ".join)
UNITS = st.sampled_from(ChunkUnit)


def segment(number, kind, text, level=0, table=None):
    return written(Segment(f"segment_1_{number}", kind, 1, BOX, text, level=level, table=table))


@st.composite
def documents(draw):
    made = []
    for number in range(draw(st.integers(0, 12))):
        kind = draw(
            st.sampled_from([SegmentType.TEXT, SegmentType.TEXT, SegmentType.SECTION_HEADER, SegmentType.CAPTION])
        )
        level = draw(st.integers(1, 6)) if kind in HEADINGS else 0
        text = draw(WORDS if level else TEXTS)
        made.append(segment(number, kind, text, level))
    return made


def options(target, unit=ChunkUnit.WORDS, overlap=0, segments=None):
    return Options(chunks=ChunkOptions(target=target, unit=unit, overlap=overlap), segments=segments or {})


def words_of(text):
    return re.findall("[a-g]+", text)


@settings(max_examples=150, deadline=None)
@given(documents(), st.integers(4, 120), UNITS)
def test_chunks_lose_no_word_and_keep_the_order(segments, target, unit):
    chunks = chunks_of(segments, options(target, unit))

    joined = "".join(words_of(" ".join(chunk.text for chunk in chunks)))
    assert joined == "".join(words_of(" ".join(one.text for one in segments)))
    assert [chunk.id for chunk in chunks] == [f"chunk_{number}" for number in range(1, len(chunks) + 1)]


@settings(max_examples=150, deadline=None)
@given(documents(), st.integers(12, 120), UNITS, st.integers(0, 11))
def test_no_chunk_is_empty_or_longer_than_its_target(segments, target, unit, overlap):
    measure = measure_for(unit)
    for chunk in chunks_of(segments, options(target, unit, overlap)):
        assert chunk.text.strip()
        assert chunk.length == measure(chunk.text) <= target


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.integers(1, 40), UNITS)
def test_text_is_cut_without_losing_a_character_but_spaces(text, limit, unit):
    measure = measure_for(unit)
    pieces = split_text(text, limit, measure)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(measure(piece.strip()) <= limit or len(piece.strip()) == 1 for piece in pieces)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(0, 40), UNITS)
def test_a_tail_is_the_end_of_the_text_and_no_longer_than_asked(text, limit, unit):
    tail = tail_of(text, limit, measure_for(unit))

    assert text.endswith(tail)
    assert measure_for(unit)(tail) <= limit


def test_a_heading_starts_a_chunk_when_its_level_is_as_high_as_the_sections():
    segments = [
        segment(1, SegmentType.TITLE, "Title", 1),
        segment(2, SegmentType.SECTION_HEADER, "One", 2),
        segment(3, SegmentType.TEXT, "Text one."),
        segment(4, SegmentType.SECTION_HEADER, "Deeper", 3),
        segment(5, SegmentType.TEXT, "Text deeper."),
        segment(6, SegmentType.SECTION_HEADER, "Two", 2),
        segment(7, SegmentType.TEXT, "Text two."),
    ]

    chunks = chunks_of(segments, options(100))

    assert [chunk.text for chunk in chunks] == [
        "# Title\n\n## One\n\nText one.\n\n### Deeper\n\nText deeper.",
        "## Two\n\nText two.",
    ]
    assert [chunk.headings for chunk in chunks] == [("Title", "One"), ("Title", "Two")]


def test_a_heading_goes_with_the_text_below_it_when_length_parts_them():
    segments = [
        segment(1, SegmentType.SECTION_HEADER, "One", 2),
        segment(2, SegmentType.TEXT, "a b c d e f"),
        segment(3, SegmentType.SECTION_HEADER, "Deeper", 3),
        segment(4, SegmentType.TEXT, "g h i j k l"),
    ]

    chunks = chunks_of(segments, options(10))

    assert [chunk.text for chunk in chunks] == ["## One\n\na b c d e f", "### Deeper\n\ng h i j k l"]
    assert chunks[1].headings == ("One", "Deeper")


def fruit(rows):
    cells = [Cell(0, 0, "Name", header=True), Cell(0, 1, "Count", header=True)]
    cells += [cell for row in range(1, rows) for cell in (Cell(row, 0, f"fruit{row}"), Cell(row, 1, str(row)))]
    return Table(rows, 2, tuple(cells))


@pytest.mark.parametrize("form", list(Format))
def test_a_long_table_is_cut_between_rows_and_repeats_its_header(form):
    table = segment(1, SegmentType.TABLE, "all", table=fruit(20))
    formats = {SegmentType.TABLE: SegmentOptions(format=form)}

    chunks = chunks_of([table], options(200, ChunkUnit.CHARACTERS, segments=formats))

    assert len(chunks) > 1
    assert all("Name" in chunk.text and chunk.length <= 200 for chunk in chunks)
    assert re.findall(r"fruit\d+", " ".join(chunk.text for chunk in chunks)) == [f"fruit{row}" for row in range(1, 20)]


def test_a_caption_stays_with_the_first_piece_of_its_table():
    caption = segment(1, SegmentType.CAPTION, "Table 1: fruit")
    table = segment(2, SegmentType.TABLE, "all", table=fruit(20))

    chunks = chunks_of([caption, table], options(200, ChunkUnit.CHARACTERS))

    assert chunks[0].text.startswith("_Table 1: fruit_\n\n| Name | Count |")
    assert chunks[0].segments == ("segment_1_1", "segment_1_2")
    assert all(chunk.length <= 200 for chunk in chunks)


def test_a_caption_below_a_picture_is_cited_with_the_pictures_box():
    picture = segment(1, SegmentType.PICTURE, "")
    caption = segment(2, SegmentType.CAPTION, "Figure 1: a pear")

    (chunk,) = chunks_of([picture, caption], options(50))

    assert chunk.text == "_Figure 1: a pear_"
    assert chunk.segments == ("segment_1_1", "segment_1_2")


def test_running_headers_and_pictures_without_words_make_no_chunk():
    segments = [segment(1, SegmentType.PAGE_HEADER, "Report 2026"), segment(2, SegmentType.PICTURE, "")]

    assert chunks_of(segments, options(50)) == ()


def test_a_target_of_zero_gives_each_segment_its_chunk():
    segments = [segment(number, SegmentType.TEXT, f"text {number} " * 50) for number in range(3)]

    assert [chunk.segments for chunk in chunks_of(segments, options(0))] == [(one.id,) for one in segments]


def test_overlap_repeats_the_end_of_the_chunk_before():
    text = "One two three four. Five six seven. Eight nine ten eleven. Twelve."

    first, second, *_ = chunks_of([segment(1, SegmentType.TEXT, text)], options(8, overlap=3))

    assert first.text == "One two three four. Five six seven."
    assert second.text == "Five six seven. Eight nine ten eleven. Twelve."


def test_chinese_counts_a_word_a_character_and_is_cut_at_its_full_stops():
    text = "今天天气很好。我们去公园散步。" * 4

    chunks = chunks_of([segment(1, SegmentType.TEXT, text)], options(16))

    assert [chunk.text for chunk in chunks] == ["今天天气很好。我们去公园散步。"] * 4


def test_tokens_are_those_of_cl100k_base():
    assert measure_for(ChunkUnit.TOKENS)("The quick brown fox jumps over the lazy dog.") == 10
