"""What a remote engine answers, read into the engine's own types of this house, whole or not at all.

Blank nodes have no name outside of one answer, so a remote engine keeps ours as IRIs; in what is read they are blank
nodes again, with the names that they have in the version. https://www.w3.org/TR/rdf11-concepts/#section-skolemization
"""

from __future__ import annotations

import json
from io import BytesIO, RawIOBase
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse,
    parse_query_results,
)

from migragraph.errors import EngineUnavailable
from migragraph.iris import BASE, term
from migragraph.store.endpoint import ROWS, TRIPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import ReadableBuffer

#: What the IRIs begin with that stand for blank nodes in an engine.
BLANK: Final = BASE + "genid/"
_BOOLEAN: Final = term("xsd:boolean")
_PART: Final = 2**20
#: The one column in which Virtuoso answers an ASK: a row for yes, none for no.
_VIRTUOSO_ASK: Final = "__ASK_RETVAL"
_T = TypeVar("_T")


def to_engine(node: _T) -> _T | NamedNode:
    """Return the node as an engine keeps it: a blank node as an IRI.

    >>> to_engine(BlankNode("shapes-c14n0")).value.rpartition("/")[2]
    'shapes-c14n0'
    """
    return NamedNode(BLANK + node.value) if isinstance(node, BlankNode) else node


def from_engine(node: _T) -> _T | BlankNode | Literal:
    """Return the node as a version holds it: the opposite of :func:`to_engine`, and yes and no by their usual names.

    >>> from_engine(to_engine(BlankNode("shapes-c14n0")))
    <BlankNode value=shapes-c14n0>
    """
    if isinstance(node, NamedNode) and node.value.startswith(BLANK):
        return BlankNode(node.value.removeprefix(BLANK))
    if isinstance(node, Literal) and node.datatype == _BOOLEAN:  # Virtuoso knows 1 and 0 only
        return Literal({"1": "true", "0": "false"}.get(node.value, node.value), datatype=_BOOLEAN)
    return node


def read_rows(body: IO[bytes]) -> QuerySolutions | QueryBoolean:
    """Read results in JSON; ``EngineUnavailable`` where they are not whole.

    They are read twice, the first time to see whether all of them can be, before anybody gets one.
    """
    if _mentions(body, BLANK.encode()):
        body = _with_blank_nodes(body)
    try:
        _read_through(body)
    except (SyntaxError, ValueError) as error:
        raise _broken(error) from error
    found = parse_query_results(body, ROWS)
    if isinstance(found, QuerySolutions) and [v.value for v in found.variables] == [_VIRTUOSO_ASK]:
        verdict = json.dumps({"head": {}, "boolean": next(found, None) is not None})
        return parse_query_results(verdict, ROWS)
    return found


def _read_through(body: IO[bytes]) -> None:
    """Read results once to their end, and go back to their beginning; raises what the engine's parser raises."""
    found = parse_query_results(body, ROWS)
    try:
        if isinstance(found, QuerySolutions):
            found.serialize(cast("IO[bytes]", _Nowhere()), QueryResultsFormat.TSV)
    finally:
        del found  # or a traceback holds it, which another thread may collect, and that it does not bear
    body.seek(0)


def read_solutions(body: IO[bytes]) -> QuerySolutions:
    """Read the results of a SELECT; ``EngineUnavailable`` where they are not whole, or none of a SELECT."""
    found = read_rows(body)
    if not isinstance(found, QuerySolutions):
        raise _broken("it is yes or no where rows were asked for")
    return found


def read_triples(body: IO[bytes]) -> Iterator[Triple]:
    """Read triples; ``EngineUnavailable`` where they are not whole, which may show at the last one only."""
    if _mentions(body, b"\n## "):  # what Fuseki writes where it broke off, a comment to every parser
        raise _broken("it ended with a remark")
    try:
        for quad in parse(body, TRIPLES):
            yield Triple(from_engine(quad.subject), quad.predicate, from_engine(quad.object))  # type: ignore[arg-type]
    except (SyntaxError, ValueError) as error:
        raise _broken(error) from error


def _broken(why: object) -> EngineUnavailable:
    return EngineUnavailable(
        f"the answer of the engine is not whole: {why}.",
        remedy="Ask for less, or send the query again a little later.",
    )


def _mentions(body: IO[bytes], wanted: bytes) -> bool:
    before = b""
    found = False
    while not found and (part := body.read(_PART)):
        found = wanted in before + part
        before = part[-len(wanted) :]
    body.seek(0)
    return found


def _with_blank_nodes(body: IO[bytes]) -> IO[bytes]:
    """Return results in which the IRIs of ours that stand for blank nodes are blank nodes again."""
    try:
        results: dict[str, Any] = json.load(body)
        for row in results.get("results", {}).get("bindings", ()):
            for value in row.values():
                if value["type"] == "uri" and value["value"].startswith(BLANK):
                    value |= {"type": "bnode", "value": value["value"].removeprefix(BLANK)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(error) from error
    return BytesIO(json.dumps(results).encode())


class _Nowhere(RawIOBase):
    """Takes what is written, and keeps nothing of it."""

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Count what is written."""
        return memoryview(data).nbytes
