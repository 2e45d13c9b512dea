"""Which name of a table is which thing: ``data/registry/reconciliation.csv``.

Columns: ``name`` (as a table writes it), ``country`` (code, or empty), ``kind`` (where such names stand), ``thing``
(prefixed name; empty for a name that is left out on purpose), ``how`` (the ground of the match), ``note``.

Entry point: :func:`read_reconciliation`.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from migragraph.errors import Problem, SourceError
from migragraph.iris import THING_KINDS, shorten, slug, term
from migragraph.sources.csv_files import read_csv_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from migragraph.errors import Where
    from migragraph.sources.csv_files import Record

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
COLUMNS = ("name", "country", "kind", "thing", "how", "note")
#: The grounds on which a name may be matched.
GROUNDS = ("same name", "same wikidata id", "same geonames id", "known spelling", "decided")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as a table writes it, with the country it gives and the kinds of names under which it is looked up.

    ``open`` says that the mapping makes a thing of its own where no row of reconciliation answers.
    """

    name: str
    country: str
    kinds: tuple[str, ...]
    where: Where = field(compare=False)
    open: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """One row: which thing a name is, or None where it is left out on purpose, for the reason in the note."""

    name: str
    country: str
    kind: str
    thing: NamedNode | None
    how: str
    note: str
    where: Where = field(compare=False)


class Reconciliation:
    """Answers which thing a name is; built from the rows of the table."""

    def __init__(self, matches: Iterable[Match]) -> None:
        self._matches = {(m.name, m.country, m.kind): m for m in matches}
        self._things: dict[str, NamedNode] = {}
        self._labels: dict[NamedNode, str] = {}
        for match in self._matches.values():
            if match.thing is not None:
                if match.how == GROUNDS[0] or match.thing not in self._labels:
                    self._labels[match.thing] = match.name
                self._things.setdefault(match.name, match.thing)
                self._things.setdefault(match.thing.value.rpartition("/")[2], match.thing)

    def __iter__(self) -> Iterator[Match]:
        return iter(self._matches.values())

    def find(self, name: str, country: str, kinds: tuple[str, ...]) -> Match | None:
        """Return the row of the first kind that has one, or None where the name is not known."""
        return next((m for kind in kinds if (m := self._matches.get((name, country, kind)))), None)

    def label(self, thing: NamedNode) -> str:
        """Return the name of a thing: the one that is matched as the same name, else the first, else its slug."""
        return self._labels.get(thing) or thing.value.rpartition("/")[2]

    def candidates(self, name: str, n: int = 3) -> tuple[NamedNode, ...]:
        """Return the things whose names are nearest to the name, at most n, best first."""
        near = difflib.get_close_matches(name, self._things, n=2 * n, cutoff=0.75)
        with contextlib.suppress(ValueError):  # a name without letters has no slug
            near += difflib.get_close_matches(slug(name), self._things, n=n)
        return tuple(dict.fromkeys(self._things[text] for text in near))[:n]

    def refuse(self, mention: Mention) -> Problem:
        """Say that a name is not known, with the nearest things."""
        near = " or ".join(shorten(thing.value) for thing in self.candidates(mention.name))
        place = f" ({mention.country})" if mention.country else ""
        message = f"the {mention.kinds[-1]} {mention.name!r}{place} is not in reconciliation.csv."
        hint = f"Is it {near}? " if near else ""
        return Problem(mention.where, message, f"{hint}Add a row that says which thing it is.")


def read_reconciliation(path: Path) -> Reconciliation:
    """Read the table of names.

    Raises ``SourceError`` with every fault: of the file, an unknown ground, a thing that is no prefixed name of ours, a
    name left out without a reason, the same name twice.
    """
    file = read_csv_file(path, COLUMNS)
    problems: list[Problem] = []
    matches: dict[tuple[str, str, str], Match] = {}
    for record in file.records:
        match = _match(record, problems)
        key = (match.name, match.country, match.kind)
        if key in matches:
            message = f"{match.name!r} of this kind and country stands at line {matches[key].where.line} already."
            problems.append(Problem(record.where, message, "Keep one of the rows."))
        matches[key] = match
    if problems:
        raise SourceError(problems)
    return Reconciliation(matches.values())


def _match(record: Record, problems: list[Problem]) -> Match:
    row, where, thing = record.cells, record.where, None
    if row["how"] not in GROUNDS:
        message = f"there is no ground {row['how']!r} for {row['name']!r}."
        problems.append(Problem(where, message, f"Use one of {', '.join(GROUNDS)}."))
    if not row["name"] or not row["kind"]:
        problems.append(Problem(where, "name or kind is empty.", "Fill both."))
    kind, _, local = row["thing"].partition(":")
    if not row["thing"]:
        if not row["note"].strip():
            message = f"{row['name']!r} is left out without a reason."
            problems.append(Problem(where, message, "Say why in the column note."))
    elif kind not in THING_KINDS or not _SLUG.fullmatch(local):
        message = f"{row['thing']!r} is not the name of a thing."
        problems.append(Problem(where, message, f"Write {{kind}}:{{slug}}; kinds: {', '.join(THING_KINDS)}."))
    else:
        thing = term(row["thing"])
    return Match(row["name"], row["country"], row["kind"], thing, row["how"], row["note"], where)
