"""Updates and graphs that are sent, as changes: each is worked out on the current version and makes the next one.

Entry point: :class:`Guarded`.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from migragraph.writes.apart import writing_apart
from migragraph.writes.change import Change, admit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyoxigraph import Store, Triple

    from migragraph.config import Settings
    from migragraph.limits.pool import QueryPool
    from migragraph.store.versions import Version
    from migragraph.updates import UpdateRequest


class Base(Protocol):
    """A version that is open, to be changed."""

    version: Version
    store: Store
    pool: QueryPool


class Guarded:
    """What writes for one request: who asks, and why.

    Writers queue for a lock of the service, so that each works on the version that the one before has made. ``latest``
    opens the version that is current on the disk.
    """

    def __init__(
        self, settings: Settings, latest: Callable[[], Base], lock: threading.Lock, *, who: str, why: str
    ) -> None:
        self._settings, self._latest, self._lock = settings, latest, lock
        self._who, self._why = who, why

    def update(self, request: UpdateRequest) -> None:
        """Carry out an update; all its operations are one change."""
        checked = request.check()
        with self._writing() as (base, write):
            added, removed = base.pool.difference(checked)
            write(parse(added, RdfFormat.N_QUADS), parse(removed, RdfFormat.N_QUADS))

    def replace(self, graph: NamedNode | DefaultGraph, triples: list[Triple]) -> bool:
        """Put these triples in the place of a graph; tell whether it is new."""
        return self._set(graph, triples, keep=False)

    def add(self, graph: NamedNode | DefaultGraph, triples: list[Triple]) -> bool:
        """Add triples to a graph; tell whether it is new."""
        return self._set(graph, triples, keep=True)

    def drop(self, graph: NamedNode | DefaultGraph) -> None:
        """Remove a graph."""
        self._set(graph, [], keep=False)

    def _set(self, graph: NamedNode | DefaultGraph, triples: list[Triple], *, keep: bool) -> bool:
        sent = {Quad(t.subject, t.predicate, t.object, graph) for t in triples}
        with self._writing() as (base, write):
            there = set(base.store.quads_for_pattern(None, None, None, graph))
            write(sent - there, set() if keep else there - sent)
        return not there and isinstance(graph, NamedNode)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Base, Callable[[Iterable[Quad], Iterable[Quad]], None]]]:
        """Take the turn; yield the version to change, and what makes the change, which is worked out meanwhile."""
        with self._lock:
            base = self._latest()
            with writing_apart(self._settings, base.version.id) as write:

                def make(added: Iterable[Quad], removed: Iterable[Quad]) -> None:
                    now = datetime.now(UTC).replace(microsecond=0)
                    write(admit(Change(frozenset(added), frozenset(removed), self._who, self._why, now)))
                    self._latest()  # whoever has written reads it

                yield base, make
