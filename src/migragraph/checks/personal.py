"""Personal data: e-mail addresses and phone numbers, in the graph and in the files it is made of.

They never enter the graph, whoever they belong to; what is found is shown masked, because reports are published.
Numbers that are none of a phone are told apart by form: dates, years, amounts, codes, ISBN and ISSN, parts of URLs.

Entry points: :func:`find_personal`, :func:`check_personal`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import Problem, SourceError, Where
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

    from migragraph.checks.focus import Focuses

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]*\w\s?(?:@|\[at\]|\(at\)|\{at\})\s?(?:[a-z0-9-]+\s?(?:\.|\[dot\]|\(dot\))\s?)+[a-z]{2,}(?![\w@])",
    re.IGNORECASE,
)
_CONTACT_IRI = re.compile(r"\b(?:mailto|tel|sms|fax|callto|xmpp):[^\s<>\"]+", re.IGNORECASE)
_URL = re.compile(r"\b(?:https?|ftp)://[^\s<>\"|]+", re.IGNORECASE)
#: With the country code: +49 341 123 45 67, 0049 (0)341-1234567.
_INTERNATIONAL = re.compile(r"(?<![\w.+/-])(?:\+|00)[1-9]\d{0,2}(?:[ ./\-\u00a0]?\(?\d{1,6}\)?){2,6}(?![\w%])")
#: With the area code: (0341) 123 45 67, 0341/1234567, 020 7946 0958.
_NATIONAL = re.compile(r"(?<![\w.+/-])\(?0[1-9]\d{0,4}\)?(?:[ /\-\u00a0]+\d{2,8}){1,5}(?![\w%])")
#: Any number that is announced as one.
_ANNOUNCED = re.compile(
    r"\b(?:tel|telephone|telefon|téléphone|teléfono|telefono|phone|mobile|mobil|fax|hotline|whatsapp)\b\.?\s*"
    r"(?:no\.?|nr\.?|number)?\s*[:.]?\s*(?P<number>[+(]?\d[\d ()./\-\u00a0]{5,}\d)",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"(?:\d{1,2}[./-]){2}\d{4}"  # 01.02.2021
    r"|(?:19|20)\d\d\s?[-/–]\s?(?:19|20)?\d\d"  # 2021-2027
    r"|\d{4}-\d{3}[\dX]"  # ISSN
)
_ISBN = re.compile(r"\b(?:ISBN|ISSN|DOI|CELEX|EAN)[\s:-]*(?:1[03])?[\s:-]*[\dX. /-]+", re.IGNORECASE)
_FEWEST_DIGITS, _MOST_DIGITS = 9, 15
_TEXT_FILES = frozenset({".csv", ".ttl", ".trig", ".toml", ".md", ".rq", ".txt", ".json"})


def find_personal(text: str) -> Iterator[tuple[str, str]]:
    """Yield each e-mail address and phone number in a text: what it is, and the words that hold it.

    >>> list(find_personal("Write to jane.doe@example.org or call +49 341 123 45 67."))
    [('e-mail address', 'jane.doe@example.org'), ('phone number', '+49 341 123 45 67')]
    >>> list(find_personal("1,499,996.74 EUR from 2021-2027, agreement 101038215, since 01.02.2021"))
    []
    """
    for match in _CONTACT_IRI.finditer(text):
        yield ("e-mail address" if match[0].lower().startswith("mailto") else "phone number"), match[0]
    rest = _CONTACT_IRI.sub(" ", text)
    for match in _EMAIL.finditer(rest):
        yield "e-mail address", match[0]
    rest = _ISBN.sub(" ", _EMAIL.sub(" ", _URL.sub(" ", rest)))
    seen: list[tuple[int, int]] = []
    for pattern, group in ((_ANNOUNCED, "number"), (_INTERNATIONAL, 0), (_NATIONAL, 0)):
        for match in pattern.finditer(rest):
            start, end = match.span(group)
            known = any(start < e and s < end for s, e in seen)
            if not known and _may_be_phone(match[group], announced=group == "number"):
                seen.append((start, end))
                yield "phone number", match[group]


def _may_be_phone(number: str, *, announced: bool) -> bool:
    digits = re.sub(r"\D", "", number)
    if announced:
        return not _NO_PHONE.fullmatch(number.strip())
    # +10 000 000 is a rise, not a number to call: groups of three zeros
    return (
        _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS
        and not _NO_PHONE.search(number)
        and not re.fullmatch(r"\+?\d{1,3}(?:[ .\u00a0]000)+", number)
    )


def mask(words: str) -> str:
    """Hide what a reader could use: the middle of an address, all but the last two digits of a number.

    >>> mask("jane.doe@example.org"), mask("+49 341 123 45 67")
    ('j…@example.org', '…67')
    """
    if "@" in words:
        local, _, host = words.rpartition("@")
        return f"{local.removeprefix('mailto:')[:1]}…@{host.strip()}"
    return f"…{words.strip()[-2:]}"


def find_data_files(folders: Iterable[Path]) -> list[Path]:
    """Return the text files below the folders, sorted; a folder without any is a ``SourceError``."""
    found: list[Path] = []
    for folder in folders:
        here = sorted(p for p in folder.rglob("*") if p.suffix in _TEXT_FILES and p.is_file())
        if not here:
            raise SourceError([Problem(Where(folder), "there is no file to look through.", "Check the folder given.")])
        found += here
    return found


def check_personal(quads: Iterable[Quad], paths: Iterable[Path], focuses: Focuses) -> Report:
    """Look through every line of the files, and every literal and IRI of the quads; each address is reported once.

    Cost: linear in the text; 4 s for 400,000 quads.
    """
    findings: list[Finding] = []
    seen: set[str] = set()
    n_files = 0
    for path in paths:
        n_files += 1
        for number, line in enumerate(read_text_file(path, marked=True).splitlines(), 1):
            for what, words in find_personal(line):
                seen.add(words)
                findings.append(_finding(what, words, path.name, Where(path, number)))
    literals: dict[str, object] = {}
    for quad in quads:
        node = quad.object
        if isinstance(node, Literal) or (isinstance(node, NamedNode) and _CONTACT_IRI.match(node.value)):
            literals.setdefault(node.value, quad.subject)
    for text, subject in literals.items():
        for what, words in find_personal(text):
            if words not in seen:
                seen.add(words)
                found = focuses.finding("personal-data", Severity.VIOLATION, subject, _message(what))
                findings.append(replace(found, value=mask(words)))
    counts = {"files searched for personal data": n_files, "texts searched for personal data": len(literals)}
    return Report(tuple(findings), counts)


def _finding(what: str, words: str, focus: str, where: Where) -> Finding:
    return Finding("personal-data", Severity.VIOLATION, focus, _message(what), where, value=mask(words))


def _message(what: str) -> str:
    article = "an" if what[0] in "aeiou" else "a"
    return f"There is what looks like {article} {what}. Remove it: contact data never enter the graph."
