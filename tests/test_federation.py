"""SERVICE: listed endpoints are asked by us and their rows joined; whatever else is refused before that."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from answers import BROWSER, ask, problem
from elsewhere import Elsewhere, Reply
from migragraph.config import Settings, read_settings
from migragraph.errors import ConfigError, ForbiddenQuery, MalformedQuery
from migragraph.federation import Federation
from migragraph.federation.calls import Calling
from migragraph.federation.federation import MOST_CALLS
from migragraph.query import QueryRequest
from migragraph.web import create_app
from migragraph.web.serving import Scratch
from servers import running
from service_calls import ClientOf, literal, results, rows
from test_guarded import Client
from test_query import SERVICE_CALLS
from tiny import publish_tiny

EX = "https://example.org/"
CITY = "https://w3id.org/migragraph/id/city/"


@pytest.fixture(scope="module")
def remote(address: str) -> str:
    """The SPARQL endpoint of a second service of ours, on another graph."""
    return f"{address}/sparql"


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
