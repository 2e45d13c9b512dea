"""Engines that run: as a server that is asked over HTTP, or as rdflib in a process that answers itself."""

from __future__ import annotations

import json
import select
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from bench.load import Answer, Endpoint, Failed, TimedOut
from bench.machine import end, spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: A query that every graph answers, to see that an engine is up.
PROBE: Final = "SELECT ?property ?value WHERE { <https://w3id.org/migragraph/id/city/malmo> ?property ?value }"
START_SECONDS: Final = 600.0


class Unavailable(Exception):
    """An engine that cannot be had here, or not at this size; the text says why."""


class Running(Protocol):
    """An engine with a graph, ready to answer: its process, where it listens if it does, how long it took to start."""

    @property
    def pid(self) -> int:
        """Return the process that it started as."""

    @property
    def endpoint(self) -> Endpoint | None:
        """Return where it listens; None where it is asked without HTTP."""

    @property
    def start_seconds(self) -> float:
        """Return how long it took from its start to its first right answer."""

    def ask(self, query: str, timeout_seconds: float) -> Answer:
        """Ask it one query; ``Failed``, ``TimedOut``."""

    def stop(self) -> None:
        """End it and all that it started."""


@dataclass
class Server:
    """A server process, which is asked over HTTP."""

    process: subprocess.Popen[bytes]
    endpoint: Endpoint | None
    start_seconds: float

    @property
    def pid(self) -> int:
        """Return the process that it started as."""
        return self.process.pid

    def ask(self, query: str, timeout_seconds: float) -> Answer:
        """Ask it one query over HTTP."""
        assert self.endpoint is not None  # noqa: S101 (always given)
        return self.endpoint.ask(query, timeout_seconds)

    def stop(self) -> None:
        """End it and all that it started."""
        end(self.process)


@dataclass
class InProcess:
    """rdflib in a process of its own, which times itself: nothing but evaluation and writing counts."""

    process: subprocess.Popen[bytes]
    start_seconds: float = 0.0
    endpoint: Endpoint | None = None

    @property
    def pid(self) -> int:
        """Return the process."""
        return self.process.pid

    def ask(self, query: str, timeout_seconds: float) -> Answer:
        """Ask it one query, through its standard input."""
        assert self.process.stdin is not None  # noqa: S101 (started with one)
        try:
            self.process.stdin.write(json.dumps({"query": query}).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            message = f"the process ended: {error}"
            raise Failed(message) from error
        told = json.loads(self._read_line(timeout_seconds) or b'{"error": "the process ended"}')
        if "error" in told:
            raise Failed(told["error"])
        return Answer(told["seconds"], told["rows"])

    def stop(self) -> None:
        """End it."""
        end(self.process, seconds=0.1)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _read_line(self, timeout_seconds: float) -> bytes:
        assert self.process.stdout is not None  # noqa: S101 (started with one)
        if not select.select([self.process.stdout], [], [], timeout_seconds)[0]:
            message = f"no answer in {timeout_seconds:g} s"
            raise TimedOut(message)
        return self.process.stdout.readline()


def serve(
    name: str, command: Sequence[str], folder: Path, endpoint: Endpoint, environment: Mapping[str, str] | None = None
) -> Server:
    """Start a server and wait for its first answer; ``Unavailable``, with what it said last, where none comes."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name.replace(' ', '-').lower()}.log"
    start = time.perf_counter()
    process = spawn(command, folder, log, environment or {})
    try:
        while True:
            with suppress(Failed):
                if endpoint.ask(PROBE, 30).rows:
                    return Server(process, endpoint, time.perf_counter() - start)
            waited = time.perf_counter() - start
            if process.poll() is not None or waited > START_SECONDS:
                last = log.read_text(errors="replace").strip().splitlines()[-3:]
                message = f"gave no answer within {waited:.0f} s; it said: {' / '.join(last)[-300:]}"
                raise Unavailable(message)
            time.sleep(0.005)
    except BaseException:
        end(process)
        raise


def answer_in_process(command: Sequence[str]) -> InProcess:
    """Start a process that answers on its standard output, and wait until it has read its graph."""
    start = time.perf_counter()
    process = subprocess.Popen([*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    running = InProcess(process)
    try:
        running.ask(PROBE, START_SECONDS)
    except Failed as failure:
        running.stop()
        message = f"the graph could not be read: {failure}"
        raise Unavailable(message) from failure
    except BaseException:
        running.stop()
        raise
    running.start_seconds = time.perf_counter() - start
    return running


def run(command: Sequence[str], folder: Path, *, may_fail: bool = False) -> str:
    """Run a command to its end and return what it wrote; ``Unavailable`` where it fails or is not there."""
    try:
        done = subprocess.run(
            [*command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=not may_fail
        )
    except FileNotFoundError as error:
        message = f"there is no command {command[0]}"
        raise Unavailable(message) from error
    except subprocess.CalledProcessError as error:
        message = f"{Path(command[0]).name} failed: {(error.stderr or error.stdout).strip()[-300:]}"
        raise Unavailable(message) from error
    return done.stdout + done.stderr


def once(marker: Path, work: Callable[[], None]) -> float:
    """Do a piece of loading unless its marker is there; return how many seconds it took, then or now."""
    if not marker.exists():
        start = time.perf_counter()
        work()
        marker.write_text(f"{time.perf_counter() - start:.2f}\n", encoding="ascii")
    return float(marker.read_text(encoding="ascii"))
