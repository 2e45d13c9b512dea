"""What passes between the service and a query process: one request, one answer or error, each whole.

A message is its length and a pickle; both ends are ours, and nothing of a client's is unpickled.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import MalformedQuery, MigragraphError

if TYPE_CHECKING:
    import socket

_LENGTH: Final = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Task:
    """A query to evaluate: its text and graphs, the name of the format, and the longest answer in bytes."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    is_graph: bool
    format_name: str
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of ours on its way to the service."""

    code: str
    message: str
    remedy: str
    cause: str = ""
    line: int | None = None
    column: int | None = None

    @classmethod
    def of(cls, error: MigragraphError) -> Failure:
        """Describe an error."""
        if isinstance(error, MalformedQuery):
            return cls(error.code, error.message, error.remedy, error.cause, error.line, error.column)
        return cls(error.code, error.message, error.remedy)

    def to_error(self) -> MigragraphError:
        """Make the error again, of its own class."""
        kind = _kinds()[self.code]
        if issubclass(kind, MalformedQuery):
            return kind(self.cause, line=self.line, column=self.column)
        return kind(self.message, remedy=self.remedy)


def _kinds() -> dict[str, type[MigragraphError]]:
    found: dict[str, type[MigragraphError]] = {}
    left: list[type[MigragraphError]] = [MigragraphError]
    while left:
        kind = left.pop()
        found[kind.code] = kind
        left += kind.__subclasses__()
    return found


def send(connection: socket.socket, message: object) -> None:
    """Send a message whole."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    connection.sendall(_LENGTH.pack(len(body)))
    connection.sendall(body)


def receive(connection: socket.socket) -> Any:
    """Receive a message whole.

    Raises ``EOFError`` where the other end is gone, ``TimeoutError`` after the timeout of the connection.
    """
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size))
    return pickle.loads(_read(connection, length))  # noqa: S301 (from a process of ours)


def _read(connection: socket.socket, length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        part = connection.recv(min(length - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return data
