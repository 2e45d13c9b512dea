"""The query processes of one version: how many, for how long, with how much memory.

Entry point: :class:`QueryPool`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.errors import QueryMemoryExceeded, QueryTimeout, ServiceBusy
from migragraph.formats import GRAPH_FORMATS
from migragraph.limits.messages import Failure, Task, receive, send

if TYPE_CHECKING:
    from migragraph.formats import Format
    from migragraph.query import QueryRequest
    from migragraph.store.versions import Version

#: A query that runs this long makes way for shorter ones: its process goes on with less of the processor.
_PATIENCE_SECONDS: Final = 1.0
_LESS: Final = 10
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a pool: deadline and wait for a place in seconds, memory of a query and its answer in MiB."""

    timeout_seconds: float = 30.0
    queue_seconds: float = 5.0
    processes: int = 12
    memory_mib: int = 1024
    answer_mib: int = 64
    most_quads_in_memory: int = 2_000_000


@dataclass(frozen=True, slots=True)
class _Process:
    """A query process: its pid, and the socket that it takes queries from."""

    pid: int
    connection: socket.socket

    def end(self) -> None:
        """End it at once, whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.connection.close()


class QueryPool:
    """Answers queries on one version, each in a process that is ended at the deadline.

    A process answers one query at a time and is used again, unless it ran long or had to be ended. Threads may share
    a pool. ``close`` ends everything; queries under way then fail as at the deadline.
    """

    def __init__(self, version: Version, limits: Limits) -> None:
        self._version = version
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.processes)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._running: set[_Process] = set()
        self._closed = False
        self._nursery: subprocess.Popen[bytes] | None = None

    def answer(self, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None) -> bytes:
        """Return the whole answer to a query in a format.

        ``timeout_seconds`` can only shorten the deadline. Raises what evaluation raises, ``QueryTimeout`` at the
        deadline, ``QueryMemoryExceeded`` where the process ended by itself, ``ResultTooLarge`` for a longer answer than
        allowed, and ``ServiceBusy`` where no place became free in time.
        """
        seconds = min(timeout_seconds or self._limits.timeout_seconds, self._limits.timeout_seconds)
        is_graph = form in GRAPH_FORMATS
        longest = self._limits.answer_mib * _MIB
        task = Task(request.text, request.default_graphs, request.named_graphs, is_graph, form.name, longest)
        if not self._places.acquire(timeout=self._limits.queue_seconds):
            raise ServiceBusy(
                f"{self._limits.processes} queries are being answered, and none ended within "
                f"{self._limits.queue_seconds:g} seconds.",
                remedy="Send the query again a little later.",
            )
        try:
            found = self._run(task, seconds)
        finally:
            self._places.release()
        if isinstance(found, Failure):
            raise found.to_error()
        return found

    def warm(self) -> None:
        """Start what answers, so that the first query need not wait for it; some seconds for a million quads."""
        with self._lock:
            if not self._idle and not self._running:
                self._idle.append(self._fork())

    @property
    def is_warm(self) -> bool:
        """Tell whether a query is answered without starting anything first."""
        return self._nursery is not None and self._nursery.poll() is None

    def close(self) -> None:
        """End the query processes and the one that they come from."""
        with self._lock:
            self._closed = True
            processes = [*self._idle, *self._running]
            self._idle.clear()
            self._stop()
        for process in processes:
            process.end()

    def _run(self, task: Task, seconds: float) -> bytes | Failure:
        process = self._take()
        again = False
        try:
            deadline = time.monotonic() + seconds
            send(process.connection, task)
            patience = min(_PATIENCE_SECONDS, seconds)
            found = _receive_within(process, patience)
            if found is None:
                with suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, process.pid, _LESS)
                found = _receive_within(process, deadline - time.monotonic())
            else:
                again = True
            if found is None:
                raise QueryTimeout(
                    f"the query was not answered within {seconds:g} seconds, and was ended.",
                    remedy="Ask for less: fewer patterns without a common variable, a LIMIT, a narrower path.",
                )
        except (EOFError, ConnectionError) as error:
            raise QueryMemoryExceeded(
                f"the query needed more than {self._limits.memory_mib} MiB of memory, and was ended.",
                remedy="Ask for less: a LIMIT, fewer rows to sort or group.",
            ) from error
        finally:
            self._give_back(process, again=again)
        return found

    def _take(self) -> _Process:
        with self._lock:
            process = self._idle.pop() if self._idle else self._fork()
            self._running.add(process)
        return process

    def _give_back(self, process: _Process, *, again: bool) -> None:
        with self._lock:
            self._running.discard(process)
            if again and not self._closed:
                self._idle.append(process)
                return
        process.end()

    def _start(self) -> None:
        """Start the nursery and wait until it holds the version. Called with the lock held."""
        ours, theirs = socket.socketpair()
        in_memory = self._version.manifest["quads"] <= self._limits.most_quads_in_memory
        arguments = (str(self._version.folder), str(int(in_memory)), str(self._limits.memory_mib * _MIB))
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "migragraph.limits.nursery", *arguments, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._control = ours
        if ours.recv(1) != b"R":
            self._stop()
            raise _not_started()

    def _stop(self) -> None:
        """End the nursery, if there is one. Called with the lock held."""
        if self._nursery is not None:
            self._control.close()
            self._nursery.kill()
            self._nursery.wait()
            self._nursery = None

    def _fork(self) -> _Process:
        """Ask the nursery for a process; start it first, or anew where it is gone. Called with the lock held."""
        if self._closed:
            raise _not_started()
        for _ in range(2):
            if self._nursery is None:
                self._start()
            try:
                self._control.sendall(b"+")
                told, descriptors, _, _ = socket.recv_fds(self._control, 32, 1)
            except OSError:
                descriptors = []
            if descriptors:
                return _Process(int(told), socket.socket(fileno=descriptors[0]))
            self._stop()
        raise _not_started()


def _not_started() -> ServiceBusy:
    return ServiceBusy("no query process could be started.", remedy="Send the query again a little later.")


def _receive_within(process: _Process, seconds: float) -> bytes | Failure | None:
    """Return the answer of a process, or None where it takes longer."""
    if seconds <= 0:
        return None
    process.connection.settimeout(seconds)
    try:
        # the answer comes in one piece once it is whole, so what waits is the first byte
        process.connection.recv(1, socket.MSG_PEEK)
        process.connection.settimeout(max(seconds, 1.0))
        found = receive(process.connection)
    except TimeoutError:
        return None
    return found if isinstance(found, Failure) else bytes(found)
