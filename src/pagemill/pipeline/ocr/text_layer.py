"""A one-page PDF that holds nothing but recognised words and rules: what a PDF reader makes a laid-out page of.

Its two fonts, regular and bold, show every character as the same invisible box, half as wide as the font size; a map says
which character each code stands for, and `Tz` stretches every word to its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pagemill.pipeline.ocr import blank_font
from pagemill.pipeline.ocr.rules import Rule

ASCENT = blank_font.ASCENT / blank_font.UNITS  # share of the font size above the baseline
DESCENT = blank_font.DESCENT / blank_font.UNITS  # share of the font size below it
_ADVANCE = blank_font.ADVANCE / blank_font.UNITS  # share of the font size
_SPACE = 0.2  # of the font size
_CODES_A_BLOCK = 100  # the most that a CMap section may hold
_FONT = "Pagemill"


@dataclass(frozen=True)
class LayerWord:
    """A word to write: from `left` on the `baseline`, `width` wide, all in points from the top left of the page.

    One that is not `upright` runs upwards from there. One that is `spaced` gets a space before it.
    """

    text: str
    left: float
    baseline: float
    width: float
    size: float
    bold: bool = False
    upright: bool = True
    spaced: bool = False


def text_layer(width: float, height: float, words: Sequence[LayerWord], rules: Iterable[Rule] = ()) -> bytes:
    """A PDF of one page of that many points: the words invisible, one show operator each, and the rules as thin lines."""
    letters = sorted({" "}.union(*(word.text for word in words)))
    codes = {letter: code for code, letter in enumerate(letters, start=1)}
    lines = [_rule(rule, height) for rule in rules]
    shown = [_word(word, height, codes) for word in words if word.text and word.size > 0 and word.width > 0]
    return _document(width, height, "\n".join([*lines, *shown]), codes)


def _rule(rule: Rule, height: float) -> str:
    start, end = f"{rule.left:.2f} {height - rule.top:.2f}", f"{rule.right:.2f} {height - rule.bottom:.2f}"
    return f"{rule.thickness:.2f} w {start} m {end} l S"


def _word(word: LayerWord, height: float, codes: dict[str, int]) -> str:
    """The operators that show a word, after a narrow space if one was recognised: readers may miss a narrow gap."""
    shown = [_shown(_space_before(word), height, codes)] if word.spaced else []
    shown.append(_shown(word, height, codes))
    return f"BT {'/B' if word.bold else '/R'} {word.size:.2f} Tf 3 Tr {' '.join(shown)} ET"


def _space_before(word: LayerWord) -> LayerWord:
    gap = _SPACE * word.size
    left, baseline = (word.left - gap, word.baseline) if word.upright else (word.left, word.baseline + gap)
    return LayerWord(" ", left, baseline, gap, word.size, upright=word.upright)


def _shown(word: LayerWord, height: float, codes: dict[str, int]) -> str:
    stretch = 100 * word.width / (len(word.text) * word.size * _ADVANCE)
    turn = "1 0 0 1" if word.upright else "0 1 -1 0"
    place = f"{turn} {word.left:.2f} {height - word.baseline:.2f} Tm"
    return f"{stretch:.2f} Tz {place} <{''.join(f'{codes[letter]:04X}' for letter in word.text)}> Tj"


def _cmap(codes: dict[str, int]) -> str:
    """The ToUnicode map of the codes in use."""
    rows = [f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in codes.items()]
    blocks = [rows[start : start + _CODES_A_BLOCK] for start in range(0, len(rows), _CODES_A_BLOCK)]
    maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Pagemill def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{maps}\nendcmap\nend\nend"
    )


def _document(width: float, height: float, content: str, codes: dict[str, int]) -> bytes:
    resources = "<< /Font << /R 5 0 R /B 6 0 R >> >>"
    box = f"/MediaBox [0 0 {width:.2f} {height:.2f}]"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {box} /Resources {resources} /Contents 4 0 R >>",
        _stream(content),
        _font(_FONT, 7),
        _font(f"{_FONT}-Bold", 8),
        _descendant(_FONT, 9),
        _descendant(f"{_FONT}-Bold", 10),
        _descriptor(_FONT, 400),
        _descriptor(f"{_FONT}-Bold", 700),
        _stream(_cmap(codes)),
        _hex_stream(blank_font.blank_font()),
        _hex_stream(bytes(2 * len(codes) + 2)),
    ]
    return _file(objects)


def _stream(data: str, entries: str = "") -> str:
    return f"<< /Length {len(data)}{entries} >>\nstream\n{data}\nendstream"


def _hex_stream(data: bytes) -> str:
    return _stream(data.hex().upper() + ">", f" /Length1 {len(data)} /Filter /ASCIIHexDecode")


def _font(name: str, descendant: int) -> str:
    base = f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
    return f"{base} /DescendantFonts [{descendant} 0 R] /ToUnicode 11 0 R >>"


def _descendant(name: str, descriptor: int) -> str:
    """The font behind the codes: all of them show glyph 0."""
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    base = f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} {system} /CIDToGIDMap 13 0 R"
    return f"{base} /DW {blank_font.ADVANCE} /FontDescriptor {descriptor} 0 R >>"


def _descriptor(name: str, weight: int) -> str:
    up, down, across = blank_font.ASCENT, -blank_font.DESCENT, blank_font.ADVANCE
    metrics = f"/Ascent {up} /Descent {down} /CapHeight {up} /FontBBox [0 {down} {across} {up}]"
    stem = f"/StemV {weight // 5} /FontWeight {weight} /ItalicAngle 0 /Flags 4"
    return f"<< /Type /FontDescriptor /FontName /{name} {metrics} {stem} /FontFile2 12 0 R >>"


def _file(objects: Sequence[str]) -> bytes:
    """The objects, numbered from 1, with the cross-reference table that finds them."""
    parts, offsets = ["%PDF-1.7\n"], []
    for number, body in enumerate(objects, start=1):
        offsets.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n{body}\nendobj\n")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    parts.append(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}")
    start = sum(map(len, parts[:-1]))
    parts.append(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
    return "".join(parts).encode("ascii")
