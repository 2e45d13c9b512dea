"""Queries: what is asked, of which graphs, and its evaluation, which only ever reads.

:class:`QueryRequest` is looked at before anything is evaluated: which kind of query it is (so that a format can be
agreed on first), whether it asks for what is not done here (SPARQL Update, calls of other services), whether the same
graph always gives the same answer. :func:`run_query` is the only place where the engine evaluates a query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from migragraph.errors import BadParameter, ForbiddenQuery, MalformedQuery, UnknownFunction, UpdateInPlaceOfQuery
from migragraph.iris import BASE, PREFIXES
from migragraph.outline import Outline
from migragraph.syntax import (
    explain,
    find_dataset,
    parse_query,
    refuse_nul,
    with_plain_concatenations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migragraph.store.engine import Engine

QueryResult = QuerySolutions | QueryBoolean | QueryTriples

# pyoxigraph 0.5 overflows its stack, which ends the process: from 600 nested brackets or 6,000 pieces in a row on.
MOST_LEVELS: Final = 100
MOST_PIECES: Final = 3000

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_PREFIX = re.compile(r"(?=\b([^\W\d_][\w-]*):)")
_CHANGE: Final = ("rand", "now", "uuid")
_CHANGING = re.compile(r"\b(?:RAND|NOW|(?:STR)?UUID)\b", re.IGNORECASE)


class QueryKind(StrEnum):
    """The four forms of a query: rows, yes or no, a graph by template, a graph about things."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


@dataclass(frozen=True)
class QueryRequest:
    """A query and the graphs it is asked of: IRIs that take the place of its FROM and FROM NAMED clauses.

    Without either, the default graph is that of the facts, and all named graphs can be asked with GRAPH.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @cached_property
    def _outline(self) -> Outline:
        return Outline(self.text)

    @cached_property
    def kind(self) -> QueryKind:
        """Return which form of query it is.

        Raises ``UpdateInPlaceOfQuery``, ``ForbiddenQuery`` for a query that is too large to be parsed,
        ``MalformedQuery`` for what starts like none of them, ``BadParameter`` for NUL.

        >>> QueryRequest("PREFIX a: <http://example.org/> ASK { ?s a:b ?o }").kind.value
        'ASK'
        """
        refuse_nul(self.text, "query")
        check_size(self._outline)
        first = self._outline.first
        if first.startswith(_UPDATES):
            raise UpdateInPlaceOfQuery(
                f"{first} is SPARQL Update, and queries here only read.",
                remedy="Send SELECT, ASK, CONSTRUCT or DESCRIBE.",
            )
        for kind in QueryKind:
            if first.startswith(kind.value):
                return kind
        raise _malformed(self.text) from None

    @cached_property
    def calls_services(self) -> bool:
        """Tell whether it calls other services, or cannot be told not to: see :attr:`Outline.bare`."""
        return self._outline.mentions("service")

    @cached_property
    def is_repeatable(self) -> bool:
        """Tell whether the same graph always gives the same answer: no RAND, NOW, UUID, SERVICE."""
        if self.calls_services:
            return False
        return not any(map(self._outline.mentions, _CHANGE)) or _CHANGING.search(self._outline.bare) is None


def check_size(outline: Outline) -> None:
    """Raise ``ForbiddenQuery`` for a query or update that the engine would end the process on."""
    if outline.exceeds(depth=MOST_LEVELS, size=MOST_PIECES):
        raise ForbiddenQuery(
            f"the query is too large: {outline.size} words and signs (at most {MOST_PIECES}), brackets"
            f" {outline.depth} levels deep (at most {MOST_LEVELS}).",
            remedy="Split it, or give long lists of values with VALUES, which has no such limit.",
        )


def run_query(store: Engine, request: QueryRequest, *, graphs_may_be_new: bool = False) -> QueryResult:
    """Evaluate a query on an engine.

    Prefixes of :data:`migragraph.iris.PREFIXES` need no declaration; one that the query declares itself wins.
    Raises ``MalformedQuery`` with line and column, ``ForbiddenQuery`` for what is not done here, ``BadParameter`` for
    a graph that is not there, whether the request names it or a FROM of the query. Unless ``graphs_may_be_new``: in a
    store that changes it is an empty one; so it is in a store without any graph, where a query is only parsed. Rows
    and triples are computed while they are read, so they are read once.
    """
    kind = request.kind
    if request.calls_services:
        raise ForbiddenQuery(
            "the query calls another service (SERVICE), which is not done from here.",
            remedy="Ask that service yourself and give its values to this query with VALUES.",
        )
    default: list[NamedNode | BlankNode | DefaultGraph] | None = None
    named: list[NamedNode | BlankNode] | None = None
    if request.default_graphs or request.named_graphs:
        default = [*_graphs(store, request.default_graphs, graphs_may_be_new)]
        named = [*_graphs(store, request.named_graphs, graphs_may_be_new)]
    elif not graphs_may_be_new:
        _check_there(store, _dataset(request.text))

    def ask(text: str, prefixes: dict[str, str]) -> QueryResult:
        return store.query(text, prefixes=prefixes, base_iri=BASE, default_graph=default, named_graphs=named)

    text = with_plain_concatenations(request.text) if isinstance(store, Store) else request.text

    try:
        try:
            result = ask(text, _prefixes_in(text))
        except SyntaxError:
            result = ask(request.text, PREFIXES)  # one may stand where it is not seen: the engine reads `FILTERmg:f()`
    except SyntaxError as error:
        raise explain(error, request.text) from error
    except RuntimeError as error:
        raise unknown_function(error) from error
    expected = {QueryKind.SELECT: QuerySolutions, QueryKind.ASK: QueryBoolean}.get(kind, QueryTriples)
    if not isinstance(result, expected):
        raise MalformedQuery(f"it starts like {kind.value}, but is read as another form")
    return result


def select_rows(store: Engine, text: str) -> QuerySolutions:
    """Return the rows of a query of our own, which is a SELECT; they are computed while they are read."""
    found = run_query(store, QueryRequest(text))
    assert isinstance(found, QuerySolutions)  # noqa: S101 (the query is a SELECT)
    return found


def unknown_function(error: RuntimeError) -> UnknownFunction:
    """Return what the engine says of a function that it does not have."""
    cause = str(error)
    return UnknownFunction(f"{cause[:1].lower()}{cause[1:]}.", remedy="Use the functions of SPARQL 1.1.")


def _prefixes_in(text: str) -> dict[str, str]:
    """Return those of our prefixes that the text seems to use: reading all of them takes as long as a light query."""
    return {prefix: PREFIXES[prefix] for prefix in _PREFIX.findall(text) if prefix in PREFIXES}


def _graphs(store: Engine, iris: Iterable[str], may_be_new: bool) -> Iterable[NamedNode]:
    for iri in iris:
        try:
            graph = NamedNode(iri)
        except ValueError as error:
            raise BadParameter(
                f"{iri!r} is not an absolute IRI: {error}.", remedy="Give the IRI of a graph."
            ) from error
        if not may_be_new:
            _check_there(store, [graph])
        yield graph


def _check_there(store: Engine, graphs: Iterable[NamedNode]) -> None:
    for graph in graphs:
        if not store.contains_named_graph(graph) and next(iter(store.named_graphs()), None) is not None:
            raise BadParameter(
                f"there is no graph <{graph.value}>.",
                remedy="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs; the facts are the default graph.",
            )


def _dataset(text: str) -> list[NamedNode]:
    """Return the graphs that the FROM clauses of a query name, as the engine resolves them by its base and prefixes.

    None where the query is not understood: what is wrong with it is said when it is evaluated.
    """
    prologue, names = find_dataset(text) if "from" in text.lower() else ("", [])
    if not names:
        return []
    asked = f"{prologue}\nSELECT {' '.join(f'({name} AS ?g{n})' for n, name in enumerate(names))} {{}}"
    try:
        (row,) = Store().query(asked, prefixes=_prefixes_in(text), base_iri=BASE)  # type: ignore[misc]
    except SyntaxError:
        return []
    return [row[n] for n in range(len(names))]


def check_query(request: QueryRequest) -> None:
    """Raise what is wrong with a query, found by evaluating it on an empty store."""
    run_query(Store(), request)


def _malformed(text: str) -> MalformedQuery:
    """Return what the engine has to say of a text that is no query."""
    try:
        parse_query(text)
    except SyntaxError as error:
        return explain(error, text)
    return MalformedQuery("it does not start with SELECT, ASK, CONSTRUCT or DESCRIBE")
