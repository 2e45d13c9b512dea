"""Betweenness from a sample of shortest paths, with a bound on its error, for networks too large for the exact one."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil, floor, log, log2
from typing import TYPE_CHECKING

import numpy as np

from migragraph.errors import NotApplicable
from migragraph.measures.neighbourhood import NO_WEIGHTS, share
from migragraph.measures.paths import most_betweenness
from migragraph.measures.registry import by_node, measure

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from migragraph.measures.ties import Floats, Ints, Ties

#: The constant of the bound, as estimated by Löffler and Phillips (2009) and used by Riondato and Kornaropoulos.
_C = 0.5
_UNSEEN = -1


@dataclass(frozen=True, slots=True)
class SampledBetweenness:
    """Estimates of normalised betweenness: with ``confidence`` none of them is off by more than ``error``.

    ``samples`` pairs of nodes were drawn with ``seed``; ``longest`` is the bound on the number of nodes of a shortest
    path that their number follows from.
    """

    scores: dict[Hashable, float]
    error: float
    confidence: float
    samples: int
    longest: int
    seed: int


@measure(
    name="sampled-betweenness",
    title="Betweenness, sampled",
    high="As betweenness: stands on many shortest ways between others.",
    direction="Paths follow the direction of the ties.",
    weights=NO_WEIGHTS,
    normalisation="As betweenness; `error` is on the same scale.",
    isolates="0; they count in n.",
    cost="Samples: about 0.5 / error² · (log2 of the longest path + log(1 / (1 - confidence))), whatever n; each is a "
    "search from both ends. Memory n + m.",
    of="record",
)
def sampled_betweenness(
    network: Ties, *, error: float = 0.01, confidence: float = 0.95, seed: int = 0
) -> SampledBetweenness:
    """Betweenness estimated from shortest paths between pairs of nodes drawn at random.

    Each sample draws two nodes and one of the shortest paths between them, all equally likely, and counts its inner
    nodes.

    After ``r = 0.5 / ε² · (floor(log2(L - 2)) + 1 + ln(1 / δ))`` samples all estimates are within ε of the share of
    pairs, with probability at least 1 - δ. L bounds the number of nodes of a shortest path: in each connected part, the
    two largest distances from one node and one more (directed: the size of the largest part).
    ε is chosen such that the normalised scores are within ``error``.

    The same seed gives the same estimates. Raises ``NotApplicable`` unless error and confidence are between 0 and 1.

    Reference: Riondato & Kornaropoulos (2016), "Fast approximation of betweenness centrality through sampling", Data
    Mining and Knowledge Discovery 30;
    searching from both ends as in Borassi & Natale (2019),
    "KADABRA is an ADaptive Algorithm for Betweenness via Random Approximation".

    By hand: in a star of 10 a path has 3 nodes at most and the scale is 45 pairs / 36, so ε = 0.05 · 36 / 45 = 0.04 and
    r = 0.5 / 0.0016 · (0 + 1 + ln 20) = 1248.7. No path leads through a point.

    >>> import networkx as nx
    >>> found = sampled_betweenness(nx.star_graph(9), error=0.05)
    >>> found.samples, found.longest, abs(found.scores[0] - 1) < found.error, found.scores[1]
    (1249, 3, True, 0.0)
    """
    if not (0 < error < 1 and 0 < confidence < 1):
        msg = f"error {error} and confidence {confidence} must be above 0 and below 1."
        raise NotApplicable(msg, remedy="An error of 0.01 and a confidence of 0.95 are usual.")
    n = len(network)
    pairs = n * (n - 1) / (1 if network.directed else 2)
    scale = share(np.full(n, float(pairs)), most_betweenness(network))
    longest = _longest_path(network)
    samples = 0
    inner = np.zeros(n)
    if longest > 2:
        precision = error / scale.max()
        samples = ceil(_C / precision**2 * (floor(log2(longest - 2)) + 1 + log(1 / (1 - confidence))))
        inner = _Sampler(network).count(samples, np.random.default_rng(seed)) / samples
    scores = by_node(network, inner * scale)
    return SampledBetweenness(scores, error, confidence, samples, longest, seed)


def _longest_path(ties: Ties) -> int:
    """Return a bound on the number of nodes of a shortest path."""
    parts = sorted(ties.graph.connected_components(mode="weak"), key=len, reverse=True)
    if ties.directed:
        return max(map(len, parts), default=0)
    longest = 0
    for part in parts:
        if len(part) <= longest:
            break
        _, starts, _ = ties.graph.bfs(part[0])
        sizes = np.diff(starts)
        deepest = len(sizes) - 1
        second = deepest if sizes[-1] > 1 else max(deepest - 1, 0)
        longest = max(longest, min(deepest + second + 1, len(part)))
    return longest


class _Side:
    """A search from one end, level by level: distance and number of shortest paths of each node seen."""

    def __init__(self, matrix: csr_array) -> None:
        self.start, self.places = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        self.degree = np.diff(self.start)
        self.level = np.full(matrix.shape[0], _UNSEEN, dtype=np.int64)
        self.paths = np.zeros(matrix.shape[0])

    def begin(self, node: int) -> None:
        self.front = np.array([node], dtype=np.int64)
        self.seen = [self.front]
        self.depth = 0
        self.level[node], self.paths[node] = 0, 1.0

    def clear(self) -> None:
        for nodes in self.seen:
            self.level[nodes], self.paths[nodes] = _UNSEEN, 0.0

    def width(self) -> int:
        return int(self.degree[self.front].sum())

    def neighbours(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Return the neighbours of nodes, one after the other, and how many each has."""
        counts = self.degree[nodes]
        ends = np.cumsum(counts)
        at = np.arange(ends[-1]) + np.repeat(self.start[nodes] - ends + counts, counts)
        return self.places[at], counts

    def grow(self) -> None:
        """Go one level further."""
        found, counts = self.neighbours(self.front)
        new = self.level[found] == _UNSEEN
        paths = np.repeat(self.paths[self.front], counts)[new]
        found = found[new]
        self.depth += 1
        self.level[found] = self.depth
        np.add.at(self.paths, found, paths)
        self.front = np.unique(found)
        self.seen.append(self.front)

    def back(
        self, node: int, other: NDArray[np.int64], start: NDArray[np.int64], chance: np.random.Generator
    ) -> list[int]:
        """Return the nodes of one path from a node back to the end, the end left out, all paths equally likely.

        ``other`` and ``start`` hold the ties against the direction of this side's search.
        """
        path = []
        for depth in range(self.level[node] - 1, 0, -1):
            near = other[start[node] : start[node + 1]]
            near = near[self.level[near] == depth]
            node = int(near[_draw(self.paths[near], chance)])
            path.append(node)
        return path


def _draw(weights: Floats, chance: np.random.Generator) -> int:
    sums = np.cumsum(weights)
    return min(int(np.searchsorted(sums, chance.random() * sums[-1], side="right")), len(sums) - 1)


class _Sampler:
    """Draws shortest paths; keeps its arrays between draws and clears what a search has touched."""

    def __init__(self, ties: Ties) -> None:
        self.n = len(ties)
        ahead = ties.adjacency
        self.ahead = _Side(ahead)
        self.behind = _Side(ahead.T.tocsr() if ties.directed else ahead)

    def count(self, samples: int, chance: np.random.Generator) -> Floats:
        """Return how often each node was inside of a path between two nodes drawn at random."""
        counts = np.zeros(self.n)
        first = chance.integers(self.n, size=samples)
        second = (first + 1 + chance.integers(self.n - 1, size=samples)) % self.n
        for a, b in zip(first.tolist(), second.tolist(), strict=True):
            counts[self._path(a, b, chance)] += 1
        return counts

    def _path(self, a: int, b: int, chance: np.random.Generator) -> list[int]:
        """Return the inner nodes of one shortest path from a to b; none where there is no path."""
        ahead, behind = self.ahead, self.behind
        ahead.begin(a)
        behind.begin(b)
        path: list[int] = []
        while True:
            one, other = ahead.width(), behind.width()
            if not one or not other:
                break
            grown, met = (ahead, behind) if one <= other else (behind, ahead)
            grown.grow()
            meet = grown.front[met.level[grown.front] != _UNSEEN]
            if len(meet):
                # all shortest paths lead through one node each of this level
                node = int(meet[_draw(ahead.paths[meet] * behind.paths[meet], chance)])
                path = [node] if node not in (a, b) else []
                path += ahead.back(node, behind.places, behind.start, chance)
                path += behind.back(node, ahead.places, ahead.start, chance)
                break
        ahead.clear()
        behind.clear()
        return path
