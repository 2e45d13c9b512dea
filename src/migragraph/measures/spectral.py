"""Measures that let a node's score depend on that of its partners: eigenvector centrality, PageRank."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, cg, eigsh
from threadpoolctl import ThreadpoolController

from migragraph.errors import NotApplicable
from migragraph.measures.registry import node_measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migragraph.measures.ties import Floats, Ints, Ties

#: The most that a node can have in a vector of length one: that of the centre of a star (Papendieck & Recht 2000).
MOST: Final = np.sqrt(0.5)
#: Up to this size a full decomposition is quicker than an iteration.
_SMALL: Final = 64
#: Two eigenvalues nearer than this, relative to their size, are the same as far as can be told.
_SAME: Final = 1e-9
#: A walk has settled when a step changes all probabilities together by no more than this.
_SETTLED: Final = 1e-14
_MOST_STEPS: Final = 20_000
_LOWER: Final = "Use a damping further below 1; 0.85 is usual."


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let the linear algebra below use one thread: its vectors are short, so that several take longer.

    On a busy machine it was five times as long. The number of threads could change a last digit besides.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@node_measure(
    name="eigenvector",
    title="Eigenvector centrality",
    high="Has many partners that themselves have many well-connected partners.",
    direction="Not defined for directed ties here: take PageRank.",
    weights="Used as they are; a tie without a weight counts 1.",
    normalisation="Divided by √½, the most that a node can have in a vector of length one (that of the centre of a "
    "star), as UCINET and Borgatti & Everett do; `normalised=False` gives the vector of length one, as networkx does.",
    isolates="0, as are all nodes outside of the part of the network with the largest eigenvalue.",
    cost="Time about 100 · m, memory n + m.",
)
def eigenvector(network: Ties, *, normalised: bool = True) -> Floats:
    """Entries of the eigenvector of the largest eigenvalue of the matrix of weights: ``λ x(v) = sum of w(v, u) x(u)``.

    The vector is positive on the part of the network that has the largest eigenvalue, and zero on all others. Where two
    parts have the same one there is no single answer. In a two-mode network each side has half of the squares.

    Raises ``NotApplicable`` for a network without ties, with directed ties, or without a single answer.

    Reference: Bonacich (1972), "Factoring and weighting approaches to status scores and clique identification", J.
    Math. Sociology 2; Borgatti & Everett (1997); Papendieck & Recht (2000), "On maximal entries in the
    principal eigenvector of graphs", Linear Algebra and its Applications 310.

    By hand: a star with four points has λ = 2; the centre has √½, each point half of that.

    >>> import networkx as nx
    >>> {node: round(value, 4) for node, value in eigenvector(nx.star_graph(4)).items()}
    {0: 1.0, 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5}
    """
    if network.directed:
        msg = "eigenvector centrality of directed ties is zero on all that no cycle leads to."
        raise NotApplicable(msg, remedy="Take pagerank, or the network without direction (graph.to_undirected()).")
    matrix = network.adjacency
    part = connected_components(matrix, directed=False)[1].astype(np.int64)
    sums = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
    vector = leading(sums, part, lambda rows: largest(matrix[rows][:, rows] if part.any() else matrix))
    return vector / MOST if normalised else vector


def leading(sums: Floats, part: Ints, solve: Callable[[Ints], tuple[float, Floats]]) -> Floats:
    """Return the eigenvector of length one of the largest eigenvalue of a symmetric matrix without negative entries.

    ``sums`` are its row sums, ``part`` numbers the connected parts, and ``solve`` returns eigenvalue and vector of the
    rows of one part. Parts are solved largest row sum first: an eigenvalue does not exceed the largest row sum, so most
    parts need not be. Raises ``NotApplicable`` without ties or where two parts are equal.
    """
    n = len(sums)
    if not sums.any():
        msg = f"the network has {n} nodes and no tie, so no eigenvector stands out."
        raise NotApplicable(msg, remedy="Use a network with ties; degree is defined without them.")
    n_parts = int(part.max()) + 1
    bound = np.zeros(n_parts)
    np.maximum.at(bound, part, sums)
    members = np.argsort(part, kind="stable")
    starts = np.searchsorted(part[members], np.arange(n_parts + 1))
    best, rival, vector = 0.0, 0.0, np.zeros(n)
    for which in np.argsort(-bound, kind="stable"):
        if bound[which] < best * (1 - _SAME):
            break
        rows = members[starts[which] : starts[which + 1]]
        value, entries = solve(rows)
        if value > best:
            best, rival, vector = value, best, np.zeros(n)
            vector[rows] = entries
        else:
            rival = max(rival, value)
    if rival > best * (1 - _SAME):
        msg = f"two parts of the network have the same largest eigenvalue {best:.6g}, so there is no single answer."
        raise NotApplicable(msg, remedy="Measure each part of the network on its own, or take pagerank.")
    return vector


def largest(matrix: Any) -> tuple[float, Floats]:
    """Return the largest eigenvalue of a connected part and its vector, which has one sign (Perron, Frobenius).

    ``matrix`` is symmetric: a sparse matrix, or a linear operator, of which products with a vector are taken; always
    from the same start, so the same matrix gives the same digits.
    """
    n = matrix.shape[0]
    if n <= _SMALL:
        values, vectors = np.linalg.eigh(matrix @ np.eye(n))
        return float(values[-1]), np.abs(vectors[:, -1])
    try:
        with _one_thread():
            values, vectors = eigsh(matrix, k=1, which="LA", v0=np.ones(n), maxiter=max(1000, n))
    except ArpackNoConvergence as error:
        msg = "the largest eigenvalue is so near to the next that the scores cannot be told to any precision."
        raise NotApplicable(msg, remedy="Take pagerank, which always has an answer.") from error
    vector = np.abs(vectors[:, 0])
    return float(values[0]), vector / np.linalg.norm(vector)


@node_measure(
    name="pagerank",
    title="PageRank",
    high="Stands where one ends up who follows ties at random: many partners, well placed, with few others.",
    direction="Follows the direction of the ties; without direction both ways.",
    weights="A tie is followed in proportion to its weight.",
    normalisation="Adds up to 1 over all nodes.",
    isolates="The least value, (1 - damping) / n and a part of what nodes without outgoing ties pass to all.",
    cost="Time about 100 · m, memory n + m.",
)
def pagerank(network: Ties, *, damping: float = 0.85) -> Floats:
    """Probability of being at a node, for one who follows a tie (with probability ``damping``) or jumps anywhere.

    ``p(v) = (1 - d) / n + d · (sum of p(u) w(u, v) / w(u) over u, + D / n)`` with w(u) the sum of weights that leave u
    and D the probability of being at a node where nothing leaves, which jumps anywhere. Without direction and damping
    it would be the weighted degree, which it stays close to.

    Raises ``NotApplicable`` unless 0 ≤ damping < 1.

    Reference: Brin & Page (1998), "The anatomy of a large-scale hypertextual Web search engine".

    By hand: a - b - c: p(b) = 0.05 + 0.85 (p(a) + p(c)) with p(a) = p(c) = 0.05 + 0.85 p(b) / 2: p(b) = 0.135 / 0.2775.

    >>> import networkx as nx
    >>> {node: round(value, 6) for node, value in pagerank(nx.Graph(["ab", "bc"])).items()}
    {'a': 0.256757, 'b': 0.486486, 'c': 0.256757}
    """
    check_damping(damping)
    matrix = network.adjacency
    leaving = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
    if not network.directed:
        return walk(lambda x: np.asarray(matrix @ x), leaving, damping)
    return _directed_walk(csr_array(matrix.T), leaving, damping)


def walk(product: Callable[[Floats], Floats], strength: Floats, damping: float) -> Floats:
    """Return PageRank on ties without direction, from products of the matrix W of weights with a vector.

    ``strength`` are the sums of W. The equations are those of a symmetric positive definite matrix:
    ``(1 - d S) y = D^-½ 1`` with D the strengths, ``S = D^-½ W D^-½`` and ``p ∝ D^½ y``; solved by conjugate gradients
    to a relative residual of 10^-13. What isolates pass to all adds the same to each node, so it drops out.
    """
    n, root = len(strength), np.sqrt(strength)
    inverse = np.divide(1.0, root, out=np.zeros(n), where=root > 0)
    mass = np.ones(n)
    if inverse.any():
        operator = LinearOperator(
            (n, n), matvec=lambda y: y - damping * inverse * product(inverse * y), dtype=np.float64
        )
        with _one_thread():
            y, failed = cg(operator, inverse, rtol=1e-13, maxiter=10_000)
        if failed:
            raise NotApplicable(f"PageRank with damping {damping} did not settle.", remedy=_LOWER)
        mass = np.where(strength > 0, root * y, 1.0)
    return np.asarray(mass / max(mass.sum(), 1.0))


def _directed_walk(arriving: csr_array, leaving: Floats, damping: float) -> Floats:
    """Return PageRank on directed ties; each step makes the error ``damping`` times as large or less."""
    n = len(leaving)
    ends = leaving == 0
    share = np.divide(1.0, leaving, out=np.zeros(n), where=~ends)
    p = np.full(n, 1 / max(n, 1))
    for _ in range(_MOST_STEPS):
        after = (1 - damping) / n + damping * (arriving @ (share * p) + p[ends].sum() / n)
        change = np.abs(after - p).sum()
        p = after
        if change <= _SETTLED:
            return np.asarray(p / p.sum())
    raise NotApplicable(f"PageRank with damping {damping} did not settle.", remedy=_LOWER)


def check_damping(damping: float) -> None:
    """Raise ``NotApplicable`` for a damping that is no probability below 1."""
    if not 0 <= damping < 1:
        msg = f"damping is {damping}, which is no probability below 1."
        raise NotApplicable(msg, remedy="Use a number from 0 to below 1; 0.85 is usual.")
