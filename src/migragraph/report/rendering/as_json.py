"""A report as JSON: the fields of :class:`~migragraph.report.content.Report` under their names, in their order."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migragraph.report.content import Report


def render_json(report: Report) -> bytes:
    """Write all values; numbers in full, null for what is not to be had. There is no NaN in a report."""
    return (json.dumps(asdict(report), ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()
