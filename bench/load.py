"""The client: one query at a time with its time and rows, or many at once for requests per second.

The same client for every engine, on plain sockets, so that it takes little of the machine itself. A connection can
come from an address of its own of the loopback network (127.0.0.2, 127.0.0.3 …), as a service with a limit per client
sees several clients then.
"""

from __future__ import annotations

import http.client
import itertools
import json
import selectors
import socket
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JSON: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
_FORM: Final = "application/x-www-form-urlencoded"


_N_ADDRESSES: Final = 32
_ADDRESSES: Final = itertools.cycle(f"127.0.0.{2 + n}" for n in range(_N_ADDRESSES))


class Failed(Exception):
    """An engine did not answer a query; the text says how."""


class TimedOut(Failed):
    """An engine did not answer in time, and may still be at it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How long an answer took, in seconds to its last byte, and how many rows or triples it has."""

    seconds: float
    rows: int


@dataclass(frozen=True)
class Endpoint:
    """Where an engine listens, and what it wants beside the query."""

    port: int
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"

    def ask(self, query: str, timeout_seconds: float) -> Answer:
        """Send a query on a new connection and read the whole answer; ``Failed`` where it is not 200.

        The connection comes from another address than the one before: a limit on what one client may ask is none of
        the engine's speed.
        """
        accept = TRIPLES if is_graph(query) else JSON
        body = urlencode({"query": query, **self.parameters})
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=timeout_seconds, source_address=(next(_ADDRESSES), 0)
        )
        start = time.perf_counter()
        try:
            connection.request("POST", self.path, body, {"Content-Type": _FORM, "Accept": accept})
            response = connection.getresponse()
            written = response.read()
            seconds = time.perf_counter() - start
        except TimeoutError as error:
            message = f"no answer in {timeout_seconds:g} s"
            raise TimedOut(message) from error
        except (OSError, http.client.HTTPException) as error:
            message = f"{type(error).__name__}: {error}"
            raise Failed(message) from error
        finally:
            connection.close()
        if response.status != 200:
            message = f"{response.status} {' '.join(written.decode(errors='replace').split())[:160]}"
            raise Failed(message)
        return Answer(seconds, count_rows(written, accept))

    def request(self, query: str) -> bytes:
        """Return the bytes of a GET request for a query, on a connection that stays open."""
        target = f"{self.path}?{urlencode({'query': query, **self.parameters})}"
        return f"GET {target} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: {JSON}\r\n\r\n".encode()


def is_graph(query: str) -> bool:
    """Tell whether a query asks for a graph."""
    return any(line.startswith("CONSTRUCT") for line in query.splitlines())


def count_rows(written: bytes, media_type: str) -> int:
    """Count the rows of a result, or the different triples of a graph; ``Failed`` where it cannot be read."""
    if media_type == TRIPLES:
        return len({line for line in written.splitlines() if line.strip() and not line.startswith(b"#")})
    try:
        result = json.loads(written)
    except ValueError as error:
        message = f"the result is not JSON: {error}"
        raise Failed(message) from error
    return 1 if "boolean" in result else len(result["results"]["bindings"])


@dataclass(frozen=True, slots=True)
class Throughput:
    """Answers per second, the requests that failed, and how long one waited, in milliseconds."""

    per_second: float
    failed: int
    median_ms: float
    p95_ms: float
    first_failure: str = ""


class Client:
    """One connection that sends its requests one after the other, and reads each answer whole."""

    def __init__(self, endpoint: Endpoint, source: str = "127.0.0.1") -> None:
        self._where = (endpoint.host, endpoint.port)
        self._source = source

    def connect(self) -> None:
        """Open the connection, anew where the engine closed it."""
        self.socket = socket.create_connection(self._where, timeout=10, source_address=(self._source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Send a request; what came before is forgotten."""
        self.buffer = b""
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bool] | None:
        """Read what is there; the status and whether the connection stays open once the answer is whole, else None."""
        part = self.socket.recv(1 << 18)
        self.buffer += part
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return None if part else (0, False)
        head = self.buffer[: head_end + 2].lower()
        status = int(head[9:12])
        stays = b"\r\nconnection: close\r\n" not in head
        body = len(self.buffer) - head_end - 4
        if (at := head.find(b"\r\ncontent-length:")) >= 0:
            whole = body >= int(head[at + 17 : head.index(b"\r\n", at + 2)])
        elif b"\r\ntransfer-encoding: chunked\r\n" in head:
            whole = self.buffer.endswith(b"\r\n0\r\n\r\n") or self.buffer[head_end + 4 :] == b"0\r\n\r\n"
        else:
            whole, stays = not part, False
        if whole:
            return status, stays
        return None if part else (0, False)


def fetch(client: Client, request: bytes) -> bytes:
    """Send a request on an open connection and return the whole answer, head and body; ``Failed`` unless it is 200."""
    client.send(request)
    while (got := client.receive()) is None:
        pass
    if got[0] != 200:
        message = f"status {got[0]}" if got[0] else "the connection was closed"
        raise Failed(message)
    return client.buffer


def drive(endpoint: Endpoint, queries: Sequence[str], *, connections: int, seconds: float) -> Throughput:
    """Send queries in turn over several connections for some seconds, each connection from an address of its own.

    A connection that breaks is opened anew, one that cannot be is given up; both count as failures.
    """
    requests = itertools.cycle([endpoint.request(query) for query in queries])
    waited: list[float] = []
    failures: list[str] = []
    with selectors.DefaultSelector() as selector:

        def begin(client: Client) -> None:
            try:
                client.connect()
                client.send(next(requests))
            except OSError as error:
                failures.append(f"{type(error).__name__}: {error}")
            else:
                selector.register(client.socket, selectors.EVENT_READ, client)

        for n in range(connections):
            begin(Client(endpoint, f"127.0.0.{2 + n % _N_ADDRESSES}"))
        start = time.perf_counter()
        while (now := time.perf_counter()) - start < seconds and selector.get_map():
            for key, _ in selector.select(timeout=1):
                client: Client = key.data
                try:
                    got = client.receive()
                except OSError:
                    got = (0, False)
                if got is None:
                    continue
                status, stays = got
                if status == 200:
                    waited.append(time.perf_counter() - client.started)
                else:
                    failures.append(f"status {status}" if status else "connection broken")
                if stays:
                    try:
                        client.send(next(requests))
                        continue
                    except OSError as error:
                        failures.append(f"{type(error).__name__}: {error}")
                selector.unregister(client.socket)
                client.socket.close()
                begin(client)
        elapsed = now - start
        for key in [*selector.get_map().values()]:
            key.data.socket.close()
    first = failures[0] if failures else ""
    if len(waited) < 2:
        return Throughput(0, len(failures), 0, 0, first)
    cuts = statistics.quantiles(waited, n=20)
    return Throughput(len(waited) / elapsed, len(failures), cuts[9] * 1000, cuts[18] * 1000, first)
