"""Numbers and dates as documents write them: ``1,052``, ``15 700``, ``47,4 %``, ``1.85m``, ``8 out of 10``.

A text is asked whether a value stands in it, because what ``1,052`` means (a thousand, or one and a bit) only
the value that a curator read can tell.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from num2words import num2words

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,' ]\d+)*(?:\s?(?:k|m|bn|million|billion|mio|mrd)\b)?")
_FACTORS: Final = {
    "k": 10**3, "m": 10**6, "million": 10**6, "mio": 10**6, "bn": 10**9, "billion": 10**9, "mrd": 10**9,
}  # fmt: skip
_OUT_OF = re.compile(r"(\d+) (?:out of|von|in) (\d+)")
#: Words that stand for a number without being one.
_WORDS: Final = {
    Decimal(2): ("double", "doubled", "doubling", "twice", "both"),
    Decimal(12): ("dozen",),
    Decimal(50): ("half",),
}
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")
_MONTHS: Final = (
    ("january", "januar", "jan"), ("february", "februar", "feb"), ("march", "marz", "mar"), ("april", "apr"),
    ("may", "mai"), ("june", "juni", "jun"), ("july", "juli", "jul"), ("august", "aug"),
    ("september", "sept", "sep"), ("october", "oktober", "oct"), ("november", "nov"), ("december", "dezember", "dec"),
)  # fmt: skip


def _readings(written: str) -> set[Decimal]:
    match = re.fullmatch(r"([\d.,' ]+?)\s?([a-z]*)", written)
    if match is None:
        return set()
    digits, factor = match[1], _FACTORS.get(match[2], 1)
    out = {Decimal(re.sub(r"\D", "", digits))}
    plain = re.sub(r"[' ]", "", digits)
    if re.fullmatch(r"\d+[.,]\d+", plain):
        out.add(Decimal(plain.replace(",", ".")))
    if (last := re.fullmatch(r"([\d.,]+)[.,](\d{1,2})", plain)) is not None:
        out.add(Decimal(re.sub(r"\D", "", last[1]) + "." + last[2]))
    out |= {Decimal(part) for part in re.split(r"[' ]", digits) if part.isdigit()}
    return {value * factor for value in out}


@cache
def _in_words(value: int) -> tuple[str, ...]:
    forms = [num2words(value, lang=lang, to=to) for lang in ("en", "de") for to in ("cardinal", "ordinal")]
    return tuple(forms) + tuple(form.replace("-", " ") for form in forms if "-" in form)


def number_stands_in(value: Decimal, folded: str) -> bool:
    """Tell whether a folded text writes the value in figures, in words, or as so many out of so many.

    >>> number_stands_in(Decimal("47.4"), "almost half (47,4%) are")
    True
    >>> number_stands_in(Decimal(52), "fifty-two people"), number_stands_in(Decimal(80), "8 out of 10 mentors")
    (True, True)
    >>> number_stands_in(Decimal(52), "about 520 people")
    False
    """
    if any(value in _readings(m[0]) for m in _NUMBER.finditer(folded)):
        return True
    if any(int(m[2]) and Decimal(m[1]) * 100 / Decimal(m[2]) == value for m in _OUT_OF.finditer(folded)):
        return True
    words = [*_WORDS.get(value, ())]
    if value == value.to_integral_value() and 0 <= value <= 10_000:
        words += _in_words(int(value))
        words += [f"{int(value)}{suffix}" for suffix in ("st", "nd", "rd", "th")]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded) for word in words)


def date_stands_in(date: str, folded: str) -> bool:
    """Tell whether a folded text names the year, and month and day where the date has them.

    The date is a lexical form of ``xsd:gYear``, ``xsd:gYearMonth`` or ``xsd:date``; of anything else the answer is no.

    >>> date_stands_in("2021-02-16", "on 16th february 2021, the"), date_stands_in("2021-03", "february 2021")
    (True, False)
    """
    match = _DATE.fullmatch(date)
    if match is None:
        return False
    year, *rest = (part for part in match.groups() if part is not None)
    if not re.search(rf"(?<!\d){int(year)}(?!\d)", folded):
        # 2021-27 names the year 2027
        short = re.search(rf"(?<!\d){int(year) // 100}\d\d\s?[-/]\s?{int(year) % 100:02d}(?!\d)", folded)
        if short is None:
            return False
    if rest:
        month = int(rest[0])
        named = any(re.search(rf"(?<!\w){word}(?!\w)", folded) for word in _MONTHS[month - 1])
        if not named and not re.search(rf"(?<!\d)0?{month}[./-]", folded):
            return False
    if len(rest) > 1:
        day = int(rest[1])
        return re.search(rf"(?<!\d)0?{day}(?:st|nd|rd|th|\.)?(?!\d)", folded) is not None
    return True
