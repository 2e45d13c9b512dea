"""Measures of a node's own ties: degree, weighted degree, k-core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from migragraph.measures.registry import node_measure

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ties

Direction = Literal["all", "in", "out"]
NO_WEIGHTS: Final = "Weights are not used."


def others(ties: Ties) -> Floats:
    """Return how many ties each node could have: all other nodes, in a two-mode network those of the other side."""
    n = len(ties)
    if ties.side is None:
        return np.full(n, float(n - 1))
    sizes = np.bincount(ties.side, minlength=2)
    return sizes[1 - ties.side].astype(np.float64)


def share(values: Floats, most: Floats) -> Floats:
    """Return values as a part of the most that is possible; 0 where nothing is possible."""
    return np.divide(values, most, out=np.zeros(len(values)), where=most > 0)


def _sum_at_ends(ties: Ties, weight: Floats, direction: Direction) -> Floats:
    n = len(ties)
    leaving, arriving = (np.bincount(ends, weight, n).astype(np.float64) for ends in (ties.source, ties.target))
    if direction == "all" or not ties.directed:
        return leaving + arriving
    return leaving if direction == "out" else arriving


def _count_at_ends(ties: Ties, direction: Direction) -> Floats:
    if direction == "all" and not ties.directed:
        return np.asarray(
            np.diff(ties.adjacency.indptr), dtype=np.float64
        )  # the matrix is kept, so this is one step a node
    return _sum_at_ends(ties, np.ones(len(ties.source)), direction)


@node_measure(
    name="degree",
    title="Degree",
    high="Has many direct partners.",
    direction="`direction` counts ties that arrive (`in`), leave (`out`) or both (`all`, the default).",
    weights=NO_WEIGHTS,
    normalisation="Divided by n - 1 (directed with `all`: 2(n - 1)); two-mode: by the nodes of the other side.",
    isolates="0; they count in n.",
    cost="Time and memory n + m.",
)
def degree(network: Ties, *, direction: Direction = "all", normalised: bool = True) -> Floats:
    """Number of ties of a node.

    ``C(v) = d(v) / (n - 1)``, in a two-mode network ``d(v) / n'`` with n' nodes on the other side; with
    ``normalised=False`` the number itself.

    Reference: Freeman (1979), "Centrality in social networks: conceptual clarification", Social Networks 1;
    Borgatti & Everett (1997), "Network analysis of 2-mode data", Social Networks 19.

    By hand: on the path a - b - c, b has both others for partners, a and c have one of two.

    >>> import networkx as nx
    >>> degree(nx.Graph(["ab", "bc"]))
    {'a': 0.5, 'b': 1.0, 'c': 0.5}
    """
    count = _count_at_ends(network, direction)
    both = 2 if network.directed and direction == "all" else 1
    return share(count, both * others(network)) if normalised else count


@node_measure(
    name="weighted-degree",
    title="Weighted degree",
    high="Has strong or many direct ties: its weights add up to much.",
    direction="`direction` adds ties that arrive (`in`), leave (`out`) or both (`all`, the default).",
    weights="Added up; a tie without a weight counts 1.",
    normalisation="None: a sum of weights, in the unit of the weights.",
    isolates="0.",
    cost="Time and memory n + m.",
)
def weighted_degree(network: Ties, *, direction: Direction = "all") -> Floats:
    """Sum of the weights of a node's ties, also called strength: ``s(v) = sum of w(v, u) over u``.

    Reference: Barrat, Barthélemy, Pastor-Satorras & Vespignani (2004), "The architecture of complex weighted
    networks", PNAS 101(11).

    By hand: a and b share three projects, b and c one, so b has 3 + 1.

    >>> import networkx as nx
    >>> graph = nx.Graph()
    >>> graph.add_weighted_edges_from([("a", "b", 3), ("b", "c", 1)])
    >>> weighted_degree(graph)
    {'a': 3.0, 'b': 4.0, 'c': 1.0}
    """
    return _sum_at_ends(network, network.weight, direction)


@node_measure(
    name="k-core",
    title="k-core",
    high="Stands deep inside of a dense part: its partners have many partners among themselves too.",
    direction="Ties are read without direction.",
    weights=NO_WEIGHTS,
    normalisation="None: a whole number.",
    isolates="0.",
    cost="Time and memory n + m.",
)
def k_core(network: Ties) -> Floats:
    """Largest k such that the node is in a part of the network where every node has at least k ties within the part.

    In a two-mode network both sides are held to the same k.

    Reference: Seidman (1983), "Network structure and minimum degree", Social Networks 5; computed as in Batagelj &
    Zaversnik (2003).

    By hand: in a triangle with a tail, the triangle is a 2-core and the tail drops off at k = 2.

    >>> import networkx as nx
    >>> k_core(nx.Graph(["ab", "bc", "ca", "cd"]))
    {'a': 2.0, 'b': 2.0, 'c': 2.0, 'd': 1.0}
    """
    return np.array(network.undirected.graph.coreness(), dtype=np.float64)
