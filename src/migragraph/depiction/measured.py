"""The measures that a picture, its table and the exports show of each node.

Entry point: :func:`add_measures`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

#: The attribute that numbers the communities, from 0, the largest first.
COMMUNITY: Final = "community"


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure that is shown: its attribute, its column in a few words, its parameters, whether it counts."""

    measure: str
    title: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    is_count: bool = False

    @property
    def attribute(self) -> str:
        """Return the name of the attribute of a node."""
        return self.measure.replace("-", "_")

    @property
    def high(self) -> str:
        """Return what a high value means, in words."""
        from migragraph.measures.registry import by_name

        return by_name(self.measure).high


#: In the order in which they are shown; what each says exactly stands in ``docs/measures.md``.
SHOWN: Final = (
    Shown("degree", "Ties", {"normalised": False}, is_count=True),
    Shown("weighted-degree", "Weight of ties"),
    Shown("betweenness", "Betweenness"),
    Shown("harmonic", "Harmonic closeness"),
    Shown("k-core", "Core", is_count=True),
)


def add_measures(graph: nx.Graph) -> nx.Graph:
    """Return a copy of a network with the measures of :data:`SHOWN` and the community as attributes of its nodes.

    A measure that says nothing of this network, or that is refused at its size, is left out, and ``remarks`` of the
    graph say so with the reason; an attribute of the same name that the query gave gives way, which is remarked too.
    Communities are those of :func:`~migragraph.measures.leiden.communities` without parameters.

    Cost: that of betweenness, n · m, refused above the bound of that measure. Raises ``UnusableNetwork`` for a graph
    that cannot be measured.

    >>> import networkx as nx
    >>> measured = add_measures(nx.path_graph(["a", "b", "c"]))
    >>> measured.nodes["b"]["degree"], measured.nodes["b"]["betweenness"], measured.nodes["b"]["community"]
    (2, 1.0, 0)
    """
    from migragraph.measures import by_name, communities, read

    ties = read(graph)
    found = graph.copy()
    remarks: list[str] = []
    columns: list[tuple[str, Mapping[Any, float], bool]] = []
    for shown in SHOWN:
        try:
            values = by_name(shown.measure).function(ties, **shown.parameters)
            columns.append((shown.attribute, values, shown.is_count))
        except MeasureError as error:
            remarks.append(f"Without {shown.measure}: {error.message} {error.remedy}")
    try:
        columns.append((COMMUNITY, communities(ties).members, True))
    except MeasureError as error:
        remarks.append(f"Without communities: {error.message} {error.remedy}")
    for attribute, values, is_count in columns:
        if any(attribute in data for _, data in graph.nodes(data=True)):
            remarks.append(f"The attribute {attribute} of the query gave way to the measure of that name.")
            for _, data in found.nodes(data=True):
                data.pop(attribute, None)
        for node, value in values.items():
            found.nodes[node][attribute] = int(value) if is_count else float(value)
    if remarks:
        found.graph["remarks"] = (*graph.graph.get("remarks", ()), *remarks)
    return found
