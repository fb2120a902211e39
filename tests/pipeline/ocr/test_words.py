"""Characters become words."""

import pytest

from pagemill.pipeline.ocr.ctc import Glyph
from pagemill.pipeline.ocr.words import Script, script_of, tokens


def split(line):
    return [token.text for token in tokens(Glyph(letter, 1.0, step) for step, letter in enumerate(line))]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("two words", ["two", "words"]),
        ("  wide   gaps ", ["wide", "gaps"]),
        ("3.14, (about)", ["3.14,", "(about)"]),
        ("", []),
        ("   ", []),
        ("naïve Łódź", ["naïve", "Łódź"]),
        ("安全\u3000第一", ["安全", "第一"]),
        ("今天天气好，我们走。", ["今天天气好，", "我们走。"]),
        ("使用Python编写", ["使用", "Python", "编写"]),
        ("在2023年", ["在2023年"]),
        ("他说：“好。”", ["他说：“好。”"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("カタカナabc", ["カタカナ", "abc"]),
    ],
)
def test_a_line_is_split_at_spaces_and_where_scripts_without_spaces_pause(line, words):
    assert split(line) == words


def test_no_character_is_lost_but_spaces():
    line = "A 2nd 例：v1.0（测试）ok, done。"
    assert "".join(split(line)) == line.replace(" ", "")


def test_a_word_knows_its_steps_its_mean_confidence_and_whether_a_space_parts_it():
    glyphs = [
        Glyph("o", 1.0, 2.0),
        Glyph("k", 0.5, 4.5),
        Glyph(" ", 1.0, 6.0),
        Glyph("好", 0.8, 8.0),
        Glyph("a", 1.0, 9.0),
    ]
    first, second, third = tokens(glyphs)
    assert (first.text, first.confidence, first.first_step, first.last_step) == ("ok", 0.75, 2.0, 4.5)
    assert [first.spaced, second.spaced, third.spaced] == [False, True, False]


@pytest.mark.parametrize(
    ("character", "script"),
    [
        ("a", Script.SPACED),
        ("한", Script.SPACED),
        ("漢", Script.UNSPACED),
        ("。", Script.UNSPACED),
        ("𠅤", Script.UNSPACED),
        ("7", Script.NEUTRAL),
        ("-", Script.NEUTRAL),
    ],
)
def test_scripts_are_told_by_the_character(character, script):
    assert script_of(character) is script
