"""Results and graphs as bytes: rows, yes or no, triples and quads in the formats of :mod:`migragraph.formats`.

Only the engine writes. What is written of the same graph is the same bytes: statements are sorted first, since a store
gives them in the order of its own keys.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat, serialize

from migragraph.errors import ResultTooLarge
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, by_name
from migragraph.iris import PREFIXES, term
from migragraph.query import QueryKind, QueryRequest, QueryResult, run_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed import ReadableBuffer
    from pyoxigraph import Quad, Store, Triple

_TYPE = term("rdf:type")
_NAMESPACES: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}


def offers(kind: QueryKind) -> tuple[Format, ...]:
    """Return the formats in which the result of such a query can be written; the first is the default."""
    return RESULT_FORMATS if kind in (QueryKind.SELECT, QueryKind.ASK) else GRAPH_FORMATS


def answer_query(store: Store, request: QueryRequest, form: Format, *, max_bytes: int | None = None) -> bytes:
    """Evaluate a query and write its whole result.

    Raises what :func:`migragraph.query.run_query` raises, and ``ResultTooLarge`` where it is longer than ``max_bytes``:
    rows are counted while they are written, triples once they are.
    """
    return _write(run_query(store, request), form, max_bytes)


def render_result(result: QueryResult, format_name: str) -> bytes:
    """Write a result in the format with this name; ``NotAcceptable`` lists those that there are for such a result."""
    known = GRAPH_FORMATS if isinstance(result, QueryTriples) else RESULT_FORMATS
    return _write(result, by_name(format_name, known))


def write_triples(triples: Iterable[Triple], form: Format, also: Mapping[str, str] | None = None) -> bytes:
    """Write triples, sorted by subject with the types first, with those of our prefixes that are used, and ``also``."""
    if not isinstance(form.engine, RdfFormat):
        msg = f"{form.name} is not a format of graphs"
        raise TypeError(msg)
    ordered = sorted(set(triples), key=_order)
    written = serialize(ordered, format=form.engine, prefixes={**_prefixes(ordered), **(also or {})}) or b""
    return stable_prefixes(written, form.engine)


def stable_prefixes(written: bytes, engine: RdfFormat) -> bytes:
    """Sort the prefixes at the head of a document, which the engine writes in an order of its own."""
    if engine == RdfFormat.RDF_XML:
        start, end = written.find(b"<rdf:RDF"), written.find(b">", written.find(b"<rdf:RDF"))
        names = sorted(written[start:end].split()[1:])
        return written[:start] + b" ".join([b"<rdf:RDF", *names]) + written[end:]
    lines = written.splitlines(keepends=True)
    n_prefixes = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join([*sorted(lines[:n_prefixes]), *lines[n_prefixes:]])


class _Bounded(BytesIO):
    """A buffer that refuses to grow beyond its bound."""

    def __init__(self, max_bytes: int | None) -> None:
        super().__init__()
        self._max_bytes = max_bytes

    def write(self, data: ReadableBuffer) -> int:
        """Take more bytes, or raise ``ResultTooLarge``."""
        n = super().write(data)
        if self._max_bytes is not None and self.tell() > self._max_bytes:
            raise ResultTooLarge(
                f"the answer is longer than {self._max_bytes:,} bytes.",
                remedy="Add a LIMIT, ask for fewer columns, or take a dump of the whole.",
            )
        return n


def _write(result: QueryResult, form: Format, max_bytes: int | None = None) -> bytes:
    output = _Bounded(max_bytes)
    if isinstance(result, QueryTriples):
        output.write(write_triples(result, form))
        return output.getvalue()
    if not isinstance(form.engine, QueryResultsFormat):
        msg = f"{form.name} is not a format of query results"
        raise TypeError(msg)
    result.serialize(output, form.engine)
    return output.getvalue()


def _order(statement: Triple | Quad) -> tuple[str, bool, str, str]:
    return str(statement.subject), statement.predicate != _TYPE, str(statement.predicate), str(statement.object)


def _prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Return those of our prefixes whose namespace is that of an IRI in the triples."""
    iris = {n.value for t in triples for n in (t.subject, t.predicate, t.object) if isinstance(n, NamedNode)}
    iris |= {
        t.object.datatype.value
        for t in triples
        if not isinstance(t.object, NamedNode) and hasattr(t.object, "datatype")
    }
    spaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return {_NAMESPACES[space]: space for space in sorted(spaces) if space in _NAMESPACES}
