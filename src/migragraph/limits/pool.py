"""The query processes of one version: how many, for how long, with how much memory.

Entry point: :class:`QueryPool`.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.errors import ServiceBusy
from migragraph.formats import GRAPH_FORMATS
from migragraph.limits.answer import Answer
from migragraph.limits.messages import DumpTask, Task, UpdateTask
from migragraph.limits.processes import Nursery, Process, not_started

if TYPE_CHECKING:
    from migragraph.formats import Format
    from migragraph.query import QueryRequest
    from migragraph.store.versions import Version
    from migragraph.updates import UpdateRequest

_MIB: Final = 2**20
#: A dump may take so many times as long as a query: it reads everything, and :mod:`migragraph.limits.dump_files` has
#: each made once.
DUMP_PATIENCE: Final = 10
#: An update may take so many times as long as a query: it reads the graph before and after, somebody with a token waits
#: for it, and one is carried out at a time. A machine that is busy does not end it before its turn has come.
UPDATE_PATIENCE: Final = 4
#: Quads that are read into memory in less time than anybody notices.
_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a pool: deadline and wait for a place in seconds, memory of a query and its answer in MiB."""

    timeout_seconds: float = 30.0
    queue_seconds: float = 5.0
    processes: int = 12
    memory_mib: int = 1024
    answer_mib: int = 256
    most_quads_in_memory: int = 2_000_000

    def too_busy(self) -> ServiceBusy:
        """Return the error for a query that no place became free for in time."""
        return ServiceBusy(
            f"{self.processes} queries are being answered, and none ended within {self.queue_seconds:g} seconds.",
            remedy="Send the query again a little later.",
        )


class QueryPool:
    """Answers queries on one version, each in a process that is ended at the deadline.

    A process answers one query at a time and is used again, unless it ran long or had to be ended. Threads may share
    a pool. ``close`` ends everything; queries under way then fail as at the deadline.
    """

    def __init__(self, version: Version, limits: Limits) -> None:
        self._version = version
        self.limits = limits
        self._places = threading.BoundedSemaphore(limits.processes)
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._running: set[Process] = set()
        self._closed = False
        #: How many queries wait for a place.
        self.n_waiting = 0
        self._nursery: Nursery | None = None
        self._loading: Nursery | None = None
        self._retired: list[Nursery] = []
        # what has to be ended, also where the pool is only forgotten: out of reach of the garbage collector, which may
        # find the sockets before the pool
        self._held: set[Process | Nursery] = set()
        weakref.finalize(self, _end_all, self._held)

    def answer(self, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None) -> Answer:
        """Return the answer to a query in a format, part by part.

        ``timeout_seconds`` can only shorten the deadline, which counts until the last part is there. What is known
        to be wrong before the first MiB is written is raised here: what evaluation raises, ``QueryTimeout`` at the
        deadline, ``QueryMemoryExceeded`` where the process ended by itself, ``ResultTooLarge`` for a longer answer than
        allowed, ``ServiceBusy`` where no place became free in time. Later, reading the answer raises it.
        """
        return self._begin(self._task(request, form), self._seconds(timeout_seconds)).wait()

    def answer_at_once(
        self, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None
    ) -> Answer | None:
        """Begin to answer a query without any wait, None where that would need one: no place or no process is free.

        ``wait`` of the answer, which see, then does what :meth:`answer` does after the query was sent.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            self._move_into_memory()
            if not self._idle or not self._places.acquire(blocking=False):
                return None
            process = self._idle.pop()
            self._running.add(process)
        finally:
            self._lock.release()
        return Answer(self, process, self._task(request, form), self._seconds(timeout_seconds))

    def _task(self, request: QueryRequest, form: Format) -> Task:
        return Task(request, form in GRAPH_FORMATS, form.name, self.limits.answer_mib * _MIB)

    def _seconds(self, asked: float | None) -> float:
        return min(asked or self.limits.timeout_seconds, self.limits.timeout_seconds)

    def difference(self, request: UpdateRequest) -> tuple[bytes, bytes]:
        """Return what an update that was checked would add to the graph, and what it would remove, as N-Quads.

        The graph stays as it is. The deadline is four times that of a query; the other limits are those of a query, and
        so are the errors. Its process keeps its priority, since the next who writes waits for it. While the version is
        being read into memory that is waited for, since the process would read it a second time.
        """
        self._wait_until_loaded()
        added, removed = self._begin(UpdateTask(request), UPDATE_PATIENCE * self.limits.timeout_seconds).wait()
        return added, removed

    def dump(self, what: str, form: Format) -> Answer:
        """Return a dump (see :func:`migragraph.dumps.stream_dump`) part by part, however long it is.

        The deadline is ten times that of a query; the errors are those of a query. While the version is being read into
        memory that is waited for: statements come faster from there, and in the same order each time.
        """
        self._wait_until_loaded()
        return self._begin(DumpTask(what, form.name), DUMP_PATIENCE * self.limits.timeout_seconds).wait()

    def _wait_until_loaded(self) -> None:
        if (loading := self._loading) is not None:
            loading.wait(self.limits.timeout_seconds)

    def _begin(self, task: Task | UpdateTask | DumpTask, seconds: float) -> Answer:
        if not self._take_place():
            raise self.limits.too_busy()
        try:
            process = self._take()
        except BaseException:
            self._places.release()
            raise
        return Answer(self, process, task, seconds)

    @property
    def n_running(self) -> int:
        """Return how many queries are under way."""
        return len(self._running)

    def _take_place(self) -> bool:
        if self._places.acquire(blocking=False):
            return True
        with self._lock:
            self.n_waiting += 1
        try:
            return self._places.acquire(timeout=self.limits.queue_seconds)
        finally:
            with self._lock:
                self.n_waiting -= 1

    def warm(self) -> None:
        """Start what answers, so that the first query need not wait for it; some seconds for a million quads."""
        with self._lock:
            self._forget_the_dead()
            if not self._idle and not self._running:
                self._idle.append(self._fork())

    @property
    def is_warm(self) -> bool:
        """Tell whether a query is answered without starting anything first."""
        return self._nursery is not None and self._nursery.is_running

    def close(self) -> None:
        """End the query processes and those that they come from."""
        with self._lock:
            self._closed = True
            self._idle.clear()
            self._nursery = self._loading = None
            self._retired.clear()
            _end_all(self._held)

    def _take(self) -> Process:
        with self._lock:
            self._move_into_memory()
            process = self._idle.pop() if self._idle else self._fork()
            self._running.add(process)
        return process

    def give_back(self, process: Process, *, again: bool) -> None:
        """Take a process and its place back."""
        self._places.release()
        with self._lock:
            self._running.discard(process)
            if again and not self._closed and process.nursery is self._nursery:
                self._idle.append(process)
                return
            self._held.discard(process)
            is_next_missing = not (self._idle or self._closed) and process.nursery is self._nursery
        process.end()
        if is_next_missing:
            threading.Thread(target=self._have_one_ready, daemon=True).start()

    def _have_one_ready(self) -> None:
        """Start a process for the next query, so that it does not wait for one: some 50 ms for a million quads."""
        with self._lock, suppress(ServiceBusy):
            if not self._idle and not self._closed:
                self._idle.append(self._fork())

    def _start(self) -> Nursery:
        """Start to answer: from the disk at once, from memory as soon as the version is read. With the lock held."""
        quads = self._version.manifest["quads"]
        in_memory = quads <= self.limits.most_quads_in_memory
        waits = in_memory and quads > _AT_ONCE

        def start(*, in_memory: bool) -> Nursery:
            found = Nursery(self._version.folder, in_memory=in_memory, memory_bytes=self.limits.memory_mib * _MIB)
            self._held.add(found)
            return found

        nursery = start(in_memory=in_memory and not waits)
        if waits and self._loading is None:
            self._loading = start(in_memory=True)
        if not nursery.is_ready(wait=True):
            self._end(nursery)
            raise not_started()
        return nursery

    def _move_into_memory(self) -> None:
        """Take up the nursery that holds the version in memory once it does. Called with the lock held.

        What the one before has begun goes on to its end, which comes with its deadline.
        """
        self._forget_the_dead()
        if self._loading is None or not self._loading.is_ready(wait=False):
            return
        for process in self._idle:
            self._end(process)
        self._idle.clear()
        if self._nursery is not None:
            before = self._nursery
            self._retired.append(before)
            self._retire_later(before)
        self._nursery, self._loading = self._loading, None

    def _forget_the_dead(self) -> None:
        """Let go of a nursery that was killed, with which its idle processes have ended. Called with the lock held."""
        if self._nursery is None or self._nursery.is_running:
            return
        for process in self._idle:
            self._end(process)
        self._idle.clear()
        self._end(self._nursery)
        self._nursery = None

    def _retire_later(self, nursery: Nursery) -> None:
        timer = threading.Timer(self.limits.timeout_seconds + 1, self._retire, [nursery])
        timer.daemon = True
        timer.start()

    def _retire(self, nursery: Nursery) -> None:
        """End a nursery, with which its processes end, unless one is still at work: on a dump, or an update."""
        with self._lock:
            if nursery not in self._retired:
                return
            if any(process.nursery is nursery for process in self._running):
                self._retire_later(nursery)
                return
            self._retired.remove(nursery)
            self._end(nursery)

    def _end(self, what: Process | Nursery) -> None:
        self._held.discard(what)
        what.end()

    def _fork(self) -> Process:
        """Ask the nursery for a process; start it first, or anew where it is gone. Called with the lock held."""
        if self._closed:
            raise not_started()
        for _ in range(2):
            if self._nursery is None:
                self._nursery = self._start()
            process = self._nursery.fork()
            if process is not None:
                self._held.add(process)
                return process
            self._end(self._nursery)
            self._nursery = None
        raise not_started()


def _end_all(held: set[Process | Nursery]) -> None:
    """End processes before the nurseries that they come from."""
    for what in sorted(held, key=lambda found: isinstance(found, Nursery)):
        what.end()
    held.clear()
