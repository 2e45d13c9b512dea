"""The answer to a query, as it comes from a query process: part by part, until the deadline.

Entry point: :class:`Answer`, which :class:`migragraph.limits.pool.QueryPool` makes.
"""

from __future__ import annotations

import math
import os
import select
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from migragraph.errors import MigragraphError, QueryMemoryExceeded, QueryTimeout
from migragraph.limits.confinement import may_go_back
from migragraph.limits.messages import (
    FAILURE,
    LAST_PART,
    PART,
    TASK,
    DumpTask,
    Task,
    UpdateTask,
    is_short,
    receive,
    send_pickled,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from migragraph.limits.pool import QueryPool
    from migragraph.limits.processes import Process

#: A process that worked this long on a query is not used again: it may have kept much memory.
_LONG_SECONDS: Final = 1.0
#: A query makes way for shorter ones after a moment: its process goes on with what they leave of the processor. Where
#: the process could not be given its priority back (RLIMIT_NICE), it keeps it until it will not be used again anyway,
#: since a new process takes some time to get at its memory.
_LESS: Final = 19
_PATIENCE_SECONDS: Final = 0.1 if may_go_back() else _LONG_SECONDS
#: What is just coming at the deadline is waited for.
_GRACE_SECONDS: Final = 0.2


class Answer:
    """The answer to a query: an iterator over its parts as bytes.

    Reading raises ``QueryTimeout``, ``QueryMemoryExceeded`` or ``ResultTooLarge`` where the rest cannot be given: what
    was read is then no answer. Read it to the end or call ``close``, which ends the query.
    """

    def __init__(self, pool: QueryPool, process: Process, task: Task | UpdateTask | DumpTask, seconds: float) -> None:
        self._pool, self._process, self._seconds = pool, process, seconds
        self._begun = time.monotonic()
        self._is_last_use = isinstance(task, UpdateTask)  # which leaves the process with another graph
        self._is_open, self._is_whole, self._is_idle = True, False, False
        self._next: bytes | None = None
        self._end: threading.Timer | None = None
        self._is_slowed = False
        self._patience = math.inf if isinstance(task, UpdateTask) else _PATIENCE_SECONDS
        with self._ending_when_broken():
            send_pickled(process.connection, TASK, task)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Return the next part."""
        found, self._next = self._next, None
        if found is None:
            if not self._is_open:
                raise StopIteration
            with self._ending_when_broken():
                found = self._receive()
        return found

    def __del__(self) -> None:
        self.close()

    def fileno(self) -> int:
        """Return the descriptor that can be read from once the first part begins to come."""
        return self._process.connection.fileno()

    @property
    def is_there(self) -> bool:
        """Tell whether the first part has come already, and is short: to take it is no wait then."""
        connection = self._process.connection
        return _has_more(connection, 0) and is_short(connection)

    def wait(self) -> Answer:
        """Wait for the first part, and raise what is known to be wrong by then; returns itself."""
        if self._next is None and self._is_open:
            with self._ending_when_broken():
                self._next = self._receive()
        return self

    @property
    def is_whole(self) -> bool:
        """Tell whether the last part has come, so that nothing can go wrong any more."""
        return self._is_whole

    def read(self) -> bytes:
        """Return all that is left."""
        return b"".join(self)

    def close(self) -> None:
        """Give the process back, or end it where it is still at work."""
        if self._is_open:
            self._is_open = False
            if self._end is not None:
                self._end.cancel()
            again = self._is_idle and time.monotonic() - self._begun < _LONG_SECONDS and not self._is_last_use
            self._pool.give_back(self._process, again=again and (not self._is_slowed or self._set_priority(0)))

    def _receive(self) -> bytes:
        """Return the next part; after the last one the answer is closed."""
        connection = self._process.connection
        if not _has_more(connection, min(self._patience, self._left())) and self._left():
            self._is_slowed = self._set_priority(_LESS)
        if not self._left() or not _has_more(connection, self._left()):
            raise TimeoutError
        connection.settimeout(self._left() + _GRACE_SECONDS)
        kind, content = receive(connection)
        if kind == PART and self._end is None:  # whoever reads slowly does not hold the process longer than others
            self._end = threading.Timer(self._left() + _GRACE_SECONDS, self._process.kill)
            self._end.daemon = True
            self._end.start()
        if kind == FAILURE:
            self._is_idle = True
            raise content.to_error()
        if kind == LAST_PART:
            self._is_whole = self._is_idle = True
            self.close()
        return bytes(content)

    def _set_priority(self, nice: int) -> bool:
        with suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, nice)
            return True
        return False

    def _left(self) -> float:
        """Return the seconds until the deadline."""
        return max(0.0, self._begun + self._seconds - time.monotonic())

    @contextmanager
    def _ending_when_broken(self) -> Iterator[None]:
        """Name what ended the query; end its process, unless that only said what is wrong with the query."""
        try:
            yield
        except MigragraphError:
            self.close()
            raise
        except TimeoutError as error:
            self.close()
            raise QueryTimeout.after(self._seconds) from error
        except (EOFError, ConnectionError) as error:
            self.close()
            if not self._left():
                raise QueryTimeout.after(self._seconds) from error
            raise QueryMemoryExceeded(
                f"the query needed more than {self._pool.limits.memory_mib} MiB of memory, and was ended.",
                remedy="Ask for less: a LIMIT, fewer rows to sort or group.",
            ) from error


def _has_more(connection: socket.socket, seconds: float) -> bool:
    """Wait until a message begins to come."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
