"""One exchange over HTTP with a host that an operator has listed, held to its limits whatever the host does.

No redirect is followed and no proxy of the environment is used, so that nobody but the listed host is reached. A name
is looked up once, and the connection goes to the very address that was looked at: a name that leads into a private
network is refused, also where it did not a moment before. An operator who means such an address lists it literally.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from migragraph.errors import FetchFailed, QueryTimeout, ResultTooLarge
from migragraph.store.endpoint import refuse_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PART: Final = 2**16
_LONGEST_MESSAGE: Final = 200
_AGENT: Final = "migragraph"
_LOOPBACK_NAME: Final = "localhost"
#: What is left as it is in an address: all that RFC 3986 allows somewhere.
_SAFE: Final = "%/:=&?~+!$,;'@()*[]"
#: Addresses of IPv4 for networks that have IPv6 alone. https://www.rfc-editor.org/rfc/rfc6052#section-2.1
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_REMEDY: Final = "Send it again later; SILENT goes on without it. Whoever runs this service can look whether it is up."

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """The body of an answer, all of it, and its media type without parameters, in small letters."""

    content: bytes
    media_type: str


def fetch(
    address: str, *, accept: str, seconds: float, max_bytes: int, form: bytes | None = None, what: str
) -> Fetched:
    """Get an address, or post a form to it, and return the whole answer.

    ``what`` says in the error what ``max_bytes`` is the limit of. Raises ``QueryTimeout`` once the time is over,
    however slowly bytes still come, ``ResultTooLarge``, and ``FetchFailed`` with the cause for all else.
    """
    deadline = time.monotonic() + seconds
    parts = urlsplit(address)
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE)
    headers = {"Accept": accept, "User-Agent": _AGENT, "Connection": "close"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    with _named_errors(address, seconds, deadline):
        connection = _Connection(parts.scheme, parts.hostname or "", parts.port, deadline)
        try:
            return _exchange(connection, target, headers, form, max_bytes, address, what)
        finally:
            connection.close()


def _exchange(
    connection: _Connection,
    target: str,
    headers: Mapping[str, str],
    form: bytes | None,
    max_bytes: int,
    address: str,
    what: str,
) -> Fetched:
    connection.request("GET" if form is None else "POST", target, form, headers)
    response = connection.getresponse()
    if response.status != HTTPStatus.OK:
        raise _refused(address, response.status, response.getheader("Location"), response.read1(_LONGEST_MESSAGE))
    refuse_part(response.headers)
    content = bytearray()
    while part := response.read1(_PART):
        content += part
        if len(content) > max_bytes:
            raise ResultTooLarge(
                f"<{address}> answers with more than {max_bytes:,} bytes, {what}.",
                remedy="Ask it for less, with what narrows it inside of the braces, or a LIMIT in a subquery.",
            )
    if response.length:
        raise ConnectionError("the answer breaks off")
    return Fetched(bytes(content), response.headers.get_content_type())


class _Plain(socket.socket):
    """A socket that waits for bytes until a deadline, however many times it is asked for some."""

    deadline: float

    def recv_into(self, *args: Any) -> int:
        """Receive some bytes, or raise ``TimeoutError``."""
        self.settimeout(_left(self.deadline))
        return super().recv_into(*args)


class _Secure(ssl.SSLSocket):
    """The same with TLS."""

    deadline: float

    def recv_into(self, *args: Any) -> int:
        """Receive some bytes, or raise ``TimeoutError``."""
        self.settimeout(_left(self.deadline))
        return super().recv_into(*args)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Connection(HTTPConnection):
    """A connection to an address that was looked at, plain or with TLS, until a deadline."""

    def __init__(self, scheme: str, host: str, port: int | None, deadline: float) -> None:
        self.default_port = 443 if scheme == "https" else 80
        super().__init__(host, port or self.default_port)
        self._is_secure = scheme == "https"
        self._deadline = deadline

    def connect(self) -> None:
        """Look the host up, and connect to the first of its addresses that answers."""
        found = _look_up(self.host, self.port, _left(self._deadline))
        for n, place in enumerate(found):
            plain = _Plain(socket.AF_INET6 if ":" in place[0] else socket.AF_INET, socket.SOCK_STREAM)
            plain.deadline = self._deadline
            try:
                plain.settimeout(_left(self._deadline))
                plain.connect(place)
                break
            except OSError:
                plain.close()
                if n == len(found) - 1:
                    raise
        self.sock = self._secured(plain) if self._is_secure else plain

    def _secured(self, plain: socket.socket) -> _Secure:
        """Shake hands, all of it in the time that is left; the certificate has to be that of the host."""
        context = ssl.create_default_context()
        context.sslsocket_class = _Secure
        plain.settimeout(_left(self._deadline))
        found = context.wrap_socket(plain, server_hostname=self.host)
        assert isinstance(found, _Secure)  # noqa: S101 (as the context was told)
        found.deadline = self._deadline
        return found


def _look_up(host: str, port: int, seconds: float) -> list[tuple[str, int]]:
    """Return the addresses of a host, all of which may be reached under that name.

    The system's resolver has no deadline, so it is asked beside, and forgotten where it takes too long.
    """
    answer: SimpleQueue[list[tuple[str, int]] | OSError] = SimpleQueue()

    def look() -> None:
        try:
            answer.put([(str(found[4][0]), port) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError("the name of the host is impossible"))

    threading.Thread(target=look, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    for place, _ in found:
        if not _may_reach(host, ip_address(place)):
            raise ConnectionError(
                f"{host} leads to {place}, which is no public address; whoever means it lists it literally"
            )
    return found


def _may_reach(host: str, address: Address) -> bool:
    """Tell whether a host of this name may have this address: a literal is what it says, a name leads to the public.

    >>> _may_reach("example.org", ip_address("10.0.0.1"))
    False
    >>> _may_reach("10.0.0.1", ip_address("10.0.0.1"))
    True
    """
    with suppress(ValueError):
        return ip_address(host) == address
    return address.is_loopback if host.lower() == _LOOPBACK_NAME else _is_public(address)


def _is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, and so is any that is written inside of it."""
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return True
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return all(found is None or _is_public(found) for found in inside)


def _refused(address: str, status: int, location: str | None, said: bytes) -> FetchFailed:
    if location is not None and HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return FetchFailed(
            f"<{address}> redirects to {location[:_LONGEST_MESSAGE]}, which is not followed.",
            remedy="Name the address that it redirects to, once whoever runs this service has listed it.",
        )
    first = next(iter(said.decode(errors="replace").strip().splitlines()), "")
    shown = f": {first}" if first.isprintable() and first else ""
    return FetchFailed(f"<{address}> answers with status {status}{shown}.", remedy=_REMEDY)


@contextmanager
def _named_errors(address: str, seconds: float, deadline: float) -> Iterator[None]:
    """Turn what goes wrong in between into errors of ours."""
    try:
        yield
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
            raise QueryTimeout(
                f"<{address}> did not answer whole within {seconds:.1f} seconds.",
                remedy="Ask it for less, or later; SILENT goes on without it.",
            ) from error
        cause = str(error) or type(error).__name__
        raise FetchFailed(f"<{address}> cannot be read: {cause}.", remedy=_REMEDY) from error
