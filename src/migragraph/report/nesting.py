"""Groups whose members are all, or nearly all, members of a larger group: their ties follow from each other.

A national chapter of a network is such a group: who joins it is in the whole network. Actors who share both seem to be
tied twice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from migragraph.networks.ties import GROUP
from migragraph.report.content import NestedGroup
from migragraph.report.ranking import name_of

if TYPE_CHECKING:
    import networkx as nx

#: Of smaller groups, that all members share another one says little.
FEWEST_MEMBERS: Final = 5
#: The share of the members from which on they are called nearly all.
NEARLY_ALL: Final = 0.9


def find_nested(graph: nx.Graph) -> tuple[NestedGroup, ...]:
    """Return the groups of a two-mode network that lie in a larger one, the largest first; of a one-mode network none.

    Looked at are groups of at least five members; at least 90 % of them have to be in the larger group. Of several
    larger groups the one with most of the members counts, then the smallest. Cost: the squares of the numbers of groups
    of the actors.
    """
    groups = [node for node, side in graph.nodes(data="bipartite") if side == GROUP]
    found = []
    for group in groups:
        members = graph.degree[group]
        if members < FEWEST_MEMBERS:
            continue
        shared = Counter(other for member in graph[group] for other in graph[member] if other != group)
        larger = [
            (-count, graph.degree[other], other)
            for other, count in shared.items()
            if graph.degree[other] > members and count >= NEARLY_ALL * members
        ]
        if larger:
            count, _, other = min(larger)
            found.append(NestedGroup(name_of(graph, group), name_of(graph, other), members, -count))
    return tuple(sorted(found, key=lambda nested: (-nested.members, nested.group.id)))
