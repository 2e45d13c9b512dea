"""Answers that were given before: found by version and request, before the application is reached.

What a version is asked never changes its answer, so an entry needs no date; a new version asks under other keys, and
the old entries give way to newer ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Hashable

    from migragraph.web.bridge import Reply

_MIB: Final = 2**20
#: An entry may take this part of the cache at most, so that one large answer does not drive out all others.
_LARGEST: Final = 8
#: What an entry takes beside its body, in bytes: key and headers.
_BESIDE: Final = 2000
_NOT_WITH_304: Final = ("content-length", "content-type", "content-encoding")


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer: its headers as they are sent, and its body."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: str

    def is_known(self, if_none_match: str) -> bool:
        """Tell whether the client says that it has this answer; weak comparison, RFC 9110 section 13.1.2.

        >>> Kept((), b"", 'W/"a"').is_known('"b", "a"')
        True
        """
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in known or self.etag.removeprefix("W/") in known

    @property
    def headers_of_304(self) -> list[tuple[bytes, bytes]]:
        """Return the headers without those that describe the body."""
        return [header for header in self.headers if header[0].decode("latin-1") not in _NOT_WITH_304]


class AnswerCache:
    """The newest answers, as many as fit into so many MiB; none for 0. For one thread."""

    def __init__(self, mib: int) -> None:
        self._largest = mib * _MIB // _LARGEST
        self._kept: LRUCache[Hashable, Kept] = LRUCache(mib * _MIB, lambda kept: len(kept.body) + _BESIDE)

    @property
    def is_on(self) -> bool:
        """Tell whether anything is kept."""
        return self._largest > 0

    def find(self, key: Hashable) -> Kept | None:
        """Return the answer that was given before."""
        return self._kept.get(key)

    def keep(self, key: Hashable, reply: Reply, body: bytes) -> None:
        """Keep an answer that says it may be kept: a whole 200 with an ETag, and not ``no-store``."""
        etag = reply.header("etag")
        if reply.status != 200 or not etag or "no-store" in reply.header("cache-control"):
            return
        if len(body) + _BESIDE <= self._largest:
            headers = tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers)
            self._kept[key] = Kept(headers, body, etag)
