"""Headers that every answer has, whatever its status: who may read it, and what a browser may do with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flask import Request, Response

#: The header that names the version that an answer is of.
VERSION: Final = "Migragraph-Version"
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range, "
    "X-Requested-With",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag, Link, Location, "
    f"Content-Location, Retry-After, X-Request-Id, {VERSION}",
    "Access-Control-Max-Age": "86400",
}
_SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
COMMON: Final = _CORS | _SECURITY


def let_be_kept(response: Response, request: Request) -> Response:
    """Let a client keep an answer that was read, and ask with its ETag whether it is still the same.

    The tag is that of the content, unless the answer has one that was known before. It is weak, since the same content
    may be sent compressed.
    """
    is_read = request.method in ("GET", "HEAD") and response.status_code == HTTPStatus.OK
    if not is_read or response.cache_control.no_store or response.is_streamed or response.direct_passthrough:
        return response
    response.headers.setdefault("Cache-Control", "no-cache")
    response.add_etag(weak=True)
    return response.make_conditional(request)  # type: ignore[return-value] # it is the same object
