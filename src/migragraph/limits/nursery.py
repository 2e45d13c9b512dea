"""The process that query processes are forked from: it holds one version in memory and does nothing else.

A fork takes milliseconds and shares the graph with its parent, so a query process that had to be ended is replaced at
once. Run as ``python -m migragraph.limits.nursery FOLDER IN_MEMORY MEMORY_BYTES FD`` by the pool; over the socket FD,
each byte received asks for one more query process, whose pid and socket are sent back.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import warnings
from functools import partial
from io import RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import RdfFormat, Store

from migragraph.dumps import stream_dump
from migragraph.errors import MigragraphError
from migragraph.formats import DATASET_FORMATS, GRAPH_FORMATS, RESULT_FORMATS, by_name
from migragraph.limits.confinement import confine
from migragraph.limits.messages import (
    FAILURE,
    LAST_PART,
    PART,
    DumpTask,
    Failure,
    Task,
    UpdateTask,
    receive,
    send,
    send_pickled,
)
from migragraph.representations import write_answer
from migragraph.updates import apply_update

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

#: Bytes of an answer that are held back, so that an error can take their place; then the parts are smaller.
_FIRST_BYTES: Final = 1 << 20
_PART_BYTES: Final = 1 << 18


def run_nursery(folder: Path, control: socket.socket, *, in_memory: bool, memory_bytes: int) -> None:
    """Fork query processes on request until the other end closes the control socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service ends us by closing the socket
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children leave no zombie
    path = str(folder / "store")
    held = _load(path) if in_memory else None
    # from Python 3.12 on a fork beside threads warns; those of the engine only tidy up stores that are written to
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    control.sendall(b"R")
    while control.recv(1):
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            control.close()
            ours.close()
            _end_with(partial(_work, path if held is None else held, theirs, memory_bytes))
        theirs.close()
        socket.send_fds(control, [str(pid).encode()], [ours.fileno()])
        ours.close()


def _load(path: str) -> Store:
    store = Store()
    store.bulk_extend(iter(Store.read_only(path)))
    return store


def _end_with(work: Callable[[], None]) -> None:
    """Run the work of a forked child and leave without the parent's clean-up."""
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def _work(graph: Store | str, connection: socket.socket, memory_bytes: int) -> None:
    store = Store.read_only(graph) if isinstance(graph, str) else graph
    confine(memory_bytes)
    while True:
        try:
            _, task = receive(connection)
        except EOFError:
            return
        if isinstance(task, UpdateTask):
            _differ(_load(graph) if isinstance(graph, str) else store, task, connection)
            return
        _answer(store, task, connection)


def _differ(store: Store, task: UpdateTask, connection: socket.socket) -> None:
    """Carry out an update on this process's own copy of the graph, and tell what it has added and removed.

    Two parts, in N-Quads. The copy costs nothing before it is changed: memory is shared until then.
    """
    before = set(_dump(store))
    try:
        apply_update(store, task.request)
    except MigragraphError as error:
        send_pickled(connection, FAILURE, Failure.of(error))
        return
    after = set(_dump(store))
    send(connection, PART, b"".join(after - before))
    send(connection, LAST_PART, b"".join(before - after))


def _dump(store: Store) -> list[bytes]:
    return (store.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)


def _answer(store: Store, task: Task | DumpTask, connection: socket.socket) -> None:
    parts = _Parts(connection)
    output = cast("IO[bytes]", parts)
    try:
        if isinstance(task, DumpTask):
            stream_dump(store, task.what, by_name(task.format_name, (*GRAPH_FORMATS, *DATASET_FORMATS)), output)
        else:
            form = by_name(task.format_name, GRAPH_FORMATS if task.is_graph else RESULT_FORMATS)
            write_answer(store, task.request, form, output, max_bytes=task.max_bytes)
        parts.finish()
    except MigragraphError as error:
        send_pickled(connection, FAILURE, Failure.of(error))


class _Parts(RawIOBase):
    """Where an answer is written to: it goes to the service part by part, so it is nowhere held whole."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting = bytearray()
        self._enough = _FIRST_BYTES

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Take more bytes; send those that are there once they are enough."""
        before = len(self._waiting)
        self._waiting += data
        n = len(self._waiting) - before
        if len(self._waiting) > self._enough:
            send(self._connection, PART, bytes(self._waiting))
            self._waiting.clear()
            self._enough = _PART_BYTES
        return n

    def finish(self) -> None:
        """Send what is left, as the last part."""
        send(self._connection, LAST_PART, bytes(self._waiting))


if __name__ == "__main__":
    run_nursery(
        Path(sys.argv[1]),
        socket.socket(fileno=int(sys.argv[4])),
        in_memory=sys.argv[2] == "1",
        memory_bytes=int(sys.argv[3]),
    )
