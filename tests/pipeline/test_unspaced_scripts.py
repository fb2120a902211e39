"""Chinese and Japanese are written without spaces, Korean with: lines are joined, counted and cut as each script wants it."""

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Paragraph

from pagemill.domain.document import BBox, Block, BlockKind
from pagemill.domain.options import ChunkUnit
from pagemill.pipeline.chunking.lengths import measure_for
from pagemill.pipeline.chunking.splitting import split_text, tail_of
from pagemill.pipeline.layout.paragraphs import goes_on, joined
from pagemill.pipeline.scripts import joined_lines, unwrapped
from tests.pipeline.made import parse

JAPANESE = (
    "水車は川の流れを利用して粉を挽く機械である。古くから各地で使われてきた。「粉屋の水車」という歌もある！"
    "江戸時代には、米の精白や菜種油の搾油などにも広く用いられ、村々の暮らしを支えた。今も動くものがあるのか？"
)
CHINESE = (
    "水车是一种利用水流来磨面粉的机器。自古以来在各地使用，至今仍有保存。“龙骨水车”在江南地区尤其有名！"
    "人们用它灌溉稻田；在Python语言里，也有一个叫做“水车”的程序库。价格是３．５元。"
)
KOREAN = (
    "물레방아는 물의 흐름을 이용하여 곡식을 빻는 기계이다. 옛날부터 널리 쓰였다. 조선 시대에는 마을마다 물레방아가 있었다. "
    "지금도 움직이는 것이 있을까? 그렇다."
)
FONTS = {"ja": "HeiseiMin-W3", "zh": "STSong-Light", "ko": "HYSMyeongJo-Medium"}


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("川の流", "れを利用"), "川の流れを利用"),
        (("至今仍有保存。", "在江南"), "至今仍有保存。在江南"),
        (("他说：", "“水车”"), "他说：“水车”"),
        (("물의 흐름을", "이용하여"), "물의 흐름을 이용하여"),
        (("uses Python", "言語"), "uses Python 言語"),
        (("the mill", "stands"), "the mill stands"),
        (("〜という", "A"), "〜という A"),
        (("", "水"), " 水"),
    ],
)
def test_lines_are_joined_as_the_script_wants_it(lines, text):
    assert joined_lines(*lines) == text
    assert unwrapped("\n".join(lines)) == text


def test_a_space_that_was_written_stays():
    assert unwrapped("第一章　水車\n山田 太郎") == "第一章　水車山田 太郎"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("水車は川。", 5),
        ("水车 水车", 4),
        ("물의 흐름을 이용하여", 3),
        ("在Python语言里", 5),
        ("第一章　水車", 5),
        ("𠮷野家", 3),
        ("the mill", 2),
    ],
)
def test_words_are_characters_where_there_are_no_spaces(text, words):
    assert measure_for(ChunkUnit.WORDS)(text) == words


@pytest.mark.parametrize("text", [JAPANESE, CHINESE, KOREAN])
def test_long_text_is_cut_at_the_ends_of_sentences(text):
    pieces = [piece.strip() for piece in split_text(text, 45, len)]

    assert len(pieces) >= 2
    assert max(map(len, pieces)) <= 45
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert all(piece[-1] in "。！？；.?" for piece in pieces)


def test_closing_quotes_stay_with_their_sentence_and_decimals_stay_whole():
    pieces = split_text("彼は言った「行こう。」そして去った。３．５元だった。", 14, len)

    assert pieces == ["彼は言った「行こう。」", "そして去った。", "３．５元だった。"]


def test_overlap_is_whole_sentences():
    assert tail_of(JAPANESE, 20, len) == "今も動くものがあるのか？"


@pytest.mark.parametrize(
    ("text", "unit"), [(JAPANESE, "words"), (CHINESE, "tokens"), (KOREAN, "words"), (JAPANESE, "characters")]
)
def test_chunks_say_the_text_and_keep_to_their_length(tmp_path, text, unit):
    path = tmp_path / "text.txt"
    path.write_text(text * 20)

    chunks = parse(path, "text/plain", chunks={"target": 60, "unit": unit}).document.chunks

    assert all(chunk.length <= 60 for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks).replace(" ", "") == (text * 20).replace(" ", "")


@pytest.mark.parametrize(("language", "text"), [("ja", JAPANESE), ("zh", CHINESE), ("ko", KOREAN)])
def test_a_paragraph_of_a_pdf_is_one_text(make_pdf, language, text):
    registerFont(UnicodeCIDFont(FONTS[language]))
    wrap = {} if language == "ko" else {"wordWrap": "CJK"}
    style = ParagraphStyle("body", fontName=FONTS[language], fontSize=11, leading=15, **wrap)

    (found,) = parse(make_pdf([Paragraph(text, style)]), "application/pdf").texts("Text")

    straight = str.maketrans("“”", '""')
    assert found.translate(straight) == text.translate(straight)


@pytest.mark.parametrize(
    ("suffix", "source"), [("text/html", "<p>川の流\nれを利用</p>"), ("text/markdown", "川の流\nれを利用\n")]
)
def test_a_wrapped_source_is_one_text(tmp_path, suffix, source):
    path = tmp_path / "page"
    path.write_text(source)

    assert parse(path, suffix).texts("Text") == ["川の流れを利用"]


def line(text, top, right=400.0):
    return Block(BlockKind.PARAGRAPH, text, BBox(50.0, top, right - 50.0, 12.0), font_size=11.0)


def test_torn_paragraphs_are_made_whole_only_where_a_full_line_goes_on():
    before, after = line("水車は川の流れを利用して粉を挽", 100.0), line("く機械である。", 114.0, 150.0)

    assert goes_on(before, after)
    assert joined(before, after).text == "水車は川の流れを利用して粉を挽く機械である。"
    assert not goes_on(line("第一章", 100.0, 90.0), line("水車は川の流れを利用して粉を挽く。", 114.0))
    assert not goes_on(line("水車は川の流れを利用した。", 100.0), after)
    assert not goes_on(line("물레방아는 물의", 100.0), line("흐름을 이용", 114.0, 150.0))
