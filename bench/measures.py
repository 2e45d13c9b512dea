"""Times of the measures beside igraph and networkx, on a synthetic two-mode network: ``python bench/measures.py``.

The network is the one of the targets: 10,000 actors, 5,000 groups, 56,000 memberships, sizes spread as in a power law,
always the same. Each row times one call of ours and of the same numbers by the other library in turn, as often as
``--repeat`` says, and takes the least; ``×`` is theirs by ours, above 1 where ours is quicker. Time is that of the
processor, in all threads, so that what else the machine does hardly counts. Building and reading the network is not
timed, for nobody. networkx is timed on a smaller network (``--small``), where it ends in this life.

A table in Markdown goes to standard output.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import igraph
import networkx as nx
import numpy as np
import scipy

from migragraph import measures as m

Call = Callable[[], object]


def synthetic(actors: int, groups: int, memberships: int, seed: int = 1) -> m.Incidence:
    """Return memberships drawn without repetition, in proportion to rank^-0.4 of actors and rank^-0.6 of groups."""
    chance = np.random.default_rng(seed)

    def draw(n: int, power: float) -> Any:
        weight = np.arange(1, n + 1) ** -power
        return chance.choice(n, size=2 * memberships, p=weight / weight.sum())

    keys = np.unique(draw(actors, 0.4).astype(np.int64) * groups + draw(groups, 0.6))
    keys = np.sort(chance.permutation(keys)[:memberships])
    return m.Incidence.from_codes(keys // groups, keys % groups, range(actors), range(actors, actors + groups))


def seconds(*calls: Call | None, repeat: int) -> list[float | None]:
    """Return the least time of each call, taken in turn so that a busy moment hits all."""
    best: list[float | None] = [None] * len(calls)
    for _ in range(repeat):
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
    for of in (ties, joined):
        of.adjacency  # noqa: B018  kept with the network
    kept = nx.Graph(zip(ties.source.tolist(), ties.target.tolist(), strict=True)) if with_networkx else None
    projected = nx.Graph() if with_networkx else None
    if projected is not None:
        ends = zip(joined.source.tolist(), joined.target.tolist(), weights, strict=True)
        projected.add_weighted_edges_from(ends)

    def by_networkx(function: Callable[..., object], graph: nx.Graph | None, **more: object) -> Call | None:
        return None if graph is None else lambda: function(graph, **more)

    return [
        ("degree", lambda: m.degree(ties), lambda: two.degree(), by_networkx(nx.degree_centrality, kept)),
        ("k-core", lambda: m.k_core(ties), lambda: two.coreness(), by_networkx(nx.core_number, kept)),
        (
            "betweenness",
            lambda: m.betweenness(ties),
            lambda: two.betweenness(),
            by_networkx(nx.betweenness_centrality, kept),
        ),
        (
            "harmonic",
            lambda: m.harmonic(ties),
            lambda: two.harmonic_centrality(),
            by_networkx(nx.harmonic_centrality, kept),
        ),
        ("closeness", lambda: m.closeness(ties), lambda: two.closeness(), by_networkx(nx.closeness_centrality, kept)),
        (
            "eigenvector",
            lambda: m.eigenvector(ties),
            lambda: two.eigenvector_centrality(),
            by_networkx(
                nx.eigenvector_centrality_numpy, kept and kept.subgraph(max(nx.connected_components(kept), key=len))
            ),
        ),
        ("pagerank", lambda: m.pagerank(ties), lambda: two.pagerank(), by_networkx(nx.pagerank, kept)),
        (
            "articulation points",
            lambda: m.articulation_points(ties),
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


def table(incidence: m.Incidence, repeat: int, *, with_networkx: bool) -> Iterator[str]:
    """Yield the times as lines of a table in Markdown, each when it is known."""
    yield from ("| measure | ours, s | igraph, s | × | networkx, s | × |", "|---|---|---|---|---|---|")
    for name, *calls in rows(incidence, with_networkx=with_networkx):
        ours, *others = seconds(*calls, repeat=repeat)
        cells = [f"{t:.4f} | {t / (ours or 1):.1f}" if t is not None else " | " for t in others]
        yield f"| {name} | {ours:.4f} | {' | '.join(cells)} |"


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeat", type=int, default=1, help="how often each call is timed")
    options.add_argument(
        "--small", action="store_true", help="500 actors × 60 groups × 2,000 memberships, with networkx"
    )
    given = options.parse_args()
    size = (500, 60, 2_000) if given.small else (10_000, 5_000, 56_000)
    incidence = synthetic(*size)
    print("{:,} actors, {:,} groups, {:,} memberships; ".format(*size), end="")  # noqa: T201
    print(f"Python {platform.python_version()}, igraph {igraph.__version__}, scipy {scipy.__version__}, ", end="")  # noqa: T201
    print(f"networkx {nx.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.\n")  # noqa: T201
    for line in table(incidence, given.repeat, with_networkx=given.small):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
