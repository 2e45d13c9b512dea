"""A report as HTML: a fragment for the page of the service, and a page that stands alone.

The fragment has no style, script or picture of another file; addresses of things are made by the caller.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from migragraph.iris import SOURCE
from migragraph.networks.ties import thing_of
from migragraph.report.rendering import numbers
from migragraph.report.rendering.charts import chart_of_countries, chart_of_ranks
from migragraph.report.rendering.columns import rank_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.report.content import Report

#: Rows of a ranking that a page shows; JSON and CSV hold all.
SHOWN: Final = 20
#: Ties of a node, and pairs and parts, that a page shows.
MOST_TIES: Final = 15
MOST_PAIRS: Final = 30


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("migragraph.report.rendering"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {name: getattr(numbers, name) for name in ("short", "share", "chance")}
    found.globals |= {
        "columns": rank_columns,
        "span": numbers.span,
        "shown": SHOWN,
        "most_ties": MOST_TIES,
        "most_pairs": MOST_PAIRS,
    }
    return found


def render_fragment(report: Report, link: Callable[[str], str]) -> str:
    """Return the sections of a report, headings from h2 on; ``link`` makes an address of an IRI."""
    headline = report.rankings[0].measure if report.rankings else ""
    charts = [
        (f"{ranking.title}: {ranking.side}", Markup(chart))  # noqa: S704 (made by an XML writer)
        for i, ranking in enumerate(report.rankings)
        if ranking.measure == headline and (chart := chart_of_ranks(ranking, f"ranks-{i}"))
    ]
    return _environment().get_template("report.html").render(
        report=report,
        charts=charts,
        countries_chart=Markup(chart_of_countries(report.countries, report.country_names, "countries")),  # noqa: S704
        link=lambda node: link(thing_of(node)),
        claim_link=link,
        source_link=lambda key: link(SOURCE + key),
    )  # fmt: skip


def render_page(report: Report) -> bytes:
    """Write a page that stands alone; things are linked by their IRIs."""
    body = Markup(render_fragment(report, str))  # noqa: S704 (autoescaped)
    return _environment().get_template("page.html").render(report=report, body=body).encode()
