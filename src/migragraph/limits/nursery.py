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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from migragraph.errors import MigragraphError
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name
from migragraph.limits.confinement import confine
from migragraph.limits.messages import Failure, Task, receive, send
from migragraph.query import QueryRequest
from migragraph.representations import answer_query

if TYPE_CHECKING:
    from collections.abc import Callable


def run_nursery(folder: Path, control: socket.socket, *, in_memory: bool, memory_bytes: int) -> None:
    """Fork query processes on request until the other end closes the control socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service ends us by closing the socket
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children leave no zombie
    path = str(folder / "store")
    held = _load(path) if in_memory else None
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
            task = receive(connection)
        except EOFError:
            return
        send(connection, _answer(store, task))


def _answer(store: Store, task: Task) -> bytes | Failure:
    request = QueryRequest(task.text, task.default_graphs, task.named_graphs)
    form = by_name(task.format_name, GRAPH_FORMATS if task.is_graph else RESULT_FORMATS)
    try:
        return answer_query(store, request, form, max_bytes=task.max_bytes)
    except MigragraphError as error:
        return Failure.of(error)


if __name__ == "__main__":
    run_nursery(
        Path(sys.argv[1]),
        socket.socket(fileno=int(sys.argv[4])),
        in_memory=sys.argv[2] == "1",
        memory_bytes=int(sys.argv[3]),
    )
