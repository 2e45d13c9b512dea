"""The engines that are compared: how each is installed, loaded with a graph, started and asked.

Everything lies below one folder (``var/bench``), is reached over the loopback interface on a free port, and is ended
with the bench. An engine that cannot be had raises :class:`Unavailable` with the reason, which the tables then name.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import select
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from bench.load import Answer, Endpoint, Failed, TimedOut
from bench.machine import end, free_port, spawn
from migragraph.config import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.graphs import Graph

_HERE: Final = Path(__file__).parent
_VENV: Final = ("rdflib==7.6.0", "rdflib-endpoint==0.6.3", "uvicorn>=0.30")
_FUSEKI: Final = "5.5.0"
_VIRTUOSO: Final = ("virtuoso-opensource-7-bin", "virtuoso-opensource-7")
#: A query that every graph answers, to see that an engine is up.
_PROBE: Final = "SELECT ?property ?value WHERE { <https://w3id.org/migragraph/id/city/malmo> ?property ?value }"
_START_SECONDS: Final = 600.0


class Unavailable(Exception):
    """An engine that cannot be had here, or not at this size; the text says why."""


class Running(Protocol):
    """An engine with a graph, ready to answer."""

    pid: int
    endpoint: Endpoint | None
    start_seconds: float

    def ask(self, query: str, timeout_seconds: float) -> Answer: ...

    def stop(self) -> None: ...


class Engine(Protocol):
    """An engine: its name, how it is installed and given a graph (both only once), and started."""

    name: str

    def install(self) -> str: ...

    def load(self, graph: Graph) -> float: ...

    def start(self, graph: Graph, timeout_seconds: float) -> Running: ...


@dataclass
class Server:
    """A server process, which is asked over HTTP."""

    process: subprocess.Popen[bytes]
    endpoint: Endpoint
    start_seconds: float

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, query: str, timeout_seconds: float) -> Answer:
        return self.endpoint.ask(query, timeout_seconds)

    def stop(self) -> None:
        end(self.process)


def _serve(
    name: str, command: Sequence[str], folder: Path, endpoint: Endpoint, environment: Mapping[str, str] | None = None
) -> Server:
    """Start a server and wait for its first answer."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name.replace(' ', '-').lower()}.log"
    start = time.perf_counter()
    process = spawn(command, folder, log, environment or {})
    try:
        while True:
            with suppress(Failed):
                if endpoint.ask(_PROBE, 30).rows:
                    return Server(process, endpoint, time.perf_counter() - start)
            waited = time.perf_counter() - start
            if process.poll() is not None or waited > _START_SECONDS:
                last = log.read_text(errors="replace").strip().splitlines()[-3:]
                message = f"gave no answer within {waited:.0f} s; it said: {' / '.join(last)[-300:]}"
                raise Unavailable(message)
            time.sleep(0.005)
    except BaseException:
        end(process)
        raise


def _run(command: Sequence[str], folder: Path, *, may_fail: bool = False) -> str:
    """Run a command to its end and return what it wrote; ``Unavailable`` where it fails or is not there."""
    try:
        done = subprocess.run(
            [*command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=not may_fail,
        )
    except FileNotFoundError as error:
        message = f"there is no command {command[0]}"
        raise Unavailable(message) from error
    except subprocess.CalledProcessError as error:
        message = f"{Path(command[0]).name} failed: {(error.stderr or error.stdout).strip()[-300:]}"
        raise Unavailable(message) from error
    return done.stdout + done.stderr


def _once(marker: Path, work: object) -> float:
    """Do a piece of loading unless its marker is there; return how many seconds it took, then or now."""
    if not marker.exists():
        start = time.perf_counter()
        assert callable(work)  # noqa: S101
        work()
        marker.write_text(f"{time.perf_counter() - start:.2f}\n", encoding="ascii")
    return float(marker.read_text(encoding="ascii"))


def without_cache() -> dict[str, str]:
    """Return the settings of migragraph that turn its result cache off; empty where there is none to turn off."""
    return {setting.variable: "0" for setting in SETTINGS if setting.name == "cache_mib"}


@dataclass
class Migragraph:
    """The service of this project as a user starts it, with all limits on and the deadline of the bench."""

    home: Path
    cached: bool = False
    name: str = "migragraph"

    def install(self) -> str:
        if self.cached and not without_cache():
            message = "this version of migragraph has no result cache"
            raise Unavailable(message)
        return importlib.metadata.version("migragraph")

    def load(self, graph: Graph) -> float:
        return graph.publish_seconds

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        port = free_port()
        environment = {"MIGRAGRAPH_QUERY_SECONDS": f"{timeout_seconds:g}", **({} if self.cached else without_cache())}
        command = [sys.executable, "-m", "migragraph", "serve", "--home", str(graph.home), "--port", str(port)]
        return _serve(self.name, command, self.home / "migragraph", Endpoint(port, "/sparql"), environment)


@dataclass
class OxigraphServer:
    """The server of Oxigraph, in the version of the engine that migragraph embeds."""

    home: Path
    python: Path
    name: str = "Oxigraph server"

    def install(self) -> str:
        _install_venv(self.python)
        return _version_of(self.python, "oxigraph")

    def _store(self, graph: Graph) -> Path:
        return self.home / "oxigraph" / graph.key

    def load(self, graph: Graph) -> float:
        store, binary = self._store(graph), str(self.python.with_name("oxigraph"))
        store.parent.mkdir(parents=True, exist_ok=True)

        def work() -> None:
            shutil.rmtree(store, ignore_errors=True)
            _run([binary, "load", "--location", str(store), "--file", str(graph.file)], self.home)

        return _once(store.with_suffix(".loaded"), work)

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        port, binary = free_port(), str(self.python.with_name("oxigraph"))
        command = [binary, "serve-read-only", "--location", str(self._store(graph)), "--bind", f"127.0.0.1:{port}"]
        return _serve(self.name, command, self.home / "oxigraph", Endpoint(port, "/query"))


@dataclass
class RdflibEndpoint:
    """rdflib-endpoint on uvicorn; it reads the file at every start."""

    home: Path
    python: Path
    most_triples: int
    name: str = "rdflib-endpoint"

    def install(self) -> str:
        _install_venv(self.python)
        return _version_of(self.python, "rdflib-endpoint")

    def load(self, graph: Graph) -> float:
        _refuse_above(graph, self.most_triples)
        return 0.0

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        port = free_port()
        command = [str(self.python), str(_HERE / "in_rdflib.py"), "serve", str(graph.file), str(port)]
        return _serve(self.name, command, self.home / "rdflib", Endpoint(port, "/sparql"))


@dataclass
class _InRdflib:
    """rdflib in a process of its own, which times itself: nothing but evaluation and writing counts."""

    process: subprocess.Popen[bytes]
    start_seconds: float
    endpoint: Endpoint | None = None

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, query: str, timeout_seconds: float) -> Answer:
        assert self.process.stdin is not None  # noqa: S101
        self.process.stdin.write(json.dumps({"query": query}).encode() + b"\n")
        self.process.stdin.flush()
        told = json.loads(self.read_line(timeout_seconds) or b'{"error": "the process ended"}')
        if "error" in told:
            raise Failed(told["error"])
        return Answer(told["seconds"], told["rows"])

    def read_line(self, timeout_seconds: float) -> bytes:
        assert self.process.stdout is not None  # noqa: S101
        if not select.select([self.process.stdout], [], [], timeout_seconds)[0]:
            message = f"no answer in {timeout_seconds:g} s"
            raise TimedOut(message)
        return self.process.stdout.readline()

    def stop(self) -> None:
        end(self.process, seconds=0.1)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


@dataclass
class Rdflib:
    """rdflib in process, as a notebook uses it; the only engine without HTTP."""

    home: Path
    python: Path
    most_triples: int
    name: str = "rdflib in process"

    def install(self) -> str:
        _install_venv(self.python)
        return _version_of(self.python, "rdflib")

    def load(self, graph: Graph) -> float:
        _refuse_above(graph, self.most_triples)
        return 0.0

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        start = time.perf_counter()
        command = [str(self.python), str(_HERE / "in_rdflib.py"), "ask", str(graph.file)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        running = _InRdflib(process, 0.0)
        try:
            if running.read_line(_START_SECONDS) != b"ready\n":
                message = "the graph could not be read"
                raise Unavailable(message)
            running.ask(_PROBE, 30)
        except BaseException:
            running.stop()
            raise
        return replace(running, start_seconds=time.perf_counter() - start)


@dataclass
class Fuseki:
    """Apache Jena Fuseki with a TDB2 store, from the server jar."""

    home: Path
    name: str = "Fuseki"

    @property
    def _jar(self) -> Path:
        return self.home / "fuseki" / f"jena-fuseki-server-{_FUSEKI}.jar"

    def install(self) -> str:
        self._jar.parent.mkdir(parents=True, exist_ok=True)
        if not self._jar.exists():
            artifact = f"org.apache.jena:jena-fuseki-server:{_FUSEKI}"
            copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
            _run(
                ["mvn", "-q", "-B", copy, f"-Dartifact={artifact}", f"-DoutputDirectory={self._jar.parent}"], self.home
            )
        _run(["java", "-version"], self.home)
        return _FUSEKI

    def load(self, graph: Graph) -> float:
        store = self._jar.parent / graph.key

        def work() -> None:
            shutil.rmtree(store, ignore_errors=True)
            _run(["java", "-cp", str(self._jar), "tdb2.tdbloader", "--loc", str(store), str(graph.file)], self.home)

        return _once(store.with_suffix(".loaded"), work)

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        port, store = free_port(), self._jar.parent / graph.key
        command = [
            "java",
            "-Xmx4g",
            "-jar",
            str(self._jar),
            "--localhost",
            f"--port={port}",
            f"--loc={store}",
            "/facts",
        ]
        base = {"FUSEKI_BASE": str(self._jar.parent / "base")}
        return _serve(self.name, command, self._jar.parent, Endpoint(port, "/facts/query"), base)


@dataclass
class Virtuoso:
    """Virtuoso 7 of Debian, unpacked into the folder of the bench; facts in a graph of their own, as it has no default."""

    home: Path
    name: str = "Virtuoso"

    @property
    def _folder(self) -> Path:
        return self.home / "virtuoso"

    def _binary(self, name: str) -> str:
        return shutil.which(name) or str(self._folder / "usr" / "bin" / name)

    def install(self) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not Path(self._binary("virtuoso-t")).exists():
            _run(["apt-get", "download", *_VIRTUOSO], self._folder)
            for package in self._folder.glob("*.deb"):
                _run(["dpkg-deb", "-x", str(package), str(self._folder)], self._folder)
        told = _run([self._binary("virtuoso-t"), "-?"], self._folder, may_fail=True)  # it exits with an error
        if found := re.search(r"Version ([0-9.]+)", told):
            return found[1]
        message = f"virtuoso-t does not run: {told.strip()[-200:]}"
        raise Unavailable(message)

    def load(self, graph: Graph) -> float:
        store = self._folder / graph.key

        def work() -> None:
            shutil.rmtree(store, ignore_errors=True)
            store.mkdir(parents=True)
            port = free_port()
            server = self._start(store, graph, port, wait=False)
            try:
                where, name = graph.file.parent, graph.file.name
                statements = f"ld_dir('{where}', '{name}', '{graph.facts}'); rdf_loader_run(); checkpoint;"
                _run([self._binary("isql-vt"), f"127.0.0.1:{port}", "dba", "dba", f"exec={statements}"], store)
            finally:
                server.stop()

        return _once(store.with_suffix(".loaded"), work)

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        return self._start(self._folder / graph.key, graph, free_port(), wait=True)

    def _start(self, store: Path, graph: Graph, port: int, *, wait: bool) -> Server:
        http = free_port()
        ini = store / "virtuoso.ini"
        template = (_HERE / "virtuoso.ini").read_text(encoding="utf-8")
        ini.write_text(template.format(store=store, data=graph.file.parent, port=port, http=http), encoding="utf-8")
        command = [self._binary("virtuoso-t"), "+foreground", "+configfile", str(ini)]
        endpoint = Endpoint(http, "/sparql", {"default-graph-uri": graph.facts, "timeout": "0"})
        if wait:
            return _serve(self.name, command, store, endpoint)
        process = spawn(command, store, store / "load.log", {})
        try:
            for _ in range(300):
                with suppress(Unavailable):
                    _run([self._binary("isql-vt"), f"127.0.0.1:{port}", "dba", "dba", "exec=status();"], store)
                    return Server(process, endpoint, 0.0)
                time.sleep(0.2)
            message = "did not start for loading"
            raise Unavailable(message)
        except BaseException:
            end(process)
            raise


def _refuse_above(graph: Graph, most_triples: int) -> None:
    if graph.triples > most_triples:
        message = f"holds the graph as Python objects: not tried above {most_triples:,} triples (--rdflib-most)"
        raise Unavailable(message)


def _install_venv(python: Path) -> None:
    if not python.exists():
        folder = python.parents[1]
        folder.parent.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(folder)], folder.parent)
        engine = f"oxigraph=={importlib.metadata.version('pyoxigraph')}"
        try:
            _run([str(python), "-m", "pip", "install", "--quiet", *_VENV, engine], folder)
        except Unavailable:
            shutil.rmtree(folder)
            raise


def _version_of(python: Path, package: str) -> str:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return _run([str(python), "-c", code], python.parent).strip()


def engines(home: Path, rdflib_most: int) -> list[Engine]:
    """Return all engines in the order of the tables; the first is the one that the others are measured against."""
    python = home / "venv" / "bin" / "python"
    return [
        OxigraphServer(home, python),
        Migragraph(home),
        RdflibEndpoint(home, python, rdflib_most),
        Rdflib(home, python, rdflib_most),
        Fuseki(home),
        Virtuoso(home),
    ]
