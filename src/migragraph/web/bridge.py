"""The application under an asynchronous server: a thread is held only while the application computes.

A slow reader costs a connection and no thread, since each part of an answer is asked for once the one before is gone.

https://peps.python.org/pep-3333/ https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from wsgiref.types import WSGIApplication

#: A file of so many bytes is sent at once, and may be kept in memory.
_MOST_TAKEN_WHOLE: Final = 1 << 20


@dataclass(slots=True)
class Reply:
    """What the application answers: a body that is whole, or parts that are still computed."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    parts: Iterator[bytes] | None = field(default=None, repr=False)

    def header(self, name: str) -> str:
        """Return the value of a header, the empty text where it is not there."""
        return next((value for known, value in self.headers if known.lower() == name), "")

    def next_part(self) -> bytes | None:
        """Return the next part that is not empty, None after the last one; raises what computing it raises."""
        assert self.parts is not None  # noqa: S101 (asked only where there are parts)
        return next(filter(None, self.parts), None)

    def close(self) -> None:
        """Let go of what computes the parts."""
        close = getattr(self.parts, "close", None)
        if close is not None:
            close()


def call(application: WSGIApplication, environ: dict[str, Any]) -> Reply:
    """Call the application and return its reply.

    A body of known length is taken whole, unless it is a long one of which clients may ask for parts: a file, which is
    sent as it is read.
    """
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        started.append((status, headers))

    found = application(environ, start_response)
    status, headers = started[-1]
    reply = Reply(int(status.partition(" ")[0]), headers, parts=_Parts(found))
    length = reply.header("content-length")
    is_file = reply.header("accept-ranges") == "bytes" and int(length or 0) > _MOST_TAKEN_WHOLE
    if (length and not is_file) or environ["REQUEST_METHOD"] == "HEAD":
        try:
            reply.body = b"".join(reply.parts or ())
        finally:
            reply.close()
        reply.parts = None
    return reply


class _Parts:
    """The iterable of an application as an iterator that can be closed."""

    def __init__(self, found: Any) -> None:
        self._found = found
        self._iterator = iter(found)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        part: bytes = next(self._iterator)
        return part

    def close(self) -> None:
        if hasattr(self._found, "close"):
            self._found.close()


def make_environ(scope: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return the environment of a request for the application."""
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # the path as it was sent: what is not UTF-8 is refused by the application, not replaced here
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope.get("client") else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        text = value.decode("latin-1")
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ
