"""Where the time of a light query goes in migragraph: the same query through more and more of the service.

Each step adds one layer to the step before, on one thread and without other load, so that the difference of two steps
is what the layer costs. The result cache is off.
"""

from __future__ import annotations

import io
import itertools
import os
import statistics
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import uvloop
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from bench.load import JSON, Client, fetch
from bench.machine import settle
from bench.peers import Migragraph, without_cache
from migragraph.config import read_settings
from migragraph.formats import RESULT_FORMATS, by_name
from migragraph.limits.pool import Limits, QueryPool
from migragraph.query import QueryRequest, run_query
from migragraph.store.versions import current_version
from migragraph.web import create_app
from migragraph.web.front import Front

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bench.graphs import Graph
    from migragraph.web.serving import Serving

_ROUNDS: Final = 10
#: As many clients take turns, so that none reaches the limit of requests per second.
_N_CLIENTS: Final = 32


def measure(graph: Graph, queries: Sequence[str], folder: Path) -> list[tuple[str, float]]:
    """Return each depth of the service with the time of a query through it, in seconds.

    That is the fastest tenth: what the work takes when nothing else disturbs it, so that differences are of the layers
    and not of the machine. The depths take turns, round by round; the first round warms up.
    """
    version = current_version(graph.home)
    store = Store()
    store.bulk_extend(iter(version.open()))
    form = by_name("json", RESULT_FORMATS)
    app = create_app(read_settings({"MIGRAGRAPH_HOME": str(graph.home), **without_cache()}))
    with ExitStack() as stack:
        pool = QueryPool(version, Limits())
        stack.callback(pool.close)
        pool.warm()
        serving: Serving = app.extensions["migragraph"]
        stack.callback(serving.close)
        serving.current().pool.warm()
        running = Migragraph(folder).start(graph, 60)
        stack.callback(running.stop)
        assert running.endpoint is not None  # noqa: S101
        clients = []
        for n in range(_N_CLIENTS):
            client = Client(running.endpoint, f"127.0.0.{2 + n}")
            client.connect()
            stack.callback(client.socket.close)
            clients.append(client)
        settle(os.getpid())
        in_turn, addresses = itertools.cycle(clients), itertools.cycle(range(2, 2 + _N_CLIENTS))
        requests = {query: running.endpoint.request(query) for query in queries}

        def write(found: object) -> None:
            assert isinstance(found, QuerySolutions)  # noqa: S101
            found.serialize(io.BytesIO(), QueryResultsFormat.JSON)

        loop = stack.enter_context(closing(uvloop.new_event_loop()))
        front = Front(app)

        def through_front(query: str) -> None:
            loop.run_until_complete(front(_scope(query, next(addresses)), _receive, _ignore))

        depths: list[tuple[str, Callable[[str], object]]] = [
            ("evaluation and writing by the engine", lambda q: write(store.query(q))),
            ("reading what is asked, our checks", lambda q: write(run_query(store, QueryRequest(q)))),
            ("a query process: pickling, two hops", lambda q: pool.answer(QueryRequest(q), form).read()),
            ("front: parameters, negotiation, headers, limits per client, log", through_front),
            ("server, loopback, client", lambda q: fetch(next(in_turn), requests[q])),
        ]
        times: list[list[float]] = [[] for _ in depths]
        for number in range(_ROUNDS + 1):
            for (_, call), taken in zip(depths, times, strict=True):
                for query in queries:
                    start = time.perf_counter()
                    call(query)
                    if number:
                        taken.append(time.perf_counter() - start)
    return [(what, statistics.quantiles(taken, n=10)[0]) for (what, _), taken in zip(depths, times, strict=True)]


def _scope(query: str, address: int) -> dict[str, Any]:
    """Return what a server hands over for a GET of a query."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/sparql",
        "raw_path": b"/sparql",
        "query_string": urlencode({"query": query}).encode(),
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", JSON.encode())],
        "client": (f"127.0.0.{address}", 1),
        "server": ("127.0.0.1", 8000),
    }


async def _receive() -> dict[str, Any]:
    """Give the body, which is empty."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def _ignore(_: object) -> None:
    """Take what is sent, as a server would."""
