"""Real SPARQL servers for the tests, each started when it is first asked for, on a port and in a folder of its own.

Their programs: ``oxigraph`` of the Python package of that name, ``virtuoso-t`` of the Debian package
virtuoso-opensource-7-bin, and the jar of Apache Jena Fuseki, which ``tools/fetch_fuseki.sh`` fetches.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from migragraph.config import read_settings
from migragraph.errors import EngineUnavailable
from migragraph.store.endpoint import Endpoint
from migragraph.store.loaded import read_mark
from migragraph.store.loading import load_version
from migragraph.store.remote import RemoteStore
from migragraph.store.versions import Version

JAR = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "migragraph" / "jena-fuseki-server.jar"
REMOTE = ("oxigraph", "virtuoso", "fuseki")
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{second}
ThreadsPerQuery = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
[SPARQL]
DefaultQueryTimeout = 0
"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _oxigraph(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    program = Path(sys.executable).parent / "oxigraph"
    if not program.exists():
        pytest.skip("no oxigraph: it comes with the Python package oxigraph")
    address = f"http://127.0.0.1:{port}"
    # its own deadline, since it does not end a query whose client has gone
    command = [str(program), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}", "--timeout-s", "5"]
    return command, {"engine": f"{address}/query", "engine_graph_store": f"{address}/store"}


def _virtuoso(folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("no virtuoso-t: it comes with the Debian package virtuoso-opensource-7-bin")
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO.format(folder=folder, port=port, second=free_port()))
    address = f"http://127.0.0.1:{port}"
    return [program, "+configfile", str(settings), "+foreground"], {
        "engine": f"{address}/sparql",
        "engine_graph_store": f"{address}/sparql-graph-crud-auth",
        "engine_user": "dba",
        "engine_password": "dba",
    }


def _fuseki(_: Path, port: int) -> tuple[list[str], dict[str, str]]:
    java = shutil.which("java")
    if java is None or not JAR.exists():
        pytest.skip(f"no java or no {JAR}: `make fuseki` fetches the jar")
    address = f"http://127.0.0.1:{port}/ds"
    # the quick compiler alone: the server lives for a minute
    options = ["-Xmx2g", "-XX:TieredStopAtLevel=1", "-jar", str(JAR), "--quiet", "--mem", "--update", "--localhost"]
    return [java, *options, "--port", str(port), "/ds"], {
        "engine": f"{address}/query",
        "engine_graph_store": f"{address}/data",
    }


_STARTS: dict[str, Callable[[Path, int], tuple[list[str], dict[str, str]]]] = {
    "oxigraph": _oxigraph,
    "virtuoso": _virtuoso,
    "fuseki": _fuseki,
}


@contextmanager
def _run(command: list[str], folder: Path, endpoint: Endpoint) -> Iterator[None]:
    """Run a server until the end of the block; wait until it answers."""
    environment = {**os.environ, "FUSEKI_BASE": str(folder)}
    with (folder / "output.txt").open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(600):
            assert server.poll() is None, (folder / "output.txt").read_text(errors="replace")
            try:
                endpoint.fetch("ASK {}")
                break
            except EngineUnavailable:
                time.sleep(0.1)
        else:
            pytest.fail(f"{command[0]} does not answer")
        yield
    finally:
        server.kill()
        server.wait()


class Engines:
    """The servers of a test run: their settings, and which version each of them holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings: dict[str, dict[str, Any]] = {}
        self._running = ExitStack()

    def close(self) -> None:
        """End all servers."""
        self._running.close()

    def settings(self, name: str) -> dict[str, Any]:
        """Return the settings that name a server; it runs from then on."""
        if name not in self._settings:
            folder = self._folder / name
            folder.mkdir()
            command, settings = _STARTS[name](folder, free_port())
            endpoint = Endpoint.of(read_settings({}, **settings))
            self._running.enter_context(_run(command, folder, endpoint))
            self._settings[name] = settings
        return self._settings[name]

    def endpoint(self, name: str) -> Endpoint:
        """Return the endpoint of a server."""
        return Endpoint.of(read_settings({}, **self.settings(name)))

    def load(self, name: str, version: Version) -> Endpoint:
        """Let a server hold a version; return its endpoint."""
        endpoint = self.endpoint(name)
        mark = read_mark(endpoint)
        if mark is None or mark.version != version.id:
            load_version(version, endpoint)
        return endpoint

    def open(self, name: str, version: Version) -> RemoteStore:
        """Open a version in a server."""
        return RemoteStore.open(self.load(name, version), version.id)
