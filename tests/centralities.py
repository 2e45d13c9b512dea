"""The centralities of a network and their ranks, worked out without the code under test."""

from bisect import bisect_right
from collections import Counter

import igraph

from migragraph.networks.ties import Network

Scores = dict[str, float]


class Again:
    """The numbers of a network, worked out here: betweenness by igraph, the rest by networkx and plain Python."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.graph = network.to_graph()
        self.nodes = list(self.graph)
        self.two = network.definition.mode == "two"
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.pairs = [(self.place[a], self.place[b]) for a, b in self.graph.edges]
        self.side = [self.graph.nodes[node].get("bipartite", 0) for node in self.nodes]
        self.first_side = {node for node, side in zip(self.nodes, self.side, strict=True) if side == 0}

    def most(self, side: int) -> float:
        """The largest betweenness that a node of a side can have: Borgatti and Everett (1997), or a star's centre."""
        if not self.two:
            n = len(self.nodes)
            return (n - 1) * (n - 2) / (1 if self.graph.is_directed() else 2)
        own = self.side.count(side)
        other = len(self.side) - own
        s, t = (own - 1) // other, (own - 1) % other
        return (other**2 * (s + 1) ** 2 + other * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2

    def betweenness(self, pairs: list[tuple[int, int]]) -> Scores:
        """By igraph, normalised here."""
        found = igraph.Graph(n=len(self.nodes), edges=pairs, directed=self.graph.is_directed()).betweenness()
        return {node: value / self.most(side) for node, value, side in zip(self.nodes, found, self.side, strict=True)}

    def degree(self, pairs: list[tuple[int, int]]) -> Scores:
        """Partners, as a share of all that one could have."""
        counts = Counter(end for pair in pairs for end in pair)
        if not self.two:
            n = len(self.nodes) - 1
            return {node: counts[i] / n / (2 if self.graph.is_directed() else 1) for i, node in enumerate(self.nodes)}
        return {node: counts[i] / self.side.count(1 - self.side[i]) for i, node in enumerate(self.nodes)}

    def ranks(self, scores: Scores) -> dict[str, int]:
        """One more than the number of nodes of the side that score higher."""
        slack = 1e-9 * max(map(abs, scores.values()))
        sides = ({}, {})  # type: tuple[Scores, Scores]
        for node, score in scores.items():
            sides[node in self.first_side][node] = score
        found = {}
        for side in sides:
            order = sorted(side.values())
            found |= {node: 1 + len(order) - bisect_right(order, score + slack) for node, score in side.items()}
        return found

    def first(self, pairs: list[tuple[int, int]]) -> dict[str, int]:
        """The first ten of the first side."""
        scores = self.betweenness(pairs)
        ranks = self.ranks(scores)
        return {node: ranks[node] for node in self.first_side if ranks[node] <= 10 and scores[node] > 0}
