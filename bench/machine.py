"""Processes on this machine: starting and ending those of an engine, their memory, the processor they run on."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PROC: Final = Path("/proc")
_GIB: Final = 2**20  # in KiB
#: What rests uses less than this share of a processor for so long; it is not waited for longer than the last.
_RESTING_SHARE: Final = 0.05
_RESTING_SECONDS: Final = 1.0
_MOST_SETTLING_SECONDS: Final = 300.0


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def spawn(command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, with its output in a file; :func:`end` ends it and its children."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [*command],
            cwd=folder,
            env={**_own_environment(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _own_environment() -> dict[str, str]:
    """Return the environment without settings of ours: those of a developer would change what is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MIGRAGRAPH_")}


def end(process: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
    """End a process that :func:`spawn` started, and what it started: politely, then by force."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tree(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in (_PROC / str(each) / "task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory_mib(pid: int) -> float:
    """Return the memory of a process and its descendants in MiB; what they share is counted once (PSS)."""
    total = 0
    for each in tree(pid):
        with suppress(OSError):
            for line in (_PROC / str(each) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


class MemoryWatch:
    """Looks at the memory of an engine ten times a second while it works; ``peak_mib`` is the most that was seen."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_mib = 0.0

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_mib = max(self.peak_mib, memory_mib(self._pid))
            if self._done.wait(0.1):
                return


def settle(pid: int) -> None:
    """Wait until a process and its descendants rest: some engines answer before they have read all of their graph."""
    before, patience = processor_seconds(pid), time.monotonic() + _MOST_SETTLING_SECONDS
    while time.monotonic() < patience:
        time.sleep(_RESTING_SECONDS)
        now = processor_seconds(pid)
        if now - before < _RESTING_SHARE * _RESTING_SECONDS:
            return
        before = now


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have used."""
    ticks = 0
    for each in tree(pid):
        with suppress(OSError):
            numbers = (_PROC / str(each) / "stat").read_text().rpartition(")")[2].split()
            ticks += int(numbers[11]) + int(numbers[12])  # proc(5): utime, stime
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def one_processor_each(pid: int) -> Iterator[bool]:
    """Keep an engine on the first processor and the client, which is us, on the second; says whether there are two."""
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) < 2:
        yield False
        return
    pinned = [(pid, processors[:1]), (os.getpid(), processors[1:2])]
    for each, where in pinned:
        _keep(each, where)
    try:
        yield True
    finally:
        for each, _ in pinned:
            _keep(each, processors)


def _keep(pid: int, processors: list[int]) -> None:
    for each in [pid] if pid == os.getpid() else tree(pid):
        with suppress(OSError):
            for task in (_PROC / str(each) / "task").iterdir():
                with suppress(OSError):
                    os.sched_setaffinity(int(task.name), processors)


def describe() -> str:
    """Say what this machine is: processors, memory, system, Python."""
    models = [line.partition(":")[2].strip() for line in _lines(_PROC / "cpuinfo") if line.startswith("model name")]
    memory = next((int(line.split()[1]) for line in _lines(_PROC / "meminfo") if line.startswith("MemTotal")), 0)
    processors = len(os.sched_getaffinity(0))
    model = models[0] if models else platform.machine()
    return (
        f"{processors} processors ({model}), {memory / _GIB:.0f} GiB of memory, "
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}"
    )


def load_average() -> float:
    """Return how many processes wanted a processor in the last minute: what else the machine was busy with."""
    return os.getloadavg()[0]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
