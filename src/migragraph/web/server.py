"""The server that comes along: uvicorn, with bounds on what is read before the application sees a request.

https://www.uvicorn.org/settings/
"""

from __future__ import annotations

import re
import signal
import sys
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from migragraph.errors import EngineUnavailable, NotLoaded, NoVersion
from migragraph.web.addresses import is_host
from migragraph.web.front import Front
from migragraph.web.headers import COMMON
from migragraph.web.listening import listen
from migragraph.web.logs import write_logs

if TYPE_CHECKING:
    import socket

    from flask import Flask

    from migragraph.web.serving import Serving

#: Connections that are open at once; each costs some kilobytes.
_MOST_CONNECTIONS: Final = 1000
_IDLE_SECONDS: Final = 15
#: How long a thread may keep the loop from going on: a fifth of what is usual, so that light queries do not wait.
_SWITCH_SECONDS: Final = 0.001
_MOST_ADDRESS_BYTES: Final = 65_535
_MOST_HEAD_BYTES: Final = 2 * _MOST_ADDRESS_BYTES
#: The host in an address that is given whole.
_OF_TARGET: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


def serve_app(app: Flask) -> None:
    """Serve an application until interrupted; say the address on standard error once requests are answered.

    Raises ``CannotListen`` where its address is taken, before anything is started; see :func:`listen`.
    On SIGTERM or SIGINT no new connection is taken; requests under way have ``stop_seconds`` to end,
    and query processes end with the service.
    """
    serving: Serving = app.extensions["migragraph"]
    settings = serving.settings
    write_logs(settings.log)
    sys.setswitchinterval(_SWITCH_SECONDS)
    sockets = listen(settings.host, settings.port)
    with suppress(NoVersion, NotLoaded, EngineUnavailable):
        serving.warm()
    config = uvicorn.Config(
        Front(app),
        http=_Protocol,
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        headers=[("Server", "migragraph")],
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    # the server raises the signal again once it has stopped, which would end us before we have
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        _Server(config, f"serving {serving.what} at").run(sockets)
    finally:
        serving.close()


class _Server(uvicorn.Server):
    """A server that says its address once it answers."""

    def __init__(self, config: uvicorn.Config, saying: str) -> None:
        super().__init__(config)
        self._saying = saying

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stderr.write(f"{self._saying} http://{shown}:{port}\n")
            sys.stderr.flush()


class _Protocol(HttpToolsProtocol):
    """HTTP, with bounds on the address and the headers, which the parser itself has not, and errors that say more."""

    _is_in_head = False
    _n_head = 0
    _refusal: tuple[HTTPStatus, str, str] | None = None

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head has become too long."""
        self._n_head += len(data)
        if self._is_in_head and self._n_head > _MOST_HEAD_BYTES:
            cause = "the headers of the request are longer than this service reads. Send fewer or shorter ones"
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "request-too-large", cause
            self.send_400_response("")
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Count the head of a request from its beginning."""
        self._is_in_head, self._n_head = True, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Read the address, as far as the parser can split one."""
        super().on_url(url)
        if len(self.url) > _MOST_ADDRESS_BYTES:
            cause = "the address is longer than 65,535 bytes. Send a long query by POST"
            self._refusal = HTTPStatus.REQUEST_URI_TOO_LONG, "request-too-large", cause
            raise ValueError

    def on_headers_complete(self) -> None:
        """Stop counting; refuse a request that does not say, once, for which host it is.

        Where the address has the host, that counts: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
        """
        self._is_in_head = False
        if (target := _OF_TARGET.match(self.url)) is not None:
            self.headers[:] = [*(found for found in self.headers if found[0] != b"host"), (b"host", target[1])]
        hosts = [value.decode("latin-1") for name, value in self.headers if name == b"host"]
        n_least = 1 if self.parser.get_http_version() == "1.1" else 0
        if not n_least <= len(hosts) <= 1 or not all(is_host(host) for host in hosts):
            cause = "the request does not say, once and in the header Host, for which host it is"
            self._refusal = HTTPStatus.BAD_REQUEST, "bad-request", cause
            raise ValueError
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what the application never sees."""
        not_http = "this is not a request of HTTP/1.1. Check the request line and headers"
        status, code, cause = self._refusal or (HTTPStatus.BAD_REQUEST, "bad-request", not_http)
        body = f"{code}: {cause}.\n".encode()
        headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": len(body), "Connection": "close"}
        lines = [f"HTTP/1.1 {status} {status.phrase}", *(f"{n}: {v}" for n, v in (headers | COMMON).items())]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()
