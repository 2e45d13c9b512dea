"""Dates as precise as a source states them: years, months and days, compared by the days they can mean."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_TIME: Final = re.compile(r"(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?")


def read_date(text: str) -> str:
    """Return the year, month or day of a literal, without the time of day and the zone that may follow it.

    Raises ``ValueError`` for any other text, and for a day that no calendar has.

    >>> read_date("2022"), read_date("2022-05-03T10:00:00Z")
    ('2022', '2022-05-03')
    """
    match = _DATE.match(text)
    if match is None or not _TIME.fullmatch(text, match.end()):
        msg = f"{text!r} is no year, month or day like 2022, 2022-05 or 2022-05-03"
        raise ValueError(msg)
    first_day(match[0])
    return match[0]


def first_day(date: str) -> dt.date:
    """Return the first day that a date can mean.

    >>> first_day("2022"), first_day("2022-02"), first_day("2022-02-03")
    (datetime.date(2022, 1, 1), datetime.date(2022, 2, 1), datetime.date(2022, 2, 3))
    """
    return dt.date.fromisoformat(date + "-01" * (2 - date.count("-")))


def last_day(date: str) -> dt.date:
    """Return the last day that a date can mean.

    >>> last_day("2023"), last_day("2024-02"), last_day("2022-02-03")
    (datetime.date(2023, 12, 31), datetime.date(2024, 2, 29), datetime.date(2022, 2, 3))
    """
    first = first_day(date)
    precision = date.count("-")
    month = 12 if precision == 0 else first.month
    return first if precision == 2 else dt.date(first.year, month, monthrange(first.year, month)[1])


def first_to_begin(dates: Iterable[str | None]) -> str | None:
    """Return the date whose first day is the earliest; None where one of them is unknown, and where there is none.

    Of dates that begin on the same day it is the least precise one, whatever their order.

    >>> first_to_begin(["2011", "2010-01", "2010"]), first_to_begin(["2011", None])
    ('2010', None)
    """
    return min(_known(dates), key=_by_first_day, default=None)


def last_to_begin(dates: Iterable[str | None]) -> str | None:
    """Return the date whose first day is the latest, the most precise one; None as of :func:`first_to_begin`."""
    return max(_known(dates), key=_by_first_day, default=None)


def first_to_end(dates: Iterable[str | None]) -> str | None:
    """Return the date whose last day is the earliest, the least precise one; None as of :func:`first_to_begin`."""
    return min(_known(dates), key=_by_last_day, default=None)


def last_to_end(dates: Iterable[str | None]) -> str | None:
    """Return the date whose last day is the latest, the most precise one; None as of :func:`first_to_begin`.

    >>> last_to_end(["2012-05", "2012"]), last_to_end(["2012", "2012-12-31"])
    ('2012', '2012-12-31')
    """
    return max(_known(dates), key=_by_last_day, default=None)


def _known(dates: Iterable[str | None]) -> set[str]:
    """Return the dates, none where one of them is unknown: it may be any."""
    given = set(dates)
    return set() if None in given else {date for date in given if date}


def _by_first_day(date: str) -> tuple[dt.date, str]:
    return first_day(date), date


def _by_last_day(date: str) -> tuple[dt.date, str]:
    return last_day(date), date
