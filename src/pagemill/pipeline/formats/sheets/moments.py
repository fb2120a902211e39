"""Dates, times and durations as formats like `d mmm yyyy` or `[h]:mm` show them, with English names."""

from collections.abc import Sequence
from datetime import datetime

from pagemill.pipeline.formats.sheets.format_codes import Token, literal

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECONDS_A_DAY = 86_400


def shown_moment(moment: datetime, days: float, tokens: Sequence[Token]) -> str:
    """The moment in this format; `days` is the number itself, for elapsed hours, minutes and seconds."""
    halved = any(token.kind == "half" for token in tokens)
    shown: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "elapsed":
            shown.append(_elapsed(days, token.text))
        elif token.kind == "date":
            shown.append(_part(moment, token.text.lower(), minutes=_means_minutes(tokens, index), halved=halved))
        elif token.kind == "half":
            shown.append("AM" if moment.hour < 12 else "PM")
        elif token.kind == "fraction":
            shown.append(f".{moment.microsecond:06}"[: len(token.text)])
        else:
            shown.append(literal(token) if token.kind == "literal" else token.text)
    return "".join(shown).strip()


def _elapsed(days: float, unit: str) -> str:
    seconds = round(days * _SECONDS_A_DAY)
    whole = {"h": seconds // 3600, "m": seconds // 60, "s": seconds}[unit[0]]
    return f"{whole:0{len(unit)}}"


def _means_minutes(tokens: Sequence[Token], index: int) -> bool:
    """Whether an `m` here is minutes: hours come right before it, or seconds right after."""
    clock = ("date", "elapsed")
    before = next((token.text for token in reversed(tokens[:index]) if token.kind in clock), "")
    after = next((token.text for token in tokens[index + 1 :] if token.kind in clock), "")
    return before[:1].lower() == "h" or after[:1].lower() == "s"


def _part(moment: datetime, code: str, *, minutes: bool, halved: bool) -> str:
    if code[0] == "y":
        return f"{moment.year:04}" if len(code) > 2 else f"{moment.year % 100:02}"
    if code[0] == "m" and not minutes:
        return _named(moment.month, code, _MONTHS[moment.month - 1])
    if code[0] == "d":
        return _named(moment.day, code, _DAYS[moment.weekday()])
    hour = (moment.hour + 11) % 12 + 1 if halved else moment.hour
    number = {"h": hour, "m": moment.minute, "s": moment.second}[code[0]]
    return f"{number:0{min(len(code), 2)}}"


def _named(number: int, code: str, name: str) -> str:
    """`1`, `01`, `Jan`, `January` or `J`, as the code is long."""
    if len(code) <= 2:
        return f"{number:0{len(code)}}"
    return {3: name[:3], 5: name[:1]}.get(len(code), name)
