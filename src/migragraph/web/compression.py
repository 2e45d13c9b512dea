"""Answers compressed on their way out, with gzip, which every client reads."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from migragraph.web.bridge import Reply

_COMPRESSIBLE: Final = re.compile(r"text/|image/svg|application/(?:[\w.-]+\+)?(?:json|xml|n-triples|n-quads|trig)")
#: Headers that are put anew, or left out, where the bytes are others.
_OF_BYTES: Final = ("content-length", "vary", "etag", "accept-ranges")
_LEAST_COMPRESSED: Final = 1000
_LEVEL: Final = 5
_GZIP: Final = 16 + zlib.MAX_WBITS


def may_be_compressed(reply: Reply) -> bool:
    """Tell whether a reply is a success, and of a kind that becomes much shorter."""
    return reply.status == 200 and _COMPRESSIBLE.match(reply.header("content-type")) is not None


def compress(reply: Reply) -> None:
    """Compress a reply: a whole one at once, unless it is short, parts one by one.

    What it had to say of its bytes is no longer true: its tag becomes a weak one, and no part of it can be asked for.
    """
    if reply.parts is None and len(reply.body) < _LEAST_COMPRESSED:
        return
    if reply.parts is None:
        packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        reply.body = packer.compress(reply.body) + packer.flush()
    else:
        reply.parts = _CompressedParts(reply.parts)
    kept = [(name, value) for name, value in reply.headers if name.lower() not in _OF_BYTES]
    if tag := reply.header("etag"):
        kept.append(("ETag", tag if tag.startswith("W/") else f"W/{tag}"))
    vary = [value for name, value in reply.headers if name.lower() == "vary" and value != "Accept-Encoding"]
    reply.headers = [*kept, ("Content-Encoding", "gzip"), ("Vary", ", ".join([*vary, "Accept-Encoding"]))]
    if reply.parts is None:
        reply.headers.append(("Content-Length", str(len(reply.body))))


class _CompressedParts:
    """Parts, compressed as they come."""

    def __init__(self, parts: Any) -> None:
        self._parts = parts
        self._packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._is_done = False

    def __iter__(self) -> _CompressedParts:
        return self

    def __next__(self) -> bytes:
        if self._is_done:
            raise StopIteration
        for part in self._parts:
            return self._packer.compress(part) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        self._is_done = True
        return self._packer.flush()

    def close(self) -> None:
        self._parts.close()
