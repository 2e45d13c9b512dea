"""Measures of standing between others: Burt's constraint and effective size, articulation points, bridges."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Final

import igraph
import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from migragraph.measures.neighbourhood import NO_WEIGHTS
from migragraph.measures.registry import measure, node_measure

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ties

_PROJECT: Final = (
    "Measure its projection: migragraph.measures.projected_ties(graph), where partners can be tied to each other."
)
_UNDIRECTED: Final = "Ties are read without direction; the weights of a tie and its reverse are added."
#: A product of rows is taken in blocks of about this many multiplications, so that memory stays bounded.
_BLOCK: Final = 8_000_000


def _two_steps(first: csr_array, second: csr_array, pattern: csr_array) -> Iterator[tuple[slice, csr_array]]:
    """Yield blocks of rows of first · second, at the places of ``pattern`` (ones) alone."""
    work = np.concatenate([[0], np.cumsum(np.diff(second.indptr)[first.indices])])[first.indptr]
    start, n = 0, first.shape[0]
    while start < n:
        stop = max(start + 1, int(np.searchsorted(work, work[start] + _BLOCK, side="right")) - 1)
        rows = slice(start, stop)
        yield rows, csr_array(csr_array(first[rows] @ second).multiply(pattern[rows]))
        start = stop


def _pattern(matrix: csr_array) -> csr_array:
    return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)


def _row_sums(matrix: csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def _divided(matrix: csr_array, by: Floats) -> csr_array:
    """Return the matrix with each row divided by its number; rows without entries stay empty."""
    return csr_array(diags_array(np.divide(1.0, by, out=np.zeros(len(by)), where=by > 0)) @ matrix)


@node_measure(
    name="constraint",
    title="Burt's constraint",
    high="Depends on few partners who know each other: few openings for brokerage. A low value is the broker's.",
    direction=_UNDIRECTED,
    weights="p(v, u) is u's share in the sum of v's weights.",
    normalisation="None: above 0; 1 with one partner, 9/8 in a triangle.",
    isolates="No value: who has no ties has neither constraint nor openings.",
    cost="Time the sum of squared degrees, memory n + m.",
    modes=("one",),
    otherwise=_PROJECT,
)
def constraint(network: Ties) -> Floats:
    """How much of a node's ties lead, directly or through one other, to the same partners.

    ``c(v) = sum over partners u of (p(v, u) + sum over q of p(v, q) p(q, u))²``.

    Reference: Burt (1992), "Structural Holes", p. 54; Burt (2004), "Structural holes and good ideas", AJS 110.

    By hand: on the path a - b - c, b's partners do not know each other: (1/2)² + (1/2)²; a has all in b: 1².

    >>> import networkx as nx
    >>> constraint(nx.Graph(["ab", "bc"]))
    {'a': 1.0, 'b': 0.5, 'c': 1.0}
    """
    both = network.symmetric
    strength = _row_sums(both)
    shares = _divided(both, strength)
    values: Floats = np.zeros(len(network))
    for rows, indirect in _two_steps(shares, shares, _pattern(both)):
        values[rows] = _row_sums(csr_array(shares[rows] + indirect).power(2))
    values[strength == 0] = np.nan
    return values


@node_measure(
    name="effective-size",
    title="Burt's effective size",
    high="Has many partners who do not know each other: each opens a part of the network of its own.",
    direction=_UNDIRECTED,
    weights="p(v, q) is q's share in v's weights; m(u, q) is the weight of a tie as a part of u's largest.",
    normalisation="None: a number of partners, between 1 and the degree.",
    isolates="No value.",
    cost="Time the sum of squared degrees, memory n + m.",
    modes=("one",),
    otherwise=_PROJECT,
)
def effective_size(network: Ties) -> Floats:
    """Number of partners less what is redundant among them.

    ``e(v) = sum over partners u of (1 - sum over other partners q of p(v, q) m(u, q))``. Without weights that is
    ``d - 2t / d`` for d partners with t ties among them (Borgatti 1997).

    Reference: Burt (1992), p. 52; Borgatti (1997), "Structural holes: unpacking Burt's redundancy measures".

    By hand: in a triangle with a tail at c, c has three partners with one tie among them: 3 - 2/3.

    >>> import networkx as nx
    >>> {node: round(value, 4) for node, value in effective_size(nx.Graph(["ab", "bc", "ca", "cd"])).items()}
    {'a': 1.0, 'b': 1.0, 'c': 2.3333, 'd': 1.0}
    """
    both = network.symmetric
    strength = _row_sums(both)
    largest = np.asarray(both.max(axis=1).todense(), dtype=np.float64).ravel() if both.nnz else strength
    relative = csr_array(_divided(both, largest).T)
    values: Floats = np.asarray(np.diff(both.indptr), dtype=np.float64)
    for rows, redundant in _two_steps(_divided(both, strength), relative, _pattern(both)):
        values[rows] = values[rows] - _row_sums(redundant)
    values[strength == 0] = np.nan
    return values


@node_measure(
    name="articulation-points",
    title="Articulation points",
    high="Without the node its part of the network falls into pieces: this many more than before.",
    direction="Ties are read without direction.",
    weights=NO_WEIGHTS,
    normalisation="None: a number of pieces; 0 for a node that is no articulation point.",
    isolates="0.",
    cost="Time and memory n + m.",
)
def articulation_points(network: Ties) -> Floats:
    """Number of pieces, beside the first, that a node's part of the network falls into when the node is taken away.

    That is the number of blocks (largest parts that stay together without any one node) the node belongs to, less one.

    Reference: Hopcroft & Tarjan (1973), "Algorithm 447: efficient algorithms for graph manipulation", CACM 16.

    By hand: without the centre of a star with three points, three pieces are left: two more.

    >>> import networkx as nx
    >>> articulation_points(nx.star_graph(3))
    {0: 2.0, 1: 0.0, 2: 0.0, 3: 0.0}
    """
    ties = network.undirected
    # as lists of ties; igraph's own wrapper of them copies all ties for each call
    blocks = igraph.GraphBase.biconnected_components(ties.graph, False)
    of_tie = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    at = np.fromiter(itertools.chain.from_iterable(blocks), dtype=np.int64, count=len(of_tie))
    ends = np.stack([ties.source[at], ties.target[at]], axis=1).ravel()  # block after block: no sorting is needed
    member = csr_array((np.ones(len(ends)), (ends, np.repeat(of_tie, 2))), shape=(len(ties), max(len(blocks), 1)))
    return np.asarray(np.maximum(np.diff(member.indptr) - 1.0, 0.0))


@measure(
    name="bridges",
    title="Bridges",
    high="The only link of many nodes with the rest: so many stand on its smaller side.",
    direction="Ties are read without direction.",
    weights=NO_WEIGHTS,
    normalisation="None: a number of nodes. Ties that are no bridges are not listed.",
    isolates="Have no ties, so no bridges.",
    cost="Time and memory n + m.",
    of="ties",
)
def bridges(network: Ties) -> dict[tuple[Hashable, Hashable], float]:
    """Ties without which a part of the network falls in two, each with the number of nodes on the smaller side.

    Reference: Tarjan (1974), "A note on finding the bridges of a graph", Information Processing Letters 2.

    By hand: a triangle a, b, c with the tail c - d - e: c - d cuts off two nodes, d - e one.

    >>> import networkx as nx
    >>> bridges(nx.Graph(["ab", "bc", "ca", "cd", "de"]))
    {('c', 'd'): 2.0, ('d', 'e'): 1.0}
    """
    ties = network.undirected
    n, at = len(ties), np.array(sorted(ties.graph.bridges()), dtype=np.int64)
    if not len(at):
        return {}
    rest = np.ones(len(ties.source), dtype=bool)
    rest[at] = False
    kept = csr_array((np.ones(rest.sum()), (ties.source[rest], ties.target[rest])), shape=(n, n))
    # what hangs together without bridges is one knot; bridges make a forest of the knots
    n_knots, knot = connected_components(kept, directed=False)
    a, b = knot[ties.source[at]], knot[ties.target[at]]
    forest = csr_array((np.ones(2 * len(at)), (np.r_[a, b], np.r_[b, a])), shape=(n_knots, n_knots))
    below = np.bincount(knot, minlength=n_knots).astype(np.float64)
    n_trees, tree = connected_components(forest, directed=False)
    whole = np.bincount(tree, below, n_trees)
    above = np.full(n_knots, -1)
    roots = np.unique(tree, return_index=True)[1]
    for root in roots[np.bincount(tree)[tree[roots]] > 1]:
        order, before = breadth_first_order(forest, root, directed=False)
        for here in order[:0:-1]:
            above[here] = before[here]
            below[before[here]] += below[here]
    lower = np.where(above[a] == b, a, b)
    smaller = np.minimum(below[lower], whole[tree[lower]] - below[lower])
    ends = zip(ties.source[at].tolist(), ties.target[at].tolist(), smaller.tolist(), strict=True)
    return {(ties.nodes[i], ties.nodes[j]): size for i, j, size in ends}
