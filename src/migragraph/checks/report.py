"""What the checks found: findings with a name, a place and a remedy, and the report that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from migragraph.errors import Where


class Severity(StrEnum):
    """How much a finding matters: a violation stops publication, a warning is to be explained, info is for reading."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: which check found it, on which thing, where it was written, what is wrong and what to do."""

    check: str
    severity: Severity
    focus: str
    message: str
    where: Where | None = None
    path: str = ""
    value: str = ""
    label: str = ""
    shape: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of a run, and how many checks of each kind were run on how much."""

    findings: tuple[Finding, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def n_violations(self) -> int:
        """Return how many findings stop publication."""
        return sum(f.severity == Severity.VIOLATION for f in self.findings)

    @property
    def n_warnings(self) -> int:
        """Return how many findings are to be explained."""
        return sum(f.severity == Severity.WARNING for f in self.findings)

    @property
    def conforms(self) -> bool:
        """Tell whether nothing stops publication."""
        return self.n_violations == 0

    def __add__(self, other: Report) -> Report:
        """Join two reports; counts of the same kind add up."""
        counts = dict(self.counts)
        for kind, n in other.counts.items():
            counts[kind] = counts.get(kind, 0) + n
        return Report(self.findings + other.findings, counts)
