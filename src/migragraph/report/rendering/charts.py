"""Charts as static SVG: narrow enough for a phone, with a title and a description, in the colours of the text around.

Written here: a plotting library takes about 1.2 s of processor time to start (altair with vl-convert), a quarter of the
time of a whole report, and its colours do not follow the page. A table beside each chart says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migragraph.report.content import CountryCoverage, Ranking

_WIDTH: Final = 360
_LEFT, _RIGHT = 8, 12
_ROW: Final = 34
#: Rows of a chart.
MOST_ROWS: Final = 15
_LONGEST: Final = 44
#: The room for the names of countries before their bars, and the characters that it holds.
_NAMES: Final = 132
_LONGEST_OF_COUNTRY: Final = 18


def chart_of_ranks(ranking: Ranking, id_: str) -> str:
    """Return the first rows of a ranking: a dot at the rank, a line over its interval. Empty without intervals."""
    rows = [row for row in ranking.rows[:MOST_ROWS] if row.low is not None and row.high is not None]
    if not rows:
        return ""
    most = max(max(row.high or 1, row.rank) for row in rows)
    title = f"Ranks by {ranking.title.lower()}, {ranking.side}"
    described = (
        f"The first {len(rows)} {ranking.side}. A dot stands at the rank, a line from the best to the worst rank of "
        f"its interval when ties are left out; the scale goes from 1 to {most}."
    )
    svg, inner = _frame(id_, title, described, _ROW * len(rows) + 26)
    for i, row in enumerate(rows):
        y = _ROW * i + 14
        _text(svg, _LEFT, y, _cut(f"{row.rank}. {row.node.label}"))
        low, high = _place(row.low or 1, most, inner), _place(row.high or 1, most, inner)
        _line(svg, low, y + 10, high, y + 10, "interval")
        dot = {"cx": f"{_place(row.rank, most, inner):.1f}", "cy": str(y + 10), "r": "4.5", "class": "dot"}
        ET.SubElement(svg, "circle", dot | {"fill": "currentColor"})
    axis = _ROW * len(rows) + 4
    _line(svg, _LEFT, axis, _WIDTH - _RIGHT, axis, "axis")
    _text(svg, _LEFT, axis + 16, "rank 1")
    _text(svg, _WIDTH - _RIGHT, axis + 16, str(most), anchor="end")
    return ET.tostring(svg, encoding="unicode")


def chart_of_countries(countries: Sequence[CountryCoverage], names: Mapping[str, str], id_: str) -> str:
    """Return the countries with most actors as bars; empty where no country is known. ``names`` are by code."""
    known = [found for found in countries if found.country is not None][:MOST_ROWS]
    if not known:
        return ""
    most = max(found.actors for found in known)
    described = f"The {len(known)} countries with most actors; the longest bar stands for {most}."
    svg, inner = _frame(id_, "Actors by country", described, 22 * len(known) + 6)
    for i, found in enumerate(known):
        y = 22 * i + 16
        _text(svg, _LEFT, y, _cut(names.get(str(found.country), str(found.country)), _LONGEST_OF_COUNTRY))
        length = (inner - _NAMES - 30) * found.actors / most
        bar = {"x": str(_NAMES), "y": str(y - 11), "width": f"{length:.1f}", "height": "14", "rx": "3", "class": "bar"}
        ET.SubElement(svg, "rect", bar | {"fill": "currentColor"})
        _text(svg, _NAMES + 6 + length, y, str(found.actors))
    return ET.tostring(svg, encoding="unicode")


def _frame(id_: str, title: str, described: str, height: int) -> tuple[ET.Element, int]:
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {_WIDTH} {height}",
        "class": "chart",
        "role": "img",
        "aria-labelledby": f"{id_}-title {id_}-desc",
        "font-size": "13",
    }
    svg = ET.Element("svg", attributes)
    ET.SubElement(svg, "title", {"id": f"{id_}-title"}).text = title
    ET.SubElement(svg, "desc", {"id": f"{id_}-desc"}).text = described
    return svg, _WIDTH - _LEFT - _RIGHT


def _place(rank: int, most: int, inner: int) -> float:
    return _LEFT + 5 + (inner - 10) * (rank - 1) / max(most - 1, 1)


def _text(svg: ET.Element, x: float, y: float, text: str, anchor: str = "start") -> None:
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": "currentColor", "text-anchor": anchor}
    ET.SubElement(svg, "text", attributes).text = "".join(c if c.isprintable() else " " for c in text)


def _line(svg: ET.Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    width, cap = ("3", "round") if kind == "interval" else ("1", "butt")
    attributes = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}", "class": kind}
    style = {"stroke": "currentColor", "stroke-width": width, "stroke-linecap": cap, "stroke-opacity": "0.5"}
    ET.SubElement(svg, "line", attributes | style)


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
