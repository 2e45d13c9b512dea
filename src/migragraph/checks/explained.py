"""Explained warnings: a table of warnings that were looked at and may stay, each with the reason.

``data/explained-warnings.csv`` has the columns ``check`` (name of the shape or rule), ``focus`` (prefixed name of the
thing, or a pattern with ``*``) and ``why``. A row that explains nothing is a warning itself, so that the table stays
true. Violations cannot be explained.

Entry points: :func:`read_explanations`, :func:`explain_warnings`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import Problem, SourceError
from migragraph.sources.csv_files import read_csv_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from migragraph.errors import Where

COLUMNS = ("check", "focus", "why")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the warnings of a check about the things of a pattern may stay."""

    check: str
    focus: str
    why: str
    where: Where

    def fits(self, finding: Finding) -> bool:
        """Tell whether it explains the finding."""
        return (
            finding.severity == Severity.WARNING
            and finding.check == self.check
            and fnmatchcase(finding.focus, self.focus)
        )


@dataclass(frozen=True, slots=True)
class ExplainedFinding(Finding):
    """A warning that may stay, for the reason given; its severity is info."""

    why: str = ""


def read_explanations(path: Path) -> list[Explanation]:
    """Read the table; no file means no explanation. A fault of the file or an empty cell is a ``SourceError``."""
    if not path.exists():
        return []
    problems: list[Problem] = []
    found: list[Explanation] = []
    for record in read_csv_file(path, COLUMNS, may_be_empty=True).records:
        if empty := [c for c in COLUMNS if not record.cells[c]]:
            problems.append(Problem(record.where, f"{', '.join(empty)} is empty.", "Fill the row or remove it."))
        else:
            found.append(Explanation(**record.cells, where=record.where))
    if problems:
        raise SourceError(problems)
    return found


def explain_warnings(report: Report, explanations: Iterable[Explanation], *, whole: bool = True) -> Report:
    """Turn the warnings that are explained into explained findings; add a warning for each row that explains none.

    The latter only where the report is about the ``whole`` graph.
    """
    rows = list(explanations)
    used: set[Explanation] = set()
    findings: list[Finding] = []
    for finding in report.findings:
        reason = next((row for row in rows if row.fits(finding)), None)
        if reason is None:
            findings.append(finding)
            continue
        used.add(reason)
        values = {f.name: getattr(finding, f.name) for f in fields(Finding)}
        values["severity"] = Severity.INFO
        findings.append(ExplainedFinding(**values, why=reason.why))
    for row in rows:
        if whole and row not in used:
            message = f"The row explains a warning of {row.check} that is no longer there. Remove the row."
            findings.append(Finding("explained-warnings", Severity.WARNING, row.focus, message, row.where))
    return Report(tuple(findings), report.counts)
