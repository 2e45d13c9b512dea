"""From a two-mode to a one-mode network: two actors are tied by the groups that they share.

Entry point: :func:`project`.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from migragraph.errors import BadParameter, NotANetwork
from migragraph.networks.dates import first_day, first_to_begin, first_to_end, last_day, last_to_begin, last_to_end
from migragraph.networks.ties import ACTOR, GROUP

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How a shared group counts: its name, and in words.
WEIGHTINGS: Final = {"newman": "counts 1/(k-1)", "count": "counts 1"}
#: The nodes that stay: its name, and their side in the two-mode graph.
SIDES: Final = {"actors": ACTOR, "groups": GROUP}


def project(
    graph: nx.Graph,
    *,
    onto: str = "actors",
    weighting: str = "newman",
    largest: int | None = None,
    evidence: bool = True,
) -> nx.Graph:
    r"""Return the one-mode network of the actors (or of the groups) of a two-mode networkx graph.

    Two actors *i* and *j* are tied where they share a group. The weight of the tie is, over the groups *g* they share,

    .. math:: w_{ij} = \sum_g \frac{1}{k_g - 1} \text{ (newman)}, \quad w_{ij} = \sum_g 1 \text{ (count)}

    where *k* is the number of members of *g*. With Newman's weights the strength of an actor is the number of its
    groups that have another member, so that one group of 200 does not outweigh all others. The weights of the two-mode
    ties are not used. ``largest`` leaves out groups with more members than that, which the remarks name: a group of *k*
    members makes k(k-1)/2 ties.

    A tie carries evidence, sources and ``as_of`` of both memberships in each shared group (``evidence=False`` leaves
    them empty, which saves memory), and as dates the time in which the two can have met: from the later start to the
    earlier end, None where one of them is unknown. Two whose known dates in a group do not meet are not tied by it;
    the remarks count such pairs. Nodes keep their attributes but for ``bipartite``; those without a tie stay.

    Cost: the sum of k² over the groups. Raises ``NotANetwork`` for a graph whose nodes have no side (``bipartite``) or
    that has a tie inside a side, ``BadParameter`` for a parameter that is none of those named.

    M. E. J. Newman (2001): Scientific collaboration networks. II. Physical Review E 64, 016132.

    >>> graph = nx.Graph()
    >>> graph.add_nodes_from(["Ann", "Ben", "Cem"], bipartite=0)
    >>> graph.add_nodes_from(["choir", "club"], bipartite=1)
    >>> graph.add_edges_from([("Ann", "choir"), ("Ben", "choir"), ("Cem", "choir"), ("Ann", "club"), ("Ben", "club")])
    >>> sorted(project(graph).edges(data="weight"))
    [('Ann', 'Ben', 1.5), ('Ann', 'Cem', 0.5), ('Ben', 'Cem', 0.5)]
    """
    for name, value, known in (("onto", onto, SIDES), ("weighting", weighting, WEIGHTINGS)):
        if value not in known:
            raise BadParameter(f"{name} is {value!r}.", remedy=f"Use {' or '.join(known)}.")
    if largest is not None and largest < 2:
        raise BadParameter(f"largest is {largest}.", remedy="Give 2 or more members, or leave it out for no bound.")
    sides = _sides(graph)
    found = nx.Graph()
    found.graph.update(graph.graph, mode="one", directed=False, projected_onto=onto, weighting=weighting)
    for node, data in graph.nodes(data=True):
        if sides[node] == SIDES[onto]:
            found.add_node(node, **{key: value for key, value in data.items() if key != "bipartite"})
    too_large: list[str] = []
    n_apart = 0
    for group in sorted(node for node in graph if sides[node] != SIDES[onto]):
        members = sorted(graph[group])
        if largest is not None and len(members) > largest:
            too_large.append(group)
            continue
        weight = 1.0 if weighting == "count" else 1.0 / max(len(members) - 1, 1)
        for one, other in combinations(members, 2):
            start, end = _together(graph.edges[one, group], graph.edges[other, group])
            if start and end and first_day(start) > last_day(end):
                n_apart += 1
            else:
                ties = (graph.edges[one, group], graph.edges[other, group]) if evidence else ()
                _add(found, (one, other), weight, (start, end), ties)
    for *_, data in found.edges(data=True):
        data["evidence"] = tuple(sorted(data["evidence"]))
        data["sources"] = tuple(sorted(data["sources"]))
        if "as_of" in data:
            data["as_of"] = tuple(sorted(data["as_of"]))
    found.graph["remarks"] = (*graph.graph.get("remarks", ()), *_remarks(onto, weighting, too_large, largest, n_apart))
    return found


def _sides(graph: nx.Graph) -> dict[str, int]:
    sides: dict[str, int] = dict(graph.nodes(data="bipartite"))
    lost = sorted(node for node, side in sides.items() if side not in (ACTOR, GROUP))
    inside = sorted((one, other) for one, other in graph.edges if sides[one] == sides[other])
    faults = [
        *(["it is directed"] if graph.is_directed() else []),
        *(f"{node} has no side" for node in lost[:1]),
        *(f"{one} and {other} are tied inside one side" for one, other in inside[:1]),
    ]
    if faults:
        raise NotANetwork(
            f"the graph is not two-mode: {', '.join(faults)}.",
            remedy="Give each node bipartite=0 (actor) or 1 (group), and tie actors to groups only.",
        )
    return sides


def _together(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return from when to when two memberships can overlap, None for what is unknown."""
    return last_to_begin((one.get("start"), other.get("start"))), first_to_end((one.get("end"), other.get("end")))


def _add(
    found: nx.Graph,
    ends: tuple[str, str],
    weight: float,
    dates: tuple[str | None, str | None],
    ties: tuple[Mapping[str, Any], ...],
) -> None:
    start, end = dates
    if not found.has_edge(*ends):
        found.add_edge(*ends, weight=0.0, start=start, end=end, evidence=set(), sources=set())
    data = found.edges[ends]
    data["weight"] += weight
    data["start"] = first_to_begin((start, data["start"]))
    data["end"] = last_to_end((end, data["end"]))
    for tie in ties:
        data["evidence"].update(tie.get("evidence", ()))
        data["sources"].update(tie.get("sources", ()))
        if "as_of" in tie:
            data.setdefault("as_of", set()).update(tie["as_of"])


def _remarks(onto: str, weighting: str, too_large: list[str], largest: int | None, n_apart: int) -> list[str]:
    shared = "group of k members" if onto == "actors" else "member of k groups"
    remarks = [f"Projected onto the {onto}: each shared {shared} {WEIGHTINGS[weighting]}."]
    if too_large:
        remarks.append(f"What ties more than {largest} {onto} was left out: {', '.join(too_large)}.")
    if n_apart:
        remarks.append(f"Pairs that shared something at different times only are not tied by it: {n_apart}.")
    return remarks
