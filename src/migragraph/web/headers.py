"""Headers that every answer has, whatever its status: who may read it, and what a browser may do with it."""

from __future__ import annotations

from typing import Final

_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, X-Requested-With",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Content-Location, Retry-After, X-Request-Id",
    "Access-Control-Max-Age": "86400",
}
_SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
COMMON: Final = _CORS | _SECURITY
