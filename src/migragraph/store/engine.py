"""What the service needs of an engine, so that any store that can do it will do.

:class:`Engine` is what ``pyoxigraph.Store`` offers, cut down to what is used. Of a SPARQL 1.1 endpoint,
:class:`migragraph.store.remote.RemoteStore` offers the same; ``tests/test_engines.py`` holds both to one contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pyoxigraph import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import (
        BlankNode,
        DefaultGraph,
        Literal,
        Quad,
        QueryBoolean,
        QuerySolutions,
        QueryTriples,
        Triple,
    )

    Node = NamedNode | BlankNode | Literal | Triple


class Engine(Protocol):
    """A graph that can be asked: the facts as default graph, and named graphs beside them.

    Values are those of pyoxigraph, whichever engine holds the graph. Engines only read here; what is read of one
    version never changes.
    """

    def query(
        self,
        query: str,
        /,
        *,
        base_iri: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graph: list[NamedNode | BlankNode | DefaultGraph] | None = None,
        named_graphs: list[NamedNode | BlankNode] | None = None,
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Evaluate a query; base and prefixes are known to it without a declaration.

        Graphs that are given take the place of those that the query names and of the version's own; an empty list
        stands for no graph, None for the version's own.
        Raises ``SyntaxError`` for what is no SPARQL. The result is read once.
        """

    def quads_for_pattern(
        self,
        subject: NamedNode | BlankNode | Triple | None,
        predicate: NamedNode | None,
        object: NamedNode | BlankNode | Literal | Triple | None,
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterator[Quad]:
        """Return the quads with these terms; None stands for any, and any graph."""

    def contains_named_graph(self, graph_name: NamedNode | BlankNode | DefaultGraph, /) -> bool:
        """Tell whether there is a named graph of this name."""

    def named_graphs(self) -> Iterator[NamedNode | BlankNode]:
        """Return the names of the named graphs."""

    def __iter__(self) -> Iterator[Quad]:
        """Return all quads."""


@runtime_checkable
class Batching(Protocol):
    """An engine that is asked over a network, where a request for each pattern would take longest."""

    def quads_about(
        self, subjects: Iterable[NamedNode], predicates: Iterable[NamedNode], graph_name: DefaultGraph | None, /
    ) -> Iterator[Quad]:
        """Return the quads with one of the subjects, and one of the predicates where there are any."""


def quads_about(
    engine: Engine, subjects: Iterable[Node], predicates: Iterable[NamedNode] = (), graph: DefaultGraph | None = None
) -> Iterator[Quad]:
    """Return the quads with one of these subjects, and one of these predicates where any is given.

    Of all graphs, or of the default graph alone; subjects that are no IRI are passed over. An engine on a network is
    asked once for hundreds of subjects.
    """
    wanted = {node for node in subjects if isinstance(node, NamedNode)}
    properties = tuple(predicates)
    if isinstance(engine, Batching):
        yield from engine.quads_about(wanted, properties, graph)
        return
    for subject in wanted:
        for predicate in properties or (None,):
            yield from engine.quads_for_pattern(subject, predicate, None, graph)
