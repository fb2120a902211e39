"""Figures as formats like `#,##0.00`, `0.0%`, `0.00E+00` or `# ?/?` show them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import msgspec

from pagemill.pipeline.formats.sheets.format_codes import Section, Token, literal

_POINT, _COMMA, _SLASH = Token("sign", "."), Token("sign", ","), Token("sign", "/")
_MOST_EXACT = 1e15


class _Layout(msgspec.Struct, frozen=True):
    """A section's tokens before the point, behind it, and from the exponent on."""

    whole: tuple[Token, ...]
    decimals: tuple[Token, ...]
    exponent: tuple[Token, ...]


def shown_figures(section: Section, number: float) -> str:
    """The number as this section shows it, which has at least one place for a digit."""
    tokens = section.tokens
    number *= 100.0 ** sum(1 for token in tokens if token == Token("sign", "%"))
    if _SLASH in tokens:
        return _fraction(tokens, number)
    layout = _laid_out(tokens)
    sign = "-" if number < 0 else ""
    number = abs(number) / 1000.0 ** _scaling_commas(tokens)
    if layout.exponent:
        shown = _scientific(layout, number)
    else:
        whole, decimals = _digits(number, len(_places(layout.decimals)))
        shown = _whole(layout.whole, whole) + _decimals(layout.decimals, decimals)
    return sign + shown if any(figure in "123456789" for figure in shown) else shown


def _laid_out(tokens: tuple[Token, ...]) -> _Layout:
    start = next((index for index, token in enumerate(tokens) if token.kind == "exponent"), len(tokens))
    point = tokens.index(_POINT) if _POINT in tokens[:start] else start
    return _Layout(tokens[:point], tokens[point:start], tokens[start:])


def _places(tokens: Sequence[Token]) -> list[str]:
    return [token.text for token in tokens if token.kind == "digit"]


def _scaling_commas(tokens: Sequence[Token]) -> int:
    """Each comma behind the last digit divides by a thousand."""
    last = max(index for index, token in enumerate(tokens) if token.kind == "digit")
    commas = 0
    for token in tokens[last + 1 :]:
        if token != _COMMA:
            break
        commas += 1
    return commas


def _digits(number: float, decimals: int) -> tuple[str, str]:
    """The digits before and behind the point, rounded as in school."""
    if number < _MOST_EXACT:
        rounded = f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    else:
        rounded = f"{number:.{decimals}f}"
    whole, _, behind = rounded.partition(".")
    return whole, behind


def _whole(tokens: tuple[Token, ...], digits: str) -> str:
    places = _places(tokens)
    digits = digits.lstrip("0").rjust(places.count("0"), "0")
    first = next((index for index, token in enumerate(tokens) if token.kind == "digit"), len(tokens))
    last = max((index for index, token in enumerate(tokens) if token.kind == "digit"), default=-1)
    before, between, after = tokens[:first], tokens[first : last + 1], tokens[last + 1 :]
    shown = _grouped(digits) if _COMMA in between else _dealt(between, digits)
    return "".join(map(literal, before)) + shown + "".join(map(literal, after))


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".rjust(len(digits), "0") if digits else ""


def _dealt(tokens: tuple[Token, ...], digits: str) -> str:
    """Digits into their places from the right, as in `000-0000`; what is left over stands in front."""
    shown: list[str] = []
    left = digits
    for token in reversed(tokens):
        if token.kind == "digit":
            shown.append(left[-1:])
            left = left[:-1]
        else:
            shown.append(literal(token) if left else "")
    return left + "".join(reversed(shown))


def _decimals(tokens: tuple[Token, ...], digits: str) -> str:
    places = _places(tokens)
    while digits and places and places[-1] != "0" and digits.endswith("0"):
        digits, places = digits[:-1], places[:-1]
    behind = "".join(literal(token) for token in tokens)
    return (f".{digits}" if digits else "") + behind


def _scientific(layout: _Layout, number: float) -> str:
    """A multiple of a power of ten, or of a thousand if there are three places before the point."""
    step = max(1, len(_places(layout.whole)))
    exponent = int(f"{number:e}".partition("e")[2]) if number else 0
    exponent -= exponent % step
    whole, decimals = _digits(number / 10.0**exponent if exponent > -300 else 0.0, len(_places(layout.decimals)))
    sign = "-" if exponent < 0 else "+" * (layout.exponent[0].text[1] == "+")
    power = str(abs(exponent)).rjust(len(_places(layout.exponent)), "0")
    behind = "".join(map(literal, layout.exponent[1:]))
    return f"{whole}{_decimals(layout.decimals, decimals)}E{sign}{power}{behind}"


def _fraction(tokens: tuple[Token, ...], number: float) -> str:
    places = len(_places(tokens[tokens.index(_SLASH) + 1 :]))
    near = Fraction(abs(number)).limit_denominator(10 ** max(1, min(places, 6)) - 1)
    whole, rest = divmod(near.numerator, near.denominator)
    parts = [str(whole)] * bool(whole or not rest) + [f"{rest}/{near.denominator}"] * bool(rest)
    return "-" * (number < 0 and near > 0) + " ".join(parts)
