"""What is measured, and how: rounds in which every engine is asked in turn, and the median over the rounds.

Side by side in one run, so that whatever else the machine does hits all engines alike; what counts is the ratio.
"""

from __future__ import annotations

import math
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.load import Failed, Throughput, TimedOut, drive
from bench.machine import MemoryWatch, one_processor_each, settle
from bench.processes import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.graphs import Graph
    from bench.peers import Engine
    from bench.processes import Running


#: An engine that takes this long to start is started once only.
_SLOW_START_SECONDS: Final = 10.0


_MOST_WARM_UPS: Final = 5
_WARM_UP_SECONDS: Final = 5.0


@dataclass
class Record:
    """What one engine did with the queries of a set, on one graph."""

    engine: str
    version: str = ""
    missing: str = ""  # why it took no part
    load_seconds: float = 0.0
    start_seconds: list[float] = field(default_factory=list)
    peak_mib: float = 0.0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def median(self, query: str) -> float | None:
        """Return the median time of a query in seconds, None where it was not answered."""
        times = self.seconds.get(query)
        return None if query in self.failures or not times else statistics.median(times)


@dataclass
class Speed:
    """Throughput of one engine with light queries, a figure a round."""

    engine: str
    missing: str = ""
    rounds: list[Throughput] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Return the median of answers per second."""
        return statistics.median(each.per_second for each in self.rounds) if self.rounds else 0.0


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, the deadline of a query, and after how long an engine leaves the rounds."""

    rounds: int
    timeout_seconds: float
    budget_seconds: float


def compare(
    engines: Sequence[Engine], graph: Graph, queries: Mapping[str, str], effort: Effort, say: Callable[[str], None]
) -> list[Record]:
    """Ask all engines all queries: a first round with a look at memory and rows, then rounds that are timed.

    An engine that has used up its budget leaves the rounds, with at least one timed answer to each query that it can
    answer; a query that failed is not asked again.
    """
    records = [Record(engine.name) for engine in engines]
    with ExitStack() as stack:
        running: list[tuple[Record, _Asked]] = []
        for engine, record in zip(engines, records, strict=True):
            try:
                record.version = engine.install()
                record.load_seconds = engine.load(graph)
                asked = _Asked(engine, graph, effort.timeout_seconds)
            except Unavailable as reason:
                record.missing = str(reason)
                say(f"  {engine.name}: not measured, {reason}")
                continue
            stack.callback(asked.stop)
            running.append((record, asked))
            with MemoryWatch(asked.running.pid) as watch:
                _warm_up(record, asked, queries)
            record.peak_mib = watch.peak_mib
            say(f"  {engine.name} {record.version}: ready, {len(record.failures)} queries not answered")
        spent = [0.0] * len(running)
        for number in range(effort.rounds):
            for n, (record, asked) in enumerate(running):
                if number == 0 or spent[n] < effort.budget_seconds:
                    start = time.perf_counter()
                    _round(record, asked, queries)
                    spent[n] += time.perf_counter() - start
        return records


class _Asked:
    """A running engine that is started again where a query has tied it up."""

    def __init__(self, engine: Engine, graph: Graph, timeout_seconds: float) -> None:
        self._engine, self._graph, self._timeout = engine, graph, timeout_seconds
        self.running = self._start()

    def _start(self) -> Running:
        running = self._engine.start(self._graph, self._timeout)
        settle(running.pid)
        return running

    def ask(self, query: str) -> tuple[float, int]:
        try:
            answer = self.running.ask(query, self._timeout)
        except TimedOut as slow:
            self.running.stop()
            try:
                self.running = self._start()
            except Unavailable as reason:
                message = f"{slow}, and then the engine did not start again: {reason}"
                raise Failed(message) from reason
            raise
        return answer.seconds, answer.rows

    def stop(self) -> None:
        self.running.stop()


def _warm_up(record: Record, asked: _Asked, queries: Mapping[str, str]) -> None:
    """Ask without timing, more than once where that is quick: what compiles while it runs needs that."""
    start = time.perf_counter()
    for _ in range(_MOST_WARM_UPS):
        _round(record, asked, queries, first=True)
        if time.perf_counter() - start > _WARM_UP_SECONDS:
            return


def _round(record: Record, asked: _Asked, queries: Mapping[str, str], *, first: bool = False) -> None:
    for name, query in queries.items():
        if name in record.failures:
            continue
        try:
            seconds, rows = asked.ask(query)
        except Failed as failure:
            record.failures[name] = str(failure)
            continue
        if first:
            record.rows[name] = rows
        else:
            record.seconds.setdefault(name, []).append(seconds)


def disagreements(records: Sequence[Record], queries: Mapping[str, str]) -> list[str]:
    """Say where an engine gave another number of rows than the first, or none."""
    base = records[0]
    return [
        f"{record.engine}, {name}: {record.failures.get(name) or f'{record.rows[name]} rows, not {base.rows[name]}'}"
        for record in records
        for name in queries
        if not record.missing
        and (name in record.failures or (name in base.rows and record.rows[name] != base.rows[name]))
    ]


def geometric_ratio(record: Record, base: Record, queries: Mapping[str, str]) -> tuple[float, int]:
    """Return the geometric mean of the times relative to another engine's, and over how many queries.

    Only queries that both answered with the same number of rows count.
    """
    logs = [
        math.log(mine / theirs)
        for name in queries
        if (mine := record.median(name)) and (theirs := base.median(name)) and record.rows[name] == base.rows[name]
    ]
    return (math.exp(sum(logs) / len(logs)) if logs else math.nan), len(logs)


def starts(engines: Sequence[Engine], graph: Graph, rounds: int, say: Callable[[str], None]) -> list[Record]:
    """Time the start of each engine to its first right answer, on a graph that it has on disk already."""
    records = [Record(engine.name) for engine in engines]
    for _ in range(rounds):
        for engine, record in zip(engines, records, strict=True):
            if record.missing or sum(record.start_seconds) > _SLOW_START_SECONDS:
                continue
            try:
                engine.install()
                engine.load(graph)
                running = engine.start(graph, 60)
            except Unavailable as reason:
                record.missing = str(reason)
                continue
            record.start_seconds.append(running.start_seconds)
            running.stop()
    say(f"  started each engine {rounds} times")
    return records


def throughputs(
    engines: Sequence[Engine],
    graph: Graph,
    queries: Sequence[str],
    *,
    rounds: int,
    connections: int,
    seconds: float,
    say: Callable[[str], None],
) -> tuple[list[Speed], bool]:
    """Send light queries to each engine in turn; also says whether engine and client had a processor each."""
    speeds = [Speed(engine.name) for engine in engines]
    apart = False
    with ExitStack() as stack:
        running: list[tuple[Speed, Running]] = []
        for engine, speed in zip(engines, speeds, strict=True):
            try:
                engine.install()
                engine.load(graph)
                started = engine.start(graph, 60)
            except Unavailable as reason:
                speed.missing = str(reason)
                continue
            stack.callback(started.stop)
            if started.endpoint is None:
                speed.missing = "has no HTTP"
                continue
            running.append((speed, started))
        for _, each in running:
            settle(each.pid)
        for number in range(rounds + 1):
            for speed, each in running:
                assert each.endpoint is not None  # noqa: S101 (looked at above)
                with one_processor_each(each.pid) as apart:
                    measured = drive(each.endpoint, queries, connections=connections, seconds=seconds)
                if number:  # the first round warms up
                    speed.rounds.append(measured)
    say(f"  light queries: {rounds} rounds of {seconds:g} s for each engine")
    return speeds, apart
