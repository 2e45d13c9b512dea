"""What the curator decides between claims: one table, ``data/decisions.csv``.

Columns: ``subject``, ``predicate`` (prefixed names), ``value`` (a prefixed name, or a literal as in Turtle), ``source``
(key, or empty for every source), ``status`` (a claim status), ``why`` (for readers). A prefixed name may hold slashes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from migragraph.errors import Problem, SourceError
from migragraph.iris import PREFIXES, term
from migragraph.sources.csv_files import read_csv_file

if TYPE_CHECKING:
    from pathlib import Path

    from migragraph.errors import Where

COLUMNS = ("subject", "predicate", "value", "source", "status", "why")
STATUSES = {s: term(f"claim-status:{s}") for s in ("accepted", "disputed", "superseded", "rejected")}
_FORMS = (
    "Write prefixed names, and a literal as in Turtle, whose quotation marks are doubled in the file: "
    '"""2024-12""^^xsd:gYearMonth"; a spreadsheet program shows "2024-12"^^xsd:gYearMonth and doubles them itself.'
)
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
    """Read the table of decisions, which may have no row.

    Raises ``SourceError`` with every fault: of the file, a status that there is not, no reason, cells that make no
    triple. That two rows do not decide the same is seen with the claims, see :mod:`migragraph.graph.claims`.
    """
    decisions: list[Decision] = []
    problems: list[Problem] = []
    for record in read_csv_file(path, COLUMNS, may_be_empty=True).records:
        row, where = record.cells, record.where
        if row["status"] not in STATUSES:
            message = f"there is no claim status {row['status']!r}."
            problems.append(Problem(where, message, f"Use one of {', '.join(STATUSES)}."))
            continue
        if not row["why"]:
            problems.append(Problem(where, "the decision has no reason.", "Say why in the column why."))
        try:
            triple = _read_triple(row["subject"], row["predicate"], row["value"])
        except ValueError as error:
            message = f"subject, predicate and value do not make one triple: {error}."
            problems.append(Problem(where, message, _FORMS))
            continue
        decisions.append(Decision(triple, row["source"] or None, STATUSES[row["status"]], row["why"], where))
    if problems:
        raise SourceError(problems)
    return decisions


def _read_triple(subject: str, predicate: str, value: str) -> Triple:
    def named(text: str) -> NamedNode:
        if not _NAME.fullmatch(text) or text.partition(":")[0] not in PREFIXES:
            msg = f"{text!r} is no prefixed name with a prefix of ours"
            raise ValueError(msg)
        return term(text.replace("\\", ""))  # Turtle wants a backslash before a slash; here either will do

    if _NAME.fullmatch(value):
        return Triple(named(subject), named(predicate), named(value))
    try:
        objects = [quad.object for quad in parse(f"{_HEADER}mg: mg: {value} .", RdfFormat.TURTLE)]
    except SyntaxError as error:
        msg = f"{value!r} is no term"
        raise ValueError(msg) from error
    if len(objects) != 1:
        msg = f"{value!r} is not one value"
        raise ValueError(msg)
    return Triple(named(subject), named(predicate), objects[0])
