"""The mark in a remote engine that says which version of the graph it holds.

The mark is removed before anything else is changed and written last, under a new number each time. Who finds the same
mark after a query as before has asked one whole version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.iris import GRAPH, term
from migragraph.store.answers import read_solutions

if TYPE_CHECKING:
    from migragraph.store.endpoint import Endpoint

#: The graph of the mark, and the node in it that the mark is about.
MARK: Final = NamedNode(GRAPH + "loaded")
_VERSION, _NUMBER, _HOLDS = term("dct:hasVersion"), term("dct:identifier"), term("dct:hasPart")


@dataclass(frozen=True, slots=True)
class Mark:
    """Which version an engine holds, the number of the load that put it there, and the named graphs of the version."""

    version: str
    number: str
    graphs: frozenset[str]

    def write(self, endpoint: Endpoint) -> None:
        """Put the mark into an engine, with one request."""
        said: list[tuple[NamedNode, NamedNode | Literal]]
        said = [(_VERSION, Literal(self.version)), (_NUMBER, Literal(self.number))]
        said += [(_HOLDS, NamedNode(graph)) for graph in sorted(self.graphs)]
        endpoint.add(MARK.value, "".join(f"{Triple(MARK, name, value)} .\n" for name, value in said).encode())

    def is_in(self, endpoint: Endpoint) -> bool:
        """Ask whether the engine still holds what it held when the mark was read."""
        return _ask(endpoint, _NUMBER) == {_NUMBER: [self.number]}


def read_mark(endpoint: Endpoint) -> Mark | None:
    """Return the mark in an engine, or None where there is none.

    Raises ``EngineUnavailable`` where the engine does not answer.
    """
    said = _ask(endpoint)
    if any(len(said.get(name, ())) != 1 for name in (_VERSION, _NUMBER)):
        return None
    return Mark(said[_VERSION][0], said[_NUMBER][0], frozenset(said.get(_HOLDS, ())))


def _ask(endpoint: Endpoint, predicate: NamedNode | None = None) -> dict[NamedNode, list[str]]:
    """Return what the mark says, by property."""
    only = f"FILTER(SAMETERM(?p, {predicate}))" if predicate else ""
    rows = read_solutions(endpoint.fetch(f"SELECT ?p ?o WHERE {{ {MARK} ?p ?o {only} }}", default_graphs=[MARK.value]))
    said: dict[NamedNode, list[str]] = {}
    for row in rows:
        if isinstance(row["p"], NamedNode) and isinstance(row["o"], NamedNode | Literal):
            said.setdefault(row["p"], []).append(row["o"].value)
    return said
