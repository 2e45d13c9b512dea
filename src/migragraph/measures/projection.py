"""Measures of the projection of a two-mode network (who shares groups with whom), without building it.

A projected tie of i and j weighs ``sum over shared groups g of f(g)``: with ``newman`` (the default)
``f = 1 / (k - 1)`` for a group of k members, so that every group gives each member 1 in all and a giant one does not
drown the others; with ``count`` ``f = 1``, the number of shared groups. A group of one member makes no tie.

With B the incidence (actors × groups) the weights are ``W = B F Bᵀ`` less its diagonal, so that a product with W is two
products with B: time and memory follow the memberships, not the pairs. ``side`` is 0 for actors, 1 for groups.

Reference: Newman (2001), "Scientific collaboration networks II", Physical Review E 64, 016132.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from scipy.sparse import csr_array, diags_array, triu
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import LinearOperator

from migragraph.errors import NetworkTooLarge, NotApplicable
from migragraph.measures.distances import Reach, reach
from migragraph.measures.incidence import Incidence
from migragraph.measures.neighbourhood import NO_WEIGHTS
from migragraph.measures.registry import enter
from migragraph.measures.spectral import MOST, check_damping, largest, leading, walk
from migragraph.measures.ties import Network, Ties, read

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ints

Weighting = Literal["newman", "count"]
Side = Literal[0, 1]

_TWO: Final[dict[str, Any]] = {
    "modes": ("two",),
    "direction": "None: sharing a group has no direction.",
    "otherwise": "Take the measure of the same name without projection-: a one-mode network is measured as it is.",
}
_WEIGHTS: Final = "`weighting` is `newman`, 1 / (k - 1) a shared group of k members (the default), or `count`, 1 each."
#: A projection of more pairs than this is not built (about 1 GB).
MOST_PAIRS: Final = 20_000_000


@dataclass(frozen=True, eq=False)
class Projected:
    """The projection as products: ``incidence`` has the nodes of the projection as its actors."""

    incidence: Incidence
    factor: Floats
    diagonal: Floats

    @classmethod
    def of(cls, network: Network, side: Side, weighting: Weighting) -> Projected:
        """Return the projection on a side; ``NotApplicable`` for a one-mode network, an unknown side or weighting."""
        if weighting not in ("newman", "count"):
            msg = f"there is no weighting {weighting!r} of projected ties."
            raise NotApplicable(msg, remedy="Use newman or count.")
        incidence = incidence_of(network, side)
        sizes = incidence.sizes
        weight = 1.0 / np.maximum(sizes - 1, 1) if weighting == "newman" else np.ones(len(sizes))
        factor = np.where(sizes > 1, weight, 0.0)
        return cls(incidence, factor, incidence.matrix @ factor)

    def __len__(self) -> int:
        """Return the number of nodes of the projection, isolates included."""
        return len(self.incidence.actors)

    def __matmul__(self, x: Floats) -> Floats:
        """Return the product of the matrix of projected weights with a vector."""
        return np.asarray(self.incidence.matrix @ (self.factor * (self.incidence.by_group @ x)) - self.diagonal * x)

    @property
    def strength(self) -> Floats:
        """Return the sum of the weights of each node's projected ties."""
        counted = self.factor * np.maximum(self.incidence.sizes - 1, 0)
        # a group gives each member factor · (k - 1), with Newman's weighting just 1
        return np.asarray(self.incidence.matrix @ np.where(np.isclose(counted, 1.0), 1.0, counted))

    def reach(self, furthest: int | None = None) -> Reach:
        """Return what each node reaches; groups of one member lead nowhere, so they are left out."""
        several = self.incidence.sizes > 1
        matrix = self.incidence.matrix if several.all() else csr_array(self.incidence.matrix[:, several])
        return reach(matrix, csr_array(matrix.T), furthest=furthest)

    def named(self, values: Floats) -> dict[Hashable, float]:
        """Return values by node."""
        return dict(zip(self.incidence.actors, values.tolist(), strict=True))


def incidence_of(network: Network, side: Side) -> Incidence:
    """Return the memberships of a two-mode network with the nodes of a side as actors."""
    if side not in (0, 1):
        msg = f"a two-mode network has no side {side!r}."
        raise NotApplicable(msg, remedy="Use 0 for actors or 1 for groups.")
    if not isinstance(network, Incidence):
        ties = read(network)
        if ties.side is None:
            msg = "the network is one-mode, so there is nothing to project."
            raise NotApplicable(msg, remedy=_TWO["otherwise"])
        network = Incidence.of_ties(ties)
    return network if side == 0 else network.transposed()


def projected_ties(
    network: Network, *, side: Side = 0, weighting: Weighting = "newman", most: int = MOST_PAIRS
) -> Ties:
    """Return the projection as ties, which every measure takes like a graph: nodes of one side that share a group.

    For measures that need the ties themselves (constraint, exact betweenness, communities); those of this module do
    not. A networkx graph of them, with the evidence of each tie, is what :func:`migragraph.networks.projection.project`
    makes. Time and memory: the sum of squared group sizes.

    Raises ``NetworkTooLarge`` where the groups make more than ``most`` pairs.

    >>> incidence = Incidence.from_codes([0, 1, 1, 0, 2], [0, 0, 1, 1, 0], ["Ghent", "Turin", "Cork"], ["ICC", "ECCAR"])
    >>> ties = projected_ties(incidence)
    >>> [(ties.nodes[i], ties.nodes[j]) for i, j in zip(ties.source, ties.target)], ties.weight.tolist()
    ([('Ghent', 'Cork'), ('Ghent', 'Turin'), ('Turin', 'Cork')], [0.5, 1.5, 0.5])
    """
    projected = Projected.of(network, side, weighting)
    sizes = projected.incidence.sizes
    pairs = int((sizes * (sizes - 1) // 2).sum())
    if pairs > most:
        msg = f"the groups make up to {pairs:,} pairs, of {most:,} allowed, so the projection is not built."
        raise NetworkTooLarge(msg, remedy="Take a measure whose name begins with projection-, or raise most.")
    matrix = projected.incidence.matrix
    weights = triu(csr_array(matrix @ diags_array(projected.factor) @ matrix.T), k=1).tocoo()
    there = weights.data > 0
    source, target = (ends[there].astype(np.int64) for ends in weights.coords)
    return Ties(projected.incidence.actors, source, target, weights.data[there])


@enter(
    name="projection-degree",
    title="Degree in the projection",
    high="Shares a group with many different others.",
    weights=NO_WEIGHTS,
    normalisation="Divided by n - 1, n being the nodes of the side.",
    isolates="0; they count in n.",
    cost="Time n · m / 64, memory 256 bytes a node.",
    **_TWO,
)
def projection_degree(network: Network, *, side: Side = 0, normalised: bool = True) -> dict[Hashable, float]:
    """Number of others that a node shares at least one group with.

    ``C(v) = |{u ≠ v : some group has both}| / (n - 1)``; with ``normalised=False`` the number itself.

    By hand: Ghent, Turin and Cork are in ICC; Cork and Malmö in ECCAR. Cork shares a group with all three others.

    >>> cities, networks = ["Ghent", "Turin", "Cork", "Malmö"], ["ICC", "ECCAR"]
    >>> incidence = Incidence.from_codes([0, 1, 2, 2, 3], [0, 0, 0, 1, 1], cities, networks)
    >>> projection_degree(incidence, normalised=False)
    {'Ghent': 2.0, 'Turin': 2.0, 'Cork': 3.0, 'Malmö': 1.0}
    """
    projected = Projected.of(network, side, "count")
    found = projected.reach(furthest=1).others
    return projected.named(found / max(len(projected) - 1, 1) if normalised else found)


@enter(
    name="projection-weighted-degree",
    title="Weighted degree in the projection",
    high="Shares many groups with others. With Newman's weighting: belongs to many groups that are more than itself.",
    weights=_WEIGHTS,
    normalisation="None.",
    isolates="0, as is a node that is alone in its groups.",
    cost="Time and memory m.",
    **_TWO,
)
def projection_weighted_degree(
    network: Network, *, side: Side = 0, weighting: Weighting = "newman"
) -> dict[Hashable, float]:
    """Sum of the weights of a node's projected ties: ``s(v) = sum over its groups of f(g) (k(g) - 1)``.

    With Newman's weighting that is the number of its groups with at least two members; with ``count`` it is the number
    of meetings with others, the same other in two groups counting twice.

    Reference: Newman (2001), "Scientific collaboration networks II", Physical Review E 64, 016132.

    By hand: Cork is in ICC with two others and in ECCAR with one: 2/2 + 1/1 by Newman, 2 + 1 by count.

    >>> cities, networks = ["Ghent", "Turin", "Cork", "Malmö"], ["ICC", "ECCAR"]
    >>> incidence = Incidence.from_codes([0, 1, 2, 2, 3], [0, 0, 0, 1, 1], cities, networks)
    >>> projection_weighted_degree(incidence)
    {'Ghent': 1.0, 'Turin': 1.0, 'Cork': 2.0, 'Malmö': 1.0}
    >>> projection_weighted_degree(incidence, weighting="count")
    {'Ghent': 2.0, 'Turin': 2.0, 'Cork': 3.0, 'Malmö': 1.0}
    """
    projected = Projected.of(network, side, weighting)
    return projected.named(projected.strength)


@enter(
    name="projection-harmonic",
    title="Harmonic closeness in the projection",
    high="Is few shared groups away from many.",
    weights=NO_WEIGHTS,
    normalisation="Divided by n - 1, n being the nodes of the side.",
    isolates="0; they count in n.",
    cost="Time n · m / 64 words a step of distance (bit-parallel) at worst, memory 256 bytes a node. 100,000 actors "
    "with 6 million memberships take half a minute in 50,000 groups, two to three minutes in 2 million.",
    **_TWO,
)
def projection_harmonic(network: Network, *, side: Side = 0, normalised: bool = True) -> dict[Hashable, float]:
    """Sum of inverse distances in the projection, where one step leads to all who share a group.

    As :func:`~migragraph.measures.paths.harmonic` on the projection.

    By hand: Ghent is one step from Turin and Cork, two from Malmö: (1 + 1 + 1/2) / 3.

    >>> cities, networks = ["Ghent", "Turin", "Cork", "Malmö"], ["ICC", "ECCAR"]
    >>> incidence = Incidence.from_codes([0, 1, 2, 2, 3], [0, 0, 0, 1, 1], cities, networks)
    >>> {node: round(value, 4) for node, value in projection_harmonic(incidence).items()}
    {'Ghent': 0.8333, 'Turin': 0.8333, 'Cork': 1.0, 'Malmö': 0.6667}
    """
    projected = Projected.of(network, side, "count")
    sums = projected.reach().inverse
    return projected.named(sums / max(len(projected) - 1, 1) if normalised else sums)


@enter(
    name="projection-eigenvector",
    title="Eigenvector centrality in the projection",
    high="Shares groups with many who themselves share groups with many.",
    weights=_WEIGHTS,
    normalisation="As eigenvector: divided by √½; `normalised=False` gives the vector of length one.",
    isolates="0, as are all nodes outside of the part with the largest eigenvalue.",
    cost="Time about 100 · m, memory n + m.",
    **_TWO,
)
def projection_eigenvector(
    network: Network, *, side: Side = 0, weighting: Weighting = "newman", normalised: bool = True
) -> dict[Hashable, float]:
    """Eigenvector of the largest eigenvalue of the projected weights, from products with the incidence.

    As :func:`~migragraph.measures.spectral.eigenvector` on the projection, with the same errors.

    By hand: three members of one group are alike: each has 1/√3 in a vector of length one.

    >>> incidence = Incidence.from_codes([0, 1, 2], [0, 0, 0], ["Ghent", "Turin", "Cork"], ["ICC"])
    >>> {node: round(value**2, 4) for node, value in projection_eigenvector(incidence, normalised=False).items()}
    {'Ghent': 0.3333, 'Turin': 0.3333, 'Cork': 0.3333}
    """
    projected = Projected.of(network, side, weighting)
    matrix, n = projected.incidence.matrix, len(projected)
    shape = (n + matrix.shape[1],) * 2
    rows, columns = matrix.nonzero()
    both = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns + n)), shape=shape)
    part = connected_components(both, directed=False)[1][:n].astype(np.int64)

    def solve(members: Ints) -> tuple[float, Floats]:
        inner = matrix[members]
        outer = csr_array(inner.T)
        own = projected.diagonal[members]

        def product(x: Floats) -> Floats:
            return np.asarray(inner @ (projected.factor * (outer @ x.ravel())) - own * x.ravel())

        size = len(members)
        return largest(LinearOperator((size, size), matvec=product, dtype=np.float64))

    vector = leading(projected.strength, np.unique(part, return_inverse=True)[1], solve)
    return projected.named(vector / MOST if normalised else vector)


@enter(
    name="projection-pagerank",
    title="PageRank in the projection",
    high="Stands where one ends up who goes at random from a group to a member and on to a group of theirs.",
    weights=_WEIGHTS,
    normalisation="Adds up to 1 over the nodes of the side.",
    isolates="The least value; they pass on to all, as in pagerank.",
    cost="Time about 100 · m, memory n + m.",
    **_TWO,
)
def projection_pagerank(
    network: Network, *, side: Side = 0, weighting: Weighting = "newman", damping: float = 0.85
) -> dict[Hashable, float]:
    """PageRank of the projection, from products with the incidence.

    As :func:`~migragraph.measures.spectral.pagerank` on the projection.

    By hand: members of one group are alike.

    >>> incidence = Incidence.from_codes([0, 1, 2, 3], [0, 0, 0, 0], ["Ghent", "Turin", "Cork", "Malmö"], ["ICC"])
    >>> {node: round(value, 9) for node, value in projection_pagerank(incidence).items()}
    {'Ghent': 0.25, 'Turin': 0.25, 'Cork': 0.25, 'Malmö': 0.25}
    """
    check_damping(damping)
    projected = Projected.of(network, side, weighting)
    return projected.named(walk(projected.__matmul__, projected.strength, damping))
