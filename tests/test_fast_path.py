"""The fast path on a real server: what it answers is what the application answers, and a slow query leaves it."""

import asyncio
import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from migragraph.config import read_settings
from migragraph.store.versions import publish
from migragraph.web import create_app
from migragraph.web.front import Front
from migragraph.web.serving import Serving
from servers import Server, running

EX = "https://example.org/"
SELECT = "SELECT ?s ?n { ?s ?p ?n FILTER(?n < 3) } ORDER BY ?n"
CONSTRUCT = f"CONSTRUCT {{ ?s <{EX}q> 'é' }} {{ ?s ?p 7 }}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"

#: Method, address, headers, body: some answered on the fast path, some not.
REQUESTS: list[tuple[str, str, dict[str, str], str]] = [
    ("GET", f"/sparql?query={quote(SELECT)}", {}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}", {"Accept": "*/*"}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}", {"Accept": "text/csv"}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}", {"Accept": "application/xml;q=0.5, text/tab-separated-values"}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}", {"Accept": "image/png"}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&format=xml", {"Accept": "text/csv"}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&format=xml&output=csv", {}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&timeout=2", {}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&timeout=never", {}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&what=ever", {}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&query={quote(SELECT)}", {}, ""),
    ("GET", f"/sparql?query={quote(SELECT)}&default-graph-uri={EX}none", {}, ""),
    ("GET", f"/sparql?query={quote(CONSTRUCT)}", {"Accept": "application/rdf+xml"}, ""),
    ("GET", f"/sparql?query={quote(CONSTRUCT)}", {"Accept": "application/ld+json"}, ""),
    ("GET", f"/sparql?query={quote('SELECT ?s { ?s ?p }')}", {}, ""),
    ("GET", f"/sparql?query={quote('INSERT DATA { <a:b> <a:b> 1 }')}", {}, ""),
    ("GET", f"/sparql?query={quote('SELECT (UUID() AS ?x) { FILTER(false) }')}", {}, ""),
    ("GET", "/sparql?query=%FF", {}, ""),
    ("GET", "/sparql?query=ASK%20%7B%7D%00", {}, ""),
    ("GET", "/sparql", {"Accept": "text/turtle"}, ""),
    ("GET", "/sparql?version=none&query=ASK%20%7B%7D", {}, ""),
    ("HEAD", f"/sparql?query={quote(SELECT)}", {}, ""),
    ("POST", "/sparql", {"Content-Type": FORM}, urlencode({"query": SELECT})),
    ("POST", "/sparql?format=csv", {"Content-Type": FORM}, urlencode({"query": SELECT})),
    ("POST", "/sparql", {"Content-Type": QUERY}, SELECT),
    ("POST", "/sparql", {"Content-Type": f"{QUERY}; charset=UTF-8"}, SELECT),
    ("POST", "/sparql", {"Content-Type": f"{QUERY}; charset=latin-1"}, SELECT),
    ("POST", "/sparql", {"Content-Type": "text/plain"}, SELECT),
    ("POST", f"/sparql?query={quote(SELECT)}", {"Content-Type": QUERY}, SELECT),
    ("POST", "/sparql", {"Content-Type": FORM}, ""),
    ("PUT", "/sparql", {}, SELECT),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with 500 triples."""
    found = tmp_path_factory.mktemp("fast")
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(EX + "p"), Literal(n), DefaultGraph()) for n in range(500)]
    publish(found, quads, {})
    return found


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """A server without a cache, and few places for queries."""
    with running(home, cache_mib=0, query_seconds=3.0, query_processes=6, client_requests=0) as found:
        yield found


@pytest.fixture(scope="module")
def application(home: Path) -> FlaskClient:
    """The application itself, without what stands before it."""
    return create_app(read_settings({"MIGRAGRAPH_HOME": str(home), "MIGRAGRAPH_QUERY_SECONDS": "3"})).test_client()


def ask(
    server: Server, method: str, address: str, headers: dict[str, str], body: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request; give status, headers and body."""
    where = urlsplit(server.address)
    connection = http.client.HTTPConnection(str(where.hostname), int(where.port or 0), timeout=30)
    connection.request(method, address, body.encode() or None, headers)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


@pytest.mark.parametrize("request_", REQUESTS, ids=[f"{r[0]} {r[1][:60]} {r[2]}" for r in REQUESTS])
def test_an_answer_is_that_of_the_application(
    server: Server, application: FlaskClient, request_: tuple[str, str, dict[str, str], str]
) -> None:
    """Status, headers and body; twice, since the first query of a server finds no process."""
    method, address, headers, body = request_
    host = urlsplit(server.address).netloc
    expected = application.open(address, method=method, headers=headers, data=body or None, base_url=f"http://{host}")
    wanted = {name.lower(): value for name, value in expected.headers.items() if name != "Date"}
    for _ in range(2):
        status, found, content = ask(server, method, address, headers, body)
        assert (status, content) == (expected.status_code, expected.data)
        assert {k: v for k, v in found.items() if k not in {"date", "server", "x-request-id"}} == wanted


def test_a_light_query_does_not_reach_the_application(home: Path) -> None:
    """Not with an application that answers nothing at all; what is not that simple does."""
    app = create_app(read_settings({"MIGRAGRAPH_HOME": str(home), "MIGRAGRAPH_CACHE_MIB": "0"}))
    serving: Serving = app.extensions["migragraph"]
    serving.current().pool.warm()
    front, reached = Front(app), []

    def answer_nothing(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        reached.append(environ["QUERY_STRING"])
        start_response("204 No Content", [("Content-Length", "0")])
        return []

    app.wsgi_app = answer_nothing  # type: ignore[method-assign]
    try:
        assert call(front, SELECT) == 200
        assert call(front, CONSTRUCT) == 200
        assert reached == []
        assert call(front, "SELECT") == 204
        assert call(front, RUNAWAY, timeout="0.5") == 204  # the application has the words for an error
        assert len(reached) == 2
    finally:
        serving.close()


def call(front: Front, query: str, **more: str) -> int:
    """Send a query to the front without a server; give the status."""
    with closing(asyncio.new_event_loop()) as loop:  # not asyncio.run, which takes the loop of other tests away
        return loop.run_until_complete(call_on_loop(front, query, more))


async def call_on_loop(front: Front, query: str, more: dict[str, str]) -> int:
    """Do the same as part of a loop."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/sparql",
        "raw_path": b"/sparql", "query_string": urlencode({"query": query, **more}).encode(), "headers": [],
        "client": ("192.0.2.1", 1), "server": ("localhost", 80),
    }  # fmt: skip
    await front(scope, receive, send)
    return int(sent[0]["status"])


def test_runaways_do_not_hold_it(server: Server) -> None:
    """Five of them, more than there are lanes, leave it in a moment; a light query does not wait for their end."""
    found: list[tuple[int, float]] = []

    def run() -> None:
        begun = time.monotonic()
        status = ask(server, "GET", f"/sparql?query={quote(RUNAWAY)}", {}, "")[0]
        found.append((status, time.monotonic() - begun))

    runaways = [threading.Thread(target=run) for _ in range(5)]
    for thread in runaways:
        thread.start()
    time.sleep(0.3)
    for _ in range(10):
        assert ask(server, "GET", f"/sparql?query={quote(SELECT)}", {}, "")[0] == 200
        assert not found, "the light query waited for a runaway"
    for thread in runaways:
        thread.join()
    assert [status for status, _ in found] == [503] * 5
    assert all(seconds > 2.5 for _, seconds in found)


def test_a_client_that_leaves_frees_its_place(server: Server) -> None:
    """Twenty that ask and go, one after the other, with six places: the service answers on."""
    where = urlsplit(server.address)
    for _ in range(20):
        connection = http.client.HTTPConnection(str(where.hostname), int(where.port or 0), timeout=30)
        connection.request("GET", f"/sparql?query={quote(SELECT)}")
        connection.close()
    assert ask(server, "GET", f"/sparql?query={quote(SELECT)}", {}, "")[0] == 200
