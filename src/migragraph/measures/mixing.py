"""Measures of ties within and between categories of nodes, such as countries: E-I index, assortativity."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from migragraph.errors import NotApplicable
from migragraph.measures.registry import measure

if TYPE_CHECKING:
    from migragraph.measures.ties import Floats, Ints, Ties

_MISSING: Final = "Ties with an end whose category is not known are left out, and counted in `left_out`."
_WEIGHTS: Final = "With `weighted=True` a tie counts its weight, else (the default) 1."


@dataclass(frozen=True, slots=True)
class Homophily:
    """E-I index of a network, of each category and of each node with ties that count; numbers of ties behind it."""

    network: float
    categories: dict[Hashable, float]
    nodes: dict[Hashable, float]
    ties: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Assortativity:
    """Assortativity of a network by an attribute, and the numbers of ties behind it."""

    value: float
    ties: int
    left_out: int


def _known(ties: Ties, attribute: str, weighted: bool) -> tuple[list[Hashable], Ints, Ints, Floats]:
    """Return the categories, and of each tie that counts its ends' nodes (2 × m) and categories (2 × m) and weight."""
    values = ties.values(attribute)
    categories = sorted(
        {value for value in values if value is not None}, key=lambda value: (str(type(value)), str(value))
    )
    place = {value: i for i, value in enumerate(categories)}
    code = np.array([-1 if value is None else place[value] for value in values], dtype=np.int64)
    ends = np.stack([ties.source, ties.target])
    known = (code[ends] >= 0).all(axis=0)
    if not known.any():
        msg = f"no tie has a known {attribute!r} at both ends."
        raise NotApplicable(msg, remedy="Use an attribute that partners have, or fill in what is missing.")
    weight = ties.weight[known] if weighted else np.ones(int(known.sum()))
    return categories, ends[:, known], code[ends[:, known]], weight


@measure(
    name="e-i-index",
    title="E-I index",
    high="+1: all ties lead out of the own category (country); -1: all ties stay within; 0: half and half.",
    direction="Not used: an end is an end.",
    weights=_WEIGHTS,
    normalisation="Between -1 and 1. Not corrected for the sizes of categories: in a network of many small countries "
    "most ties lead out by chance alone, so compare it with assortativity.",
    isolates="No value. " + _MISSING,
    cost="Time and memory n + m.",
    of="record",
)
def e_i_index(network: Ties, *, attribute: str = "country", weighted: bool = False) -> Homophily:
    """External less internal ties, as a part of all: ``(E - I) / (E + I)``, for the network, a category, a node.

    Of the network each tie counts once; of a category and of a node its own ties count (a tie within a category is one
    tie of the category). In a two-mode network both sides need the attribute.

    Raises ``NotApplicable`` where no tie has known categories at both ends.

    Reference: Krackhardt & Stern (1988), "Informal networks and organizational crises", Social Psychology Quarterly 51.

    By hand: Ghent and Leuven are in Belgium, Turin in Italy; one tie stays within, one leads out: (1 - 1) / 2.

    >>> import networkx as nx
    >>> graph = nx.Graph([("Ghent", "Leuven"), ("Ghent", "Turin")])
    >>> nx.set_node_attributes(graph, {"Ghent": "BE", "Leuven": "BE", "Turin": "IT"}, "country")
    >>> found = e_i_index(graph)
    >>> found.network, found.categories, found.nodes
    (0.0, {'BE': 0.0, 'IT': 1.0}, {'Ghent': 0.0, 'Leuven': -1.0, 'Turin': 1.0})
    """
    categories, ends, codes, weight = _known(network, attribute, weighted)
    sign = np.where(codes[0] != codes[1], 1.0, -1.0)
    n, k = len(network), len(categories)

    def index(places: Ints, weights: Floats, size: int) -> Floats:
        whole = np.bincount(places, weights, size).astype(np.float64)
        signed = np.bincount(places, weights * np.tile(sign, len(weights) // len(sign)), size)
        found = np.full(size, np.nan)
        np.divide(signed, whole, out=found, where=whole > 0)
        return found

    once = np.where(sign > 0, 1.0, 0.5)
    of_categories = index(codes.ravel(), np.tile(weight * once, 2), k)
    of_nodes = index(ends.ravel(), np.tile(weight, 2), n)
    return Homophily(
        network=float((weight * sign).sum() / weight.sum()),
        categories={c: float(v) for c, v in zip(categories, of_categories, strict=True) if not np.isnan(v)},
        nodes={node: float(v) for node, v in zip(network.nodes, of_nodes, strict=True) if not np.isnan(v)},
        ties=len(weight),
        left_out=len(network.source) - len(weight),
    )


@measure(
    name="assortativity",
    title="Assortativity",
    high="1: partners always share the category (country); 0: as often as by chance; below 0: less often.",
    direction="A directed tie counts from its source's to its target's category; one without direction both ways.",
    weights=_WEIGHTS,
    normalisation="Corrected for how many ties each category has; 1 at most, and not below -1.",
    isolates="Do not count. " + _MISSING,
    cost="Time and memory n + m.",
    of="record",
)
def assortativity(network: Ties, *, attribute: str = "country", weighted: bool = False) -> Assortativity:
    """Share of ties within categories, beyond what their numbers of ties lead to by chance.

    ``r = (sum of e(i, i) - sum of a(i) b(i)) / (1 - sum of a(i) b(i))`` with e the shares of ties from category i to j,
    a and b its sums over rows and columns. networkx counts nodes without a value as a category of their own; here their
    ties are left out.

    Raises ``NotApplicable`` where all ties are within one category: nothing could be otherwise.

    Reference: Newman (2003), "Mixing patterns in networks", Physical Review E 67, 026126, eq. 2.

    By hand: two ties within Belgium's and Italy's pairs, none between: e = diag(½, ½), r = (1 - ½) / (1 - ½).

    >>> import networkx as nx
    >>> graph = nx.Graph([("Ghent", "Leuven"), ("Turin", "Milan")])
    >>> nx.set_node_attributes(graph, {"Ghent": "BE", "Leuven": "BE", "Turin": "IT", "Milan": "IT"}, "country")
    >>> assortativity(graph)
    Assortativity(value=1.0, ties=2, left_out=0)
    """
    categories, _, codes, weight = _known(network, attribute, weighted)
    k = len(categories)
    leaving, arriving = (np.bincount(ends, weight, k).astype(np.float64) for ends in codes)
    if not network.directed:
        leaving = arriving = (leaving + arriving) / 2
    whole = weight.sum()
    within = weight[codes[0] == codes[1]].sum() / whole
    chance = float(leaving @ arriving) / whole**2
    if chance >= 1.0:
        msg = f"all ties are within one category of {attribute!r}, so nothing could be otherwise."
        raise NotApplicable(msg, remedy="Use an attribute that differs between nodes with ties.")
    return Assortativity(float((within - chance) / (1 - chance)), len(weight), len(network.source) - len(weight))
