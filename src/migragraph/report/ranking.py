"""Rankings with what they are worth: intervals, whether neighbours can be told apart, chance; and changes of the first.

Entry points: :func:`rank_sides`, :func:`leave_out`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from migragraph.errors import NotANetwork, NotApplicable
from migragraph.measures.null_models import MOST_ALIKE, MOST_SKEWED, NullComparison, compare_with_chance
from migragraph.measures.registry import by_name
from migragraph.measures.resampling import RankIntervals, rank_intervals, ranks_by_side
from migragraph.measures.ties import Ties, read
from migragraph.networks.slices import without_source
from migragraph.networks.ties import ACTOR
from migragraph.report.content import FIRST, LeftOut, Named, Ranking, Row

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    import networkx as nx

    from migragraph.networks.ties import Network
    from migragraph.report.content import Parameters

#: Of more groups than this, those with most members are left out one by one.
MOST_LEFT_OUT: Final = 100
#: The sides of a two-mode network and what they are called; a one-mode network has only ``nodes``.
SIDES: Final = ("actors", "groups")


def name_of(graph: nx.Graph, node: str) -> Named:
    """Return id, name, class and country of a node."""
    data = graph.nodes[node]
    return Named(node, data.get("label") or node, data.get("kind"), data.get("country"))


@dataclass(frozen=True)
class _Worth:
    """What says how much the ranks of a measure are worth; None where it is not to be had, and the reasons."""

    by_ties: RankIntervals | None
    by_sources: RankIntervals | None
    by_chance: NullComparison | None
    notes: tuple[str, ...]


def rank_sides(
    network: Network, graph: nx.Graph, ties: Ties, measure: str, parameters: Parameters
) -> Iterator[Ranking]:
    """Yield the ranking by a measure of each side that has scores; graph and ties are those of the network.

    Raises ``UnknownThing`` for a measure that there is not, ``NotApplicable`` for one that says nothing of such a
    network or gives no number a node, ``NetworkTooLarge`` where it takes too long.
    """
    entry = by_name(measure)
    values = entry.values(ties)
    placed = ranks_by_side(ties, values.reshape(1, -1))[0]
    worth = _worth(graph, ties, measure, parameters)
    for side, members in sides_of(ties):
        there = [i for i in members if not np.isnan(values[i])]
        order = sorted(there, key=lambda i: (placed[i], str(graph.nodes[ties.nodes[i]].get("label")), ties.nodes[i]))
        following = [*(str(ties.nodes[i]) for i in order[1:]), None]
        rows = tuple(
            _row(network, graph, str(ties.nodes[i]), (float(values[i]), int(placed[i])), after, worth, parameters.level)
            for i, after in zip(order, following, strict=True)
        )
        if rows:
            yield Ranking(
                measure=entry.name,
                title=entry.title,
                meaning=entry.high,
                direction=entry.direction,
                weights=entry.weights,
                normalisation=entry.normalisation,
                isolates=entry.isolates,
                side=side,
                rows=rows,
                kept_by_ties=worth.by_ties.top if worth.by_ties else None,
                kept_by_sources=worth.by_sources.top if worth.by_sources else None,
                source_samples=worth.by_sources.samples if worth.by_sources else None,
                sources_left_out=worth.by_sources.dropped if worth.by_sources else None,
                each_source_once=bool(worth.by_sources and worth.by_sources.each_once),
                fixed_by_degrees=bool(worth.by_chance and worth.by_chance.fixed),
                notes=(*worth.notes, *_notes(rows, worth)),
            )


def sides_of(ties: Ties) -> list[tuple[str, list[int]]]:
    """Return the names of the sides of a network and the positions of their nodes; a one-mode network has one side."""
    if ties.side is None:
        return [("nodes", list(range(len(ties))))]
    return [(name, np.flatnonzero(ties.side == side).tolist()) for side, name in enumerate(SIDES)]


def kinds_of_actors(graph: nx.Graph) -> dict[Hashable, str | None] | None:
    """Return the class of each actor of a two-mode network; None where all are of one class, or there are no actors.

    Who may be in a group often depends on it: chance must not make a city a member of an association of regions.
    """
    kinds = {node: data.get("kind") for node, data in graph.nodes(data=True) if data.get("bipartite") == ACTOR}
    return kinds if len(set(kinds.values())) > 1 else None


def _worth(graph: nx.Graph, ties: Ties, measure: str, parameters: Parameters) -> _Worth:
    notes: list[str] = []
    intervals: list[RankIntervals | None] = []
    drawn: dict[str, Any] = {"samples": parameters.resamples, "seed": parameters.seed}
    for unit in ("ties", "sources"):
        try:
            intervals.append(
                rank_intervals(ties, measure, unit=unit, drop=parameters.drop, level=parameters.level, **drawn)
            )
        except NotApplicable as error:
            intervals.append(None)
            notes.append(f"No rank interval by leaving out {unit}: {error.message}")
    by_chance = None
    if ties.side is None:
        notes.append("No comparison with chance: networks of fixed degrees are drawn for two-mode networks only.")
    else:
        by_chance = compare_with_chance(ties, measure, kinds=kinds_of_actors(graph), **drawn)
    return _Worth(intervals[0], intervals[1], by_chance, tuple(notes))


def _notes(rows: tuple[Row, ...], worth: _Worth) -> Iterator[str]:
    """Yield what a reader of the table has to know of its columns."""
    sources = worth.by_sources
    if sources and sources.each_once:
        yield (
            f"Range, sources: the best and the worst rank in {sources.units} networks that each lack one of the "
            f"{sources.units} sources. It holds all of these ranks and is no interval of a certain level."
        )
    if worth.by_chance is None:
        return
    if worth.by_chance.fixed:
        yield (
            "By chance, z and p are left out of this table: the score follows from the number of ties alone, which "
            "chance keeps, so every random network gives the same."
        )
    elif without := sum(row.z is None for row in rows):
        yield (
            f"No z (–) for {without} of {len(rows)}: chance gives them the same score in more than {MOST_ALIKE:.0%} of "
            f"the networks, or scores of a skewness above {MOST_SKEWED:g} or below -{MOST_SKEWED:g}, so standard "
            "deviations would say more than there is. p needs no such shape."
        )


def _row(
    network: Network,
    graph: nx.Graph,
    node: str,
    found: tuple[float, int],
    after: str | None,
    worth: _Worth,
    level: float,
) -> Row:
    low, high = (worth.by_ties.low, worth.by_ties.high) if worth.by_ties else ({}, {})
    source_low, source_high = (worth.by_sources.low, worth.by_sources.high) if worth.by_sources else ({}, {})
    expected, z, p = (worth.by_chance.mean, worth.by_chance.z, worth.by_chance.p) if worth.by_chance else ({}, {}, {})
    above = worth.by_ties.above(node, after) if worth.by_ties and after is not None else None
    around = [data for *_, data in edges_at(graph, node)]
    claims = {claim for data in around for claim in data.get("evidence", ())}
    return Row(
        node=name_of(graph, node),
        score=found[0],
        rank=found[1],
        low=low.get(node),
        high=high.get(node),
        source_low=source_low.get(node),
        source_high=source_high.get(node),
        above_next=above,
        told_apart=None if above is None else above >= level,
        expected=expected.get(node),
        z=z.get(node),
        p=p.get(node),
        claims=len(claims),
        sources=tuple(sorted({source for data in around for source in data.get("sources", ())})),
        passages=len(network.origins.passages(claims)),
    )


def edges_at(graph: nx.Graph, node: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return the edges at a node as (node, other, data), in the order of the other's id."""
    found = [(node, other, data) for _, other, data in graph.edges(node, data=True)]
    if graph.is_directed():
        found += [(node, other, data) for other, _, data in graph.in_edges(node, data=True)]
    return sorted(found, key=lambda edge: edge[1])


def first_of(ties: Ties, measure: str, *, at_most: int = FIRST) -> dict[str, int]:
    """Return the actors (or nodes) of rank ``at_most`` or better, with their ranks, the first first.

    Where nobody has a score above zero, nobody is first.
    """
    values = by_name(measure).values(ties)
    placed = ranks_by_side(ties, values.reshape(1, -1))[0]
    members = sides_of(ties)[0][1]
    kept = [(int(placed[i]), str(ties.nodes[i])) for i in members if placed[i] <= at_most and values[i] > 0]
    return {node: rank for rank, node in sorted(kept)}


def leave_out(network: Network, graph: nx.Graph, ties: Ties, measure: str) -> Iterator[LeftOut]:
    """Yield what becomes of the first ten without each group (one-mode: each of the ten), then without each source.

    Without a group, the edges at it go and all nodes stay. Without a source, the network is what would be there had
    the source not been read (:func:`migragraph.networks.slices.without_source`).
    """
    before = first_of(ties, measure)
    if ties.side is None:
        kind, places = "node", [i for i, node in enumerate(ties.nodes) if node in before]
    else:
        kind, places = "group", np.flatnonzero(ties.side == 1).tolist()
        places = sorted(places, key=lambda i: (-graph.degree[ties.nodes[i]], ties.nodes[i]))[:MOST_LEFT_OUT]
    for place in places:
        node = str(ties.nodes[place])
        kept = (ties.source != place) & (ties.target != place)
        rest = replace(ties, source=ties.source[kept], target=ties.target[kept], weight=ties.weight[kept])
        stood = {other: rank for other, rank in before.items() if other != node}
        yield _change(graph, stood, rest, measure, (kind, node, name_of(graph, node).label))
    for source in sorted({source for *_, of in graph.edges(data="sources") for source in of or ()}):
        try:
            rest = read(without_source(network, source).to_graph())
        except NotANetwork:
            rest = replace(ties, source=ties.source[:0], target=ties.target[:0], weight=ties.weight[:0])
        yield _change(graph, before, rest, measure, ("source", source, network.origins.title_of(source)))


def _change(
    graph: nx.Graph, before: Mapping[str, int], rest: Ties, measure: str, what: tuple[str, str, str]
) -> LeftOut:  # fmt: skip
    try:
        after = first_of(rest, measure)
    except NotApplicable:  # such as eigenvector, which says nothing where no tie is left
        after = {}

    def named(nodes: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_of(graph, node).label for node in nodes)

    return LeftOut(
        *what,
        edges=len(rest.source),
        entered=named(node for node in after if node not in before),
        left=named(node for node in before if node not in after),
        first=named(node for node, rank in after.items() if rank == 1),
    )
