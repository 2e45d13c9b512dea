"""What is listed, and how much of it is read: the one thing that the service asks for what is elsewhere."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlencode

from pyoxigraph import BlankNode, QueryResultsFormat, QuerySolutions, parse_query_results

from migragraph.errors import FetchFailed, ForbiddenQuery, MigragraphError, QueryTimeout, ResultTooLarge, ServiceBusy
from migragraph.federation.calls import Calling, read_iri
from migragraph.federation.fetching import fetch
from migragraph.federation.loads import replace_loads
from migragraph.federation.terms import can_stand, write_values
from migragraph.limits.remote import refuse_own_functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migragraph.config import Settings
    from migragraph.federation.calls import Call
    from migragraph.federation.terms import Term
    from migragraph.formats import Format
    from migragraph.query import QueryRequest
    from migragraph.updates import UpdateRequest

#: What one query may read from other services: calls, rows and bytes, all calls together.
MOST_CALLS: Final = 10
MOST_ROWS: Final = 10_000
MOST_BYTES: Final = 8 * 2**20
_RESULTS: Final = (QueryResultsFormat.JSON, QueryResultsFormat.XML)
_ACCEPT: Final = f"{_RESULTS[0].media_type}, {_RESULTS[1].media_type};q=0.5"
_NOT_BEFORE: Final = 0.01


class Parts(Protocol):
    """An answer to a query, part by part."""

    @property
    def is_whole(self) -> bool:
        """Tell whether all that is left is one part."""

    def __iter__(self) -> Iterator[bytes]: ...

    def __next__(self) -> bytes: ...

    def read(self) -> bytes:
        """Return all that is left."""


class Pool(Protocol):
    """What answers a query that is all our own."""

    def answer(self, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None) -> Parts:
        """Return the answer to a query in a format."""


class Federation:
    """Reads what queries and updates name elsewhere, where the settings list it. Threads may share it.

    A query that waits for another service holds a thread of ours but no query process; so few may wait at once that
    there are threads left for all else.
    """

    def __init__(self, settings: Settings) -> None:
        self._endpoints = frozenset(settings.service_endpoints.split())
        self._sources = frozenset(settings.load_sources.split())
        self._seconds = settings.query_seconds
        self._queue_seconds = settings.queue_seconds
        self._write_bytes = settings.write_mib * 2**20
        self._n_places = max(1, (settings.threads - settings.query_processes) // 2)
        self._places = threading.BoundedSemaphore(self._n_places)

    @property
    def calls_services(self) -> bool:
        """Tell whether there is any endpoint that queries may call."""
        return bool(self._endpoints)

    def answer(self, pool: Pool, request: QueryRequest, form: Format, *, timeout_seconds: float | None = None) -> Parts:
        """Return the answer of a pool to a query, after what the query asks of other services; one deadline for both.

        Raises what the pool raises, and what :meth:`resolve` raises.
        """
        if not (self._endpoints and request.calls_services):
            return pool.answer(request, form, timeout_seconds=timeout_seconds)
        seconds = min(timeout_seconds or self._seconds, self._seconds)
        deadline = time.monotonic() + seconds
        resolved = self.resolve(request, seconds)
        left = max(deadline - time.monotonic(), _NOT_BEFORE)
        try:
            return pool.answer(resolved, form, timeout_seconds=left)
        except QueryTimeout as error:  # of the time, some had gone by before
            raise QueryTimeout.after(seconds) from error

    def resolve(self, request: QueryRequest, seconds: float) -> QueryRequest:
        """Return the query with the rows of each call in the place of the call.

        Calls are made one after the other, each with half of the time that is left; one that is SILENT and fails
        counts as one row without values. Raises ``MalformedQuery`` and ``ForbiddenQuery`` before anything is asked,
        the latter for endpoints that are not listed, SILENT or not; ``FetchFailed``, ``QueryTimeout`` and
        ``ResultTooLarge`` where a call fails, ``ServiceBusy`` where too many wait for other services already.
        """
        deadline = time.monotonic() + seconds
        _ = request.kind  # what is no query, or too large for one, is said first
        calling = Calling.read(request.text)
        refuse_own_functions(request.text)
        endpoints = [self._listed(read_iri(call.endpoint, calling.declarations)) for call in calling.calls]
        if len(endpoints) > MOST_CALLS:
            raise ForbiddenQuery(
                f"the query calls {len(endpoints)} services; at most {MOST_CALLS} calls are made for one query.",
                remedy="Put what you ask of the same service into one call.",
            )
        budget = _Budget()
        with self._place(seconds / 2):
            found = [
                _rows_of(calling, call, endpoint, budget, (deadline - time.monotonic()) / 2)
                for call, endpoint in zip(calling.calls, endpoints, strict=True)
            ]
        return replace(request, text=calling.with_rows(found))

    def load(self, request: UpdateRequest) -> UpdateRequest:
        """Return the update with the triples of each listed LOAD in its place; others stay, for the update to refuse.

        The deadline is that of a query, for all of them; together they are no longer than an update may be. Raises
        what ``UpdateRequest.check`` raises before anything is fetched; ``FetchFailed``, ``QueryTimeout``,
        ``ResultTooLarge``, ``ServiceBusy``.
        """
        if not self._sources:
            return request
        return replace_loads(request, self._sources, self._place, seconds=self._seconds, max_bytes=self._write_bytes)

    def _listed(self, endpoint: str) -> str:
        if endpoint not in self._endpoints:
            raise ForbiddenQuery(
                f"the query calls the service <{endpoint}>, which is not one of those that may be called from here.",
                remedy="Ask that service yourself and give its values to this query with VALUES; whoever runs this one"
                " lists endpoints in MIGRAGRAPH_SERVICE_ENDPOINTS.",
            )
        return endpoint

    @contextmanager
    def _place(self, most_seconds: float) -> Iterator[None]:
        """Wait for a place among those that read from elsewhere, and keep it for the block."""
        wait = min(self._queue_seconds, most_seconds)
        if not self._places.acquire(timeout=wait):
            raise ServiceBusy(
                f"{self._n_places} queries or updates are reading from elsewhere, and none ended within"
                f" {wait:g} seconds.",
                remedy="Send it again a little later.",
            )
        try:
            yield
        finally:
            self._places.release()


class _Budget:
    """What a query may still read from other services."""

    def __init__(self) -> None:
        self.rows = MOST_ROWS
        self.bytes = MOST_BYTES


def _rows_of(calling: Calling, call: Call, endpoint: str, budget: _Budget, seconds: float) -> str:
    variables = calling.variables_of(call)
    try:
        return write_values(variables, _ask(endpoint, calling.query_of(call), variables, budget, seconds))
    except (FetchFailed, QueryTimeout, ResultTooLarge):
        if not call.is_silent:
            raise
        return write_values(variables, [{}])


def _ask(
    endpoint: str, query: str, variables: tuple[str, ...], budget: _Budget, seconds: float
) -> list[dict[str, Term]]:
    """Return the rows that an endpoint answers a query with, of these variables only."""
    form = urlencode({"query": query}).encode()
    what = f"and {MOST_BYTES:,} bytes are what all calls of a query may bring"
    answer = fetch(endpoint, accept=_ACCEPT, seconds=seconds, max_bytes=budget.bytes, form=form, what=what)
    budget.bytes -= len(answer.content)
    kind = QueryResultsFormat.from_media_type(answer.media_type)
    if kind not in _RESULTS:
        raise _unusable(endpoint, f"it is of the type {answer.media_type}")
    try:
        solutions = parse_query_results(answer.content, kind)
        if not isinstance(solutions, QuerySolutions):
            raise _unusable(endpoint, "it is yes or no where rows were asked for")
        names = {variable.value for variable in solutions.variables}.intersection(variables)
        rows = [{name: term for name in names if (term := row[name]) is not None} for row in solutions]
    except (SyntaxError, ValueError) as error:
        raise _unusable(endpoint, str(error)) from error
    if len(rows) > budget.rows:
        raise ResultTooLarge(
            f"<{endpoint}> answers with {len(rows):,} rows, and {MOST_ROWS:,} are what all calls of a query may bring.",
            remedy="Ask it for less, with what narrows it inside of the braces, or a LIMIT in a subquery.",
        )
    budget.rows -= len(rows)
    for n, row in enumerate(rows, 1):
        for name, term in row.items():
            if isinstance(term, BlankNode) or not can_stand(term):
                raise FetchFailed(
                    f"<{endpoint}> answers with a value of ?{name} in row {n} that cannot stand in a query:"
                    f" {str(term)[:80]}.",
                    remedy="Ask for IRIs and literals: leave the variable out with a subquery inside of the braces.",
                )
    return rows


def _unusable(endpoint: str, why: str) -> MigragraphError:
    return FetchFailed(
        f"the answer of <{endpoint}> cannot be used: {why}.", remedy="Whoever runs that service can say why."
    )
