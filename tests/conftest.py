"""Shared by all tests: a clean environment, a tiny version and the real one, the application; ``--no-skips``."""

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser
from pyoxigraph import Store

from browsers import chromium
from elsewhere import Elsewhere, elsewhere
from engines import REMOTE, Engines
from hand_made import load_facts
from memberships import SAMPLES, publish_memberships
from migragraph.build import build_version
from migragraph.config import PREFIX, Settings, read_settings
from migragraph.federation import Federation
from migragraph.networks.definitions import find_stored
from migragraph.networks.extraction import extract_network
from migragraph.networks.ties import Network
from migragraph.report.content import Report
from migragraph.report.making import make_report
from migragraph.store.versions import Version, current_version
from migragraph.web import create_app
from node_reader import Reader, install, reading
from projects import ROOT
from real_facts import DEFINITIONS, Facts
from servers import running
from service_calls import ClientOf
from small_networks import publish_networks
from tiny import publish_tiny

# how long an example takes says more of the machine, and of who else uses it, than of the code
settings.register_profile("migragraph", deadline=None)
settings.load_profile("migragraph")


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


@pytest.fixture(scope="session")
def real_networks(real_graph: Store) -> dict[str, Network]:
    """Return all networks of the real graph."""
    return {slug: extract_network(real_graph, definition) for slug, definition in DEFINITIONS.items()}


@pytest.fixture(scope="session")
def real_facts(real_graph: Store) -> Facts:
    """Return the facts and the accepted claims of the real graph as sets."""
    return Facts(real_graph)


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


@pytest.fixture(scope="session")
def networks_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the version of small networks, for reading."""
    home = tmp_path_factory.mktemp("networks")
    publish_networks(home)
    return home


@pytest.fixture(scope="module")
def networks_address(networks_home: Path) -> Iterator[str]:
    """Run the server on the version of small networks."""
    with running(networks_home) as server:
        yield server.address


@pytest.fixture(scope="session")
def memberships_version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """Return the version with memberships, arrows and a network that is empty, for reading."""
    return publish_memberships(tmp_path_factory.mktemp("memberships"))


@pytest.fixture(scope="session")
def memberships_store(memberships_version: Version) -> Store:
    """Return what that version holds."""
    return memberships_version.open()


@pytest.fixture(scope="session")
def memberships(memberships_store: Store) -> Network:
    """Return the network of memberships."""
    return extract_network(memberships_store, find_stored(memberships_store, "memberships"), "v")


@pytest.fixture(scope="session")
def memberships_report(memberships: Network) -> Report:
    """Return its report."""
    return make_report(memberships, resamples=SAMPLES, seed=5)


@pytest.fixture(scope="session")
def hand_made() -> Store:
    """Return a store with the things that small networks are made of, not to be written to."""
    return load_facts()


@pytest.fixture(scope="module")
def host() -> Iterator[Elsewhere]:
    """Run a host that tests fill."""
    with elsewhere() as found:
        yield found


@pytest.fixture(scope="module")
def calling_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return one application on the tiny version, so that its query processes are started once."""
    home = tmp_path_factory.mktemp("calling")
    publish_tiny(home)
    made = create_app(replace(read_settings({}), home=home))
    yield made
    made.extensions["migragraph"].close()


@pytest.fixture
def client_of(calling_app: Flask) -> ClientOf:
    """Return how to get a client of a service that may call these endpoints, with further settings of that alone."""

    def made(*endpoints: str, **settings: Any) -> FlaskClient:
        serving = calling_app.extensions["migragraph"]
        serving.federation = Federation(replace(serving.settings, service_endpoints=" ".join(endpoints), **settings))
        return calling_app.test_client()

    return made


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
