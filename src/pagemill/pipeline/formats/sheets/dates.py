"""Dates as spreadsheets store them: days since the end of 1899, or since 1904."""

from datetime import datetime, timedelta

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # cells know no time zones
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_DAY = 2_958_465
_LEAP_DAY_THAT_NEVER_WAS = 60


def moment_of(days: float, *, since_1904: bool = False) -> datetime | None:
    """The date and time, to the millisecond; None for a number that is no date."""
    if not 0 <= days <= _LAST_DAY:
        return None
    if not since_1904 and days < _LEAP_DAY_THAT_NEVER_WAS:
        days += 1
    try:
        return (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(milliseconds=round(days * 86_400_000))
    except OverflowError:
        return None


def iso(days: float, *, since_1904: bool = False) -> str | None:
    """The date, time or both in ISO 8601; None for a number that is no date."""
    moment = moment_of(days, since_1904=since_1904)
    if moment is None:
        return None
    if 0 < days < 1:
        return moment.time().isoformat("milliseconds" if moment.microsecond else "seconds")
    return moment.date().isoformat() if days == int(days) else moment.isoformat()
