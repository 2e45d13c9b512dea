"""What stands before the application: limits per client, the cache, compression, request ids, the log, the counts.

It runs on one event loop and calls the application in threads, see :mod:`migragraph.web.bridge`. A repeated question
is answered here, from the cache. An answer that cannot be given to its end is broken off: the connection is closed
before the last chunk, so that no client takes it for a whole one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import MigragraphError, RequestTooLarge, StoreError, TooManyRequests, UnsupportedMediaType
from migragraph.web.bridge import Reply, call, make_environ
from migragraph.web.cache import AnswerCache, Kept
from migragraph.web.clients import Clients, network_of
from migragraph.web.compression import compress, may_be_compressed
from migragraph.web.fast_path import FastPath
from migragraph.web.logs import AccessLog
from migragraph.web.metrics import kind_of_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from flask import Flask

    from migragraph.web.metrics import Metrics
    from migragraph.web.serving import Serving

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

_ID: Final = re.compile(rb"[\w.-]{1,64}")
#: An older client cannot be told that an answer is broken off, unless it knows how long it is: it gets whole ones only.
_WITHOUT_CHUNKS: Final = ("0.9", "1.0")
#: A client that takes nothing for so long has gone.
_STALLED_SECONDS: Final = 30.0
#: What is longer keeps a thread busy while it is compressed, and not the loop.
_COMPRESSED_AT_ONCE: Final = 1 << 16
_log = logging.getLogger("migragraph.web")


class Gone(Exception):
    """The client has left before its answer was there."""


@dataclass(slots=True)
class _Request:
    """A request on its way: what of it is looked at here, and what came of it."""

    scope: Scope
    id: str
    address: str
    headers: dict[bytes, bytes]
    begun: float
    body: bytes = b""
    status: int = 0
    n_bytes: int = 0
    cache: str = "-"
    limit: str = ""

    @property
    def takes_gzip(self) -> bool:
        accepted = self.headers.get(b"accept-encoding", b"").decode("latin-1").lower()
        return any(
            coding.partition(";")[0].strip() == "gzip" and not re.search(r";\s*q=0(?:\.0*)?\s*$", coding)
            for coding in accepted.split(",")
        )

    @property
    def is_older(self) -> bool:
        """Tell whether the client knows no chunks, so that only the length tells it where an answer ends."""
        return self.scope["http_version"] in _WITHOUT_CHUNKS


class Front:
    """The application for an asynchronous server (ASGI)."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._serving: Serving = app.extensions["migragraph"]
        self._metrics: Metrics = app.extensions["migragraph-metrics"]
        settings = self._serving.settings
        self._cache = AnswerCache(0 if self._serving.is_scratch else settings.cache_mib)
        self._log = AccessLog(settings.log)
        self._clients = Clients(at_once=settings.client_requests, per_second=settings.client_rate)
        self._fast_path = FastPath(app)
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="request")
        self._longest_query = int(app.config["MAX_CONTENT_LENGTH"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        id_ = given.decode() if _ID.fullmatch(given) else secrets.token_hex(8)
        address = scope["client"][0] if scope.get("client") else ""
        request = _Request(scope, id_, address, headers, time.monotonic())
        try:
            await self._answer(request, receive, send)
        except Gone:
            request.status = 499  # as other servers write it: the client closed the connection
        except MigragraphError as error:
            request.limit = error.code
            self._metrics.limits.labels(error.code).inc()
            _log.warning("answer broken off: %s", error, extra={"request": id_})
            # the server closes the connection of an answer that has no end
        finally:
            self._note(request)

    async def _answer(self, request: _Request, receive: Receive, send: Send) -> None:
        try:
            request.body = await self._read_body(request, receive)
        except (RequestTooLarge, UnsupportedMediaType) as error:
            await self._refuse(request, error, send)
            return
        key = self._key(request)
        kept = self._cache.find(key) if key is not None else None
        if key is not None:
            request.cache = "hit" if kept else "miss"
            self._metrics.cache.labels(request.cache).inc()
        if kept is not None:
            await self._send_kept(request, kept, send)
            return
        with ExitStack() as admitted:
            try:
                if not self._is_known(request):
                    admitted.enter_context(self._clients.admitted(request.address))
            except TooManyRequests as error:
                await self._refuse(request, error, send)
                return
            await self._ask(request, key, send)

    def _is_known(self, request: _Request) -> bool:
        """Tell whether the request comes with a token of ours, whose bearer answers for its use."""
        kind, _, token = request.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        return kind.lower() == "bearer" and self._serving.tokens.find(token) is not None

    async def _ask(self, request: _Request, key: Hashable | None, send: Send) -> None:
        """Let the application answer, keep what may be kept, and send it."""
        run = asyncio.get_running_loop().run_in_executor
        try:
            reply = await self._reply(request)
        except MigragraphError as error:
            await self._refuse(request, error, send)
            return
        if reply.parts is None:
            if key is not None:
                self._cache.keep(key, reply, reply.body)
            await self._send_whole(request, reply, send)
            return
        try:
            if request.is_older and not reply.header("content-length"):
                await self._send_joined(request, reply, send)
                return
            await self._start(request, reply.status, _encoded(reply.headers), send)
            while (part := await run(self._threads, reply.next_part)) is not None:
                await self._send_part(request, part, send, more=True)
            await self._send_part(request, b"", send, more=False)
        finally:
            await run(self._threads, reply.close)

    async def _reply(self, request: _Request) -> Reply:
        """Return the reply to a request, by the fast path where it can be had so; compressed where it may be."""
        wait = partial(asyncio.get_running_loop().run_in_executor, self._threads)
        scope, reply = request.scope, None
        if scope["path"] == "/sparql":
            reply = await self._fast_path.answer(
                scope["method"], scope["query_string"], request.headers, request.body, wait
            )
        if reply is None:
            environ = make_environ(scope, request.body)
            environ["migragraph.request_id"] = request.id
            reply = await wait(lambda: call(self._app, environ))
        is_sent_as_it_is = request.is_older and reply.parts is not None and reply.header("content-length")
        if request.takes_gzip and may_be_compressed(reply) and not is_sent_as_it_is:
            if len(reply.body) > _COMPRESSED_AT_ONCE:
                await wait(lambda: compress(reply))
            else:
                compress(reply)
        return reply

    async def _refuse(self, request: _Request, error: MigragraphError, send: Send) -> None:
        """Answer with an error of ours, in the words and the format of all others."""
        request.limit = error.code
        environ = make_environ(request.scope, b"")
        environ["migragraph.refused"] = error
        await self._send_whole(request, call(self._app, environ), send)

    async def _read_body(self, request: _Request, receive: Receive) -> bytes:
        """Return the body; ``RequestTooLarge`` as soon as it is longer than what is read at this address.

        ``UnsupportedMediaType`` where it was compressed, which would be read as if it were not.
        """
        for name, plain in _CODINGS.items():
            coding = request.headers.get(name, plain).decode("latin-1")
            if request.scope["method"] in _WITH_BODY and coding.lower() != plain.decode():
                raise UnsupportedMediaType(f"the body is encoded as {coding}.", remedy="Send it as it is.")
        path = request.scope["path"]
        longest = self._serving.settings.write_mib * 2**20 if path in _WRITING else self._longest_query
        if int(request.headers.get(b"content-length", b"0") or 0) > longest:
            raise _too_large(longest)
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > longest:
                raise _too_large(longest)
        return b"".join(parts)

    def _key(self, request: _Request) -> Hashable | None:
        """Return what an answer depends on: the version and the request; None for what is not kept."""
        scope, headers = request.scope, request.headers
        is_query = scope["method"] == "POST" and scope["path"] == "/sparql"
        if not self._cache.is_on or not (is_query or scope["method"] in ("GET", "HEAD")):
            return None
        if not headers.keys().isdisjoint(_ABOUT_BYTES):
            return None
        if not self._serving.has_version:
            return None  # to open one may take long, and is for a thread to do
        try:
            version = self._serving.current().version.id
        except StoreError:
            return None
        return (
            version,
            scope["method"],
            scope["raw_path"],
            scope["query_string"],
            headers.get(b"host"),
            scope["scheme"],
            headers.get(b"accept"),
            request.takes_gzip,
            headers.get(b"content-type") if is_query else None,
            hashlib.sha256(request.body).digest() if is_query else None,
        )

    async def _send_kept(self, request: _Request, kept: Kept, send: Send) -> None:
        if_none_match = request.headers.get(b"if-none-match", b"").decode("latin-1")
        if if_none_match and request.scope["method"] != "POST" and kept.is_known(if_none_match):
            await self._start(request, 304, kept.headers_of_304, send)
            await self._send_part(request, b"", send, more=False)
            return
        await self._start(request, 200, list(kept.headers), send)
        await self._send_part(request, kept.body, send, more=False)

    async def _send_whole(self, request: _Request, reply: Reply, send: Send) -> None:
        await self._start(request, reply.status, _encoded(reply.headers), send)
        await self._send_part(request, reply.body, send, more=False)

    async def _send_joined(self, request: _Request, reply: Reply, send: Send) -> None:
        """Send parts as one whole, or the error that they end with."""
        try:
            reply.body = await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: b"".join(reply.parts or ())
            )
        except MigragraphError as error:
            await self._refuse(request, error, send)
        else:
            reply.headers.append(("Content-Length", str(len(reply.body))))
            await self._send_whole(request, reply, send)

    async def _start(self, request: _Request, status: int, headers: list[tuple[bytes, bytes]], send: Send) -> None:
        request.status = status
        headers = [*headers, (b"x-request-id", request.id.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def _send_part(self, request: _Request, part: bytes, send: Send, *, more: bool) -> None:
        try:
            async with asyncio.timeout(_STALLED_SECONDS):
                await send({"type": "http.response.body", "body": part, "more_body": more})
        except TimeoutError as error:
            raise Gone from error
        request.n_bytes += len(part)

    def _note(self, request: _Request) -> None:
        """Count the request, and write a line about it."""
        scope, seconds = request.scope, time.monotonic() - request.begun
        kind = kind_of_path(scope["path"])
        self._metrics.requests.labels(kind, scope["method"], request.status).inc()
        self._metrics.seconds.labels(kind).observe(seconds)
        self._log.write(
            client=network_of(request.address),
            method=scope["method"],
            path=scope["path"],
            status=request.status,
            bytes=request.n_bytes,
            seconds=round(seconds, 6),
            cache=request.cache,
            limit=request.limit,
            request=request.id,
        )


_WITH_BODY: Final = ("POST", "PUT")
#: Headers that say how a body is encoded on its way, and the one value of each that is read.
_CODINGS: Final = {b"content-encoding": b"identity", b"transfer-encoding": b"chunked"}
#: What asks for a part of an answer, or for one of certain bytes.
_ABOUT_BYTES: Final = (b"range", b"if-match")
#: Where whole graphs may be sent.
_WRITING: Final = ("/update", "/graph-store")


def _too_large(longest: int) -> RequestTooLarge:
    return RequestTooLarge(
        f"the request is longer than the {longest:,} bytes that are read here.",
        remedy="Send a shorter one, or parts of it; docs/settings.md lists the limits.",
    )


def _encoded(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    # the server says the date itself
    return [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers if k.lower() != "date"]
