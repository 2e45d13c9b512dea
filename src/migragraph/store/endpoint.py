"""A SPARQL 1.1 endpoint over HTTP: queries through SPARQLWrapper, graphs through the Graph Store Protocol.

An answer is read whole, to the disk where it is long, and looked through before anybody gets it: engines that run into
a limit of theirs go on answering 200. Fuseki breaks off and appends a line of text, Virtuoso gives the rows that it has
and says so in a header only, Oxigraph leaves JSON without its end.

https://www.w3.org/TR/sparql11-protocol/ https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import ast
import os
import socket
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, cast
from urllib.error import HTTPError
from urllib.parse import urlencode

from pyoxigraph import QueryResultsFormat, RdfFormat
from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from migragraph.errors import ConfigError, EngineRefusal, EngineUnavailable, QueryTimeout, ResultTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import Message

    from migragraph.config import Settings
    from migragraph.errors import MigragraphError

ROWS: Final = QueryResultsFormat.JSON
TRIPLES: Final = RdfFormat.N_TRIPLES
_PART: Final = 2**16
_IN_MEMORY: Final = 2**20
_LONGEST_MESSAGE: Final = 300
_WRITE_SECONDS: Final = 600.0
#: Engines that end a query by themselves: a header that tells them, what stands in it, and the unit of their parameter
#: timeout as parts of a second.
_TIMEOUT_UNITS: Final = (("Fuseki-Request-Id", "", 1), ("Server", "Virtuoso", 1000))


@dataclass(frozen=True)
class Endpoint:
    """Where an engine is asked and written, with which account; what an answer may take, in seconds and bytes."""

    query: str
    graph_store: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    seconds: float = 30.0
    max_bytes: int = 2**31
    timeout_unit: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Endpoint:
        """Return the endpoint that the settings name; ``ConfigError`` where they name none."""
        if not settings.engine:
            raise ConfigError("no engine is named.", remedy="Set MIGRAGRAPH_ENGINE to the address that it is asked at.")
        return cls(
            settings.engine,
            settings.engine_graph_store,
            settings.engine_user,
            settings.engine_password,
            settings.query_seconds,
        )

    def within(self, seconds: float, max_bytes: int) -> Endpoint:
        """Return the same endpoint with other limits."""
        return replace(self, seconds=seconds, max_bytes=max_bytes)

    def recognised(self) -> Endpoint:
        """Ask which engine this is, and return the endpoint with the deadline that this engine keeps itself, if any."""
        with self._send("ASK {}", ROWS.media_type, (), ()) as response:
            headers = response.headers
        units = (unit for name, part, unit in _TIMEOUT_UNITS if name in headers and part in headers[name])
        return replace(self, timeout_unit=next(units, 0))

    def fetch(
        self,
        query: str,
        media_type: str = ROWS.media_type,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> IO[bytes]:
        """Send a query and return the body of the answer, once all of it has come.

        The graphs are those that the query is asked of; without any, it is for the engine to say.
        Raises ``QueryTimeout`` at the deadline, after which the connection is closed, ``ResultTooLarge``,
        ``EngineRefusal`` where the engine does not take the query, ``EngineUnavailable`` where it does not answer.
        """
        deadline = time.monotonic() + self.seconds
        with _named_errors(self.seconds), self._send(query, media_type, default_graphs, named_graphs) as response:
            refuse_part(response.headers)
            body = _Body(max_size=_IN_MEMORY)
            with _closed_at(response, deadline):
                while part := response.read1(_PART):
                    body.write(part)
                    if body.tell() > self.max_bytes:
                        raise ResultTooLarge(
                            f"the answer of the engine is longer than {self.max_bytes:,} bytes.",
                            remedy="Add a LIMIT, ask for fewer columns, or take a dump of the whole.",
                        )
            if time.monotonic() >= deadline:
                raise TimeoutError
            if response.length:
                raise ConnectionError("the answer breaks off")
        body.seek(0)
        return cast("IO[bytes]", body)

    def _send(
        self, query: str, media_type: str, default_graphs: Sequence[str], named_graphs: Sequence[str]
    ) -> HTTPResponse:
        wrapper = SPARQLWrapper(self.query)
        wrapper.setMethod(POST)  # as a form: Virtuoso does not answer a query that is the body itself
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", media_type)
        # setTimeout cuts to whole seconds, so that half a second is no limit at all
        wrapper.timeout = self.seconds  # type: ignore[assignment]
        wrapper.queryString, wrapper.queryType = query, "SELECT"  # setQuery guesses the form, and warns where it cannot
        for name, graphs in (("default-graph-uri", default_graphs), ("named-graph-uri", named_graphs)):
            for graph in graphs:
                wrapper.addParameter(name, graph)
        if self.timeout_unit:
            wrapper.addParameter("timeout", str(max(1, round(self.seconds * self.timeout_unit))))
        if self.user:
            wrapper.setCredentials(self.user, self.password)
        with _named_errors(self.seconds):
            response: HTTPResponse = wrapper.query().response
            return response

    def add(self, graph: str, triples: bytes) -> None:
        """Add N-Triples to a graph. https://www.w3.org/TR/sparql11-http-rdf-update/#http-post"""
        self._write("POST", graph, triples)

    def remove(self, graph: str) -> None:
        """Remove a graph, if it is there. https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete"""
        self._write("DELETE", graph)

    def _write(self, method: str, graph: str, body: bytes | None = None) -> None:
        if not self.graph_store:
            raise ConfigError(
                "it is not known where the engine takes graphs.",
                remedy="Set MIGRAGRAPH_ENGINE_GRAPH_STORE to the address of its Graph Store Protocol.",
            )
        headers = {"Content-Type": TRIPLES.media_type} if body is not None else {}
        address = f"{self.graph_store}?{urlencode({'graph': graph})}"
        request = urllib.request.Request(address, body, headers, method=method)  # noqa: S310 (config.py: http alone)
        handlers: list[urllib.request.BaseHandler] = []
        if self.user:
            accounts = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            accounts.add_password(None, self.graph_store, self.user, self.password)
            handlers = [urllib.request.HTTPBasicAuthHandler(accounts), urllib.request.HTTPDigestAuthHandler(accounts)]
        with _named_errors(_WRITE_SECONDS):
            try:
                with urllib.request.build_opener(*handlers).open(request, timeout=_WRITE_SECONDS) as response:
                    response.read()
            except HTTPError as error:
                if method != "DELETE" or error.code != HTTPStatus.NOT_FOUND:
                    raise


class _Body(SpooledTemporaryFile[bytes]):
    """The body of an answer, gone with its last reader."""

    def __del__(self) -> None:
        self.close()


def refuse_part(headers: Message) -> None:
    """Raise what Virtuoso says in its headers alone: that it ran into its deadline or its longest result."""
    if "X-SQL-State" in headers:
        raise TimeoutError
    if most := headers.get("X-SPARQL-MaxRows"):
        raise ResultTooLarge(
            f"the engine gives at most {most} rows.",
            remedy="Add a LIMIT below that; whoever runs the engine can raise ResultSetMaxRows.",
        )


@contextmanager
def _closed_at(response: HTTPResponse, deadline: float) -> Iterator[None]:
    """Close the connection at the deadline, however slowly bytes come: the timeout of a socket is that of one wait."""
    if response.isclosed():  # an empty body
        yield
        return
    with socket.socket(fileno=os.dup(response.fileno())) as connection:
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), _shut, [connection])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def _named_errors(seconds: float) -> Iterator[None]:
    """Turn what goes wrong in between into errors of ours."""
    begun = time.monotonic()
    try:
        yield
    except SPARQLWrapperException as error:
        status = error.__context__.code if isinstance(error.__context__, HTTPError) else 0
        raise _refused(status, _said(error), seconds) from error
    except HTTPError as error:
        raise _refused(error.code, error.read(10_000).decode(errors="replace"), seconds) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError) or time.monotonic() - begun >= seconds:
            raise QueryTimeout.after(seconds) from error
        raise EngineUnavailable(
            f"the engine of this service does not answer: {reason}.",
            remedy="Send the query again a little later; whoever runs the service looks at MIGRAGRAPH_ENGINE.",
        ) from error


def _said(error: SPARQLWrapperException) -> str:
    """Return the engine's own words, which SPARQLWrapper gives as the notation of a Python literal."""
    with suppress(ValueError, SyntaxError):
        said = ast.literal_eval(str(error).partition("Response:\n")[2])
        return said.decode(errors="replace") if isinstance(said, bytes) else ""
    return ""


def _refused(status: int, said: str, seconds: float) -> MigragraphError:
    first = next(iter(said.strip().splitlines()), "")[:_LONGEST_MESSAGE]
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return EngineUnavailable(
            "the engine of this service does not take its account.",
            remedy="Whoever runs the service looks at MIGRAGRAPH_ENGINE_USER and MIGRAGRAPH_ENGINE_PASSWORD.",
        )
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return EngineUnavailable(
            "there is no SPARQL service where the engine of this service should be.",
            remedy="Whoever runs the service looks at MIGRAGRAPH_ENGINE and MIGRAGRAPH_ENGINE_GRAPH_STORE.",
        )
    if status == HTTPStatus.SERVICE_UNAVAILABLE and "timed out" in said:
        return QueryTimeout.after(seconds)
    if status in (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT):
        return EngineUnavailable(
            f"the engine of this service is not ready: {first or HTTPStatus(status).phrase}.",
            remedy="Send the query again a little later.",
        )
    return EngineRefusal(
        f"the engine of this service does not do this: {first or f'status {status}'}.",
        remedy="Write the query in another way; docs/engines.md says what each engine lacks.",
    )
