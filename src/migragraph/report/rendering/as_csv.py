"""The rankings of a report as one CSV table, a line a node, measure and side; RFC 4180, UTF-8."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from migragraph.report.content import Report

#: The columns, in their order; those after ``score`` are the fields of :class:`~migragraph.report.content.Row`.
COLUMNS: Final = (
    "network", "version", "measure", "side", "rank", "low", "high", "source_low", "source_high", "id", "label", "kind",
    "country", "score", "above_next", "told_apart", "expected", "z", "p", "claims", "sources", "passages",
)  # fmt: skip


def render_csv(report: Report) -> bytes:
    """Write every ranking in full; an empty field where something is not to be had, sources with blanks between.

    A name that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for ranking in report.rankings:
        for row in ranking.rows:
            told = "" if row.told_apart is None else str(row.told_apart).lower()
            writer.writerow(
                [
                    report.network, report.repeat.version, ranking.measure, ranking.side, row.rank, row.low, row.high,
                    row.source_low, row.source_high, row.node.id, safe(row.node.label), row.node.kind, row.node.country,
                    row.score, row.above_next, told, row.expected, row.z, row.p, row.claims, " ".join(row.sources),
                    row.passages,
                ]
            )  # fmt: skip
    return text.getvalue().encode()


def safe(text: str) -> str:
    """Return a text that no spreadsheet evaluates.

    https://owasp.org/www-community/attacks/CSV_Injection

    >>> safe("=1+1"), safe("Łódź")
    ("'=1+1", 'Łódź')
    """
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
