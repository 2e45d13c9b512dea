"""The same network in parts: by date where ties are dated, by kind of group (one-mode: of node), by country."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import networkx as nx

from migragraph.errors import NotANetwork, NotApplicable
from migragraph.measures.ties import read
from migragraph.networks.slices import at_date, in_countries, of_kind
from migragraph.networks.ties import GROUP
from migragraph.report.content import Slice
from migragraph.report.ranking import first_of, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.networks.ties import Network

#: Parts of one sort that are looked at.
MOST_PARTS: Final = 10
#: Names that are said of each part.
_NAMED: Final = 3


def slice_network(network: Network, measure: str) -> tuple[tuple[Slice, ...], tuple[str, ...]]:
    """Return the parts, and notes on what has none.

    Dates: every year in which a known start or end lies, at most ten evenly taken with first and last. Kinds and
    countries: the ten with most ties; a network of one kind has no parts by kind.
    """
    found: list[Slice] = []
    notes: list[str] = []
    years = _years(network)
    if not years:
        notes.append("No parts by date: no tie is dated.")
    for year in years:
        found += _part(network, measure, "date", year, lambda year: at_date(network, year))
    side = GROUP if network.definition.mode == "two" else None
    kinds = _most(network, "kind", side)
    if len(kinds) < 2:
        notes.append(f"No parts by kind: all {'groups' if side else 'nodes'} are of one kind, or of none.")
    else:
        for kind in kinds:
            found += _part(network, measure, "kind", kind, lambda kind: of_kind(network, [kind]))
    countries = _most(network, "country", None if side is None else 0)
    if len(countries) < 2:
        notes.append("No parts by country: the countries of the actors are not known, or they are of one.")
    else:
        for country in countries:
            found += _part(network, measure, "country", country, lambda code: in_countries(network, [code]))
    return tuple(found), tuple(notes)


def _years(network: Network) -> list[str]:
    years = sorted({date[:4] for tie in network.ties for date in (tie.start, tie.end) if date is not None})
    if len(years) <= MOST_PARTS:
        return years
    last = len(years) - 1
    return [years[round(i * last / (MOST_PARTS - 1))] for i in range(MOST_PARTS)]


def _most(network: Network, what: str, side: int | None) -> list[str]:
    counts: Counter[str] = Counter()
    for tie in network.ties:
        for end in {tie.source, tie.target}:
            node = network.nodes[end]
            value = getattr(node, what)
            if node.side == side and value is not None:
                counts[value] += 1
    return sorted(sorted(counts), key=lambda value: -counts[value])[:MOST_PARTS]


def _part(network: Network, measure: str, by: str, value: str, cut: Callable[[str], Network]) -> list[Slice]:
    try:
        part = cut(value)
    except NotANetwork:  # a country of a one-mode network whose ties all lead abroad
        return []
    graph: nx.Graph = part.to_graph()
    try:
        first = first_of(read(graph), measure, at_most=_NAMED)
    except NotApplicable:  # the part is too small for the measure
        first = {}
    groups = sum(data.get("bipartite") == GROUP for _, data in graph.nodes(data=True))
    return [
        Slice(
            by=by,
            value=value,
            actors=len(graph) - groups,
            groups=groups if network.definition.mode == "two" else None,
            edges=graph.number_of_edges(),
            first=tuple(name_of(graph, node).label for node in first),
            remark=part.remarks[-1],
        )
    ]
