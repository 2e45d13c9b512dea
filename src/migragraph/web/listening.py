"""The sockets that the service listens on, taken before anything else is started.

Entry point: :func:`listen`.
"""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

from migragraph.errors import CannotListen, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

_REMEDY = (
    "Give another port (`migragraph serve --port 8001`, or MIGRAGRAPH_PORT; 0 takes one that is free), "
    "or end what listens there."
)


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of a host, all on the same port; port 0 is one that is free.

    Clients that come before the service is ready wait instead of being refused. Raises ``CannotListen`` where the
    address is taken, or is none of this machine at this moment, and ``ConfigError`` where it may not be taken.
    """
    where = f"{host or '*'}:{port}"
    try:
        with ExitStack() as opened:
            found: list[socket.socket] = []
            for family, address in _addresses_of(host, port):
                # all on the port that the first was given
                at = (address[0], found[0].getsockname()[1] if found else port, *address[2:])
                found.append(opened.enter_context(socket.create_server(at, family=family)))
            opened.pop_all()  # they stay open
            return found
    except PermissionError as error:
        raise ConfigError(
            f"the service may not listen at {where}: {_cause(error)}.",
            remedy="Ports below 1024 need a right that the service does without: give another to it and let a reverse "
            "proxy listen there.",
        ) from error
    except OSError as error:
        raise CannotListen(f"the service cannot listen at {where}: {_cause(error)}.", remedy=_REMEDY) from error


def _cause(error: OSError) -> str:
    """Return what the system says; the resolver has words of its own."""
    if isinstance(error, socket.gaierror) or error.errno is None:
        return str(error.strerror or error)
    return os.strerror(error.errno)


def _addresses_of(host: str, port: int) -> Iterable[tuple[socket.AddressFamily, tuple[object, ...]]]:
    """Return family and address for each address of a host, once, in the order of the resolver."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return dict.fromkeys((family, address) for family, _, _, _, address in found)
