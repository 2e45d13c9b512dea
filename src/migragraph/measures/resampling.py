"""How far ranks depend on single ties and single sources: the measure again and again with some left out.

A rank interval says where a node would stand had a tenth of the ties (or of the sources) not been found. It is no
confidence interval about networks that could have been: nobody drew these ties from an urn.

Reference: Snijders & Borgatti (1999), "Non-parametric standard errors and tests for network statistics", Connections
22; Borgatti, Carley & Krackhardt (2006), "On the robustness of centrality measures under conditions of imperfect data".
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from migragraph.errors import NotApplicable
from migragraph.measures.ranking import rank_rows
from migragraph.measures.registry import by_name
from migragraph.measures.ties import Network, Ties, read

if TYPE_CHECKING:
    from migragraph.measures.ties import Flags, Floats, Ints

Unit = Literal["ties", "sources"]


@dataclass(frozen=True, eq=False)
class RankIntervals:
    """Ranks in the whole network, and the interval that holds ``level`` of the ranks in the samples.

    In a two-mode network nodes are ranked within their side. ``top`` is the mean number of the first ten (of each side
    that has more) that are among the first ten of a sample. ``rows`` holds the ranks, samples × nodes in the order of
    ``ranks``. A sample leaves out ``dropped`` of the ``units``; where ``each_once`` holds, every source was left out
    once, and ``low`` and ``high`` are the best and the worst of all these ranks, whatever the level.
    """

    ranks: dict[Hashable, int]
    low: dict[Hashable, int]
    high: dict[Hashable, int]
    top: float
    measure: str
    unit: Unit
    units: int
    dropped: int
    each_once: bool
    drop: float
    level: float
    samples: int
    seed: int
    rows: Ints = field(repr=False)

    @cached_property
    def _place(self) -> dict[Hashable, int]:
        return {node: i for i, node in enumerate(self.ranks)}

    def above(self, one: Hashable, other: Hashable) -> float:
        """Return the share of samples in which one ranks before another, equal ranks counting half.

        Two nodes can be told apart where this is at least ``level``, or at most 1 - ``level``.
        """
        a, b = self.rows[:, self._place[one]], self.rows[:, self._place[other]]
        return float((a < b).mean() + (a == b).mean() / 2)


def rank_intervals(
    network: Network,
    measure: str,
    *,
    unit: Unit = "ties",
    drop: float = 0.1,
    level: float = 0.95,
    samples: int = 200,
    seed: int = 0,
    **parameters: object,
) -> RankIntervals:
    """Rank the nodes by a measure, in the network and in samples that leave out a share of its ties or sources.

    A sample leaves out ``drop`` of the units, rounded, at least one and not all; nodes that lose their ties stay as
    isolates. A tie that several sources state is lost with the last of them; one without a source is never lost. Where
    a sample would leave out a single source, and there are no more sources than samples, each is left out once.
    ``parameters`` go to the measure. The same seed gives the same samples.

    Cost: ``samples`` times the measure. Raises ``NotApplicable`` for a measure that gives no number a node, without
    units to leave out, and for parameters out of range.

    >>> import networkx as nx
    >>> found = rank_intervals(nx.star_graph(20), "degree", samples=50)
    >>> found.ranks[0], found.low[0], found.high[0], found.ranks[7], found.low[7], found.high[7]
    (1, 1, 1, 2, 2, 20)
    """
    if not (0 < drop < 1 and 0 < level < 1 and samples > 0):
        msg = f"drop {drop} and level {level} must be above 0 and below 1, samples {samples} above 0."
        raise NotApplicable(msg, remedy="A tenth dropped, a level of 0.95 and 200 samples are usual.")
    entry, ties = by_name(measure), read(network)
    units, stated = _units(ties, unit)
    kept = units - min(max(round(units * drop), 1), units - 1)
    each_once = unit == "sources" and units - kept == 1 and units <= samples
    samples = units if each_once else samples
    chance = np.random.default_rng(seed)
    rows = np.empty((samples + 1, len(ties)))
    rows[0] = entry.values(ties, **parameters)
    drawn: dict[bytes, int] = {}  # of few sources the same ones are left out again and again
    for sample in range(1, samples + 1):
        chosen = np.arange(units) != sample - 1 if each_once else np.zeros(units, dtype=bool)
        if not each_once:
            chosen[chance.permutation(units)[:kept]] = True
        same = drawn.setdefault(np.packbits(chosen).tobytes(), sample)
        values = rows[same] if same < sample else entry.values(_without(ties, _kept(stated, chosen)), **parameters)
        rows[sample] = values
    placed = ranks_by_side(ties, rows)
    bounds = (0.0, 1.0) if each_once else ((1 - level) / 2, (1 + level) / 2)
    low = np.quantile(placed[1:], bounds[0], axis=0, method="lower").astype(np.int64)
    high = np.quantile(placed[1:], bounds[1], axis=0, method="higher").astype(np.int64)
    known = ~np.isnan(rows[0])
    nodes = [node for node, there in zip(ties.nodes, known, strict=True) if there]

    def named(values: Ints) -> dict[Hashable, int]:
        return dict(zip(nodes, values[known].tolist(), strict=True))

    return RankIntervals(
        ranks=named(placed[0]),
        low=named(low),
        high=named(high),
        top=_top(ties, placed),
        measure=measure,
        unit=unit,
        units=units,
        dropped=units - kept,
        each_once=each_once,
        drop=drop,
        level=level,
        samples=samples,
        seed=seed,
        rows=placed[1:, known],
    )


def ranks_without(network: Network, measure: str, **parameters: object) -> dict[Hashable, dict[Hashable, int]]:
    """Return, for each source, the ranks of the nodes when that source is left out. Cost: the measure, a source each.

    >>> import networkx as nx
    >>> graph = nx.Graph()
    >>> graph.add_edge("a", "b", sources=("booklet",))
    >>> graph.add_edge("b", "c", sources=("booklet", "register"))
    >>> ranks_without(graph, "degree")["booklet"]
    {'a': 3, 'b': 1, 'c': 1}
    """
    entry, ties = by_name(measure), read(network)
    units, stated = _units(ties, "sources")
    names = sources_of(ties)[0]
    found = {}
    for i in range(units):
        kept = _kept(stated, np.arange(units) != i)
        values = entry.values(_without(ties, kept), **parameters)
        placed = ranks_by_side(ties, values.reshape(1, -1))[0]
        there = ~np.isnan(values)
        found[names[i]] = {n: int(r) for n, r, t in zip(ties.nodes, placed, there, strict=True) if t}
    return found


def ranks_by_side(ties: Ties, rows: Floats) -> Ints:
    """Return the ranks within each row, of a two-mode network within each side."""
    if ties.side is None:
        return rank_rows(rows)
    placed = np.zeros(rows.shape, dtype=np.int64)
    for side in (0, 1):
        placed[:, ties.side == side] = rank_rows(rows[:, ties.side == side])
    return placed


def sources_of(ties: Ties) -> tuple[list[Hashable], list[tuple[Hashable, ...]]]:
    """Return all sources, sorted, and those of each tie (the attribute ``sources`` of the graph's ties)."""
    if ties.origin is None:
        msg = "the network says nothing of sources."
        raise NotApplicable(msg, remedy="Use the networkx graph, whose ties have the attribute sources.")
    given = [tuple(of or ()) for a, b, of in ties.origin.edges(data="sources") if a != b]
    return sorted({source for of in given for source in of}, key=str), given


def _units(ties: Ties, unit: Unit) -> tuple[int, tuple[Ints, Ints, int]]:
    """Return the number of units, and which unit states which tie as two arrays and the number of ties."""
    m = len(ties.source)
    if unit == "ties":
        units, unit_of, tie_of = m, np.arange(m), np.arange(m)
    elif unit == "sources":
        names, given = sources_of(ties)
        place = {name: i for i, name in enumerate(names)}
        pairs = [(place[source], tie) for tie, of in enumerate(given) for source in of]
        unit_of, tie_of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        units = len(names)
    else:
        msg = f"there is nothing called {unit!r} to leave out."
        raise NotApplicable(msg, remedy="Leave out ties or sources.")
    if units < 2:
        msg = f"the network has {units} {unit}, and at least 2 are needed to leave some out."
        raise NotApplicable(msg, remedy="Leave out ties instead of sources, or use a larger network.")
    return units, (unit_of, tie_of, m)


def _kept(stated: tuple[Ints, Ints, int], chosen: Flags) -> Flags:
    """Return which ties a choice of units still states; a tie that no unit states stays."""
    unit_of, tie_of, m = stated
    still = np.bincount(tie_of[chosen[unit_of]], minlength=m) > 0
    return np.asarray(still | (np.bincount(tie_of, minlength=m) == 0))


def _without(ties: Ties, kept: Flags) -> Ties:
    return Ties(
        ties.nodes,
        ties.source[kept],
        ties.target[kept],
        ties.weight[kept],
        ties.directed,
        ties.side,
        ties.loops,
        ties.origin,
    )


def _top(ties: Ties, placed: Ints) -> float:
    """Return how many of the first ten are, on average, among the first ten of a sample."""
    columns = [np.ones(len(ties), dtype=bool)] if ties.side is None else [ties.side == side for side in (0, 1)]
    shares = []
    for of_side in columns:
        first = placed[0, of_side] <= 10
        if first.any() and not first.all():
            shares.append(float((placed[1:, of_side][:, first] <= 10).mean()) * 10)
    return float(np.mean(shares)) if shares else 10.0
