"""Work on a version in a process of its own, which is ended at the deadline: the service is never held up by it.

A process reads one piece of work from its standard input and writes what came of it, or the error, to its standard
output; both are pickles between two ends of ours. Nothing of a client's is unpickled: a query of a user's own arrives
as text, and its answer as the engine's JSON.

Entry point: :class:`WorkProcesses`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from pyoxigraph import Store

from migragraph.errors import MigragraphError, NetworkTooLarge, ServiceBusy
from migragraph.limits.confinement import confine
from migragraph.limits.messages import Failure

if TYPE_CHECKING:
    from migragraph.store.engine import Engine

#: The niceness of what nobody waits for.
_LESS: Final = ("10",)
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
_MIB: Final = 2**20
#: One thread a process: the work is in many small steps, and the number of threads must not change a last digit.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Work(Protocol[T_co]):
    """A piece of work that can be pickled: the folder of the store that it is about, and how errors speak of it."""

    @property
    def store(self) -> str:
        """Return the folder of the store."""

    @property
    def what(self) -> str:
        """Return what is made, such as ``report``."""

    @property
    def less(self) -> str:
        """Return the remedy where it is too much."""

    def carry_out(self, store: Engine) -> T_co:
        """Do the work on the open store."""


class WorkProcesses:
    """Carries out work, so much at a time, each piece within so many seconds and MiB. Threads may share it."""

    def __init__(self, *, processes: int, seconds: float, queue_seconds: float, memory_mib: int) -> None:
        self._places = threading.BoundedSemaphore(processes)
        self._processes, self._seconds = processes, seconds
        self._queue_seconds, self._memory_mib = queue_seconds, memory_mib

    def make(self, work: Work[T], *, in_background: bool = False) -> T:
        """Return what comes of a piece of work. Starting the process takes about a second of processor time.

        What nobody waits for is done ``in_background``: all else on the machine goes first, so it has ten times as
        long, and takes no place from those who wait.

        Raises what the work raises, ``NetworkTooLarge`` at the deadline or for too much memory, ``ServiceBusy`` where
        no place became free in time.
        """
        if in_background:
            return self._make(work, 10 * self._seconds, _LESS)
        if not self._places.acquire(timeout=self._queue_seconds):
            raise ServiceBusy(
                f"{self._processes} reports, files or pictures of networks are being made, and none was done within "
                f"{self._queue_seconds:g} seconds.",
                remedy="Ask again a little later.",
            )
        try:
            return self._make(work, self._seconds)
        finally:
            self._places.release()

    def _make(self, work: Work[T], seconds: float, niceness: tuple[str, ...] = ()) -> T:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "migragraph.limits.work", str(self._memory_mib * _MIB), *niceness],
                input=pickle.dumps(work),
                capture_output=True,
                timeout=seconds,
                check=False,
                env=os.environ | _ONE_THREAD,
            )
        except subprocess.TimeoutExpired as error:
            message = f"the {work.what} was not made within {seconds:g} seconds, and was ended."
            raise NetworkTooLarge(message, remedy=work.less) from error
        if done.returncode < 0:  # ended by a signal, as where memory runs out within a library
            raise _too_much(work, self._memory_mib)
        if done.returncode:
            msg = f"the process that makes a {work.what} failed: {done.stderr.decode(errors='replace')}"
            raise RuntimeError(msg)
        found: T | Failure = pickle.loads(done.stdout)  # noqa: S301 (written by our own process)
        if isinstance(found, Failure):
            raise found.to_error()
        return found


def _too_much(work: Work[object], mib: int) -> NetworkTooLarge:
    return NetworkTooLarge(f"the {work.what} needed more than {mib} MiB of memory, and was ended.", remedy=work.less)


def _run(memory_bytes: int, niceness: int = 0) -> None:
    os.nice(niceness)
    work: Work[Any] = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 (from our own service)
    import migragraph.measures  # noqa: F401  its libraries take address space of their own, which is not the work's

    # so does the store: its threads reserve up to some 600 MiB when it is opened, more or less as they happen to run
    store = Store.read_only(work.store)
    confine(memory_bytes)
    found: object
    try:
        found = work.carry_out(store)
    except MigragraphError as error:
        found = Failure.of(error)
    except (MemoryError, SystemError):  # SystemError: an extension had no memory even for the error
        found = Failure.of(_too_much(work, memory_bytes // _MIB))
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    _run(*map(int, sys.argv[1:]))
