"""Number formats, taken apart: `#,##0.00;[Red](#,##0.00)` is two sections of tokens."""

import re
from functools import lru_cache

import msgspec

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General)|(?P<half>AM/PM|A/P)'
    r"|(?P<fraction>(?<=[sS])\.0+)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+)|(?P<exponent>[eE][+-])|(?P<digit>[0#?])"
    r"|(?P<sign>[.,%/@])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+\.?\d*)")
_CURRENCY = re.compile(r"\$([^-]*)")
_ELAPSED = re.compile(r"[hH]+|[mM]+|[sS]+")
_LONGEST_CODE = 255
_MOMENTS = frozenset({"date", "elapsed", "half"})


class Token(msgspec.Struct, frozen=True):
    """A piece of a format: `kind` is literal, digit, sign, exponent, date, elapsed, fraction, half or general."""

    kind: str
    text: str


class Section(msgspec.Struct, frozen=True):
    """What a format says of positive, of negative numbers, of zero or of text; or of those that its condition names."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None
    kinds: frozenset[str]

    @property
    def is_moment(self) -> bool:
        """Whether it shows a date, a time or a duration."""
        return not self.kinds.isdisjoint(_MOMENTS)


@lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a format, at least one."""
    tokens: list[list[Token]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for match in _TOKEN.finditer(code[:_LONGEST_CODE]):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if (kind, text) == ("other", ";"):
            tokens.append([])
            conditions.append(None)
        elif kind == "bracket" and (condition := _CONDITION.fullmatch(text)):
            conditions[-1] = condition[1], float(condition[2])
        else:
            tokens[-1].extend(_tokens(kind, text))
    return tuple(
        Section(tuple(found), condition, frozenset(token.kind for token in found))
        for found, condition in zip(tokens, conditions, strict=True)
    )


def _tokens(kind: str, text: str) -> list[Token]:
    if kind == "bracket":
        currency = _CURRENCY.match(text)
        if currency:
            return [Token("literal", currency[1])]
        return [Token("elapsed", text.lower())] if _ELAPSED.fullmatch(text) else []
    if kind in ("quoted", "escaped", "other"):
        return [Token("literal", text)]
    return [Token(kind, text)] if kind else []


def literal(token: Token) -> str:
    """What the token shows whatever the number is."""
    return token.text if token.kind == "literal" or token == Token("sign", "%") else ""
