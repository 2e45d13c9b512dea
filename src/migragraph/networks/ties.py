"""A network as it was read: nodes, and single ties with the claims behind each; and the networkx graph of it.

The networkx graph holds one edge for all ties between two nodes, which is what measures and exports take. What cannot
be taken apart again in it (two projects of different years on one edge) is still apart here, so parts of a network
(:mod:`~migragraph.networks.slices`) are cut from a :class:`Network`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from migragraph.errors import NotANetwork
from migragraph.iris import claim_source
from migragraph.networks.dates import first_to_begin, last_to_end
from migragraph.networks.origins import Origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx

    from migragraph.networks.definitions import NetworkDefinition

#: The value of an attribute of a node: several values of one node are a sorted list of text.
Attribute = str | int | float | bool | list[str]

ACTOR: Final = 0
GROUP: Final = 1
_AS_GROUP: Final = re.compile(r"[#-]as-group$")


def group_id(iri: str) -> str:
    """Return the id, as a group, of a thing that is an actor of the same network too.

    >>> group_id("https://w3id.org/migragraph/id/network/aer")
    'https://w3id.org/migragraph/id/network/aer#as-group'
    """
    return f"{iri}-as-group" if "#" in iri else f"{iri}#as-group"


def thing_of(node: str) -> str:
    """Return the IRI of the thing that a node of a network is: its id, but for a group that is an actor too.

    >>> thing_of("https://w3id.org/migragraph/id/network/aer#as-group")
    'https://w3id.org/migragraph/id/network/aer'
    """
    return _AS_GROUP.sub("", node)


@dataclass(frozen=True, slots=True)
class Node:
    """One node: names, class, country (ISO-2), attributes, and in a two-mode network its side (0 actor, 1 group).

    ``themes`` are the top themes that it works on, such as ``theme:health``, in order; none where none are known.
    """

    label: str
    labels: Mapping[str, str]
    kind: str | None
    country: str | None
    attributes: Mapping[str, Attribute]
    side: int | None = None
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie: its ends (ids of nodes), weight, dates, and the claims behind it.

    ``evidence`` holds pairs of a condition of the tie ("" where the query tells none apart) and the IRI of a claim
    that states it.
    """

    source: str
    target: str
    weight: float = 1.0
    start: str | None = None
    end: str | None = None
    evidence: tuple[tuple[str, str], ...] = ()

    def without(self, source: str) -> Tie | None:
        """Return the tie as it stands without the claims of a source; None where a condition has no claim left.

        A tie without any evidence stands whatever is left out.
        """
        left = tuple((part, claim) for part, claim in self.evidence if claim_source(claim) != source)
        if {part for part, _ in left} != {part for part, _ in self.evidence}:
            return None
        return replace(self, evidence=left)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is; ``n_groups`` is None for one-mode. An edge is a pair of nodes with one or more ties."""

    n_actors: int
    n_groups: int | None
    n_edges: int
    n_ties: int
    n_isolates: int


@dataclass(frozen=True)
class Network:
    """Nodes and ties of one definition in one version of the graph, and remarks on what was left out.

    ``names`` are the English names of the countries and themes of its nodes, by code and prefixed name; what has none
    is not in. ``version_date`` is when the version was built, where that is known. ``origins`` say where the claims
    stand, for when they hold, and what their sources leave out.
    """

    definition: NetworkDefinition
    version: str
    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...]
    remarks: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    version_date: str | None = None
    origins: Origins = field(default_factory=Origins)

    @cached_property
    def isolates(self) -> frozenset[str]:
        """Return the nodes without any tie."""
        return frozenset(self.nodes) - {end for tie in self.ties for end in (tie.source, tie.target)}

    @property
    def size(self) -> Size:
        """Count nodes, edges and ties."""
        n_groups = sum(node.side == GROUP for node in self.nodes.values())
        return Size(
            n_actors=len(self.nodes) - n_groups,
            n_groups=n_groups if self.definition.mode == "two" else None,
            n_edges=len({(tie.source, tie.target) for tie in self.ties}),
            n_ties=len(self.ties),
            n_isolates=len(self.isolates),
        )

    def describe_size(self) -> str:
        """Return mode, direction and size in words."""
        size = self.size
        if size.n_groups is None:
            nodes = f"one-mode, {'directed' if self.definition.directed else 'undirected'}: {size.n_actors} nodes"
        else:
            nodes = f"two-mode: {size.n_actors} actors, {size.n_groups} groups"
        return f"{nodes}, {size.n_edges} edges of {size.n_ties} ties, {size.n_isolates} isolates"

    def part(self, ties: Iterable[Tie], remark: str, nodes: Iterable[str] | None = None) -> Network:
        """Return the network of some of its ties, with a remark that says which; raises ``NotANetwork`` for none.

        A node that had ties and has none left goes; an isolate stays. ``nodes`` are those that may stay, else all.
        """
        kept = tuple(ties)
        if not kept:
            raise NotANetwork(
                f"no tie of the network {self.definition.slug!r} is left: {remark}", remedy="Leave less of it out."
            )
        ends = {end for tie in kept for end in (tie.source, tie.target)}
        may = self.nodes.keys() if nodes is None else set(nodes)
        left = {id_: node for id_, node in self.nodes.items() if id_ in may and (id_ in ends or id_ in self.isolates)}
        return replace(self, nodes=left, ties=kept, remarks=(*self.remarks, remark))

    def to_graph(self) -> nx.Graph:
        """Return the networkx graph: parallel ties on one edge, nodes and edges in the order of their ids.

        Weights are summed, evidence and sources joined. An edge starts with its earliest tie and ends with its latest;
        a bound is None where that of any of its ties is unknown. ``as_of`` says for when its claims hold, where any of
        them says it. Two-mode networks have actors before groups.
        """
        import networkx as nx

        definition = self.definition
        graph = nx.DiGraph() if definition.directed else nx.Graph()
        graph.graph.update(
            name=definition.slug,
            title=definition.title,
            question=definition.question,
            mode=definition.mode,
            directed=definition.directed,
            tie=definition.tie,
            boundary=definition.boundary,
            query=definition.sparql,
            version=self.version,
        )
        if self.version_date:
            graph.graph["version_date"] = self.version_date
        if self.remarks:
            graph.graph["remarks"] = self.remarks
        for id_, node in sorted(self.nodes.items(), key=lambda item: (item[1].side or 0, item[0])):
            side = {} if node.side is None else {"bipartite": node.side}
            own = {"label": node.label, "labels": dict(node.labels), "kind": node.kind, "country": node.country}
            themes = {"themes": list(node.themes)} if node.themes else {}
            graph.add_node(id_, **side, **own, **themes, **node.attributes)
        between: dict[tuple[str, str], list[Tie]] = defaultdict(list)
        for tie in self.ties:
            between[tie.source, tie.target].append(tie)
        for (source, target), ties in sorted(between.items()):
            as_of = self.origins.as_of(claim for tie in ties for _, claim in tie.evidence)
            graph.add_edge(source, target, **join_ties(ties), **({"as_of": as_of} if as_of else {}))
        return graph


def join_ties(ties: Iterable[Tie]) -> dict[str, object]:
    """Return the attributes of the edge that stands for several ties."""
    ties = list(ties)
    claims = sorted({claim for tie in ties for _, claim in tie.evidence})
    return {
        "weight": float(sum(sorted(tie.weight for tie in ties))),
        "start": first_to_begin(tie.start for tie in ties),
        "end": last_to_end(tie.end for tie in ties),
        "evidence": tuple(claims),
        "sources": tuple(sorted({claim_source(claim) for claim in claims})),
    }
