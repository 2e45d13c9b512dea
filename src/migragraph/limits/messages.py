"""What passes between the service and a query process: a task, and the parts of its answer or an error.

A message is a letter that says what it is, its length and its content. Tasks and failures are pickles: both ends are
ours, and nothing of a client's is unpickled. An answer that came without its last part is no answer.
"""

from __future__ import annotations

import pickle
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import MalformedQuery, MigragraphError

if TYPE_CHECKING:
    from migragraph.query import QueryRequest
    from migragraph.updates import UpdateRequest

_HEAD: Final = struct.Struct("!cQ")
TASK: Final = b"T"
PART: Final = b"P"
LAST_PART: Final = b"L"
FAILURE: Final = b"F"
_SMALL: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Task:
    """A query to evaluate, with what was found out about it; the name of the format, the longest answer in bytes."""

    request: QueryRequest
    is_graph: bool
    format_name: str
    max_bytes: int


@dataclass(frozen=True, slots=True)
class UpdateTask:
    """An update of which the difference is asked: what it would add to the graph and take from it."""

    request: UpdateRequest


@dataclass(frozen=True, slots=True)
class DumpTask:
    """A dump to write: the ``facts``, the ``dataset`` or the IRI of a graph, and the name of the format."""

    what: str
    format_name: str


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


def send(connection: socket.socket, kind: bytes, content: bytes) -> None:
    """Send a message whole."""
    if len(content) < _SMALL:
        connection.sendall(_HEAD.pack(kind, len(content)) + content)
    else:
        connection.sendall(_HEAD.pack(kind, len(content)))
        connection.sendall(content)


def send_pickled(connection: socket.socket, kind: bytes, message: Task | UpdateTask | DumpTask | Failure) -> None:
    """Send a task or a failure."""
    send(connection, kind, pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))


def receive(connection: socket.socket) -> tuple[bytes, Any]:
    """Receive a message whole: its kind, and the part as bytes, or the task or failure.

    Raises ``EOFError`` where the other end is gone, ``TimeoutError`` after the timeout of the connection.
    """
    kind, length = _HEAD.unpack(_read(connection, _HEAD.size))
    content = _read(connection, length)
    if kind in (PART, LAST_PART):
        return kind, bytes(content)
    return kind, pickle.loads(content)  # noqa: S301 (from a process of ours)


def is_short(connection: socket.socket) -> bool:
    """Tell whether the message that has begun to come is one that was sent in one go, so that all of it is there.

    It stays there. So it is with an end in place of a message.
    """
    head = connection.recv(_HEAD.size, socket.MSG_PEEK)
    return len(head) < _HEAD.size or _HEAD.unpack(head)[1] < _SMALL


def _read(connection: socket.socket, length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        part = connection.recv(min(length - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return data
