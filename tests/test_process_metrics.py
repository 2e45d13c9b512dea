"""What the service and its processes take, as `/metrics` says it: compared with what the system says of a child."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from migragraph.web.metrics import Metrics
from migragraph.web.process_metrics import ProcessTree

#: A child that holds 64 MiB and has a child of its own that does, until their input ends.
_HOLD = "import sys; held = bytearray(b'x' * 2**26); print('ready', flush=True); sys.stdin.read()"
_TWO = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {_HOLD!r}]); {_HOLD}; p.wait()"
_BURN = "sum(n * n for n in range(3_000_000))"


def taken() -> dict[str, float]:
    """Return what the metrics say of processes, read as Prometheus reads them."""
    text = Metrics().write("v").decode()
    found = {s.name: s.value for family in text_string_to_metric_families(text) for s in family.samples}
    return {n: found[f"migragraph_{n}"] for n in ("processes", "memory_bytes", "cpu_seconds_total")}


@contextmanager
def holding() -> Iterator[None]:
    """Let a child and a child of it live."""
    with subprocess.Popen([sys.executable, "-c", _TWO], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == [b"ready\n"] * 2
        yield
        assert process.stdin is not None
        process.stdin.close()


def test_memory_is_that_of_all_processes_below() -> None:
    """Children of children too; what has ended counts no more."""
    before = taken()
    with holding():
        during = taken()
    after = taken()
    assert during["processes"] == before["processes"] + 2 == after["processes"] + 2
    assert 2 * 2**26 < during["memory_bytes"] - before["memory_bytes"] < 3 * 2**26
    assert after["memory_bytes"] < during["memory_bytes"] - 2**26


def test_what_processes_share_counts_once() -> None:
    """A child that was forked and has written nothing adds little to what it shares."""
    held = bytearray(b"x" * 2**27)
    before = taken()
    ready, done = os.pipe(), os.pipe()
    if (child := os.fork()) == 0:
        os.write(ready[1], b"x")
        os.read(done[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    during = taken()
    os.write(done[1], b"x")
    os.waitpid(child, 0)
    assert during["processes"] == before["processes"] + 1
    assert during["memory_bytes"] - before["memory_bytes"] < len(held) / 4


def test_time_counts_that_of_processes_that_have_ended() -> None:
    """As the system accounts for it, to a few ticks of the clock."""
    before = taken()["cpu_seconds_total"]
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", _BURN], os.environ)
    _, status, usage = os.wait4(child, 0)
    assert status == 0
    assert taken()["cpu_seconds_total"] - before >= usage.ru_utime + usage.ru_stime - 0.05


def test_where_there_is_no_proc_there_is_no_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Never a wrong one."""
    monkeypatch.setattr("migragraph.web.process_metrics._PROC", tmp_path)
    registry = CollectorRegistry()
    registry.register(ProcessTree())
    assert [list(family.samples) for family in registry.collect()] == [[], [], []]
