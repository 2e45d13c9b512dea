"""The throw-away instance: a store in memory that answers without limits and is changed in place.

For conformance tests and for trying out updates; what is served to others has the limits of
:mod:`migragraph.limits.pool` and the checks of :mod:`migragraph.writes`.
"""

from __future__ import annotations

import threading
from io import BytesIO
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Quad

from migragraph.dumps import stream_dump
from migragraph.representations import write_answer
from migragraph.updates import apply_update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode, Store, Triple

    from migragraph.formats import Format
    from migragraph.query import QueryRequest
    from migragraph.updates import UpdateRequest


class WholeAnswer:
    """An answer that is there from the beginning, in one part."""

    is_whole = True

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        content, self._content = self._content, b""
        if not content:
            raise StopIteration
        return content

    def read(self) -> bytes:
        """Return all of it."""
        return b"".join(self)

    def close(self) -> None:
        """Nothing is held open."""


class Unlimited:
    """Answers in this process, for as long as it takes."""

    is_warm = True
    n_running = n_waiting = 0

    def __init__(self, store: Store) -> None:
        self._store = store

    def answer(self, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None) -> WholeAnswer:
        """Return the answer; the deadline is not looked at."""
        output = BytesIO()
        write_answer(self._store, request, form, output, graphs_may_be_new=True)
        return WholeAnswer(output.getvalue())

    def dump(self, what: str, form: Format) -> WholeAnswer:
        """Return a dump; the deadline is not looked at."""
        output = BytesIO()
        stream_dump(self._store, what, form, output)
        return WholeAnswer(output.getvalue())

    def warm(self) -> None:
        """Nothing has to be started."""

    def close(self) -> None:
        """Nothing has to be ended."""


class InPlace:
    """Changes a store in place, one writer at a time; each change is whole or does not happen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def update(self, request: UpdateRequest) -> None:
        """Carry out an update."""
        checked = request.check()
        with self._lock:
            apply_update(self._store, checked)

    def replace(self, graph: NamedNode | DefaultGraph, triples: list[Triple]) -> bool:
        """Put these triples in the place of a graph; tell whether it is new."""
        with self._lock:
            is_new = not self._has(graph)
            self._store.clear_graph(graph)
            self._extend(graph, triples)
        return is_new

    def add(self, graph: NamedNode | DefaultGraph, triples: list[Triple]) -> bool:
        """Add triples to a graph; tell whether it is new."""
        with self._lock:
            is_new = not self._has(graph)
            self._extend(graph, triples)
        return is_new

    def drop(self, graph: NamedNode | DefaultGraph) -> None:
        """Remove a graph that is there."""
        with self._lock:
            self._store.remove_graph(graph)

    def _has(self, graph: NamedNode | DefaultGraph) -> bool:
        return isinstance(graph, DefaultGraph) or self._store.contains_named_graph(graph)

    def _extend(self, graph: NamedNode | DefaultGraph, triples: list[Triple]) -> None:
        if not isinstance(graph, DefaultGraph):
            self._store.add_graph(graph)  # a graph may be empty
        self._store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
