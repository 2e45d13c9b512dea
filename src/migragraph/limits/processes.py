"""Query processes and the nursery they come from, as the service sees them.

The other end is :mod:`migragraph.limits.nursery`.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.errors import ServiceBusy

if TYPE_CHECKING:
    from pathlib import Path

#: How often somebody who waits looks whether another thread knows more.
_LOOK_MILLISECONDS: Final = 100


@dataclass(frozen=True, slots=True)
class Process:
    """A query process: its pid, and the socket that it takes queries from."""

    pid: int
    connection: socket.socket
    nursery: Nursery

    def kill(self) -> None:
        """End the process at once, whatever it does; who reads from it finds the end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it at once, and let go of it."""
        self.kill()
        self.connection.close()


class Nursery:
    """The process that query processes are forked from. For one thread at a time.

    With ``in_memory`` it reads the version first, and is ready some seconds later; without, its processes read from
    the disk, and it is ready once it runs.
    """

    def __init__(self, folder: Path, *, in_memory: bool, memory_bytes: int) -> None:
        self._control, theirs = socket.socketpair()
        self._is_ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "migragraph.limits.nursery", str(folder), str(int(in_memory)), str(memory_bytes),
             str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Tell whether the process is there."""
        return self._process.poll() is None

    def is_ready(self, *, wait: bool) -> bool:
        """Tell whether processes can be forked; wait until they can, or until it is clear that they never will."""
        if not self._is_ready:
            poll = select.poll()
            poll.register(self._control, select.POLLIN)
            if not wait and not poll.poll(0):
                return False
            with suppress(OSError):
                self._is_ready = self._control.recv(1) == b"R"
        return self._is_ready

    def wait(self, seconds: float) -> None:
        """Wait until it is ready or gone, at most so long; another thread may use it meanwhile."""
        end, poll = time.monotonic() + seconds, select.poll()
        with suppress(OSError, ValueError):  # it was closed
            poll.register(self._control, select.POLLIN)
            while not self._is_ready and time.monotonic() < end and not poll.poll(_LOOK_MILLISECONDS):
                pass  # another thread may have taken the message

    def fork(self) -> Process | None:
        """Return a new process, None where the nursery is gone."""
        try:
            self._control.sendall(b"+")
            told, descriptors, _, _ = socket.recv_fds(self._control, 32, 1)
        except OSError:
            return None
        return Process(int(told), socket.socket(fileno=descriptors[0]), self) if descriptors else None

    def end(self) -> None:
        """End it, and with it all processes that come from it."""
        self._control.close()
        self._process.kill()
        self._process.wait()


def not_started() -> ServiceBusy:
    """Return the error that no process could be had."""
    return ServiceBusy("no query process could be started.", remedy="Send the query again a little later.")
