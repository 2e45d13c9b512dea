"""Reports made in a process of their own, which is ended at the deadline: the service is never held up by a large one.

A process reads one task from its standard input and writes the report, or the error, to its standard output; both are
pickles between two ends of ours. Nothing of a client's is unpickled: a query of a user's own arrives as text, and its
answer as the engine's JSON.

Entry point: :class:`ReportProcesses`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results

from migragraph.errors import MigragraphError, NetworkTooLarge, NotANetwork, ServiceBusy
from migragraph.limits.confinement import confine
from migragraph.limits.messages import Failure
from migragraph.networks.definitions import NetworkDefinition
from migragraph.networks.extraction import extract_network, network_of_answer
from migragraph.report.content import Parameters, Report

if TYPE_CHECKING:
    from pathlib import Path

    from migragraph.store.engine import Engine

_MIB: Final = 2**20
#: One thread a process: the work is in many small steps, and the number of threads must not change a last digit.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_LESS: Final = "Ask for fewer resamples, or a cheaper measure such as degree; `migragraph report` has no deadline."


@dataclass(frozen=True, slots=True)
class ReportTask:
    """A report to make: the folder of the version's store, its id and date, the network, the parameters.

    ``answer`` is the answer to the query of a user's own in SPARQL JSON; without it the query of the definition, which
    is the project's, is asked here.
    """

    store: str
    version: str
    version_date: str | None
    definition: NetworkDefinition
    parameters: Parameters
    answer: bytes | None = None


class ReportProcesses:
    """Makes reports, so many at a time, each within so many seconds and MiB. Threads may share it."""

    def __init__(self, *, processes: int, seconds: float, queue_seconds: float, memory_mib: int) -> None:
        self._places = threading.BoundedSemaphore(processes)
        self._processes, self._seconds = processes, seconds
        self._queue_seconds, self._memory_mib = queue_seconds, memory_mib

    def make(self, task: ReportTask) -> Report:
        """Return the report of a task.

        Raises what :func:`~migragraph.report.making.make_report` and reading the network raise, ``NetworkTooLarge`` at
        the deadline or for too much memory, ``ServiceBusy`` where no place became free in time.
        """
        if not self._places.acquire(timeout=self._queue_seconds):
            raise ServiceBusy(
                f"{self._processes} reports are being made, and none was done within {self._queue_seconds:g} seconds.",
                remedy="Ask again a little later.",
            )
        try:
            done = subprocess.run(
                [sys.executable, "-m", "migragraph.report.bounded", str(self._memory_mib * _MIB)],
                input=pickle.dumps(task),
                capture_output=True,
                timeout=self._seconds,
                check=False,
                env=os.environ | _ONE_THREAD,
            )
        except subprocess.TimeoutExpired as error:
            message = f"the report was not made within {self._seconds:g} seconds, and was ended."
            raise NetworkTooLarge(message, remedy=_LESS) from error
        finally:
            self._places.release()
        if done.returncode < 0:  # ended by a signal, as where memory runs out within a library
            raise _too_much(self._memory_mib)
        if done.returncode:
            msg = f"a report process failed: {done.stderr.decode(errors='replace')}"
            raise RuntimeError(msg)
        found = pickle.loads(done.stdout)  # noqa: S301 (written by our own process)
        if isinstance(found, Failure):
            raise found.to_error()
        assert isinstance(found, Report)  # noqa: S101 (nothing else is written)
        return found


def _too_much(mib: int) -> NetworkTooLarge:
    return NetworkTooLarge(f"the report needed more than {mib} MiB of memory, and was ended.", remedy=_LESS)


def report_on(store: Engine, task: ReportTask) -> Report:
    """Make the report of a task in this process, from an open store."""
    from migragraph.report.making import make_report

    if task.answer is None:
        network = extract_network(store, task.definition, task.version, task.version_date)
    else:
        answer = parse_query_results(task.answer, QueryResultsFormat.JSON)
        if not isinstance(answer, QuerySolutions):
            raise NotANetwork("the answer is yes or no.", remedy="Select ?source and ?target.")
        network = network_of_answer(task.definition, answer, store, task.version, task.version_date)
    return make_report(network, **asdict(task.parameters))


def store_folder(version_folder: Path) -> str:
    """Return the folder of the store within that of a version."""
    return str(version_folder / "store")


def _run(memory_bytes: int) -> None:
    task = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 (from our own service)
    confine(memory_bytes)
    found: Report | Failure
    try:
        found = report_on(Store.read_only(task.store), task)
    except MigragraphError as error:
        found = Failure.of(error)
    except MemoryError:
        found = Failure.of(_too_much(memory_bytes // _MIB))
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    # the task was pickled under the module's own name, so the work is done there and not in __main__
    from migragraph.report import bounded

    bounded._run(int(sys.argv[1]))
