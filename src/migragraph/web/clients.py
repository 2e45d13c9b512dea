"""What one client may ask: so many requests at once, so many per second; others are not to wait for it.

A client is the network address that a request comes from: the whole of an IPv4 address, the first half of an IPv6
address, since a household has as many of those as it likes.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from migragraph.errors import TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The rate is held on average over so many seconds, so that a page with its parts may come at once.
_WINDOW_SECONDS: Final = 10


class Clients:
    """Counts what each client has under way and has sent; a limit of 0 is none. For one thread."""

    def __init__(self, *, at_once: int, per_second: int) -> None:
        self._at_once, self._per_second = at_once, per_second
        self._under_way: Counter[str] = Counter()
        self._rate = RateLimitItemPerSecond(max(1, per_second * _WINDOW_SECONDS), _WINDOW_SECONDS)
        self._sent = SlidingWindowCounterRateLimiter(MemoryStorage())

    @contextmanager
    def admitted(self, address: str) -> Iterator[None]:
        """Count a request of a client while it is answered; ``TooManyRequests`` where it has had its share."""
        client = client_of(address)
        if self._at_once and self._under_way[client] >= self._at_once:
            raise TooManyRequests(
                f"{self._at_once} requests from your address are being answered, and more are not at once.",
                remedy="Wait for an answer before you send the next request.",
            )
        if self._per_second and not self._sent.hit(self._rate, client):
            raise TooManyRequests(
                f"your address sent more than {self._per_second} requests per second.",
                remedy="Send fewer; a dump or one larger query may serve you better than many small ones.",
            )
        self._under_way[client] += 1
        try:
            yield
        finally:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]


def client_of(address: str) -> str:
    """Return what is counted as one client.

    >>> client_of("192.0.2.7"), client_of("2001:db8:1:2:3:4:5:6"), client_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)
