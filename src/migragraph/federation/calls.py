"""Calls of other services in the text of a query: where they are, and what takes their place.

A call is told by its tokens, in one form alone: ``SERVICE``, perhaps ``SILENT``, the endpoint, braces. What the engine
would take for a call in another form is not found here, so it stays, and the query is refused.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

from migragraph.errors import ForbiddenQuery
from migragraph.iris import BASE, PREFIXES
from migragraph.query import QueryRequest
from migragraph.store.remote import declare
from migragraph.syntax import count_declarations, explain, fault_at, split_pieces

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_LONGEST: Final = 80
#: GRAPH has the place in the grammar that SERVICE has, and the same parts after it, so it is one letter group to swap.
_STAND_IN: Final = "GRAPH  "
_SPACED: Final = "Write SERVICE <endpoint> { … } with spaces between the words, without escapes outside of strings."


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a text: where it starts and ends, whether it may fail, its endpoint as it is written, its braces."""

    start: int
    end: int
    is_silent: bool
    endpoint: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Calling:
    """A query that calls other services: its text, its declarations, and its calls in the order of the text."""

    text: str
    declarations: str
    calls: tuple[Call, ...]

    @classmethod
    def read(cls, text: str) -> Calling:
        """Find the calls of a query that was found to have some, and see that it is a query.

        Raises ``MalformedQuery`` with line and column, ``ForbiddenQuery`` for a call inside of another, one of an
        endpoint that is a variable, and one that cannot be told with certainty. Nothing is evaluated.
        """
        pieces = split_pieces(text)
        for piece in pieces:
            if piece["sign"] == "\\":
                raise ForbiddenQuery(
                    "the query calls another service (SERVICE), and has an escape outside of strings.", remedy=_SPACED
                )
        calls = tuple(_find(text, pieces))
        try:
            _only_parse(_without_calls(text))
        except SyntaxError as error:
            raise explain(error, text, lambda wide: _only_parse(_without_calls(wide))) from error
        if not calls or QueryRequest(_without_calls(text)).calls_services:
            raise ForbiddenQuery(
                "the query calls another service (SERVICE) in a form that is not read with certainty.", remedy=_SPACED
            )
        n = count_declarations(pieces)
        return cls(text, text[: pieces[n - 1].end()] if n else "", calls)

    def query_of(self, call: Call) -> str:
        """Return the query that the endpoint of a call is asked, complete with what the pattern may use undeclared."""
        return declare(f"{self.declarations}\nSELECT * WHERE {call.pattern}", BASE, PREFIXES)

    def variables_of(self, call: Call) -> tuple[str, ...]:
        """Return the variables that a call binds, in the order of the engine. Nothing is evaluated.

        A filter that is never true lets the engine drop all there is to evaluate, whatever it would have cost.
        """
        found = _solve(f"{self.declarations}\nSELECT * WHERE {{ {call.pattern} FILTER(false) }}", call.pattern)
        return tuple(variable.value for variable in found.variables)

    def with_rows(self, rows: Sequence[str]) -> str:
        """Return the text with something else in the place of each call."""
        parts, at = [], 0
        for call, instead in zip(self.calls, rows, strict=True):
            parts += [self.text[at : call.start], f" {instead} "]
            at = call.end
        return "".join([*parts, self.text[at:]])


def read_iri(written: str, declarations: str) -> str:
    """Return the IRI that is meant by an IRI or name as it is written, after these declarations.

    >>> read_iri("wd:sparql", "PREFIX wd: <https://example.org/>")
    'https://example.org/sparql'
    """
    iri = next(_solve(f"{declarations}\nSELECT ({written} AS ?iri) {{}}", written))["iri"]
    assert isinstance(iri, NamedNode)  # noqa: S101 (it was read as one before)
    return iri.value


def _solve(text: str, part: str) -> QuerySolutions:
    """Ask no data for what a part of a query or update says, which the engine has read in its place already."""
    try:
        found = Store().query(text, prefixes=PREFIXES, base_iri=BASE)
    except SyntaxError as error:  # the engine reads PREFIXa: as two words, which the tokens here do not
        raise ForbiddenQuery(
            f"the declarations before {part[:_LONGEST]} are in a form that is not read with certainty.",
            remedy="Put a space after each of PREFIX and BASE.",
        ) from error
    assert isinstance(found, QuerySolutions)  # noqa: S101 (a SELECT)
    return found


def _find(text: str, pieces: list[re.Match[str]]) -> list[Call]:
    calls: list[Call] = []
    at = 0
    while at < len(pieces):
        if not _is(pieces[at], "SERVICE"):
            at += 1
            continue
        start = pieces[at].start()
        is_silent = at + 1 < len(pieces) and _is(pieces[at + 1], "SILENT")
        named, opened = at + 1 + is_silent, at + 2 + is_silent
        if opened >= len(pieces) or pieces[opened][0] != "{":
            raise fault_at("this SERVICE is not of the form SERVICE <endpoint> { … }", text, start)
        endpoint = pieces[named]
        if endpoint["variable"]:
            raise ForbiddenQuery(
                f"the query calls the service {endpoint[0]}, a variable; only endpoints that are named are called.",
                remedy="Name the endpoint: SERVICE <endpoint> { … }.",
            )
        if not endpoint["iri"] and endpoint["prefix"] in (None, "_"):
            raise fault_at("this SERVICE is not of the form SERVICE <endpoint> { … }", text, start)
        closed = _closing(pieces, opened)
        if closed is None:
            raise fault_at("the braces of this SERVICE do not end", text, start)
        pattern = text[pieces[opened].start() : pieces[closed].end()]
        if QueryRequest(pattern).calls_services:
            raise ForbiddenQuery(
                f"the query calls a service inside of a call of {endpoint[0]}, which is not done from here.",
                remedy="Put the two calls beside each other.",
            )
        calls.append(Call(start, pieces[closed].end(), is_silent, endpoint[0], pattern))
        at = closed + 1
    return calls


def _is(piece: re.Match[str], word: str) -> bool:
    return bool(piece["word"]) and piece[0].upper() == word


def _closing(pieces: list[re.Match[str]], opened: int) -> int | None:
    depth = 0
    for at in range(opened, len(pieces)):
        depth += {"{": 1, "}": -1}.get(pieces[at][0], 0)
        if depth == 0:
            return at
    return None


def _without_calls(text: str) -> str:
    """Return the text with GRAPH in the place of SERVICE, each character where it was: as a query it is as well formed.

    A text that is cut or spread is taken as far as it goes.
    """
    found = list(text)
    pieces = split_pieces(text)
    for n, piece in enumerate(pieces):
        if not _is(piece, "SERVICE"):
            continue
        found[piece.start() : piece.end()] = _STAND_IN
        if n + 1 < len(pieces) and _is(pieces[n + 1], "SILENT"):
            found[pieces[n + 1].start() : pieces[n + 1].end()] = " " * len("SILENT")
    return "".join(found)


def _only_parse(text: str) -> None:
    """Raise ``SyntaxError`` for what the engine does not take as a query; nothing is evaluated.

    The engine reads a query before it looks at arguments that contradict each other.
    """
    with suppress(ValueError):
        Store().query(
            text, prefixes=PREFIXES, base_iri=BASE, use_default_graph_as_union=True, default_graph=[DefaultGraph()]
        )
