"""A version of the graph in a remote engine, asked over SPARQL 1.1 as if it were a store of ours.

An engine need not have a default graph of its own, and where it has one, that may be the union of all graphs or hold
what is somebody else's. So the facts are in a named graph there too, and each query says which graphs it is asked of:
those of the version, and no other.
"""

from __future__ import annotations

from itertools import islice
from threading import Event
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store

from migragraph.errors import EngineUnavailable, NotLoaded
from migragraph.iris import GRAPH
from migragraph.outline import Outline
from migragraph.store.answers import from_engine, read_rows, read_solutions, read_triples, to_engine
from migragraph.store.endpoint import TRIPLES, Endpoint
from migragraph.store.loaded import Mark, read_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Literal, Triple

#: The graph of the facts, which are the default graph elsewhere.
FACTS_GRAPH: Final = NamedNode(GRAPH + "facts")
#: A graph that nobody has: in a request it stands for no graph, where an empty list would mean all of them.
_NO_GRAPH: Final = GRAPH + "none"
_FACTS: Final = DefaultGraph()
_BATCH: Final = 500
_FORMS: Final = {"SELECT": QuerySolutions, "ASK": QueryBoolean}


class RemoteStore:
    """Answers like a ``pyoxigraph.Store`` that holds the version; see :class:`migragraph.store.engine.Engine`.

    Opening it takes two requests, a query two: one for the answer, one to see that the engine still holds the version.
    Where it does not, ``NotLoaded`` is raised, by a query under way too. Threads may share it.
    """

    def __init__(self, endpoint: Endpoint, mark: Mark, lost: Event | None = None) -> None:
        self._endpoint = endpoint
        self._mark = mark
        self._graphs = sorted(mark.graphs)
        self._checks_queries = lost is None
        self._lost = lost or Event()

    @classmethod
    def open(cls, endpoint: Endpoint, version: str) -> RemoteStore:
        """Open a version in an engine; ``NotLoaded`` where the engine does not hold it."""
        endpoint = endpoint.recognised()
        mark = read_mark(endpoint)
        if mark is None or mark.version != version:
            held = f"version {mark.version}" if mark else "no version"
            raise _not_loaded(f"the engine of this service holds {held}, not {version}, which is to be served.")
        return cls(endpoint, mark)

    def within(self, seconds: float, max_bytes: int) -> RemoteStore:
        """Return the same store for queries that have been parsed already, with limits for each of them."""
        return RemoteStore(self._endpoint.within(seconds, max_bytes), self._mark, self._lost)

    @property
    def is_lost(self) -> bool:
        """Tell whether the engine was found not to hold the version any more; it is to be opened anew then."""
        return self._lost.is_set()

    def see_that_it_is_loaded(self) -> None:
        """Ask the engine; raise ``NotLoaded`` where what was read may be of another version, or of a part of one."""
        if not self._mark.is_in(self._endpoint):
            self._lost.set()
            raise _not_loaded("another version was put into the engine of this service meanwhile.")

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
        """Evaluate a query. Raises ``SyntaxError``, and what ``Endpoint.fetch`` raises."""
        if self._checks_queries:
            Store().query(
                query, base_iri=base_iri, prefixes=prefixes
            )  # on no data: what is no SPARQL never gets to the engine
        text = declare(query, base_iri, prefixes or {})
        outline = Outline(query)
        form = next((form for word, form in _FORMS.items() if outline.first.startswith(word)), QueryTriples)
        bare = outline.bare.upper()
        if default_graph is None and named_graphs is None and any(word.startswith("FROM") for word in bare.split()):
            default, named = [], []
        else:
            default = _names([_FACTS] if default_graph is None else default_graph)
            named = self._graphs if named_graphs is None else _names(named_graphs)
        if "GRAPH" not in bare:
            named = []  # forty names on every query would cost as much as a light query itself
        if form is QueryTriples:
            body = self._endpoint.fetch(text, TRIPLES.media_type, default_graphs=default, named_graphs=named)
            graph = Store()
            graph.extend(Quad(t.subject, t.predicate, t.object) for t in read_triples(body))
            found = graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        else:
            found = read_rows(self._endpoint.fetch(text, default_graphs=default, named_graphs=named))
        if not isinstance(found, form):
            raise EngineUnavailable("the engine answers another form of query.", remedy="See docs/engines.md.")
        self.see_that_it_is_loaded()
        return found

    def quads_for_pattern(
        self,
        subject: NamedNode | BlankNode | Triple | None,
        predicate: NamedNode | None,
        object: NamedNode | BlankNode | Literal | Triple | None,
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
        /,
    ) -> Iterator[Quad]:
        """Return the quads with these terms, all of them at once."""
        given = {"s": subject, "p": predicate, "o": object}
        known = {name: to_engine(node) for name, node in given.items() if node is not None}
        pattern = " ".join(str(known.get(name, f"?{name}")) for name in given)
        return self._quads(pattern, graph_name, known)

    def quads_about(
        self, subjects: Iterable[NamedNode], predicates: Iterable[NamedNode], graph_name: DefaultGraph | None, /
    ) -> Iterator[Quad]:
        """Return the quads with one of the subjects, and one of the predicates where there are any."""
        properties = ", ".join(map(str, predicates))
        narrow = f" FILTER(?p IN ({properties}))" if properties else ""
        wanted = iter(sorted(map(str, subjects)))
        while batch := " ".join(islice(wanted, _BATCH)):
            yield from self._quads(f"VALUES ?s {{ {batch} }} ?s ?p ?o{narrow}", graph_name, {})

    def contains_named_graph(self, graph_name: NamedNode | BlankNode | DefaultGraph, /) -> bool:
        """Tell whether the version has a named graph of this name."""
        return isinstance(graph_name, NamedNode) and graph_name.value in self._mark.graphs

    def named_graphs(self) -> Iterator[NamedNode | BlankNode]:
        """Return the names of the named graphs of the version."""
        return iter([NamedNode(name) for name in self._graphs])

    def __iter__(self) -> Iterator[Quad]:
        """Return all quads, a graph at a time."""
        for graph in (_FACTS, *self.named_graphs()):
            yield from self.quads_for_pattern(None, None, None, graph)

    def _quads(
        self, pattern: str, graph: NamedNode | BlankNode | DefaultGraph | None, known: Mapping[str, object]
    ) -> Iterator[Quad]:
        """Return the quads that a pattern over ?s, ?p and ?o finds in a graph or in all; some terms may be known."""
        if graph is None:
            default, named = [FACTS_GRAPH.value], self._graphs
            where = f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}"
        else:
            default, named = _names([graph]), []
            where = pattern
        names = [f"?{name}" for name in ("s", "p", "o") if name not in known]
        head = " ".join([*names, *(["?g"] if graph is None else [])]) or "(1 AS ?found)"
        body = self._endpoint.fetch(f"SELECT {head} WHERE {{ {where} }}", default_graphs=default, named_graphs=named)
        rows = read_solutions(body)
        self.see_that_it_is_loaded()
        for row in rows:
            s, p, o = (from_engine(known[name] if name in known else row[name]) for name in ("s", "p", "o"))
            g = (row["g"] or _FACTS) if graph is None else graph
            yield Quad(s, p, o, g)  # type: ignore[arg-type]


def _not_loaded(message: str) -> NotLoaded:
    return NotLoaded(message, remedy="Whoever runs the service runs `migragraph load`; then send the request again.")


def _names(graphs: Iterable[object]) -> list[str]:
    """Return the names under which an engine holds graphs; without any, that of a graph that is not there."""
    names = (FACTS_GRAPH if isinstance(graph, DefaultGraph) else graph for graph in graphs)
    return [name.value for name in names if isinstance(name, NamedNode)] or [_NO_GRAPH]


def declare(query: str, base_iri: str | None, prefixes: Mapping[str, str]) -> str:
    """Put what the query may use undeclared before it, on its first line; its own declarations come after."""
    base = f"BASE <{base_iri}> " if base_iri else ""
    used = (f"PREFIX {prefix}: <{space}> " for prefix, space in prefixes.items() if f"{prefix}:" in query)
    return base + "".join(used) + query
