"""Times of the measures beside igraph and networkx, on synthetic two-mode networks, always the same.

The large one is that of the targets; networkx is timed on the small one, where it ends in this life. Each row times one
call of ours and of the same numbers by the other library in turn, at least three times, and takes the least;
``×`` is theirs by ours, above 1 where ours is quicker. Time is that of the processor, in all threads, so that what else
the machine does hardly counts. Building and reading the network is not timed, for nobody.

A measure of nodes is timed for what igraph gives: one number a node, in the order of the nodes. The row *degree, by
name* has for both what a dictionary by node costs beside it.
"""

from __future__ import annotations

import random
import time
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import igraph
import networkx as nx
import numpy as np

from bench.report import table
from migragraph import measures as m
from migragraph.measures.registry import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[[], object]

#: One turn would leave it to chance which of two equal calls is the quicker: up to a third of the time is noise.
_LEAST_TURNS: Final = 3
_MOST_TURNS: Final = 20
_ENOUGH_SECONDS: Final = 2.0


def synthetic(actors: int, groups: int, memberships: int, seed: int = 1) -> m.Incidence:
    """Return memberships drawn without repetition, in proportion to rank^-0.4 of actors and rank^-0.6 of groups."""
    chance = np.random.default_rng(seed)

    def draw(n: int, power: float) -> Any:
        weight = np.arange(1, n + 1) ** -power
        return chance.choice(n, size=2 * memberships, p=weight / weight.sum())

    keys = np.unique(draw(actors, 0.4).astype(np.int64) * groups + draw(groups, 0.6))
    keys = np.sort(chance.permutation(keys)[:memberships])
    return m.Incidence.from_codes(keys // groups, keys % groups, range(actors), range(actors, actors + groups))


def seconds(*calls: Call | None) -> list[float | None]:
    """Return the least time of each call, taken in turn so that a busy moment hits all."""
    best: list[float | None] = [None] * len(calls)
    begun = time.monotonic()
    for turn in range(_MOST_TURNS):
        if turn >= _LEAST_TURNS and time.monotonic() - begun > _ENOUGH_SECONDS:
            break
        for i, call in enumerate(calls):
            if call is not None:
                start = time.process_time()
                call()
                spent = time.process_time() - start
                best[i] = min(spent, best[i] or spent)
    return best


def leiden(graph: Any, runs: int) -> None:
    """Run igraph's Leiden as often as ours does, each until nothing gets better."""
    for seed in range(runs):
        igraph.set_random_number_generator(random.Random(seed))  # noqa: S311
        graph.community_leiden(objective_function="modularity", n_iterations=-1)


def rows(incidence: m.Incidence, *, with_networkx: bool) -> list[tuple[str, Call, Call | None, Call | None]]:
    """Return measure, ours, igraph's and networkx' for each row of the table."""
    ties, joined = m.read(incidence), m.projected_ties(incidence)
    two, one = ties.graph, joined.graph
    weights = joined.weight.tolist()
    two.vs["name"] = list(ties.nodes)
    for of in (ties, joined):
        of.adjacency  # noqa: B018  kept with the network
    kept = nx.Graph(zip(ties.source.tolist(), ties.target.tolist(), strict=True)) if with_networkx else None
    projected = nx.Graph() if with_networkx else None
    if projected is not None:
        ends = zip(joined.source.tolist(), joined.target.tolist(), weights, strict=True)
        projected.add_weighted_edges_from(ends)

    def by_us(name: str) -> Call:
        return lambda: MEASURES[name].values(ties)

    def by_networkx(function: Callable[..., object], graph: nx.Graph | None, **more: object) -> Call | None:
        return None if graph is None else lambda: function(graph, **more)

    return [
        ("degree", by_us("degree"), lambda: two.degree(), by_networkx(nx.degree_centrality, kept)),
        ("degree, by name", lambda: m.degree(ties), lambda: dict(zip(two.vs["name"], two.degree(), strict=True)), None),
        ("k-core", by_us("k-core"), lambda: two.coreness(), by_networkx(nx.core_number, kept)),
        (
            "betweenness",
            by_us("betweenness"),
            lambda: two.betweenness(),
            by_networkx(nx.betweenness_centrality, kept),
        ),
        (
            "harmonic",
            by_us("harmonic"),
            lambda: two.harmonic_centrality(),
            by_networkx(nx.harmonic_centrality, kept),
        ),
        ("closeness", by_us("closeness"), lambda: two.closeness(), by_networkx(nx.closeness_centrality, kept)),
        (
            "eigenvector",
            by_us("eigenvector"),
            lambda: two.eigenvector_centrality(),
            by_networkx(
                nx.eigenvector_centrality_numpy, kept and kept.subgraph(max(nx.connected_components(kept), key=len))
            ),
        ),
        ("pagerank", by_us("pagerank"), lambda: two.pagerank(), by_networkx(nx.pagerank, kept)),
        (
            "articulation points",
            by_us("articulation-points"),
            lambda: two.articulation_points(),
            by_networkx(lambda graph: list(nx.articulation_points(graph)), kept),
        ),
        (
            "bridges",
            lambda: m.bridges(ties),
            lambda: two.bridges(),
            by_networkx(lambda graph: list(nx.bridges(graph)), kept),
        ),
        ("communities, 2 runs", lambda: m.communities(ties, runs=2), lambda: leiden(two, 2), None),
        (
            "projection: weighted degree",
            lambda: m.projection_weighted_degree(incidence),
            lambda: one.strength(weights=weights),
            by_networkx(lambda graph: dict(graph.degree(weight="weight")), projected),
        ),
        (
            "projection: harmonic",
            lambda: m.projection_harmonic(incidence),
            lambda: one.harmonic_centrality(),
            by_networkx(nx.harmonic_centrality, projected),
        ),
        (
            "projection: eigenvector",
            lambda: m.projection_eigenvector(incidence),
            lambda: one.eigenvector_centrality(weights=weights),
            None,
        ),
        (
            "projection: pagerank",
            lambda: m.projection_pagerank(incidence),
            lambda: one.pagerank(weights=weights),
            by_networkx(nx.pagerank, projected),
        ),
        (
            "projection: constraint",
            lambda: m.constraint(joined),
            lambda: one.constraint(weights=weights),
            by_networkx(nx.constraint, projected, weight="weight"),
        ),
        (
            "projection: effective size",
            lambda: m.effective_size(joined),
            None,
            by_networkx(nx.effective_size, projected),
        ),
        ("backbone, exact", lambda: m.backbone(incidence), None, None),
        ("sampled betweenness, error 0.01", lambda: m.sampled_betweenness(ties), lambda: two.betweenness(), None),
    ]


def compare(actors: int, groups: int, memberships: int, *, with_networkx: bool) -> str:
    """Return a table of all measures on a network of this size."""
    head = ["measure", "migragraph, s", "igraph, s", "×", *(["networkx, s", "×"] if with_networkx else [])]
    incidence = synthetic(actors, groups, memberships)
    lines = []
    for name, ours, theirs, by_networkx in rows(incidence, with_networkx=with_networkx):
        own, *others = seconds(ours, theirs, *([by_networkx] if with_networkx else []))
        assert own is not None  # noqa: S101 (ours are all there)
        cells = [["", ""] if t is None else [f"{t:.4f}", f"{t / own:.1f}"] for t in others]
        lines.append([name, f"{own:.4f}", *chain.from_iterable(cells)])
    return table(head, lines)
