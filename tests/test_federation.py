"""SERVICE: listed endpoints are asked by us and their rows joined; whatever else is refused before that."""

import csv
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from answers import BROWSER, ask, problem
from conftest import publish_tiny
from elsewhere import Elsewhere, Reply, elsewhere
from migragraph.config import Settings, read_settings
from migragraph.errors import ConfigError, ForbiddenQuery, MalformedQuery
from migragraph.federation import Federation
from migragraph.federation.calls import Calling
from migragraph.federation.federation import MOST_CALLS, MOST_ROWS
from migragraph.federation.fetching import _is_public, ip_address
from migragraph.federation.terms import can_stand, write_values
from migragraph.query import QueryRequest, run_query
from migragraph.syntax import resolve_escapes
from migragraph.web import create_app
from migragraph.web.serving import Scratch
from servers import running
from test_guarded import Client
from test_query import SERVICE_CALLS

EX = "https://example.org/"
CITY = "https://w3id.org/migragraph/id/city/"


@pytest.fixture(scope="module")
def host() -> Iterator[Elsewhere]:
    """A host that tests fill."""
    with elsewhere() as found:
        yield found


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A second service of ours, on another graph; its SPARQL endpoint."""
    home = tmp_path_factory.mktemp("remote")
    publish_tiny(home)
    with running(home) as server:
        yield f"{server.address}/sparql"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the tiny version."""
    found = tmp_path_factory.mktemp("federation")
    publish_tiny(found)
    return found


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    """One application, so that its query processes are started once."""
    made = create_app(replace(read_settings({}), home=home))
    yield made
    made.extensions["migragraph"].close()


ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def client_of(app: Flask) -> ClientOf:
    """How to get a client of a service that may call these endpoints, with further settings of that alone."""

    def made(*endpoints: str, **settings: Any) -> FlaskClient:
        serving = app.extensions["migragraph"]
        serving.federation = Federation(replace(serving.settings, service_endpoints=" ".join(endpoints), **settings))
        return app.test_client()

    return made


def rows(client: FlaskClient, query: str) -> list[list[str]]:
    """Ask for CSV, and give the rows without the head."""
    answer = ask(client, query, Accept="text/csv")
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text)))[1:]


def results(variables: list[str], bindings: list[dict[str, Any]]) -> bytes:
    """Write results in JSON."""
    return json.dumps({"head": {"vars": variables}, "results": {"bindings": bindings}}).encode()


def literal(value: str) -> dict[str, str]:
    """A literal in results in JSON."""
    return {"type": "literal", "value": value}


# what is joined


def test_rows_of_another_service_are_joined(client_of: ClientOf, remote: str) -> None:
    """Inside of OPTIONAL and MINUS, in a subquery, an EXISTS, with variables unbound there; worked out by hand."""
    client = client_of(remote)
    city = "https://w3id.org/migragraph/id/city/{}".format
    cases = {
        # three cities have a name, one of them a second one
        "SELECT ?c ?also { ?c a mg:City SERVICE <R> { ?c skos:prefLabel ?name OPTIONAL { ?c skos:altLabel ?also } } }":
            [[city("lodz"), ""], [city("malmo"), "Malmoe"], [city("odd"), ""]],
        # a row without ?also fits to every value of it: UNDEF is no value
        'SELECT ?c ?also { VALUES ?also { "Malmoe"@de "Lodz"@en } '
        "SERVICE <R> { ?c a mg:City OPTIONAL { ?c skos:altLabel ?also } } }":
            [[city("lodz"), "Lodz"], [city("lodz"), "Malmoe"], [city("malmo"), "Malmoe"],
             [city("odd"), "Lodz"], [city("odd"), "Malmoe"]],
        "SELECT ?c ?p { ?c a mg:City OPTIONAL { SERVICE <R> { ?c schema:population ?p } FILTER(?p > 5) } }":
            [[city("lodz"), ""], [city("malmo"), ""], [city("odd"), "12"]],
        "SELECT ?c { ?c a mg:City MINUS { SERVICE <R> { ?c schema:population ?p } } }":
            [[city("lodz")], [city("malmo")]],
        "SELECT ?c { ?c a mg:City FILTER EXISTS { SERVICE <R> { ?c schema:population ?p } } }": [[city("odd")]],
        "SELECT ?c { { SERVICE <R> { SELECT ?c { ?c a mg:City } ORDER BY ?c LIMIT 1 } } ?c a mg:City }":
            [[city("lodz")]],
        # rows come as often as they are given, also those without a variable
        "SELECT (COUNT(*) AS ?n) { SERVICE <R> { mg:City rdfs:label [] } SERVICE SILENT <R> { [] a mg:City } }":
            [["3"]],
        "SELECT * { SERVICE <R> { ?c a mg:Nothing } }": [],
    }  # fmt: skip
    for query, expected in cases.items():
        assert sorted(rows(client, query.replace("<R>", f"<{remote}>"))) == expected, query
    graph = ask(
        client, f"CONSTRUCT {{ ?c a mg:Place }} {{ SERVICE <{remote}> {{ ?c a mg:City }} }}", Accept="text/csv,*/*"
    )
    assert graph.text.count("mg:Place") == 3
    assert ask(client, f"ASK {{ SERVICE <{remote}> {{ ?c a mg:Nothing }} }}", Accept="text/csv").text == "false"


def test_the_endpoint_may_be_a_name(client_of: ClientOf, remote: str) -> None:
    """With prefixes and base of the query; the pattern goes with them and with those that need no declaration."""
    client = client_of(remote)
    base = remote.removesuffix("sparql")
    for query in (
        f"PREFIX wd: <{base}> SELECT ?c {{ SERVICE wd:sparql {{ ?c schema:population 12 }} }}",
        f"BASE <{base}>\nprefix s: <https://schema.org/>\nselect?c{{service#c\n<sparql>{{?c s:population 12}}}}",
        f"PREFIX schema: <{EX}> PREFIX schema: <https://schema.org/> SELECT ?c {{ {{ SERVICE\n\nSILENT\t<{remote}>"
        " { ?c schema:population 12 # }\n } } }",
    ):
        assert rows(client, query) == [[CITY + "odd"]]


def test_hostile_answers_stay_data(client_of: ClientOf, host: Elsewhere) -> None:
    """Quotes, braces, newlines, escapes, words of SPARQL: each value is the one that came."""
    values = [
        '"', "'", '""" } SERVICE <http://x/> { ?s ?p ?o } #', "a\nb\r\tc", "\\",
        "\\\\u0022 } SERVICE", "\\u0022 SERVICE {",
        "\\U00000022", "{", "}", "# SERVICE", "?x", "UNDEF", "\x01\x7f\u2028", "😀", "", " ",
    ]  # fmt: skip
    iris = ["http://x/(a)service", "http://x/'", "urn:a:b", "http://x/%22%7D"]
    bindings = [{"v": literal(v), "n": {"type": "uri", "value": iris[n % len(iris)]}} for n, v in enumerate(values)]
    endpoint = host.at("/hostile", Reply(results(["v", "n", "c"], bindings)))
    query = f"SELECT ?v ?n {{ SERVICE <{endpoint}> {{ ?s ?v ?n }} }}"
    answer = ask(client_of(endpoint), query, Accept="application/sparql-results+json")
    assert [
        {name: {"type": term["type"], "value": term["value"]} for name, term in row.items()}
        for row in json.loads(answer.text)["results"]["bindings"]
    ] == bindings


def test_variables_that_the_pattern_does_not_have_are_left_out(client_of: ClientOf, host: Elsewhere) -> None:
    """Or an endpoint could bind what is none of its business; one that it leaves out is unbound."""
    endpoint = host.at(
        "/more", Reply(results(["c", "x", "hid"], [{"c": literal("1"), "x": literal("2"), "hid": literal("3")}]))
    )
    query = f"SELECT * {{ VALUES ?x {{ 5 }} SERVICE <{endpoint}> {{ ?c ?p ?o MINUS {{ ?x ?y ?hid }} }} }}"
    answer = ask(client_of(endpoint), query, Accept="application/sparql-results+json")
    found = json.loads(answer.text)
    assert sorted(found["head"]["vars"]) == ["c", "o", "p", "x"]
    assert [{k: v["value"] for k, v in row.items()} for row in found["results"]["bindings"]] == [{"c": "1", "x": "5"}]


# terms

_TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\"'\\uU{}<>\n\r\t()#?$ SERVICE0041")))
IRIS = st.one_of(
    st.from_regex(r"\A(http://a\.example/|urn:x:)[A-Za-z0-9._~:/?@!$&'()*+,;=éß-]*(#[a-z()]*)?\Z"),
    st.sampled_from(["urn:x:)service", "http://a.example/)SERVICE<", "http://a.example/%22"]).map(
        lambda iri: iri.strip("<")
    ),
)
_TAGS = st.sampled_from(["en", "de-at", "zh-hant-tw", "i-klingon", "x-service", "de-1996"])
TERMS = st.one_of(
    IRIS.map(NamedNode),
    _TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), _TEXTS, _TAGS),
    st.builds(lambda text, iri: Literal(text, datatype=NamedNode(iri)), _TEXTS, IRIS),
    st.integers().map(Literal),
)


@example([{"a": Literal(r"\u0041"), "b": Literal(r"\\U00000022 } {")}, {}])
@given(st.lists(st.fixed_dictionaries({}, optional={"a": TERMS, "b": TERMS}), max_size=4))
def test_any_rows_are_read_back_as_they_were(given_rows: list[dict[str, Any]]) -> None:
    """By our engine, and by those that resolve escapes before all else; no value is taken for a call."""
    text = f"SELECT * {{ {write_values(['a', 'b'], given_rows)} }}"
    for written in (text, resolve_escapes(text)):
        found = Store().query(written)
        assert isinstance(found, QuerySolutions)
        assert [{n: row[n] for n in ("a", "b") if row[n] is not None} for row in found] == given_rows
        if all(can_stand(term) for row in given_rows for term in row.values()):
            run_query(Store(), QueryRequest(written))


@given(_TEXTS)
def test_no_text_of_an_answer_is_taken_for_a_call(text: str) -> None:
    """Whatever stands in it."""
    written = write_values(["a"], [{"a": Literal(text + "service {")}, {"a": NamedNode("http://a.example/)service")}])
    assert not QueryRequest(f"ASK {{ {written} }}").calls_services


# what is refused


def test_it_is_off_by_default(client_of: ClientOf, remote: str) -> None:
    """And then nothing says that there is such a thing."""
    answer = ask(client_of(), f"ASK {{ SERVICE <{remote}> {{}} }}")
    assert problem(answer) == (403, "forbidden-query")
    assert "feature" not in client_of().get("/sparql", headers={"Accept": "text/turtle"}).text
    listed = client_of(remote).get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "sd:feature sd:BasicFederatedQuery" in listed


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "<http://x.example/>, which is not one of those"),
        ("SELECT * { SERVICE SILENT <http://x.example/> {} }", "<http://x.example/>, which is not one of those"),
        ("PREFIX x: <http://x.> SELECT * { SERVICE x:a {} }", "<http://x.a>, which is not one of those"),
        ("SELECT * { SERVICE <L> {} SERVICE <http://127.0.0.1/> {} }", "<http://127.0.0.1/>, which is not one"),
        ("SELECT * { SERVICE <L/> {} }", "/listed/>, which is not one"),
        ("SELECT * { ?e a mg:City SERVICE ?e { ?s ?p ?o } }", "?e, a variable"),
        ("SELECT * { SERVICE SILENT $e { ?s ?p ?o } }", "$e, a variable"),
        ("SELECT * { SERVICE <L> { SERVICE <L> { ?s ?p ?o } } }", "inside of a call of <http"),
        ("SELECT * { SERVICE <L> { ?s ?p ?o } } VALUES ?x { <http://x/\\u0041> }", "an escape outside of strings"),
        ("SELECT * { SERVICE <\\u0068ttp://x.example/> { ?s ?p ?o } }", "an escape outside of strings"),
        ("SELECT * { SERVICE <L> { ?s <bif:contains> ?o } }", "of the engine's own"),
        ("PREFIX j: <java:> SELECT * { SERVICE <L> { ?s j:x ?o } }", "of the engine's own"),
        ("SELECT * {" + "SERVICE <L> {}" * (MOST_CALLS + 1) + "}", f"at most {MOST_CALLS} calls"),
        ("SELECT * { SERVICE <L> {" + "{" * 200 + "}" * 200 + "} }", "too large"),
    ],
)
def test_what_is_not_done_is_said_before_anything_is_asked(
    client_of: ClientOf, host: Elsewhere, query: str, said: str
) -> None:
    """By name, with the setting where one helps."""
    listed = host.at("/listed", Reply(results([], [{}])))
    host.asked.clear()
    answer = ask(client_of(listed), query.replace("<L", f"<{listed}"))
    assert problem(answer) == (403, "forbidden-query")
    assert said in json.loads(answer.text)["detail"]
    assert host.asked == []


@pytest.mark.parametrize("query", SERVICE_CALLS)
def test_no_spelling_reaches_what_is_not_listed(query: str) -> None:
    """Every way to write a call that the engine knows, where another endpoint is listed."""
    federation = Federation(replace(read_settings({}), service_endpoints="http://listed.example/"))
    with pytest.raises((ForbiddenQuery, MalformedQuery)):
        federation.resolve(QueryRequest(query), 5)


@pytest.mark.parametrize(
    ("query", "line", "column", "cause"),
    [
        ("SELECT * {\n SERVICE <L> { ?s ?p } }", 2, None, "'}' is not expected here"),
        ("SELECT * { SERVICE <L> { ?s ?p ?o }\n ?s ?p }", 2, 8, "'}' is not expected here"),
        ("SELECT * {\n SERVICE }", 2, 2, "this SERVICE is not of the form SERVICE <endpoint> { … }"),
        ("SELECT *\n { SERVICE 'x' {} }", 2, 4, "this SERVICE is not of the form SERVICE <endpoint> { … }"),
        ("SELECT *\n { SERVICE nope:x {} }", 2, 12, "the prefix nope: is not declared"),
        ("SELECT * { SERVICE <L> { ?s ?p ?o }", 1, None, "it ends too early"),
        ("SELECT * { SERVICE <L> { ?s ?p ?o", 1, 12, "the braces of this SERVICE do not end"),
        ("SELECT * { {} UNION SERVICE <L> {} }", 1, 21, "'SERVICE' is not expected here"),
        ("CONSTRUCT { SERVICE <L> {} } WHERE {}", 1, 13, "'SERVICE' is not expected here"),
        ("SELECT * { SERVICE <L> {} UNION {} }", 1, None, "'UNION' is not expected here"),
        ("SELECT SERVICE <L> {}", 1, 8, "'SERVICE' is not expected here"),
    ],
)
def test_a_fault_is_found_where_the_client_wrote_it(
    client_of: ClientOf, host: Elsewhere, query: str, line: int, column: int | None, cause: str
) -> None:
    """At line and column of the text that was sent, before anything is asked."""
    listed = host.at("/listed", Reply(results([], [{}])))
    host.asked.clear()
    answer = ask(client_of(listed), query.replace("<L>", f"<{listed}>"))
    assert problem(answer) == (400, "malformed-query")
    said = json.loads(answer.text)
    assert (said["line"], cause in said["detail"]) == (line, True), said
    assert column is None or said["column"] == column
    assert host.asked == []


def test_the_variables_of_a_pattern_cost_nothing() -> None:
    """However much it would be to evaluate: 2000^4 rows here, which no machine counts."""
    lists = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(2000)))} }}" for n in range(4))
    text = f"SELECT * {{ SERVICE <a:b> {{ {{ SELECT (COUNT(*) AS ?n) {{ {lists} }} }} ?s ?p ?o }} }}"
    calling = Calling.read(text)
    assert sorted(calling.variables_of(calling.calls[0])) == ["n", "o", "p", "s"]


# what goes wrong elsewhere


_FAILED, _LARGE, _LATE = (502, "fetch-failed"), (413, "result-too-large"), (503, "query-timeout")


def _faults() -> dict[str, tuple[Reply, tuple[int, str], str]]:
    """Path → what it answers; status and code of the problem, and words of it."""
    row = {"s": literal("x")}
    blank = {"s": {"type": "bnode", "value": "b0"}}
    iri = {"type": "uri", "value": EX}
    triple = {"type": "triple", "value": {"subject": iri, "predicate": iri, "object": literal("x")}}
    hostile = {"type": "uri", "value": "http://x> } } #"}
    whole = results(["s"], [row])
    return {
        "/blank": (Reply(results(["s"], [row, blank])), _FAILED, "?s in row 2 that cannot stand"),
        "/triple": (Reply(results(["s"], [{"s": triple}])), _FAILED, "of ?s in row 1"),
        "/rows": (Reply(results(["s"], [row] * (MOST_ROWS + 1))), _LARGE, "10,001 rows, and 10,000 are"),
        "/bytes": (Reply(b" " * (8 * 2**20 + 1)), _LARGE, "more than 8,388,608 bytes"),
        "/nul": (Reply(results(["s"], [{"s": literal("\0")}])), _FAILED, "of ?s in row 1 that cannot stand"),
        "/html": (Reply(b"<p>no</p>", "text/html"), _FAILED, "it is of the type text/html"),
        "/ask": (Reply(b'{"head":{},"boolean":true}'), _FAILED, "yes or no"),
        "/half": (Reply(whole[:-5]), _FAILED, "cannot be used"),
        "/short": (Reply(whole, length=len(whole) + 5), _FAILED, "breaks off"),
        "/remark": (Reply(whole + b"## Query cancelled"), _FAILED, "cannot be used"),
        "/iri": (Reply(results(["s"], [{"s": hostile}])), _FAILED, "IRI"),
        "/some": (Reply(whole, headers={"X-SPARQL-MaxRows": "1"}), _LARGE, "at most 1 rows"),
        "/part": (Reply(whole, headers={"X-SQL-State": "S1TAT"}), _LATE, "did not answer whole"),
        "/broken": (Reply(b"Out of memory\nat x.java", "text/plain", 500), _FAILED, "status 500: Out of memory."),
        "/gone": (Reply(b"", "text/plain", 204), _FAILED, "status 204."),
        "/moved": (Reply(status=302, headers={"Location": "http://169.254.169.254/"}), _FAILED, "redirects to"),
        "/kept": (Reply(whole, status=307, headers={"Location": "/ok"}), _FAILED, "redirects to /ok"),
    }  # fmt: skip


@pytest.mark.parametrize("path", sorted(_faults()))
def test_an_answer_that_cannot_be_used_is_named(client_of: ClientOf, host: Elsewhere, path: str) -> None:
    """With the endpoint and the cause; SILENT goes on as if there were one row without values."""
    reply, expected, words = _faults()[path]
    endpoint = host.at(path, reply)
    host.asked.clear()
    client = client_of(endpoint)
    answer = ask(client, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
    assert problem(answer) == expected, answer.text
    assert words in json.loads(answer.text)["detail"]
    query = f"SELECT ?c ?s {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} ?c a mg:Network }}"
    assert rows(client, query) == [["https://w3id.org/migragraph/id/network/eurocities", ""]]
    assert {asked for asked, _ in host.asked} == {path}


def test_two_calls_share_what_a_query_may_read(client_of: ClientOf, host: Elsewhere) -> None:
    """Each half of the rows and one: together too many."""
    endpoint = host.at("/half-the-rows", Reply(results(["s"], [{"s": literal("x")}] * (MOST_ROWS // 2 + 1))))
    call = f"SERVICE <{endpoint}> {{ ?s ?p ?o }}"
    client = client_of(endpoint)
    assert rows(client, f"SELECT (COUNT(*) AS ?n) {{ {call} }}") == [[str(MOST_ROWS // 2 + 1)]]
    assert problem(ask(client, f"SELECT * {{ {{ {call} }} UNION {{ {call} }} }}")) == (413, "result-too-large")


@pytest.mark.parametrize("pause", [None, 0.05])
def test_whoever_never_answers_is_left(client_of: ClientOf, host: Elsewhere, pause: float | None) -> None:
    """At once or byte by byte: half of the time is for the call, so that SILENT leaves some for the rest."""
    reply = Reply(b" " * 10_000, pause_seconds=pause) if pause else Reply(begin=threading.Event())
    endpoint = host.at("/never", reply)
    client = client_of(endpoint, query_seconds=2.0)
    answer = ask(client, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
    assert problem(answer) == (503, "query-timeout")
    assert f"<{endpoint}> did not answer whole within 1.0 seconds" in json.loads(answer.text)["detail"]
    query = f"SELECT (COUNT(*) AS ?n) {{ ?c a mg:City SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"
    assert rows(client, query) == [["3"]]


def test_few_wait_for_others_at_once(client_of: ClientOf, host: Elsewhere) -> None:
    """One thread of four is lent to SERVICE where two are for queries; the next is told so, and others go on."""
    begin = threading.Event()
    endpoint = host.at("/slow", Reply(results([], [{}]), begin=begin))
    client = client_of(endpoint, threads=4, query_processes=2, queue_seconds=0.1)
    query = f"ASK {{ SERVICE <{endpoint}> {{}} }}"
    host.asked.clear()
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(ask(client.application.test_client(), query).status_code))
    waiting.start()
    while not host.asked:
        pass
    assert problem(ask(client, query)) == (503, "service-busy")
    assert rows(client, "SELECT ?c { ?c a mg:Network }") != []
    begin.set()
    waiting.join()
    assert found == [200]


def test_nobody_is_there(client_of: ClientOf) -> None:
    """A port that nobody listens at, and a name that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for endpoint in (f"http://127.0.0.1:{port}/sparql", "http://name.invalid/sparql"):
        answer = ask(client_of(endpoint), f"ASK {{ SERVICE <{endpoint}> {{}} }}")
        assert problem(answer) == (502, "fetch-failed")
        assert f"<{endpoint}> cannot be read" in json.loads(answer.text)["detail"]


# the local network


def test_a_name_that_leads_into_the_local_network_is_refused(
    client_of: ClientOf, host: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it is listed: whoever has that name decides where it leads, and may change it between two questions."""
    port = host.address.rpartition(":")[2]
    host.replies["/sparql"] = Reply(results([], [{}]))
    looked_up: dict[str, list[str]] = {
        "rebound.example": ["127.0.0.1"],
        "mixed.example": ["93.184.215.14", "10.0.0.1"],
        "mapped.example": ["::ffff:127.0.0.1"],
        "link.example": ["169.254.169.254"],
    }
    resolver = socket.getaddrinfo

    def resolve(name: str, *args: Any, **more: Any) -> Any:
        return [place for found in looked_up[name] for place in resolver(found, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    host.asked.clear()
    for name, (*_, bad) in looked_up.items():
        endpoint = f"http://{name}:{port}/sparql"
        answer = ask(client_of(endpoint), f"ASK {{ SERVICE <{endpoint}> {{}} }}")
        assert problem(answer) == (502, "fetch-failed")
        assert f"{name} leads to {bad}, which is no public address" in json.loads(answer.text)["detail"]
    assert host.asked == []


def test_the_machine_itself_can_be_listed(client_of: ClientOf, host: Elsewhere) -> None:
    """As localhost, or by its address; another way to write it is a name like any other."""
    port = host.address.rpartition(":")[2]
    host.replies["/sparql"] = Reply(results([], [{}]))
    for name, status in (("localhost", 200), ("127.0.0.1", 200), ("127.1", 502), ("2130706433", 502)):
        endpoint = f"http://{name}:{port}/sparql"
        assert ask(client_of(endpoint), f"ASK {{ SERVICE <{endpoint}> {{}} }}").status_code == status, name


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("0.0.0.0", False),  # noqa: S104
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("ff02::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d70e", True),
        ("2002:a00:1::1", False),
    ],
)  # fmt: skip
def test_what_is_a_public_address(address: str, is_public: bool) -> None:
    """By the registries of IANA for special addresses, and those that hold one of IPv4."""
    assert _is_public(ip_address(address)) is is_public


# the service around it


def test_an_answer_with_rows_of_others_is_not_kept(client_of: ClientOf, host: Elsewhere) -> None:
    """The other graph changes when it likes."""
    endpoint = host.at("/changing", Reply(results(["s"], [{"s": literal("1")}])))
    client = client_of(endpoint)
    query = f"SELECT ?s {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
    first = ask(client, query, Accept="text/csv")
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    host.replies["/changing"] = Reply(results(["s"], [{"s": literal("2")}]))
    assert ask(client, query, Accept="text/csv").text == "s\r\n2\r\n"


def test_the_page_of_a_query_shows_the_rows(client_of: ClientOf, remote: str) -> None:
    """With the text as it was written; what goes wrong is said there too."""
    client = client_of(remote)
    query = f"SELECT ?c {{ SERVICE <{remote}> {{ ?c schema:population 12 }} }}"
    page = client.get("/sparql", query_string={"query": query}, headers=BROWSER)
    assert page.status_code == 200
    assert "city:odd" in page.text
    assert "VALUES" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    refused = client.get("/sparql", query_string={"query": "ASK { SERVICE <http://x/> {} }"}, headers=BROWSER)
    assert (refused.status_code, "is not one of those" in refused.text) == (403, True)


def test_stored_questions_and_networks_call_nobody(client_of: ClientOf, remote: str) -> None:
    """What is published with the graph has the same answer everywhere."""
    query = f"SELECT ?source ?target {{ SERVICE <{remote}> {{ ?source a ?target }} }}"
    answer = client_of(remote).get("/networks/query/report", query_string={"query": query, "format": "json"})
    assert problem(answer) == (403, "forbidden-query")


def test_the_running_service_asks_another(tmp_path: Path, remote: str) -> None:
    """Two processes, one of which asks the other; its own query processes still have no network."""
    publish_tiny(tmp_path)
    with running(tmp_path, service_endpoints=remote) as server:
        client = Client(server.address, None)
        assert client.count(f"?c a mg:City SERVICE <{remote}> {{ ?c a mg:City }}") == 3
        assert client.count(f"?c a mg:City SERVICE <{remote}> {{ ?c schema:population ?n }}") == 1


def test_the_throw_away_instance_has_the_same_list(tiny_settings: Settings, remote: str) -> None:
    """On an empty store."""
    settings = replace(tiny_settings, service_endpoints=remote)
    client = create_app(settings, Scratch(settings, None)).test_client()
    assert rows(client, f"SELECT ?n {{ SERVICE <{remote}> {{ ?c schema:population ?n }} }}") == [["12"]]
    assert problem(ask(client, "ASK { SERVICE <http://x/> {} }")) == (403, "forbidden-query")


@pytest.mark.parametrize("name", ["SERVICE_ENDPOINTS", "LOAD_SOURCES"])
@pytest.mark.parametrize(
    "address", ["example.org", "ftp://a.example/", "http://", "http://a.example:99999/", "file:///etc/"]
)
def test_impossible_addresses_are_refused_at_the_start(name: str, address: str) -> None:
    """With the name of the setting; good ones may stand beside them."""
    with pytest.raises(ConfigError, match=f"MIGRAGRAPH_{name} cannot be read"):
        read_settings({f"MIGRAGRAPH_{name}": f"http://b.example/ {address}"})
    found = read_settings({f"MIGRAGRAPH_{name}": " http://a.example/\n https://b.example/data/ "})
    assert getattr(found, name.lower()) == "http://a.example/ https://b.example/data/"


def test_what_can_stand_in_a_query() -> None:
    """IRIs and literals of SPARQL 1.1, unless they would be taken for something else."""
    node = NamedNode(EX)
    assert all(map(can_stand, (node, BlankNode("b"), Literal("a", language="ar"), NamedNode("http://x/(a)service"))))
    right_to_left = Literal("a", language="ar", direction=BaseDirection.RTL)
    hidden = NamedNode("urn:a)service")
    refused = (right_to_left, Triple(node, node, node), hidden, Literal("a", datatype=hidden), Literal("a\0"))
    assert not any(map(can_stand, refused))
