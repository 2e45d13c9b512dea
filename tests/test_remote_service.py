"""The service with a remote engine: loading, what is answered before, while and after, the command line, Python."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Literal, Quad

from answers import ask, problem
from elsewhere import Reply, elsewhere
from engines import Engines, free_port
from migragraph import api
from migragraph.cli import main
from migragraph.config import Settings, read_settings
from migragraph.errors import ConfigError
from migragraph.iris import term
from migragraph.store.endpoint import Endpoint
from migragraph.store.loading import load_version
from migragraph.store.versions import current_version, publish, switch
from migragraph.things import describe_thing
from migragraph.web import create_app
from servers import running
from tiny import publish_tiny

CITIES = "SELECT ?c { ?c a mg:City } ORDER BY ?c"
OTHER = [
    Quad(term("city:turin"), term("rdf:type"), term("mg:City"), DefaultGraph()),
    Quad(term("city:turin"), term("skos:prefLabel"), Literal("Turin", language="en"), DefaultGraph()),
]


@pytest.fixture
def settings(engines: Engines, tiny_settings: Settings) -> Settings:
    """Settings that serve the tiny version from a real server, which holds it."""
    engines.load("oxigraph", current_version(tiny_settings.home))
    return replace(tiny_settings, **engines.settings("oxigraph"))


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    """A client of that application."""
    return create_app(settings).test_client()


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """How to run a command with those settings in the environment."""
    for name in ("home", "engine", "engine_graph_store"):
        monkeypatch.setenv(f"MIGRAGRAPH_{name.upper()}", str(getattr(settings, name)))

    def run_command(*arguments: str) -> str:
        result = CliRunner().invoke(main, [*arguments])
        assert result.exit_code == 0, result.output
        return result.stdout_bytes.decode().replace("\r\n", "\n")

    return run_command


def test_every_page_is_the_same_as_from_the_embedded_engine(client: FlaskClient, tiny_settings: Settings) -> None:
    """Start page, search, things, data, shapes, queries, byte for byte."""
    embedded = create_app(tiny_settings).test_client()
    paths = [
        "/", "/?q=malm", "/page/city/malmo", "/page/network/eurocities", "/page/source/report",
        "/page/claim/report/0123456789abcdef", "/data/city/malmo.ttl", "/data/network/eurocities.jsonld",
        "/data/claim/report/fedcba9876543210.nt", "/shapes", "/ontology?format=ttl", "/health",
    ]  # fmt: skip
    for path in paths:
        ours, theirs = client.get(path), embedded.get(path)
        assert (ours.status_code, ours.text, ours.headers.get("ETag")) == (200, theirs.text, theirs.headers.get("ETag"))
    queries = [
        CITIES,
        "ASK { ?s a mg:City }",
        "CONSTRUCT WHERE { ?s a mg:City }",
        "SELECT ?g { GRAPH ?g {} } ORDER BY ?g",
    ]
    for query in queries:
        for accept in ("text/csv, text/turtle", "application/sparql-results+xml, application/rdf+xml"):
            assert ask(client, query, Accept=accept).data == ask(embedded, query, Accept=accept).data
    assert client.get("/ready").status_code == 200


def test_errors_are_the_same_as_from_the_embedded_engine(client: FlaskClient, tiny_settings: Settings) -> None:
    """Status, cause and remedy."""
    embedded = create_app(tiny_settings).test_client()
    for query in (
        "SELECT ?n\n{ ?s ?p }",
        "SELECT * { SERVICE <http://a.example/> {} }",
        "INSERT DATA {}",
        "ASK { ex:a ex:b 1 }",
    ):
        ours, theirs = ask(client, query), ask(embedded, query)
        assert (ours.status_code, json.loads(ours.data)) == (theirs.status_code, json.loads(theirs.data))
        assert ours.status_code in (400, 403)


def test_rows_of_another_service_are_joined_in_the_engine(settings: Settings) -> None:
    """The engine gets them as values, whatever stands in them, and never the call."""
    bindings = [
        {"c": {"type": "uri", "value": term(f"city:{name}").value}, "n": {"type": "literal", "value": n}}
        for name, n in (("malmo", "\\u0022 } { \n\"'"), ("lodz", "SERVICE"), ("turin", "1"))
    ]
    del bindings[1]["n"]
    with elsewhere() as host:
        body = json.dumps({"head": {"vars": ["c", "n"]}, "results": {"bindings": bindings}}).encode()
        endpoint = host.at("/sparql", Reply(body))
        client = create_app(replace(settings, service_endpoints=endpoint)).test_client()
        query = f"SELECT ?c ?n {{ ?c a mg:City SERVICE <{endpoint}> {{ ?c ex:n ?n }} }} ORDER BY DESC(?c)"
        answer = ask(client, f"PREFIX ex: <http://a.example/> {query}", Accept="application/sparql-results+json")
    assert json.loads(answer.text)["results"]["bindings"] == bindings[:2]


def test_a_new_version_is_served_once_it_is_loaded(
    settings: Settings, client: FlaskClient, run: Callable[..., str]
) -> None:
    """The one before is answered from until then; a service that starts meanwhile says what is missing."""
    assert ask(client, CITIES, Accept="text/csv").text.count("city/") == 3
    version = publish(settings.home, OTHER, {})
    assert ask(client, CITIES, Accept="text/csv").text.count("city/") == 3
    other = create_app(settings).test_client()
    for path in ("/", "/page/city/turin", "/health", "/ready"):
        assert problem(other.get(path)) == (503, "not-loaded")
    assert "`migragraph load`" in json.loads(other.get("/").data)["remedy"]
    assert run("load") == f"version {version.id}\n2 quads loaded\n"
    assert "Turin" in other.get("/page/city/turin").text
    # the service that was there before notices with the next question to the engine
    answers = [ask(client, CITIES, Accept="text/csv") for _ in range(2)]
    assert (answers[0].status_code, answers[1].text) == (503, "c\r\nhttps://w3id.org/migragraph/id/city/turin\r\n")
    assert problem(answers[0]) == (503, "not-loaded")


def test_an_older_version_is_refused(settings: Settings, client: FlaskClient) -> None:
    """The engine holds one."""
    old = current_version(settings.home).id
    assert client.get("/health").status_code == 200
    new = publish(settings.home, OTHER, {}).id
    assert client.get("/sparql", query_string={"query": CITIES, "version": old}).status_code == 200
    assert problem(client.get("/sparql", query_string={"query": CITIES, "version": new})) == (404, "unknown-thing")
    switch(settings.home, old)


def test_an_engine_that_is_down_is_said(settings: Settings) -> None:
    """503 everywhere, without its address."""
    down = create_app(replace(settings, engine=f"http://127.0.0.1:{free_port()}/query")).test_client()
    for path in ("/", "/ready", f"/sparql?query={CITIES}"):
        answer = down.get(path)
        assert problem(answer) == (503, "engine-unavailable")
        assert "127.0.0.1" not in answer.text


def test_commands_ask_the_engine(run: Callable[..., str], tiny_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries and dumps are those of the embedded engine, byte for byte."""
    commands = [("query", CITIES), ("dump", "dataset"), ("dump", "facts", "--format", "ttl")]
    theirs = [run(*command) for command in commands]
    monkeypatch.delenv("MIGRAGRAPH_ENGINE")
    assert theirs == [run(*command) for command in commands]


def test_python_asks_the_engine(run: Callable[..., str]) -> None:
    """As in a notebook."""
    graph = api.open_graph()
    assert type(graph.store).__name__ == "RemoteStore"
    assert [row["c"].rpartition("/")[2] for row in graph.query(CITIES)] == ["lodz", "malmo", "odd"]
    assert list(graph.questions) == ["members"]
    assert [hit.label for hit in graph.search("malm")] == ["Malmö"]
    assert len(graph.graph()) == 29


def test_a_page_takes_few_requests(engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is said of a thing: the embedded engine is asked hundreds of patterns for the same page."""
    version = publish_tiny(tmp_path)
    store = engines.open("oxigraph", version)
    sent: list[str] = []
    fetch = Endpoint.fetch

    def counted(self: Endpoint, query: str, *args: Any, **more: Any) -> Any:
        sent.append(query)
        return fetch(self, query, *args, **more)

    monkeypatch.setattr(Endpoint, "fetch", counted)
    city, network = (term(name).value for name in ("city:malmo", "network:eurocities"))
    assert describe_thing(store, city) == describe_thing(version.open(), city)
    n_requests = len(sent)
    assert n_requests <= 12
    assert describe_thing(store, network) == describe_thing(version.open(), network)
    assert len(sent) <= 2 * n_requests


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "localhost:7878", "http://", "http://me:secret@localhost/query", "http://a/?b=c"]
)
def test_an_impossible_address_is_refused(address: str) -> None:
    """With the name of the setting, and never a password."""
    with pytest.raises(ConfigError, match="MIGRAGRAPH_ENGINE cannot be read") as caught:
        read_settings({"MIGRAGRAPH_ENGINE": address})
    assert "secret" not in str(caught.value)


def test_the_running_server_tells_what_is_missing(settings: Settings) -> None:
    """Before the version is loaded every request has its answer, and afterwards the server goes on by itself."""
    version = publish(settings.home, OTHER, {})
    with running(settings.home, engine=settings.engine, engine_graph_store=settings.engine_graph_store) as server:

        def get(path: str) -> tuple[int, str]:
            try:
                with urlopen(server.address + path, timeout=30) as answer:
                    return answer.status, answer.read().decode()
            except HTTPError as error:
                return error.code, error.read().decode()

        for path in ("/", "/ready"):
            status, text = get(path)
            assert (status, "`migragraph load`" in text) == (503, True)
        assert get("/metrics")[0] == 200
        load_version(version, Endpoint.of(settings))
        for _ in range(2):  # the second one from the cache
            status, text = get("/page/city/turin")
            assert (status, "Turin" in text) == (200, True)
