"""Measures of shortest paths: closeness, harmonic closeness, betweenness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from migragraph.errors import NetworkTooLarge
from migragraph.measures.distances import Reach, reach
from migragraph.measures.neighbourhood import Direction, share
from migragraph.measures.registry import node_measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from migragraph.measures.ties import Floats, Ties

#: Exact betweenness walks every tie from every node: n · (n + m) steps. This many take about a minute on one core.
MOST_STEPS: Final = 3_000_000_000
_LENGTHS: Final = (
    "With `weighted=True` a tie is 1 / weight long, so a strong tie is a short one; without it (the default) every tie "
    "is one step."
)
_DIRECTION: Final = (
    "`direction` says which paths count: those that lead to the node (`in`, the default), from it (`out`), or in any "
    "direction (`all`)."
)


def _unweighted(ties: Ties, direction: Direction) -> Reach:
    if not ties.directed or direction == "all":
        return reach(ties.symmetric)
    return reach(ties.adjacency if direction == "out" else ties.adjacency.T.tocsr())


def _own_and_other(side: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """Return the number of nodes on each node's own side, itself included, and on the other side."""
    sizes = np.bincount(side, minlength=2).astype(np.float64)
    return sizes[side], sizes[1 - side]


@node_measure(
    name="harmonic",
    title="Harmonic closeness",
    high="Is few steps away from many.",
    direction=_DIRECTION,
    weights=_LENGTHS,
    normalisation="Divided by n - 1; two-mode: by n' + (n'' - 1) / 2, the value of a node that has a tie with each of "
    "the n' nodes of the other side, its own side having n''. Weighted: divided by the same, so it can exceed 1.",
    isolates="0; unreachable nodes add nothing, so a network in parts needs no correction.",
    cost="Time n · m / 64 words a step of distance (bit-parallel), memory 256 bytes a node; weighted: n · m · log n.",
)
def harmonic(network: Ties, *, weighted: bool = False, direction: Direction = "in", normalised: bool = True) -> Floats:
    """Sum of the inverse distances to all other nodes: ``H(v) = sum of 1 / d(u, v) over u ≠ v``, with 1 / ∞ = 0.

    Reference: Marchiori & Latora (2000), "Harmony in the small-world", Physica A 285; Boldi & Vigna (2014), "Axioms for
    centrality", Internet Mathematics 10, who show why it is to be preferred to closeness.

    By hand: on the path a - b - c - d, a is 1, 2 and 3 steps away: (1 + 1/2 + 1/3) / 3 = 11/18.

    >>> import networkx as nx
    >>> round(harmonic(nx.path_graph(["a", "b", "c", "d"]))["a"], 4), round(11 / 18, 4)
    (0.6111, 0.6111)
    """
    if weighted:
        mode = "all" if not network.directed else direction
        values = network.graph.harmonic_centrality(mode=mode, weights=network.lengths(True), normalized=False)
        sums = np.nan_to_num(np.array(values, dtype=np.float64))
    else:
        sums = _unweighted(network, direction).inverse
    if not normalised:
        return sums
    if network.side is None:
        return share(sums, np.full(len(network), len(network) - 1.0))
    own, other = _own_and_other(network.side)
    return share(sums, np.asarray(other + (own - 1) / 2))


@node_measure(
    name="closeness",
    title="Closeness",
    high="Is few steps away from the others, on average.",
    direction=_DIRECTION,
    weights=_LENGTHS,
    normalisation="That of Wasserman and Faust, for networks in parts: the inverse mean distance to the nodes that are "
    "reached, times the share of nodes that are reached. Two-mode: the shortest possible distances in place of 1 each.",
    isolates="0.",
    cost="As harmonic closeness.",
)
def closeness(network: Ties, *, weighted: bool = False, direction: Direction = "in") -> Floats:
    """Inverse of the mean distance, corrected for parts that cannot be reached (Wasserman & Faust).

    ``C(v) = r / (n - 1) · r / sum of d(u, v)`` over the r other nodes that are joined with v. In one connected network
    this is Freeman's ``(n - 1) / sum of d``. Two-mode: ``C(v) = r / (n - 1) · (r' + 2 r'') / sum of d`` with r' nodes
    of the other side (at best one step away) and r'' of its own (at best two) among the r. In a connected network that
    is Borgatti and Everett's. networkx instead takes the sizes of the whole sides in the numerator, which exceeds 1
    where the network falls into parts.

    Of several definitions of closeness this is one; in a network in parts :func:`harmonic` needs none of it.

    Reference: Wasserman & Faust (1994), "Social Network Analysis", p. 201; Borgatti & Everett (1997).

    By hand: path a - b - c and a pair d - e. b reaches 2 of 4 others at distances 1 + 1: 2/4 · 2/2; a: 2/4 · 2/3.

    >>> import networkx as nx
    >>> {node: round(value, 4) for node, value in closeness(nx.Graph(["ab", "bc", "de"])).items()}
    {'a': 0.3333, 'b': 0.5, 'c': 0.3333, 'd': 0.25, 'e': 0.25}
    """
    n = len(network)
    steps = _unweighted(network, direction)
    best = steps.others
    if network.side is not None:
        best = steps.others + _own_reached(network, network.side)
    if weighted:
        mode = "all" if not network.directed else direction
        values = network.graph.closeness(mode=mode, weights=network.lengths(True), normalized=False)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = np.nan_to_num(1.0 / np.array(values, dtype=np.float64), nan=0.0, posinf=0.0)
    else:
        total = steps.total
    return share(best, total) * (steps.others / max(n - 1, 1))


def _own_reached(ties: Ties, side: NDArray[np.int8]) -> Floats:
    """Return how many other nodes of its own side stand in the part of each node."""
    part = np.array(ties.graph.connected_components().membership, dtype=np.int64)
    key = part * 2 + side
    return np.asarray(np.bincount(key)[key] - 1.0)


def most_betweenness(ties: Ties) -> Floats:
    """Return the largest betweenness that each node could have, counted in pairs (directed: ordered pairs).

    One-mode: that of the centre of a star, (n - 1)(n - 2) / 2. Two-mode: Borgatti & Everett (1997).
    """
    n = len(ties)
    if ties.side is None:
        return np.full(n, (n - 1.0) * (n - 2.0) / (1 if ties.directed else 2))
    sizes = np.bincount(ties.side, minlength=2)
    most = np.zeros(2)
    for side in (0, 1):
        own, other = int(sizes[side]), int(sizes[1 - side])
        if own and other:
            s, t = divmod(own - 1, other)
            most[side] = (other**2 * (s + 1) ** 2 + other * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2
    return most[ties.side]


@node_measure(
    name="betweenness",
    title="Betweenness",
    high="Stands on many shortest ways between others: connects those who have no direct tie.",
    direction="Paths follow the direction of the ties.",
    weights=_LENGTHS + " Lengths that differ by less than a ten thousand millionth count as equal, so that rounding of "
    "fractions breaks no tie.",
    normalisation="Divided by that of the centre of a star, (n - 1)(n - 2) / 2 pairs (directed: twice as many); "
    "two-mode: by the largest value that a node of its side can have (Borgatti & Everett).",
    isolates="0; they count in n, so adding one lowers the others: state n.",
    cost="Time n · m (weighted: times log n); refused above `most_steps`, where `sampled-betweenness` is offered.",
)
def betweenness(
    network: Ties, *, weighted: bool = False, normalised: bool = True, most_steps: float = MOST_STEPS
) -> Floats:
    """Share of the shortest paths between two others that lead through a node, added up over all pairs.

    ``B(v) = sum over pairs s, t of σ(s, t | v) / σ(s, t)`` where σ counts shortest paths and those through v; divided
    by the largest possible value. Raises ``NetworkTooLarge`` where n · (n + m) exceeds ``most_steps``.

    Reference: Freeman (1977), "A set of measures of centrality based on betweenness", Sociometry 40; Brandes (2001), "A
    faster algorithm for betweenness centrality"; Borgatti & Everett (1997).

    By hand: on the path a - b - c - d, b is between a and c and between a and d: 2 of 3 pairs of others.

    >>> import networkx as nx
    >>> {node: round(value, 4) for node, value in betweenness(nx.path_graph(["a", "b", "c", "d"])).items()}
    {'a': 0.0, 'b': 0.6667, 'c': 0.6667, 'd': 0.0}
    """
    n, m = len(network), len(network.source)
    if n * (n + m) > most_steps:
        msg = f"exact betweenness of {n:,} nodes and {m:,} ties takes {n * (n + m):,} steps, of {most_steps:,} allowed."
        raise NetworkTooLarge(msg, remedy="Take sampled-betweenness, which states its error, or raise most_steps.")
    pairs = np.array(network.graph.betweenness(weights=network.lengths(weighted)), dtype=np.float64)
    return share(pairs, most_betweenness(network)) if normalised else pairs
