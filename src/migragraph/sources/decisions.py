"""What the curator decides between claims: one table, ``data/decisions.csv``.

Columns: ``subject``, ``predicate`` (prefixed names), ``value`` (a prefixed name, or a literal as in Turtle), ``source``
(key, or empty for every source), ``status`` (a claim status), ``why`` (for readers). A prefixed name may hold slashes.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import PREFIXES, term

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("subject", "predicate", "value", "source", "status", "why")
STATUSES = {s: term(f"claim-status:{s}") for s in ("accepted", "disputed", "superseded", "rejected")}
_NAME = re.compile(r"[a-z0-9-]+:[^\s\"]+")
_HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@dataclass(frozen=True, slots=True)
class Decision:
    """The status that a curator gives to the claims of a triple, of one source or of all, and why."""

    triple: Triple
    source: str | None
    status: NamedNode
    why: str
    where: Where = field(compare=False)


def read_decisions(path: Path) -> list[Decision]:
    """Read the table of decisions; a missing column, status or reason, or a bad term, is a ``SourceError``."""
    decisions: list[Decision] = []
    problems: list[Problem] = []
    if not path.is_file():
        message = "there is no table of decisions."
        raise SourceError([Problem(Where(path), message, f"Make it, with the header {','.join(COLUMNS)}.")])
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            message = f"the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} is missing."
            raise SourceError([Problem(Where(path, 1), message, f"The header is {','.join(COLUMNS)}.")])
        for row in reader:
            where = Where(path, reader.line_num)
            if row["status"] not in STATUSES:
                message = f"there is no claim status {row['status']!r}."
                problems.append(Problem(where, message, f"Use one of {', '.join(STATUSES)}."))
                continue
            if not row["why"].strip():
                problems.append(Problem(where, "the decision has no reason.", "Say why in the column why."))
            try:
                triple = _read_triple(row["subject"], row["predicate"], row["value"])
            except (KeyError, SyntaxError, ValueError) as error:
                message = f"subject, predicate and value do not make one triple: {error}."
                problems.append(Problem(where, message, "Write prefixed names, and a literal as in Turtle."))
                continue
            decisions.append(Decision(triple, row["source"] or None, STATUSES[row["status"]], row["why"], where))
    if problems:
        raise SourceError(problems)
    return decisions


def _read_triple(subject: str, predicate: str, value: str) -> Triple:
    def named(text: str) -> NamedNode:
        return term(text.replace("\\", ""))  # Turtle wants a backslash before a slash; here either will do

    if _NAME.fullmatch(value):
        return Triple(named(subject), named(predicate), named(value))
    (quad,) = parse(f"{_HEADER}mg: mg: {value} .", RdfFormat.TURTLE)
    return Triple(named(subject), named(predicate), quad.object)
