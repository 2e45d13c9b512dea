"""Limits for queries that a remote engine answers: places, a deadline, the length of the answer.

The engine is another process, often on another machine, so its memory is for its own settings to limit. At the
deadline the connection is closed; engines that take a deadline with a query are given it too.

A query is first answered on no data, in a process like those of the embedded engine: what is no SPARQL, or not done
here, never gets to the remote engine, and the client is told the same as by the embedded one.

Entry point: :class:`RemotePool`, which has the methods of :class:`migragraph.limits.pool.QueryPool`.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
import weakref
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile, mkdtemp
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import Store

from migragraph.dumps import stream_dump
from migragraph.errors import ForbiddenQuery, MigragraphError, QueryTimeout
from migragraph.limits.pool import DUMP_PATIENCE, QueryPool
from migragraph.representations import write_answer
from migragraph.store.versions import Version
from migragraph.syntax import resolve_escapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migragraph.formats import Format
    from migragraph.limits.pool import Limits
    from migragraph.query import QueryRequest
    from migragraph.store.remote import RemoteStore

_MIB: Final = 2**20
#: An answer of the engine is JSON or N-Triples, which are longer than what they are written as here.
_LONGER: Final = 8
_SHORTEST: Final = 0.01
#: The answer of an engine that holds one graph is read up to this length for a dump, in bytes.
_LONGEST_DUMP: Final = 4 * 2**30
#: What Virtuoso's and Jena's functions in other languages are called by.
_OWN_FUNCTION: Final = re.compile(r"<(?:bif|sql|java|js):", re.IGNORECASE)


class RemoteAnswer:
    """The answer to a query: an iterator over its parts as bytes. All of it has come, so nothing can go wrong."""

    def __init__(self, body: IO[bytes], length: int) -> None:
        self._body, self._left = body, length
        body.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Return the next part, at most a MiB."""
        part = self._body.read(_MIB)
        self._left -= len(part)
        if not part:
            self.close()
            raise StopIteration
        return part

    def __del__(self) -> None:
        self.close()

    @property
    def is_whole(self) -> bool:
        """Tell whether all that is left is one part."""
        return self._left <= _MIB

    def read(self) -> bytes:
        """Return all that is left."""
        return b"".join(self)

    def close(self) -> None:
        """Forget the answer."""
        self._body.close()


class RemotePool:
    """Answers queries on a version in a remote engine, so many at the same time. Threads may share it."""

    def __init__(self, store: RemoteStore, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.processes)
        self._lock = threading.Lock()
        #: How many queries wait for a place, and how many the engine is asked.
        self.n_waiting = 0
        self.n_running = 0
        folder = Path(mkdtemp(prefix="migragraph-"))
        Store(str(folder / "store")).flush()
        self._parsers = QueryPool(Version("", folder, {"quads": 0}), limits)
        self._clean_up = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def answer(self, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None) -> RemoteAnswer:
        """Return the whole answer to a query in a format.

        ``timeout_seconds`` can only shorten the deadline. Raises what evaluation raises, ``QueryTimeout`` at the
        deadline, ``ResultTooLarge`` for a longer answer than allowed, ``ServiceBusy`` where no place became free in
        time, ``EngineUnavailable``, ``EngineRefusal`` and ``NotLoaded`` where the engine does not answer as it should.
        """
        refuse_own_functions(request.text)
        seconds = min(timeout_seconds or self._limits.timeout_seconds, self._limits.timeout_seconds)
        deadline = time.monotonic() + seconds
        self._parsers.answer(request, form, timeout_seconds=seconds).read()
        longest = self._limits.answer_mib * _MIB
        body = cast("IO[bytes]", SpooledTemporaryFile(max_size=_MIB))  # noqa: SIM115 (closed with the answer)
        try:
            with self._place():
                store = self._store.within(max(deadline - time.monotonic(), _SHORTEST), _LONGER * longest)
                write_answer(store, request, form, body, max_bytes=longest)
            return RemoteAnswer(body, body.tell())
        except BaseException as error:
            body.close()
            if isinstance(error, QueryTimeout):  # of the time, some had gone by before
                raise QueryTimeout.after(seconds) from error
            raise

    def dump(self, what: str, form: Format) -> RemoteAnswer:
        """Return a dump (see :func:`migragraph.dumps.stream_dump`), read from the engine a graph at a time.

        The deadline of each graph is ten times that of a query; the errors are those of :meth:`answer`.
        """
        body = cast("IO[bytes]", SpooledTemporaryFile(max_size=_MIB))  # noqa: SIM115 (closed with the answer)
        try:
            with self._place():
                store = self._store.within(DUMP_PATIENCE * self._limits.timeout_seconds, _LONGEST_DUMP)
                stream_dump(store, what, form, body)
            return RemoteAnswer(body, body.tell())
        except BaseException:
            body.close()
            raise

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Wait for a place among the queries that the engine is asked at once, and keep it for the block."""
        self._count(waiting=1)
        try:
            has_place = self._places.acquire(timeout=self._limits.queue_seconds)
        finally:
            self._count(waiting=-1)
        if not has_place:
            raise self._limits.too_busy()
        self._count(running=1)
        try:
            yield
        finally:
            self._places.release()
            self._count(running=-1)

    def _count(self, *, waiting: int = 0, running: int = 0) -> None:
        with self._lock:
            self.n_waiting += waiting
            self.n_running += running

    def warm(self) -> None:
        """Start what parses, so that the first query need not wait for it."""
        self._parsers.warm()

    @property
    def is_warm(self) -> bool:
        """Tell whether a query is sent to the engine at once, and the engine is ready for it."""
        try:
            self._store.see_that_it_is_loaded()
        except MigragraphError:
            return False
        return self._parsers.is_warm

    def close(self) -> None:
        """End what parses; answers under way are still given."""
        self._parsers.close()
        self._clean_up()


def refuse_own_functions(text: str) -> None:
    """Raise ``ForbiddenQuery`` for functions that engines load or run under names that are no web address."""
    if found := _OWN_FUNCTION.search(resolve_escapes(text)):
        raise ForbiddenQuery(
            f"the query names something of the engine's own, {found[0]}…>.", remedy="Use the functions of SPARQL 1.1."
        )
