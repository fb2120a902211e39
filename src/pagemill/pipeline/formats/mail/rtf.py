"""The text of a mail that Outlook kept as compressed Rich Text (MS-OXRTFCP, MS-OXRTFEX)."""

import re

from pagemill.pipeline.formats.mail.message import Body

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_HEADER_BYTES = 16
_WINDOW_BYTES = 4096
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_SKIPPED = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator"})
_WORDS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_WORDS |= {"bullet": "•", "endash": "–", "emdash": "—", "cell": "\t", "row": "\n"}


def rtf_body(compressed: bytes) -> Body:
    """What was written: as HTML if the Rich Text only wraps some, else as text. Empty if there is nothing, or it is damaged."""
    rtf = decompressed(compressed).decode("latin-1")
    html = "\\fromhtml" in rtf[:300]
    text = _Text(html=html).of(rtf)
    return Body(html=text) if html else Body(text=text)


def decompressed(data: bytes) -> bytes:
    """The Rich Text; as much of it as can be read, nothing if it is not in one of the two known forms."""
    if data[8:12] == _PLAIN:
        return data[_HEADER_BYTES:]
    return _expanded(data[_HEADER_BYTES:]) if data[8:12] == _COMPRESSED else b""


def _expanded(data: bytes) -> bytes:
    window = bytearray(_DICTIONARY)
    position = 0
    while position < len(data):
        control = data[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                window += data[position : position + 1]
                position += 1
                continue
            reference = int.from_bytes(data[position : position + 2], "big")
            position += 2
            start, length = _start(reference >> 4, len(window)), (reference & 15) + 2
            if position > len(data) or start is None:
                return bytes(window[len(_DICTIONARY) :])
            for offset in range(length):
                window.append(window[start + offset])
    return bytes(window[len(_DICTIONARY) :])


def _start(place: int, written: int) -> int | None:
    """Where in all that was written a place in the round window of 4096 bytes is; None for the place that marks the end."""
    back = (written - place) % _WINDOW_BYTES
    return written - back if 0 < back <= written else None


class _Text:
    """Walks over the tokens of Rich Text and keeps those that are seen."""

    def __init__(self, *, html: bool) -> None:
        self._html = html
        self._kept: list[str] = []
        self._bytes = bytearray()
        self._hidden = False
        self._stack: list[bool] = []
        self._code_page = "cp1252"
        self._skip_after_unicode = 1
        self._to_skip = 0
        self._starred = False

    def of(self, rtf: str) -> str:
        """The text of all tokens."""
        for token in _TOKEN.finditer(rtf):
            word, number, coded, symbol, brace, text = token.groups()
            if coded:
                self._coded(int(coded, 16))
                continue
            self._flush()
            if brace:
                self._group(brace)
            elif word:
                self._word(word.lower(), int(number) if number else None)
            elif symbol:
                self._symbol(symbol)
            elif text:
                self._add(text)
        self._flush()
        return "".join(self._kept).replace("\0", "")

    def _group(self, brace: str) -> None:
        self._starred = False
        if brace == "{":
            self._stack.append(self._hidden)
        elif self._stack:
            self._hidden = self._stack.pop()

    def _word(self, word: str, number: int | None) -> None:
        if word in _SKIPPED or (self._starred and word != "htmltag"):
            self._hidden = True
        elif word == "htmlrtf":
            self._hidden = number != 0
        elif word == "ansicpg" and number:
            self._code_page = f"cp{number}"
        elif word == "uc":
            self._skip_after_unicode = number or 0
        elif word == "u" and number is not None:
            self._to_skip = 0
            self._add(chr(number % 65_536))
            self._to_skip = self._skip_after_unicode
        elif word in _WORDS and not (self._html and word in ("cell", "row")):
            self._add(_WORDS[word])
        self._starred = False

    def _symbol(self, symbol: str) -> None:
        self._starred = symbol == "*"
        if symbol in "{}\\":
            self._add(symbol)
        elif symbol == "~":
            self._add(" ")

    def _add(self, text: str) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        if not self._hidden:
            self._kept.append(text[skipped:])

    def _coded(self, byte: int) -> None:
        """A byte in the code page, or one that only stands in for the Unicode character before it."""
        if self._to_skip:
            self._to_skip -= 1
        elif not self._hidden:
            self._bytes.append(byte)

    def _flush(self) -> None:
        if self._bytes:
            try:
                text = self._bytes.decode(self._code_page, "replace")
            except LookupError:
                text = self._bytes.decode("cp1252", "replace")
            self._bytes.clear()
            self._kept.append(text)
