"""Memory and time of the service with its query processes, for Prometheus: from ``/proc``, on Linux.

The collector of prometheus_client knows one process alone, and needs ``/proc/stat``, which the systemd unit hides.
https://www.kernel.org/doc/html/latest/filesystems/proc.html

Entry point: :class:`ProcessTree`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class ProcessTree(Collector):
    """What this process and all that it has started take, added up when asked.

    Memory is the proportional set size: what processes share, such as the graph, counts once. Time is that of the
    processes that live and of those that have ended. Cost: some milliseconds, and ten for each 400 MB that
    a process holds, shared or not.
    """

    def collect(self) -> Iterator[Metric]:
        """Yield the sums; families without a sample where there is no ``/proc``."""
        seconds, n, memory = 0.0, 0, 0
        for pid, times in _tree(os.getpid()).items():
            seconds += sum(times) / _TICKS
            n += 1
            memory += _memory_of(pid)
        families = (
            (GaugeMetricFamily("migragraph_processes", "Processes of the service, itself counted"), n),
            (GaugeMetricFamily("migragraph_memory_bytes", "Memory of all its processes, shared parts once"), memory),
            (CounterMetricFamily("migragraph_cpu_seconds", "Processor time of all its processes"), seconds),
        )
        for family, value in families:
            if n:
                family.add_metric([], value)
            yield family


def _tree(root: int) -> dict[int, tuple[int, ...]]:
    """Return a process and all below it, each with its times in ticks: user, system, and those of ended children."""
    below: dict[int, list[int]] = {}
    times: dict[int, tuple[int, ...]] = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            # the name of a program may have any character in it, and ends with the last bracket
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile, or is not ours to see
            continue
        pid = int(folder.name)
        below.setdefault(int(fields[1]), []).append(pid)
        times[pid] = tuple(int(field) for field in fields[11:15])
    found: dict[int, tuple[int, ...]] = {}
    waiting = [root] if root in times else []
    while waiting:
        pid = waiting.pop()
        found[pid] = times[pid]
        waiting += below.get(pid, ())
    return found


def _memory_of(pid: int) -> int:
    """Return the proportional set size of a process in bytes, 0 where it has ended."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
