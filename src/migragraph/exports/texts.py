"""Text as the formats can hold it: control characters, names of columns, dates.

No text is dropped. What a format cannot hold is written as something that shows it, and the export says how often.
"""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Control characters that no XML 1.0 document can hold, and their pictures. https://www.w3.org/TR/xml/#charsets
_PICTURES: Final = {n: chr(0x2400 + n) for n in range(0x20) if chr(n) not in "\t\n\r"}
_NO_CHARACTERS: Final = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
_SHOWN: Final = {**_PICTURES, **_NO_CHARACTERS}
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: What may not stand in a name of type NMTOKEN. https://www.w3.org/TR/xml/#NT-NameChar
_NO_NAME_CHARACTER: Final = re.compile(
    "[^-.:_0-9A-Za-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
)
_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*|Z|[+-]\d\d:\d\d)?", re.ASCII)


def encodable(text: str) -> str:
    """Write half characters (lone surrogates), which no UTF-8 file can hold, as U+FFFD."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def shown(text: str) -> str:
    r"""Write control characters as their pictures, U+0001 as U+2401; tab, newline and carriage return stay.

    >>> shown("a\x01b")
    'a␁b'
    """
    return text.translate(_SHOWN)


def one_line(text: str) -> str:
    """Write control characters as their pictures, and every run of white space as one blank."""
    return " ".join(shown(text).split())


def as_json(value: object, levels: int) -> bytes:
    """Write JSON in UTF-8; raises ``ValueError`` for what is no JSON, such as NaN.

    Members of the outer ``levels`` of lists and objects have a line each, deeper ones stand on the line of what they
    are in: a node or tie is a line. Python's fast encoder writes such lines; it cannot indent.

    >>> print(as_json({"nodes": [{"id": "a"}, {"id": "b"}], "edges": []}, levels=2).decode(), end="")
    {
     "nodes": [
      {"id": "a"},
      {"id": "b"}
     ],
     "edges": []
    }
    """
    return (_in_lines(value, levels, "\n") + "\n").encode()


def _in_lines(value: object, levels: int, line: str) -> str:
    """Write JSON; ``line`` is a line break and the blanks that a line of this level starts with."""
    inner = f"{line} "
    if levels and value and isinstance(value, dict):
        members = (f"{_JSON.encode(key)}: {_in_lines(held, levels - 1, inner)}" for key, held in value.items())
        return f"{{{inner}{f',{inner}'.join(members)}{line}}}"
    if levels and value and isinstance(value, list):
        return f"[{inner}{f',{inner}'.join(_in_lines(held, levels - 1, inner) for held in value)}{line}]"
    return _JSON.encode(value)


def name_token(name: str) -> str:
    """Turn a name into an XML name token: each character that cannot stand in one becomes an underscore.

    >>> name_token("share of women (%)")
    'share_of_women____'
    """
    return _NO_NAME_CHARACTER.sub("_", name) or "_"


def distinct(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Make names distinct without regard to case, from each other and from those taken, by a number at the end.

    >>> distinct(["Rank", "rank", "x"], taken=["X"])
    ['Rank', 'rank_2', 'x_2']
    """
    known = {name.casefold() for name in taken}
    made = []
    for name in names:
        candidates = (name if n == 1 else f"{name}_{n}" for n in count(1))
        free = next(candidate for candidate in candidates if candidate.casefold() not in known)
        known.add(free.casefold())
        made.append(free)
    return made


def first_day(text: str) -> date | None:
    """Return the first day of an ISO date, month or year, or None where the text is none of these.

    >>> first_day("2016-02")
    datetime.date(2016, 2, 1)
    """
    return _day(text, last=False)


def last_day(text: str) -> date | None:
    """Return the last day of an ISO date, month or year, or None where the text is none of these.

    >>> last_day("2016-02"), last_day("2016")
    (datetime.date(2016, 2, 29), datetime.date(2016, 12, 31))
    """
    return _day(text, last=True)


def _day(text: str, *, last: bool) -> date | None:
    parts = _PARTIAL_DATE.fullmatch(text.strip())
    if parts is None:
        return None
    year, month, day = parts.groups()
    try:
        if day:
            return date(int(year), int(month), int(day))
        first = date(int(year), int(month or (12 if last else 1)), 1)
    except ValueError:  # month 13, day 31 of a month of 30, year 0
        return None
    if not last:
        return first
    return date.fromordinal(first.replace(day=28).toordinal() + 4).replace(day=1) - date.resolution
