"""A report to make in a process of its own (:mod:`migragraph.limits.work`).

Entry point: :class:`ReportTask`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migragraph.networks.wanted import Wanted
    from migragraph.report.content import Parameters, Report
    from migragraph.store.engine import Engine


@dataclass(frozen=True, slots=True)
class ReportTask:
    """A report to make: the folder of the version's store, the network, the parameters."""

    store: str
    wanted: Wanted
    parameters: Parameters

    @property
    def what(self) -> str:
        """Return what is made."""
        return "report"

    @property
    def less(self) -> str:
        """Return what to do where it is too much."""
        return "Ask for fewer resamples, or a cheaper measure such as degree; `migragraph report` has no deadline."

    def carry_out(self, store: Engine) -> Report:
        """Make the report; raises what reading the network and ``make_report`` raise."""
        from migragraph.report.making import make_report

        return make_report(self.wanted.read(store), **asdict(self.parameters))
