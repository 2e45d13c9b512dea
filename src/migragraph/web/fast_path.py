"""The fast path: a light query, from its request to its answer on the event loop, without a thread or a framework.

Most queries take less time than it takes to hand them from thread to thread. So a query that needs no wait is sent to
a query process at once, and its answer is waited for as the loop waits for anything. Whatever is not that simple goes
the long way, by the application: other operations, browsers, errors, and queries for which no process is free. A query
that takes longer than a moment leaves the fast path to those that do not, and is waited for by a thread.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Final

from flask import Response
from werkzeug.exceptions import HTTPException

from migragraph.errors import MigragraphError
from migragraph.limits.pool import QueryPool
from migragraph.representations import offers
from migragraph.web.bridge import Reply
from migragraph.web.query_operation import Sent, answer_headers, read_operation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from flask import Flask

    from migragraph.formats import Choice
    from migragraph.limits.answer import Answer
    from migragraph.query import QueryRequest
    from migragraph.web.serving import Served, Serving

    Wait = Callable[[Callable[[], object]], Awaitable[object]]

#: For so long a query has a lane for itself, and so long it is waited for on the loop; after that, by a thread.
_LANE_SECONDS: Final = 0.01
_MOMENT_SECONDS: Final = 0.05
#: Longer texts are sent to a query process by a thread, since that may be a wait.
_LONGEST_BYTES: Final = 32_000


class FastPath:
    """Answers light queries. For one event loop.

    Light queries go one after the other, in as many lanes as there are processors beside the one of the loop: where
    more processes take turns on a processor, each finds the caches of the one before, and half as many are answered.
    Whatever is not that light leaves its lane to the next.
    """

    def __init__(self, app: Flask) -> None:
        self._serving: Serving = app.extensions["migragraph"]
        processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
        self._lanes = asyncio.Semaphore(max(1, processors - 1))
        with app.test_request_context("/sparql"):  # what the application adds to every answer from there
            added = app.process_response(Response(headers={"Cache-Control": "no-store"}))
        self._headers = {k: v for k, v in added.headers.items() if k not in ("Cache-Control", "Content-Type", "Vary")}

    async def answer(
        self, method: str, query_string: bytes, headers: Mapping[bytes, bytes], body: bytes, wait: Wait
    ) -> Reply | None:
        """Return the answer to a request at ``/sparql``, None where it has to go the long way.

        ``wait`` runs a function in a thread. Raises what :meth:`migragraph.limits.pool.QueryPool.answer` raises once a
        query has begun.
        """
        if method not in ("GET", "POST") or len(query_string) + len(body) > _LONGEST_BYTES:
            return None
        if b"html" in headers.get(b"accept", b"") or b"if-none-match" in headers or not self._serving.has_version:
            return None
        accept = headers.get(b"accept")
        sent = Sent(
            method=method,
            query_string=query_string,
            content_type=headers.get(b"content-type", b"").decode("latin-1"),
            body=body,
            accept=None if accept is None else accept.decode("latin-1"),
        )
        try:
            now = self._serving.current()
            operation = read_operation(sent, self._serving.settings.max_query_bytes)
            query = operation.query
            if query is None or query.calls_services or operation.version is not None or operation.prefers_page():
                return None
            choice = operation.choose(offers(query.kind))
        except (MigragraphError, HTTPException):
            return None  # the application comes to the same, and has the words for it
        return await self._ask(now, query, choice, operation.timeout_seconds, wait)

    async def _ask(
        self, now: Served, query: QueryRequest, choice: Choice, timeout_seconds: float | None, wait: Wait
    ) -> Reply | None:
        if not isinstance(now.pool, QueryPool):
            return None
        async with self._lanes:
            answer = now.pool.answer_at_once(query, choice.format, timeout_seconds=timeout_seconds)
            if answer is None:
                return None
            await _readable(answer, _LANE_SECONDS)
        if not (is_there := answer.is_there):
            await _readable(answer, _MOMENT_SECONDS)
            is_there = answer.is_there
        if is_there:
            answer.wait()
        else:
            await wait(answer.wait)
        headers = [*answer_headers(now.version.id, query, choice).items(), *self._headers.items()]
        if not answer.is_whole:
            return Reply(200, headers, parts=answer)
        body = answer.read()
        return Reply(200, [*headers, ("Content-Length", str(len(body)))], body)


async def _readable(answer: Answer, seconds: float) -> None:
    """Wait until an answer begins to come, but no longer than so many seconds."""
    loop = asyncio.get_running_loop()
    settled = loop.create_future()

    def settle() -> None:
        if not settled.done():
            settled.set_result(None)

    timer = loop.call_later(seconds, settle)
    loop.add_reader(answer.fileno(), settle)
    try:
        await settled
    finally:
        loop.remove_reader(answer.fileno())
        timer.cancel()
