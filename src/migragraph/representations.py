"""Results and graphs as bytes: rows, yes or no, triples and quads in the formats of :mod:`migragraph.formats`.

The engine writes, but for rows as CSV; of what it writes as XML, characters are mended or refused here. What is written
of the same graph is the same bytes: statements are sorted first, since a store gives them in the order of its own keys.
"""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO, RawIOBase, StringIO
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from migragraph.errors import NotAcceptable, ResultTooLarge
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, by_name
from migragraph.iris import PREFIXES, term
from migragraph.json_ld import compacted
from migragraph.query import QueryKind, QueryRequest, QueryResult, run_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed import ReadableBuffer
    from pyoxigraph import Quad, Triple

    from migragraph.store.engine import Engine

_TYPE = term("rdf:type")
_MOST_SORTED: Final = 20_000
_CSV_PART: Final = 2**16
_XML: Final = (QueryResultsFormat.XML, RdfFormat.RDF_XML)
#: What XML 1.0 cannot hold in any form, in UTF-8; the engine writes it as it is. https://www.w3.org/TR/xml/#charsets
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_NAMESPACES: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}


def offers(kind: QueryKind) -> tuple[Format, ...]:
    """Return the formats in which the result of such a query can be written; the first is the default."""
    return RESULT_FORMATS if kind in (QueryKind.SELECT, QueryKind.ASK) else GRAPH_FORMATS


def write_answer(
    store: Engine,
    request: QueryRequest,
    form: Format,
    output: IO[bytes],
    *,
    max_bytes: int | None = None,
    graphs_may_be_new: bool = False,
) -> None:
    """Evaluate a query and write its result, bit by bit, as it is computed.

    A graph of up to 20,000 triples is sorted first, so that the same graph gives the same bytes; a larger one is
    written as the engine gives it. Memory does not grow with the rows. Raises what
    :func:`migragraph.query.run_query` raises, and ``ResultTooLarge`` once more than ``max_bytes`` are to be written;
    what was written before is then a part and no answer. So it is with ``NotAcceptable``, for a value that XML cannot
    hold.
    """
    result = run_query(store, request, graphs_may_be_new=graphs_may_be_new)
    _write(result, form, cast("IO[bytes]", _Bounded(output, max_bytes)))


def render_result(result: QueryResult, format_name: str) -> bytes:
    """Write a result in the format with this name; ``NotAcceptable`` lists those that there are for such a result."""
    known = GRAPH_FORMATS if isinstance(result, QueryTriples) else RESULT_FORMATS
    output = BytesIO()
    _write(result, by_name(format_name, known), output)
    return output.getvalue()


def write_triples(triples: Iterable[Triple], form: Format, also: Mapping[str, str] | None = None) -> bytes:
    """Write triples, sorted by subject with the types first, with those of our prefixes that are used, and ``also``."""
    if not isinstance(form.engine, RdfFormat):
        msg = f"{form.name} is not a format of graphs"
        raise TypeError(msg)
    of_subject: dict[object, set[Triple]] = {}
    for triple in triples:
        of_subject.setdefault(triple.subject, set()).add(triple)
    # subject by subject, since comparing all with all is most of the time at a million triples
    ordered = [t for subject in sorted(of_subject, key=str) for t in sorted(of_subject[subject], key=_order)]
    # JSON-LD is written without a context
    prefixes = {} if form.engine == RdfFormat.JSON_LD else {**_prefixes(ordered), **(also or {})}
    written = serialize(ordered, format=form.engine, prefixes=prefixes) or b""
    if form.engine in _XML:
        written = _as_xml(written)
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


def stream_statements(statements: Iterable[Triple] | Iterable[Quad], form: Format, output: IO[bytes]) -> None:
    """Write triples or quads as they come, in their order, with all of our prefixes; memory does not grow with them.

    Raises ``NotAcceptable`` for a value that XML cannot hold; what was written before is then no whole document.
    """
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 (formats of results are for those)
    serialize(statements, _escaped(output, form), form.engine, prefixes=PREFIXES)


def write_document(triples: Iterable[Triple], form: Format, also: Mapping[str, str] | None = None) -> bytes:
    """Write what :func:`write_triples` writes, JSON-LD with a context: IRIs by those of our prefixes that are used."""
    written = write_triples(triples, form, also)
    if form.engine != RdfFormat.JSON_LD:
        return written
    return (
        json.dumps(compacted(json.loads(written), {**PREFIXES, **(also or {})}), ensure_ascii=False, indent=1) + "\n"
    ).encode()


class _Bounded(RawIOBase):
    """Passes on what is written, up to a bound."""

    def __init__(self, output: IO[bytes], max_bytes: int | None) -> None:
        self._output = output
        self._max_bytes = max_bytes
        self._n = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Pass on more bytes, or raise ``ResultTooLarge``."""
        self._n += memoryview(data).nbytes
        if self._max_bytes is not None and self._n > self._max_bytes:
            raise ResultTooLarge(
                f"the answer is longer than {self._max_bytes:,} bytes.",
                remedy="Add a LIMIT, ask for fewer columns, or take a dump of the whole.",
            )
        return self._output.write(data) or 0


class _Xml(RawIOBase):
    """Passes on XML, with what a reader of XML would change or refuse mended or refused."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._before = b""

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Pass on more bytes, or raise ``NotAcceptable``."""
        more = bytes(data)
        self._output.write(_as_xml(more, self._before))
        self._before = more[-2:]
        return len(more)


def _as_xml(written: bytes, before: bytes = b"") -> bytes:
    """Escape carriage returns, which readers take for line ends; ``NotAcceptable`` for what XML cannot hold."""
    if found := _NOT_XML.search(before + written):
        raise NotAcceptable(
            f"the answer holds the character U+{ord(found[0].decode()):04X}, which XML cannot.",
            remedy="Ask for another format, such as JSON.",
        )
    return written.replace(b"\r", b"&#13;")


def _write(result: QueryResult, form: Format, output: IO[bytes]) -> None:
    if isinstance(result, QueryTriples):
        first = list(islice(result, _MOST_SORTED + 1))
        if len(first) <= _MOST_SORTED:
            output.write(write_triples(first, form))
        elif isinstance(form.engine, RdfFormat):
            stream_statements(chain(first, result), form, output)
    elif isinstance(result, QuerySolutions) and form.engine == QueryResultsFormat.CSV:
        _write_csv(result, output)
    elif isinstance(form.engine, QueryResultsFormat):
        result.serialize(_escaped(output, form), form.engine)
    else:
        msg = f"{form.name} is not a format of query results"
        raise TypeError(msg)


def _write_csv(rows: QuerySolutions, output: IO[bytes]) -> None:
    """Write rows as https://www.w3.org/TR/sparql11-results-csv-tsv/#csv has it, in parts of some 64 KiB.

    The engine leaves an IRI bare that has a comma in it, as that of every passage has (``#char=10,60``), and the row is
    then a cell longer than the header. A row whose one cell is empty is written as ``""``: readers skip empty lines.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([variable.value for variable in rows.variables])
    for row in rows:
        writer.writerow([_as_cell(value) for value in row])
        if text.tell() > _CSV_PART:
            output.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    output.write(text.getvalue().encode())


def _as_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case NamedNode() | Literal():
            return value.value
        case BlankNode():
            return f"_:{value.value}"
        case _:
            return str(value)


def _escaped(output: IO[bytes], form: Format) -> IO[bytes]:
    return cast("IO[bytes]", _Xml(output)) if form.engine in _XML else output


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
