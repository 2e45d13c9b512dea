"""A network as arrays, read once and checked: what every measure computes on.

Entry point: :func:`read`, which takes what users have (a networkx graph, an
:class:`~migragraph.measures.incidence.Incidence`) and returns :class:`Ties`. Whoever computes
several measures of one network reads it once and passes the ties on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import igraph
import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from migragraph.errors import NotApplicable, UnusableNetwork
from migragraph.measures.incidence import Incidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: Node attribute that tells the sides of a two-mode network apart: 0 for sources (actors), 1 for targets (groups).
SIDE = "bipartite"
WEIGHT = "weight"


@dataclass(frozen=True, eq=False)
class Ties:
    """The ties of a network, by the positions of their ends in ``nodes``; unchangeable, so results may be kept.

    ``weight`` is finite and above zero. An undirected tie stands once. ``side`` is None for a one-mode network, else
    0 or 1 for each node. ``loops`` counts the ties of a node with itself that :func:`read` left out.
    """

    nodes: Sequence[Hashable]
    source: Ints
    target: Ints
    weight: Floats
    directed: bool = False
    side: NDArray[np.int8] | None = None
    loops: int = 0
    origin: Any = None

    def __len__(self) -> int:
        """Return the number of nodes, isolates included."""
        return len(self.nodes)

    @property
    def mode(self) -> str:
        """Return ``"one"`` or ``"two"``."""
        return "one" if self.side is None else "two"

    @cached_property
    def adjacency(self) -> csr_array:
        """Return the weights as a sparse matrix; row i holds the ties that leave node i (undirected: all its ties)."""
        n = len(self)
        matrix = csr_array((self.weight, (self.source, self.target)), shape=(n, n))
        return matrix if self.directed else csr_array(matrix + matrix.T)

    @cached_property
    def symmetric(self) -> csr_array:
        """Return the weights without direction: a tie and its reverse are one, of the sum of their weights."""
        return csr_array(self.adjacency + self.adjacency.T) if self.directed else self.adjacency

    @cached_property
    def graph(self) -> Any:
        """Return an igraph graph with the same nodes and ties in the same order."""
        return igraph.Graph(n=len(self), edges=np.c_[self.source, self.target], directed=self.directed)

    @cached_property
    def undirected(self) -> Ties:
        """Return the network without direction; itself if it has none."""
        if not self.directed:
            return self
        low, high = np.minimum(self.source, self.target), np.maximum(self.source, self.target)
        pairs, place = np.unique(low * np.int64(len(self)) + high, return_inverse=True)
        weight: Floats = np.bincount(place, self.weight, len(pairs)).astype(np.float64)
        source, target = np.divmod(pairs, np.int64(max(len(self), 1)))
        return Ties(self.nodes, source, target, weight, loops=self.loops, origin=self.origin)

    def lengths(self, weighted: bool) -> Floats | None:
        """Return the length 1 / weight of each tie, or None where every tie is one step long."""
        return 1.0 / self.weight if weighted else None

    def values(self, attribute: str) -> list[Hashable | None]:
        """Return an attribute of each node, None where it has none; ``NotApplicable`` where it tells no node apart."""
        if self.origin is None:
            msg = f"the network carries no attributes, so nothing is known of {attribute!r}."
            raise NotApplicable(msg, remedy="Use the networkx graph that it was made of.")
        found: list[Hashable | None] = [self.origin.nodes[node].get(attribute) for node in self.nodes]
        for node, value in zip(self.nodes, found, strict=True):
            if isinstance(value, (list, set, dict)):
                msg = f"{attribute!r} of {node!r} has several values, so the node stands in no one category."
                raise NotApplicable(msg, remedy="Use an attribute with one value a node.")
        if all(value is None for value in found):
            known = sorted({name for _, data in self.origin.nodes(data=True) for name in data})
            msg = f"no node has a value of {attribute!r}."
            remedy = f"Use one of the attributes that there are: {', '.join(map(str, known)) or 'none'}."
            raise NotApplicable(msg, remedy=remedy)
        return found


#: What a measure takes.
Network: TypeAlias = nx.Graph | Incidence | Ties


def read(network: Network) -> Ties:
    """Return the ties of a network; of one that has been read, itself. Cost: one pass over nodes and ties.

    A networkx graph is two-mode if its ``graph["mode"]`` is ``"two"``, or if nothing is said and all nodes have
    ``bipartite`` with both values in use. A tie without a weight counts 1. A tie of a node with itself says nothing of
    its position: it is left out, and counted in ``loops``.

    Raises ``UnusableNetwork`` for a weight that is no finite number above zero, for parallel ties, for a tie within a
    side of a two-mode network, and for a two-mode network with directed ties.
    """
    if isinstance(network, Ties):
        return network
    if isinstance(network, Incidence):
        return _read_incidence(network)
    if not isinstance(network, nx.Graph):
        msg = f"a {type(network).__name__} is no network that can be measured."
        raise UnusableNetwork(msg, remedy="Pass a networkx graph or an Incidence.")
    if network.is_multigraph():
        msg = "the network has parallel ties, and a measure would have to guess what two ties of a pair mean."
        raise UnusableNetwork(msg, remedy="Merge them into one tie with a weight, as in nx.Graph(multigraph).")
    nodes = tuple(network)
    place = {node: i for i, node in enumerate(nodes)}
    ends = [(place[a], place[b]) for a, b in network.edges()]
    weight = _weights(network)
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    apart = pairs[:, 0] != pairs[:, 1]
    pairs, weight = pairs[apart], weight[apart]
    side = _sides(network, nodes, pairs)
    loops = int(len(apart) - apart.sum())
    return Ties(nodes, pairs[:, 0], pairs[:, 1], weight, network.is_directed(), side, loops, network)


def _weights(network: nx.Graph) -> Floats:
    given = [weight for _, _, weight in network.edges(data=WEIGHT, default=1.0)]
    if all(issubclass(kind, Real) and not issubclass(kind, bool) for kind in set(map(type, given))):
        weights = np.array(given, dtype=np.float64)
        wrong = ~(np.isfinite(weights) & (weights > 0))
        if not wrong.any():
            return weights
        at = int(np.flatnonzero(wrong)[0])
    else:
        at = next(i for i, weight in enumerate(given) if not isinstance(weight, Real) or isinstance(weight, bool))
    source, target = list(network.edges())[at]
    raise UnusableNetwork(
        f"the tie of {source!r} and {target!r} has the weight {given[at]!r}, which is not a finite number above zero.",
        remedy="Correct the weight; leave the tie out where there is none, or the weight where it is not known.",
    )


def _sides(network: nx.Graph, nodes: Sequence[Hashable], pairs: Ints) -> NDArray[np.int8] | None:
    mode = network.graph.get("mode")
    sides = [data.get(SIDE) for _, data in network.nodes(data=True)]
    if mode == "one" or (mode != "two" and set(sides) != {0, 1}):
        return None
    if network.is_directed():
        msg = "the network is two-mode and directed; measures of two-mode networks take ties without direction."
        raise UnusableNetwork(msg, remedy='Take away the direction, or set graph["mode"] to "one".')
    for node, value in zip(nodes, sides, strict=True):
        if value not in (0, 1):
            msg = f"the node {node!r} of a two-mode network has {SIDE} {value!r}, which names no side."
            raise UnusableNetwork(msg, remedy=f"Set {SIDE} to 0 for a source or to 1 for a target.")
    side = np.array(sides, dtype=np.int8)
    within = np.flatnonzero(side[pairs[:, 0]] == side[pairs[:, 1]])
    if len(within):
        a, b = (nodes[int(i)] for i in pairs[within[0]])
        msg = f"the tie of {a!r} and {b!r} stays on one side of a two-mode network."
        raise UnusableNetwork(msg, remedy=f"Correct {SIDE} of one of them, or leave the tie out.")
    return side


def _read_incidence(incidence: Incidence) -> Ties:
    nodes = (*incidence.actors, *incidence.groups)
    if len(set(nodes)) != len(nodes):
        both = next(iter(set(incidence.actors) & set(incidence.groups)))
        msg = f"{both!r} is an actor and a group, so a score of it would be ambiguous."
        raise UnusableNetwork(msg, remedy="Give actors and groups names that differ.")
    n = len(incidence.actors)
    source, target = incidence.matrix.nonzero()
    side = np.zeros(len(nodes), dtype=np.int8)
    side[n:] = 1
    return Ties(nodes, source.astype(np.int64), target.astype(np.int64) + n, np.ones(len(source)), side=side)
