"""A remote engine that misbehaves: every way in which an answer can be late, broken, cut or refused has its error.

The engine is a small server on a real socket that does what the real ones were seen to do.
"""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyoxigraph import BlankNode, QueryBoolean, QuerySolutions

from engines import REMOTE, Engines, free_port
from migragraph.errors import (
    ConfigError,
    EngineRefusal,
    EngineUnavailable,
    ForbiddenQuery,
    MalformedQuery,
    MigragraphError,
    NotLoaded,
    QueryTimeout,
    ResultTooLarge,
    ServiceBusy,
    UpdateInPlaceOfQuery,
)
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name
from migragraph.limits.pool import Limits
from migragraph.limits.remote import RemotePool
from migragraph.query import QueryRequest
from migragraph.store.answers import BLANK, read_rows, read_triples
from migragraph.store.endpoint import Endpoint
from migragraph.store.loaded import Mark
from migragraph.store.remote import RemoteStore
from migragraph.store.versions import Version
from tiny import publish_tiny

JSON = "application/sparql-results+json"
ROW = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"one"}}]}}'
Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Engine:
    """A server that behaves as it is told, and remembers what it was sent."""

    def __init__(self) -> None:
        self.behave: Behaviour = answer(200, ROW)
        self.sent: list[dict[str, Any]] = []
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                engine.sent.append({**parse_qs(body.decode()), "headers": dict(self.headers)})
                engine.behave(self)
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()


def answer(status: int, body: bytes = b"", cut: int = 0, **headers: str) -> Behaviour:
    """Answer with a status and a body; ``cut`` bytes of it never come."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": JSON, "Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body[: len(body) - cut])

    return behave


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte now and then, so that no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(1000):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def silence(_: BaseHTTPRequestHandler) -> None:
    """Answer nothing for longer than anybody waits."""
    time.sleep(2)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine that misbehaves."""
    found = Engine()
    yield found
    found.close()


@pytest.fixture
def endpoint(engine: Engine) -> Endpoint:
    """The way to it; half a second for a query."""
    return Endpoint(engine.address, engine.address, seconds=0.5, max_bytes=1000)


@pytest.mark.parametrize(
    ("behave", "expected", "message"),
    [
        (silence, QueryTimeout, "within 0.5 seconds"),
        (drip, QueryTimeout, "within 0.5 seconds"),
        (answer(200, ROW, X_SQL_State="S1TAT"), QueryTimeout, "within 0.5 seconds"),
        (answer(503, b"Query timed out"), QueryTimeout, "within 0.5 seconds"),
        (answer(200, ROW, X_SPARQL_MaxRows="100"), ResultTooLarge, "at most 100 rows"),
        (answer(200, b" " * 1001), ResultTooLarge, "longer than 1,000 bytes"),
        (answer(200, ROW, cut=3), EngineUnavailable, "does not answer"),
        (answer(200, ROW[:-3]), EngineUnavailable, "not whole"),
        (answer(200, ROW + b"\n##  Query cancelled due to timeout"), EngineUnavailable, "not whole"),
        (answer(200, b"<html>Welcome</html>"), EngineUnavailable, "not whole"),
        (answer(200), EngineUnavailable, "not whole"),
        (
            answer(400, b"Virtuoso 37000 Error\nSPARQL query: secret"),
            EngineRefusal,
            r"do this: Virtuoso 37000 Error\. Write",
        ),
        (answer(500, b"transitive start not given"), EngineRefusal, "transitive start not given"),
        (answer(401), EngineUnavailable, "does not take its account"),
        (answer(403), EngineUnavailable, "does not take its account"),
        (answer(404), EngineUnavailable, "no SPARQL service"),
        (answer(502, b"Bad Gateway"), EngineUnavailable, "not ready: Bad Gateway"),
        (answer(503, b"Too busy"), EngineUnavailable, "not ready: Too busy"),
    ],
)
def test_what_goes_wrong_has_its_name(
    engine: Engine, endpoint: Endpoint, behave: Behaviour, expected: type[MigragraphError], message: str
) -> None:
    """And no message names the engine's address."""
    engine.behave = behave
    with pytest.raises(expected, match=message) as caught:
        read_rows(endpoint.fetch("SELECT ?n { ?s ?p ?n }"))
    assert type(caught.value) is expected
    assert "127.0.0.1" not in str(caught.value)


def test_nobody_there_is_said_without_the_address() -> None:
    """Refused connections."""
    with pytest.raises(EngineUnavailable, match=r"does not answer: .*refused") as caught:
        Endpoint(f"http://127.0.0.1:{free_port()}/query").fetch("ASK {}")
    assert "127.0.0.1" not in str(caught.value)


def test_a_graph_that_breaks_off_is_no_graph(engine: Engine, endpoint: Endpoint) -> None:
    """Neither with a remark for people at the end, nor within a line."""
    line = b"<a:a> <a:b> <a:c> .\n"
    assert [str(t) for t in read_triples(endpoint_body(engine, endpoint, line))] == ["<a:a> <a:b> <a:c>"]
    assert list(read_triples(endpoint_body(engine, endpoint, b"# Empty NT\n"))) == []
    for body in (line + b"\n##  Query cancelled due to timeout during execution   ##\n", line + line[:12]):
        with pytest.raises(EngineUnavailable, match="not whole"):
            list(read_triples(endpoint_body(engine, endpoint, body)))


def endpoint_body(engine: Engine, endpoint: Endpoint, body: bytes) -> Any:
    """Fetch what the engine answers."""
    engine.behave = answer(200, body)
    return endpoint.fetch("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")


def test_virtuoso_answers_yes_and_no_in_rows(engine: Engine, endpoint: Endpoint) -> None:
    """One row or none in a column of its own."""
    yes = ROW.replace(b'"n"', b'"__ASK_RETVAL"')
    no = b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[]}}'
    for body, expected in ((yes, True), (no, False)):
        engine.behave = answer(200, body)
        found = read_rows(endpoint.fetch("ASK {}"))
        assert isinstance(found, QueryBoolean)
        assert bool(found) is expected


def test_what_is_sent(engine: Engine) -> None:
    """A form with query, graphs and account; the deadline where the engine keeps one, in its unit; never ``update``."""
    for unit, timeout in ((1, {"timeout": ["2"]}), (1000, {"timeout": ["2000"]}), (0, {})):
        account = {"user": "me", "password": "secret"}
        endpoint = Endpoint(engine.address, **account, seconds=2, timeout_unit=unit)  # type: ignore[arg-type]
        found = read_rows(endpoint.fetch("SELECT ?n {}", default_graphs=["a:a"], named_graphs=["b:b", "c:c"]))
        assert isinstance(found, QuerySolutions)
        assert [str(row["n"]) for row in found] == ['"one"']
        sent = engine.sent[-1]
        headers = sent.pop("headers")
        graphs = {"default-graph-uri": ["a:a"], "named-graph-uri": ["b:b", "c:c"]}
        assert sent == {"query": ["SELECT ?n {}"]} | graphs | timeout
        assert (headers["Authorization"], headers["Accept"]) == ("Basic bWU6c2VjcmV0", JSON)
        assert "secret" not in repr(endpoint)


def test_an_engine_that_counts_whole_seconds_gets_one_at_least(engine: Engine) -> None:
    """None would stand for no deadline at all."""
    Endpoint(engine.address, seconds=0.4, timeout_unit=1).fetch("SELECT ?n {}")
    assert engine.sent[-1]["timeout"] == ["1"]


def test_the_longest_answer_is_read_and_no_longer_one(engine: Engine) -> None:
    """At just so many bytes it is whole."""
    assert Endpoint(engine.address, max_bytes=len(ROW)).fetch("SELECT ?n {}").read() == ROW
    with pytest.raises(ResultTooLarge, match=f"longer than {len(ROW) - 1} bytes"):
        Endpoint(engine.address, max_bytes=len(ROW) - 1).fetch("SELECT ?n {}")


@pytest.mark.parametrize("before", [0, 1, 20, 36, 37])
def test_a_blank_node_is_found_wherever_it_stands(before: int) -> None:
    """An answer is looked through a MiB at a time, and its name may begin in one part and end in the next."""
    head = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"uri","value":"'
    padding = b" " * (2**20 - len(head) - before)
    body = BytesIO(padding + head + BLANK.encode() + b'shapes-c14n0"}}]}}')
    (row,) = read_rows(body)
    assert row["n"] == BlankNode("shapes-c14n0")


@pytest.mark.parametrize(("name", "unit"), [("oxigraph", 0), ("fuseki", 1), ("virtuoso", 1000)])
def test_the_engine_is_recognised(engines: Engines, name: str, unit: int) -> None:
    """By its headers, for the unit of its deadline."""
    assert engines.endpoint(name).recognised().timeout_unit == unit


def test_writing_needs_an_address() -> None:
    """The error names the setting."""
    with pytest.raises(ConfigError, match="MIGRAGRAPH_ENGINE_GRAPH_STORE"):
        Endpoint("http://127.0.0.1:1").remove("a:a")


# limits, on real servers

CSV, TRIPLES = by_name("csv", RESULT_FORMATS), by_name("nt", GRAPH_FORMATS)
RUNAWAY = """
SELECT (COUNT(*) AS ?n) {
  ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s FILTER(STR(?a) > CONCAT(STR(?q), STR(?p)))
}
"""
CITIES = "SELECT ?c { ?c a mg:City } ORDER BY ?c"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """The version of ``tests/data/tiny.trig``."""
    return publish_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(params=REMOTE)
def pool(request: pytest.FixtureRequest, engines: Engines, tiny: Version) -> Iterator[RemotePool]:
    """A pool with small limits on a real server."""
    store = engines.open(request.param, tiny)
    found = RemotePool(store, Limits(timeout_seconds=20, queue_seconds=0.3, processes=2, memory_mib=300, answer_mib=1))
    found.warm()
    yield found
    found.close()


def test_answers_are_those_of_the_embedded_engine(pool: RemotePool) -> None:
    """Rows, yes or no and graphs, in any format; errors with their place."""
    ids = ("lodz", "malmo", "odd")
    expected = "c\r\n" + "".join(f"https://w3id.org/migragraph/id/city/{city}\r\n" for city in ids)
    found = pool.answer(QueryRequest(CITIES), CSV)
    assert found.is_whole
    assert found.read() == expected.encode()
    assert pool.answer(QueryRequest("ASK { ?s a mg:Nothing }"), CSV).read() == b"false"
    made = pool.answer(QueryRequest("CONSTRUCT { ?c a mg:City } { ?c a mg:Network }"), TRIPLES).read()
    assert made == (
        b"<https://w3id.org/migragraph/id/network/eurocities> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        b"<https://w3id.org/migragraph/ontology#City> .\n"
    )
    with pytest.raises(MalformedQuery) as caught:
        pool.answer(QueryRequest("SELECT ?n\n{ ?s ?p }"), CSV)
    assert (caught.value.line, caught.value.column) == (2, 9)


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:b> <a:b> 1 }",
        "SELECT * { SERVICE <http://127.0.0.1:1> { ?s ?p ?o } }",
        "SELECT (<java:java.lang.System.exit>(1) AS ?x) {}",
        r"SELECT (<\u0062if:sys_stat>('x') AS ?x) {}",
        "PREFIX f: <sql:> SELECT (f:x(1) AS ?x) {}",
    ],
)
def test_what_is_not_done_here_never_gets_to_the_engine(pool: RemotePool, query: str) -> None:
    """Updates, other services, functions in the engine's own language."""
    with pytest.raises((ForbiddenQuery, UpdateInPlaceOfQuery)):
        pool.answer(QueryRequest(query), CSV)


def test_a_runaway_is_given_up_at_the_deadline(pool: RemotePool) -> None:
    """The error names the limit; others are answered meanwhile and after."""
    with pytest.raises(QueryTimeout, match="within 1 seconds"):
        pool.answer(QueryRequest(RUNAWAY), CSV, timeout_seconds=1)
    assert pool.answer(QueryRequest(CITIES), CSV).read().count(b"\r\n") == 4


def test_an_answer_that_is_too_long_is_an_error(pool: RemotePool) -> None:
    """A MiB is the most here; nothing of it is given."""
    with pytest.raises(ResultTooLarge):
        pool.answer(QueryRequest("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 4000"), CSV)


def test_there_are_so_many_places(engine: Engine, endpoint: Endpoint) -> None:
    """Who finds none is told to come again; a place is free again once its query was given up."""
    store = RemoteStore(endpoint, Mark("v", "1", frozenset()))
    pool = RemotePool(store, Limits(timeout_seconds=1, queue_seconds=0.1, processes=1, memory_mib=300, answer_mib=1))
    pool.warm()
    engine.behave = silence
    found: list[object] = []

    def run() -> None:
        try:
            pool.answer(QueryRequest(CITIES), CSV)
        except QueryTimeout as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not engine.sent:
        time.sleep(0.01)
    with pytest.raises(ServiceBusy, match="1 queries are being answered"):
        pool.answer(QueryRequest(CITIES), CSV)
    thread.join()
    assert len(found) == 1
    engine.behave = answer(200, ROW)
    with pytest.raises(NotLoaded):  # the mark is not there: the place was
        pool.answer(QueryRequest(CITIES), CSV)
    assert not pool.is_warm
    pool.close()
