"""Shared by all tests: a clean environment, a tiny version and the real one, the application; ``--no-skips``."""

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser
from pyoxigraph import RdfFormat, Store, parse

from browsers import chromium
from engines import REMOTE, Engines
from migragraph.build import build_version
from migragraph.config import PREFIX, Settings, read_settings
from migragraph.store.versions import Version, current_version, publish
from migragraph.web import create_app
from node_reader import Reader, install, reading
from projects import ROOT
from servers import running

# how long an example takes says more of the machine, and of who else uses it, than of the code
settings.register_profile("migragraph", deadline=None)
settings.load_profile("migragraph")

TINY = Path(__file__).parent / "data" / "tiny.trig"
#: What the manifest of the tiny version says beside what publication itself notes.
DESCRIBED = {
    "counts": {"facts": 29, "claims": 2, "claims accepted": 1, "sources": 1},
    "classes": {"mg:City": 3, "mg:Network": 1, "mg:Service": 1, "mg:Territory": 1},
    "graphs": {
        "https://w3id.org/migragraph/graph/authority": 2,
        "https://w3id.org/migragraph/graph/claims/report": 15,
        "https://w3id.org/migragraph/graph/derived/superclasses": 1,
        "https://w3id.org/migragraph/graph/queries": 8,
    },
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--no-skips``, for a machine that has all that the tests need, and ``--regenerate``."""
    parser.addoption("--no-skips", action="store_true", help="a test that is skipped fails")
    parser.addoption("--regenerate", action="store_true", help="write the expected results of the questions anew")


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Tell whether expected results are to be written anew."""
    return bool(request.config.getoption("regenerate"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skipped test fail where nothing may be skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("no_skips"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and --no-skips is given: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings of the machine out of the tests."""
    for name in [name for name in os.environ if name.startswith(PREFIX) and name != "MIGRAGRAPH_REFERENCE"]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the real graph, built from the files of the project; for reading.

    It is built once in a test run, by the first worker that asks for it; without checks, which ``make check`` runs.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which the workers of a run share
    home = folder / "real"
    with FileLock(folder / "real.lock"):
        if not (home / "current").exists():
            build_version(read_settings({}, project=ROOT, home=home), check=False)
    return home


@pytest.fixture(scope="session")
def real_version(real_home: Path) -> Version:
    """Return the version with the real graph."""
    return current_version(real_home)


@pytest.fixture(scope="session")
def real_graph(real_version: Version) -> Store:
    """Return the real graph, in memory, where it answers three times as fast; not to be written to."""
    store = Store()
    store.bulk_extend(iter(real_version.open()))
    return store


def publish_tiny(home: Path) -> Version:
    """Publish the version of hand-written quads in ``tests/data/tiny.trig``."""
    return publish(home, list(parse(TINY.read_bytes(), RdfFormat.TRIG)), DESCRIBED)


@pytest.fixture
def tiny_home(tmp_path: Path) -> Path:
    """Return a folder with one published version: three cities, a network, two claims, one question."""
    publish_tiny(tmp_path / "var")
    return tmp_path / "var"


@pytest.fixture
def tiny_settings(tiny_home: Path) -> Settings:
    """Return settings that serve the tiny version; queries may be 5,000 bytes long."""
    return replace(read_settings({}), home=tiny_home, max_query_bytes=5000)


@pytest.fixture
def app(tiny_settings: Settings) -> Flask:
    """Return the application on the tiny version."""
    return create_app(tiny_settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application, without sockets."""
    return app.test_client()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the server on the tiny version; modules that serve something else have a fixture of this name themselves."""
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home)
    with running(home) as server:
        yield server.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once a module: what drives it keeps an event loop in this thread, which other tests want."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Return the real servers that a remote engine is tried with."""
    found = Engines(tmp_path_factory.mktemp("engines"))
    yield found
    found.close()


@pytest.fixture(params=("embedded", *REMOTE))
def any_client(request: pytest.FixtureRequest, tiny_settings: Settings, engines: Engines) -> FlaskClient:
    """Return a client of the application on the tiny version, in each engine."""
    if request.param != "embedded":
        engines.load(request.param, current_version(tiny_settings.home))
        tiny_settings = replace(tiny_settings, **engines.settings(request.param))
    return create_app(tiny_settings).test_client()


@pytest.fixture(scope="session")
def node(pytestconfig: pytest.Config) -> Iterator[Reader]:
    """Return a function that reads a graph file with a library for Node.js."""
    assert pytestconfig.cache is not None
    home = pytestconfig.cache.mkdir("readers")
    install(home)
    with reading(home) as read:
        yield read
