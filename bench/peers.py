"""The engines that are compared: how each is installed, loaded with a graph and started.

Everything lies below one folder (``var/bench``), is reached over the loopback interface on a free port, and is ended
with the bench. An engine that cannot be had raises ``Unavailable`` with the reason, which the tables then name.
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.load import Endpoint
from bench.machine import end, free_port, spawn
from bench.processes import Server, Unavailable, answer_in_process, once, run, serve
from migragraph.config import SETTINGS

if TYPE_CHECKING:
    from bench.graphs import Graph
    from bench.processes import Running

_HERE: Final = Path(__file__).parent
_VENV: Final = ("rdflib==7.6.0", "rdflib-endpoint==0.6.3", "uvicorn>=0.30")
_FUSEKI: Final = "5.5.0"
_VIRTUOSO: Final = ("virtuoso-opensource-7-bin", "virtuoso-opensource-7")


class Engine(ABC):
    """An engine of one name: what there is to do before it can be asked."""

    name: str

    @abstractmethod
    def install(self) -> str:
        """Install it unless it is there, and return its version; ``Unavailable``."""

    @abstractmethod
    def load(self, graph: Graph) -> float:
        """Give it a graph unless it has it, and return how many seconds that took; 0 where it reads files at start."""

    @abstractmethod
    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Start it on a graph that was loaded, with a deadline for queries where it has one."""


def without_cache() -> dict[str, str]:
    """Return the settings of migragraph that turn its result cache off; empty where there is none to turn off."""
    return {setting.variable: "0" for setting in SETTINGS if setting.name == "cache_mib"}


@dataclass
class Migragraph(Engine):
    """The service of this project as a user starts it, with all limits on and the deadline of the bench."""

    home: Path
    cached: bool = False
    name: str = "migragraph"

    def install(self) -> str:
        """Return the version that runs this bench."""
        if self.cached and not without_cache():
            message = "this version of migragraph has no result cache"
            raise Unavailable(message)
        return importlib.metadata.version("migragraph")

    def load(self, graph: Graph) -> float:
        """Return how long publishing took, which made the graph."""
        return graph.publish_seconds

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Serve the published version."""
        port = free_port()
        environment = {"MIGRAGRAPH_QUERY_SECONDS": f"{timeout_seconds:g}", **({} if self.cached else without_cache())}
        command = [sys.executable, "-m", "migragraph", "serve", "--home", str(graph.home), "--port", str(port)]
        return serve(self.name, command, self.home / "migragraph", Endpoint(port, "/sparql"), environment)


@dataclass
class OxigraphServer(Engine):
    """The server of Oxigraph, in the version of the engine that migragraph embeds, with its store on disk."""

    home: Path
    python: Path
    name: str = "Oxigraph server"

    def install(self) -> str:
        """Install it with the other Python packages."""
        _install_venv(self.python)
        return _version_of(self.python, "oxigraph")

    def load(self, graph: Graph) -> float:
        """Load the file with its bulk loader."""
        store = self._store(graph)
        store.parent.mkdir(parents=True, exist_ok=True)

        def work() -> None:
            shutil.rmtree(store, ignore_errors=True)
            run([self._binary, "load", "--location", str(store), "--file", str(graph.file)], self.home)

        return once(store.with_suffix(".loaded"), work)

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Serve the store read-only."""
        del timeout_seconds  # its deadline does not stop all queries, and would have some end with broken results
        port = free_port()
        command = [
            self._binary,
            "serve-read-only",
            "--location",
            str(self._store(graph)),
            "--bind",
            f"127.0.0.1:{port}",
        ]
        return serve(self.name, command, self.home / "oxigraph", Endpoint(port, "/query"))

    @property
    def _binary(self) -> str:
        return str(self.python.with_name("oxigraph"))

    def _store(self, graph: Graph) -> Path:
        return self.home / "oxigraph" / graph.key


@dataclass
class RdflibEndpoint(Engine):
    """rdflib-endpoint on uvicorn; it reads the file at every start."""

    home: Path
    python: Path
    most_triples: int
    name: str = "rdflib-endpoint"
    package: str = "rdflib-endpoint"

    def install(self) -> str:
        """Install it with the other Python packages."""
        _install_venv(self.python)
        return _version_of(self.python, self.package)

    def load(self, graph: Graph) -> float:
        """Refuse graphs that Python objects cannot hold; ``Unavailable``."""
        if graph.triples > self.most_triples:
            message = (
                f"holds the graph as Python objects: not tried above {self.most_triples:,} triples (--rdflib-most)"
            )
            raise Unavailable(message)
        return 0.0

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Serve the file."""
        del timeout_seconds  # it has none
        port = free_port()
        command = [*self._command("serve", graph), str(port)]
        return serve(self.name, command, self.home / "rdflib", Endpoint(port, "/sparql"))

    def _command(self, how: str, graph: Graph) -> list[str]:
        return [str(self.python), str(_HERE / "in_rdflib.py"), how, str(graph.file)]


@dataclass
class Rdflib(RdflibEndpoint):
    """rdflib in process, as a notebook uses it; the only engine that is asked without HTTP."""

    name: str = "rdflib in process"
    package: str = "rdflib"

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Read the file."""
        del timeout_seconds  # the process is ended where it takes too long
        return answer_in_process(self._command("ask", graph))


@dataclass
class Fuseki(Engine):
    """Apache Jena Fuseki with a TDB2 store, from the server jar."""

    home: Path
    name: str = "Fuseki"

    def install(self) -> str:
        """Have Maven copy the jar; needs ``mvn`` and ``java``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._jar.exists():
            artifact = f"-Dartifact=org.apache.jena:jena-fuseki-server:{_FUSEKI}"
            copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
            run(["mvn", "-q", "-B", copy, artifact, f"-DoutputDirectory={self._folder}"], self.home)
        run(["java", "-version"], self.home)
        return _FUSEKI

    def load(self, graph: Graph) -> float:
        """Load the file with the loader of TDB2."""
        store = self._folder / graph.key

        def work() -> None:
            shutil.rmtree(store, ignore_errors=True)
            run(["java", "-cp", str(self._jar), "tdb2.tdbloader", "--loc", str(store), str(graph.file)], self.home)

        return once(store.with_suffix(".loaded"), work)

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Serve the store read-only."""
        del timeout_seconds  # the bench ends it where it takes too long
        port, store = free_port(), self._folder / graph.key
        command = [
            "java", "-Xmx4g", "-jar", str(self._jar), "--localhost", f"--port={port}", f"--loc={store}", "/facts",
        ]  # fmt: skip
        base = {"FUSEKI_BASE": str(self._folder / "base")}
        return serve(self.name, command, self._folder, Endpoint(port, "/facts/query"), base)

    @property
    def _folder(self) -> Path:
        return self.home / "fuseki"

    @property
    def _jar(self) -> Path:
        return self._folder / f"jena-fuseki-server-{_FUSEKI}.jar"


@dataclass
class Virtuoso(Engine):
    """Virtuoso 7 of Debian, from the path or unpacked into the folder of the bench.

    It has no default graph of its own, so the facts have a graph that every request names as the default one.
    """

    home: Path
    name: str = "Virtuoso"

    def install(self) -> str:
        """Unpack the Debian packages unless it is installed; needs ``apt-get`` and ``dpkg-deb``, no rights."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not Path(self._binary("virtuoso-t")).exists():
            run(["apt-get", "download", *_VIRTUOSO], self._folder)
            for package in self._folder.glob("*.deb"):
                run(["dpkg-deb", "-x", str(package), str(self._folder)], self._folder)
        told = run([self._binary("virtuoso-t"), "-?"], self._folder, may_fail=True)  # it exits with an error
        if found := re.search(r"Version ([0-9.]+)", told):
            return found[1]
        message = f"virtuoso-t does not run: {told.strip()[-200:]}"
        raise Unavailable(message)

    def load(self, graph: Graph) -> float:
        """Load the file with its bulk loader."""
        store = self._folder / graph.key

        def work() -> None:
            shutil.rmtree(store, ignore_errors=True)
            store.mkdir(parents=True)
            server = self._start_for_loading(store, graph, port := free_port())
            try:
                where, name = graph.file.parent, graph.file.name
                statements = f"ld_dir('{where}', '{name}', '{graph.facts}'); rdf_loader_run(); checkpoint;"
                self._sql(port, statements, store)
            finally:
                server.stop()

        return once(store.with_suffix(".loaded"), work)

    def start(self, graph: Graph, timeout_seconds: float) -> Running:
        """Serve the store."""
        del timeout_seconds  # its deadline cuts results short without an error
        store, http = self._folder / graph.key, free_port()
        endpoint = Endpoint(http, "/sparql", {"default-graph-uri": graph.facts, "timeout": "0"})
        return serve(self.name, self._command(store, graph, free_port(), http), store, endpoint)

    def _start_for_loading(self, store: Path, graph: Graph, port: int) -> Server:
        process = spawn(self._command(store, graph, port, free_port()), store, store / "load.log", {})
        try:
            for _ in range(300):
                with suppress(Unavailable):
                    self._sql(port, "status();", store)
                    return Server(process, None, 0.0)
                time.sleep(0.2)
        except BaseException:
            end(process)
            raise
        end(process)
        message = "it did not start for loading"
        raise Unavailable(message)

    def _command(self, store: Path, graph: Graph, port: int, http: int) -> list[str]:
        settings = (_HERE / "virtuoso.ini").read_text(encoding="utf-8")
        file = store / "virtuoso.ini"
        file.write_text(settings.format(store=store, data=graph.file.parent, port=port, http=http), encoding="utf-8")
        return [self._binary("virtuoso-t"), "+foreground", "+configfile", str(file)]

    def _sql(self, port: int, statements: str, folder: Path) -> None:
        run([self._binary("isql-vt"), f"127.0.0.1:{port}", "dba", "dba", f"exec={statements}"], folder)

    def _binary(self, name: str) -> str:
        return shutil.which(name) or str(self._folder / "usr" / "bin" / name)

    @property
    def _folder(self) -> Path:
        return self.home / "virtuoso"


def _install_venv(python: Path) -> None:
    if not python.exists():
        folder = python.parents[1]
        folder.parent.mkdir(parents=True, exist_ok=True)
        engine = f"oxigraph=={importlib.metadata.version('pyoxigraph')}"
        try:
            run([sys.executable, "-m", "venv", str(folder)], folder.parent)
            run([str(python), "-m", "pip", "install", "--quiet", *_VENV, engine], folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _version_of(python: Path, package: str) -> str:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return run([str(python), "-c", code], python.parent).strip()


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
