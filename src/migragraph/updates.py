"""SPARQL Update: what is asked to change, looked at before anything is evaluated.

https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Store

from migragraph.errors import BadParameter, ForbiddenQuery, QueryInPlaceOfUpdate, UnknownThing
from migragraph.iris import BASE, PREFIXES
from migragraph.outline import Outline
from migragraph.query import QueryKind, check_size, unknown_function
from migragraph.syntax import (
    count_declarations,
    explain,
    fault_at,
    refuse_nul,
    split_pieces,
    with_plain_concatenations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OPEN, _CLOSE = {"{", "("}, {"}", ")"}
#: A LOAD after declarations, with I for each IRI.
_LOAD = re.compile(r"(?:(?:PREFIX I I|BASE I) )*LOAD (?:SILENT )?I(?: INTO GRAPH I)?")
#: What takes the place of an operation that is left out.
_NOTHING = "INSERT DATA {}"


@dataclass(frozen=True)
class UpdateRequest:
    """An update, and the graphs that its patterns are matched in: IRIs, in place of USING and USING NAMED clauses."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def check(self) -> UpdateRequest:
        """Return the update as it can be carried out, or raise what is wrong with it.

        Nothing is fetched here, so ``LOAD SILENT``, which may fail, is left out, and LOAD is refused; those that may
        be carried out were replaced before, by :mod:`migragraph.federation`. Raises
        ``MalformedQuery`` with line and column, ``QueryInPlaceOfUpdate``, ``ForbiddenQuery`` for LOAD, SERVICE and an
        update too large to be parsed, ``BadParameter`` for graphs that are named twice and for NUL.
        """
        refuse_nul(self.text, "update")
        outline = Outline(self.text)
        check_size(outline)
        if outline.first.startswith(tuple(QueryKind)):
            raise QueryInPlaceOfUpdate(
                f"{outline.first} is a query, and updates here only change.",
                remedy="Send INSERT, DELETE or another operation of SPARQL Update; queries are answered at /sparql.",
            )
        if outline.mentions("service"):
            raise _forbidden("SERVICE")
        text, loads = without_loads(self)
        found = replace(self, text=text)
        written = with_graphs(found)
        try:
            _parse(written)
        except SyntaxError as error:
            raise explain(error, written, _parse).of_update() from error
        if not all(load.is_silent for load in loads):
            raise _forbidden("LOAD")
        return found


@dataclass(frozen=True, slots=True)
class Load:
    """A LOAD in a text: where it starts and ends, whether it may fail, its IRIs as they are written.

    ``graph`` is empty for the default graph; ``declarations`` are all of the text that hold for it.
    """

    start: int
    end: int
    is_silent: bool
    source: str
    graph: str
    declarations: str


def without_loads(request: UpdateRequest) -> tuple[str, list[Load]]:
    """Return the text of an update with an operation that does nothing for each LOAD, and the LOADs that it has.

    Raises ``MalformedQuery`` for a LOAD of another form than the grammar's, ``ForbiddenQuery`` for one that the engine
    alone would take for a LOAD.
    """
    text, declarations = request.text, ""
    loads: list[Load] = []
    for operation in _operations(split_pieces(text)):
        if declared := operation[: count_declarations(operation)]:
            declarations += f"{text[declared[0].start() : declared[-1].end()]}\n"
        if found := _find_load(operation, text):
            is_silent = found[1][0].upper() == "SILENT"
            iris = found[1 + is_silent :]  # and INTO GRAPH between the two, where there are two
            graph = iris[-1][0] if len(iris) > 1 else ""
            loads.append(Load(found[0].start(), found[-1].end(), is_silent, iris[0][0], graph, declarations))
    for load in reversed(loads):
        text = f"{text[: load.start]}{_NOTHING}{text[load.end :]}"
    return text, loads


def apply_update(store: Store, request: UpdateRequest) -> None:
    """Carry out an update that was checked on a store, all of it or nothing.

    Raises ``UnknownThing`` for a graph that is not there, ``BadParameter`` for one that is, ``UnknownFunction``.
    """
    try:
        store.update(with_plain_concatenations(with_graphs(request)), prefixes=PREFIXES, base_iri=BASE)
    except RuntimeError as error:
        if "does not exist" in str(error):
            raise UnknownThing(f"{error}.".lower(), remedy="Name a graph that is there, or say SILENT.") from error
        if "already exists" in str(error):
            raise BadParameter(f"{error}.".lower(), remedy="Name another graph, or say SILENT.") from error
        raise unknown_function(error) from error


def with_graphs(request: UpdateRequest) -> str:
    """Return the text with the graphs of the request as USING clauses of each operation that has a pattern.

    It is an error where the text names graphs itself. https://www.w3.org/TR/sparql11-protocol/#update-operation

    >>> with_graphs(UpdateRequest("DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }", ("http://example.org/g",)))
    'DELETE { ?s ?p 1 } USING <http://example.org/g> WHERE { ?s ?p ?o }'
    >>> with_graphs(UpdateRequest("DELETE WHERE { ?s ?p 1 }", ("http://example.org/g",)))
    'DELETE { ?s ?p 1 } USING <http://example.org/g> WHERE { ?s ?p 1 }'
    """
    if not request.default_graphs and not request.named_graphs:
        return request.text
    clauses = "".join(
        f"{keyword} <{_checked(iri)}> "
        for keyword, iris in (("USING", request.default_graphs), ("USING NAMED", request.named_graphs))
        for iri in iris
    )
    text, written = request.text, 0
    parts: list[str] = []
    for operation in _operations(split_pieces(text)):
        words = [piece[0].upper() for piece in operation]
        if "USING" in words or "WITH" in words:
            raise BadParameter(
                "the update names its graphs with USING or WITH, and the request names others.",
                remedy="Name them in one of the two places.",
            )
        if "WHERE" not in words:
            continue
        where = operation[words.index("WHERE")]
        parts.append(text[written : where.start()])
        if words[words.index("WHERE") - 1] == "DELETE":
            pattern = text[where.end() : operation[-1].end()].strip()
            parts.append(f"{pattern} ")
        parts.append(clauses)
        written = where.start()
    return "".join([*parts, text[written:]])


def _operations(pieces: Iterable[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Split an update at its semicolons; of each operation, what stands in no braces but their ends."""
    depth = 0
    found: list[re.Match[str]] = []
    for piece in pieces:
        if piece[0] in _OPEN:
            depth += 1
        if depth == 0 and piece[0] == ";":
            yield found
            found = []
        elif depth == 0 or (depth == 1 and piece[0] in _CLOSE):
            found.append(piece)
        if piece[0] in _CLOSE:
            depth -= 1
    if found:
        yield found


def _find_load(operation: list[re.Match[str]], text: str) -> list[re.Match[str]]:
    """Return the tokens of a LOAD, without the declarations before it; none where the operation is none.

    The engine needs no space after a keyword, so ``LOADex:data`` is taken for one too. What the engine takes for a LOAD
    never reaches it: one of another form than the grammar's is ``MalformedQuery``.
    """
    for start, piece in enumerate(operation):
        before = operation[start - 1] if start else None
        if before is not None and before["word"]:
            continue  # a name, as in WITH loads:here
        if piece["prefix"] is not None and piece["prefix"].lower().startswith("load"):
            raise _forbidden("LOAD")
        if piece[0].upper() == "LOAD":
            form = " ".join("I" if p["iri"] or p["prefix"] is not None else p[0].upper() for p in operation)
            if not _LOAD.fullmatch(form):
                cause = "this LOAD is not of the form LOAD <from> INTO GRAPH <to>"
                raise fault_at(cause, text, piece.start()).of_update()
            return operation[start:]
    return []


def _forbidden(feature: str) -> ForbiddenQuery:
    return ForbiddenQuery(
        f"the update reads from elsewhere ({feature}), which is not done from here.",
        remedy="Fetch the data yourself, and send them with INSERT DATA or to the graph store.",
    )


def _checked(iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise BadParameter(f"{iri!r} is not an absolute IRI: {error}.", remedy="Give the IRI of a graph.") from error


def _parse(text: str) -> None:
    """Raise ``SyntaxError`` for what the engine does not take as an update; nothing is fetched, and nothing kept."""
    with suppress(RuntimeError):  # an empty store has no graph to drop
        Store().update(text, prefixes=PREFIXES, base_iri=BASE)
