"""Numbers for readers: as many digits as mean something."""

from __future__ import annotations


def short(value: float | None) -> str:
    """Return a number with four significant digits, a dash for none.

    >>> short(0.123456), short(12.0), short(None), short(1234567.0), short(0.00001234)
    ('0.1235', '12', '–', '1,234,567', '0.00001234')
    """
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 10_000:
        return f"{value:,.0f}"
    digits = max(0, 3 - _magnitude(abs(value)))
    return f"{value:,.{digits}f}"


def _magnitude(value: float) -> int:
    return int(f"{value:.3e}".partition("e")[2])


def interval(low: int | None, high: int | None) -> str:
    """Return an interval of ranks.

    >>> interval(1, 7), interval(3, 3), interval(None, None)
    ('1 to 7', '3', '–')
    """
    return "–" if low is None else str(low) if low == high else f"{low} to {high}"


def span(first: str | None, last: str | None) -> str:
    """Return a time from one date to another.

    >>> span("2011-04", "2024"), span("2025", "2025"), span(None, None)
    ('2011-04 to 2024', '2025', '–')
    """
    return "–" if first is None else first if first == last else f"{first} to {last}"


def share(value: float | None) -> str:
    """Return a share as a whole percentage.

    >>> share(0.935), share(None)
    ('94 %', '–')
    """
    return "–" if value is None else f"{100 * value:.0f} %"


def chance(p: float | None) -> str:
    """Return a probability with three digits after the point, tiny ones with their power of ten.

    >>> chance(0.00498), chance(2.4e-9), chance(None)
    ('0.005', '2.4e-09', '–')
    """
    return "–" if p is None else f"{p:.1e}" if 0 < p < 0.001 else f"{p:.3f}"
