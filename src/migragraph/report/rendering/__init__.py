"""A report as bytes: HTML, JSON, CSV, Markdown. All say the same; only JSON holds every value of every part.

Entry points: :data:`RENDERERS`, :func:`render_report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migragraph.formats import HTML, Format, by_name
from migragraph.report.rendering.as_csv import render_csv
from migragraph.report.rendering.as_html import render_page
from migragraph.report.rendering.as_json import render_json
from migragraph.report.rendering.as_markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.report.content import Report

#: Each format with the function that writes it.
RENDERERS: Final[dict[Format, Callable[[Report], bytes]]] = {
    HTML: render_page,
    Format(None, ("json",), ("application/json",), "JSON"): render_json,
    Format(None, ("csv",), ("text/csv",), "CSV"): render_csv,
    Format(None, ("md", "markdown"), ("text/markdown",), "Markdown"): render_markdown,
}
#: The formats, that for people first.
REPORT_FORMATS: Final = tuple(RENDERERS)


def render_report(report: Report, name: str) -> bytes:
    """Write a report in the format of a name; ``NotAcceptable`` lists the formats for any other name."""
    return RENDERERS[by_name(name, REPORT_FORMATS)](report)
