"""What a cell shows for the number in it."""

from functools import lru_cache

from pagemill.pipeline.formats.sheets.dates import moment_of
from pagemill.pipeline.formats.sheets.figures import shown_figures
from pagemill.pipeline.formats.sheets.format_codes import Section, Token, literal, sections_of
from pagemill.pipeline.formats.sheets.moments import shown_moment

GENERAL = "General"
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0", 42: "$#,##0", 43: "#,##0.00", 44: "$#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""The formats that files only name by number; dates that look different in each country as ISO writes them."""

_LARGEST_EXACT = 1e15


def general(number: float) -> str:
    """The number as a cell without a format shows it."""
    if abs(number) < _LARGEST_EXACT and number == int(number):
        return str(int(number))
    return f"{number:.10g}".replace("e", "E")


@lru_cache(maxsize=1024)
def is_date_format(code: str) -> bool:
    """Whether numbers in this format are moments in time (durations are not)."""
    first = sections_of(code)[0]
    return first.is_moment and "elapsed" not in first.kinds


@lru_cache(maxsize=16_384)  # columns repeat their dates and amounts
def shown_number(number: float, code: str, *, since_1904: bool = False) -> str:
    """The number in a format like `#,##0.00;[Red](#,##0.00)` or `dd/mm/yyyy`."""
    if code == GENERAL:
        return general(number)
    section, number = _section_for(number, sections_of(code))
    if section.is_moment:
        moment = moment_of(number, since_1904=since_1904)
        return shown_moment(moment, number, section.tokens) if moment is not None else general(number)
    if "digit" in section.kinds:
        return shown_figures(section, number).strip()
    shown = (general(number) if _is_number(token) else literal(token) for token in section.tokens)
    return "".join(shown).strip()


def _is_number(token: Token) -> bool:
    return token.kind == "general" or token == Token("sign", "@")


def _section_for(number: float, sections: tuple[Section, ...]) -> tuple[Section, float]:
    """The section for a number, and the number without the sign where the section itself shows it."""
    if len(sections) == 1 and sections[0].condition is None:
        return sections[0], number
    if any(section.condition for section in sections):
        fitting = (one for one in sections[:3] if one.condition is None or _holds(number, *one.condition))
        return next(fitting, sections[0]), number
    if len(sections) > 1 and number < 0:
        return sections[1], -number
    return (sections[2], number) if len(sections) > 2 and number == 0 else (sections[0], number)


def _holds(number: float, sign: str, bound: float) -> bool:
    return {
        "<": number < bound, "<=": number <= bound, ">": number > bound,
        ">=": number >= bound, "=": number == bound, "<>": number != bound,
    }[sign]  # fmt: skip
