"""What one client may ask: so many requests at once, so many per second; others are not to wait for it.

A client is the network address that a request comes from: the whole of an IPv4 address, the first half of an IPv6
address, since a household has as many of those as it likes.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

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
        self._rate = Rate(per_second * _WINDOW_SECONDS, _WINDOW_SECONDS)

    @contextmanager
    def admitted(self, address: str) -> Iterator[None]:
        """Count a request of a client while it is answered; ``TooManyRequests`` where it has had its share."""
        client = client_of(address)
        if self._at_once and self._under_way[client] >= self._at_once:
            raise TooManyRequests(
                f"{self._at_once} requests from your address are being answered, and more are not at once.",
                remedy="Wait for an answer before you send the next request.",
            )
        if self._per_second and not self._rate.admits(client, time.monotonic()):
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


class Rate:
    """Admits so many events of a client in any so many seconds, nearly: a sliding window counter. For one thread.

    Events are counted by windows side by side; of the window before, that part counts which the sliding window still
    overlaps, as if its events had come evenly. Two counters for all clients, so that nothing has to be tidied up: the
    rate limiters in libraries that were tried start a thread or look at all clients every few requests.

    >>> rate = Rate(2, 10)
    >>> [rate.admits("a", second) for second in (0, 1, 2, 14, 15, 16)]
    [True, True, False, False, True, False]
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._window = 0
        self._now: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def admits(self, client: str, now: float) -> bool:
        """Count an event at a time in seconds that never goes back, unless it is one too many."""
        window, passed = divmod(now, self._seconds)
        if window != self._window:
            self._before = self._now if window == self._window + 1 else Counter()
            self._now = Counter()
            self._window = int(window)
        overlap = 1 - passed / self._seconds
        if self._before[client] * overlap + self._now[client] + 1 > self._most:
            return False
        self._now[client] += 1
        return True


@lru_cache(maxsize=4096)
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


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return the network that a client is in; the log holds no whole addresses of people.

    >>> network_of("192.0.2.77"), network_of("2001:db8:1:2::3"), network_of("")
    ('192.0.2.0', '2001:db8:1::', '')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False).network_address)
