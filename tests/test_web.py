"""The service over HTTP, without sockets: protocol, negotiation, pages, errors, headers."""

import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from answers import BROWSER, MALMO, ask, problem
from migragraph import errors
from migragraph.config import Settings
from migragraph.errors import MigragraphError
from migragraph.iris import GRAPH, PREFIXES, term
from migragraph.store.versions import publish
from migragraph.web import create_app
from migragraph.web.problems import STATUS, known_errors, status_of

SELECT = "SELECT ?city ?name { ?city org:memberOf ?n ; skos:prefLabel ?name }"
CONSTRUCT = "CONSTRUCT WHERE { ?city org:memberOf ?network }"
MEMBER = Triple(term("city:malmo"), term("org:memberOf"), term("network:eurocities"))
JSON = (
    '{"head":{"vars":["city","name"]},"results":{"bindings":[{"city":{"type":"uri","value":"' + MALMO + '"},'
    '"name":{"type":"literal","value":"Malmö","xml:lang":"en"}}]}}'
)
XML = (
    '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="city"/>'
    f'<variable name="name"/></head><results><result><binding name="city"><uri>{MALMO}</uri></binding>'
    '<binding name="name"><literal xml:lang="en">Malmö</literal></binding></result></results></sparql>'
)
ODD = 'A \\"quoted\\" name\\nin two lines, with a comma'
CSV = f"city,name\r\n{MALMO},Malmö\r\n"
TSV = f'?city\t?name\n<{MALMO}>\t"Malmö"@en\n'


@pytest.mark.parametrize(
    ("accept", "content_type", "body"),
    [
        ("*/*", "application/sparql-results+json", JSON),
        ("application/json", "application/json", JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml; charset=utf-8", XML),
        ("text/csv", "text/csv; charset=utf-8", CSV),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", TSV),
    ],
)
def test_rows_come_in_every_format(client: FlaskClient, accept: str, content_type: str, body: str) -> None:
    """Language tags and IRIs survive; the content type is the one asked for."""
    answer = ask(client, SELECT, Accept=accept)
    assert (answer.status_code, answer.content_type, answer.text) == (200, content_type, body)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("json", '{"head":{},"boolean":true}'),
        ("xml", '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head>'
                "<boolean>true</boolean></sparql>"),
        ("csv", "true"),
        ("tsv", "true"),
    ],
)  # fmt: skip
def test_yes_and_no_come_in_every_format(client: FlaskClient, name: str, body: str) -> None:
    """As the engine writes them."""
    answer = client.get("/sparql", query_string={"query": "ASK { city:malmo a mg:City }", "format": name})
    assert (answer.status_code, answer.text) == (200, body)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("text/n3", RdfFormat.N3),
    ],
)
@pytest.mark.parametrize("query", [CONSTRUCT, CONSTRUCT + " # DESCRIBE"])
def test_graphs_come_in_every_format(client: FlaskClient, query: str, accept: str, form: RdfFormat) -> None:
    """What is read back is what was asked for."""
    answer = ask(client, query, Accept=accept)
    assert answer.mimetype == form.media_type
    assert [quad.triple for quad in parse(answer.data, form)] == [MEMBER]


def test_describe_gives_what_is_said_of_a_thing(client: FlaskClient) -> None:
    """Its own statements."""
    answer = ask(client, "DESCRIBE city:lodz", Accept="application/n-triples")
    assert {quad.predicate for quad in parse(answer.data, RdfFormat.N_TRIPLES)} == {
        term("rdf:type"), term("skos:prefLabel"), term("schema:dateModified"),
    }  # fmt: skip


def test_the_prefixes_that_are_used_stand_in_turtle(client: FlaskClient) -> None:
    """In order, so that the same answer is the same bytes."""
    assert ask(client, CONSTRUCT).text == (
        "@prefix city: <https://w3id.org/migragraph/id/city/> .\n"
        "@prefix network: <https://w3id.org/migragraph/id/network/> .\n"
        "@prefix org: <http://www.w3.org/ns/org#> .\n"
        "city:malmo org:memberOf network:eurocities .\n"
    )


def test_awkward_literals_survive_every_format(client: FlaskClient) -> None:
    """Quotes, line breaks, commas, language tags, datatypes and unbound variables."""
    query = "SELECT ?name ?n ?x { city:odd skos:prefLabel ?name ; schema:population ?n OPTIONAL { ?name mg:x ?x } }"
    for form in (QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV):
        answer = ask(client, query, Accept=form.media_type.partition(";")[0])
        found = parse_query_results(answer.data, form)
        assert isinstance(found, QuerySolutions)
        assert [[str(row[name]) for name in ("name", "n", "x")] for row in found] == [
            [f'"{ODD}"@en', f'"12"^^<{PREFIXES["xsd"]}integer>', "None"]
        ]
    csv = ask(client, query, Accept="text/csv").text
    assert csv == 'name,n,x\r\n"A ""quoted"" name\nin two lines, with a comma",12,\r\n'


def test_a_query_is_read_from_address_form_and_body(client: FlaskClient) -> None:
    """The three ways of the protocol give the same answer."""
    answers = [
        ask(client, SELECT),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", data=SELECT, content_type="application/sparql-query"),
        client.post("/sparql", data=SELECT.encode(), content_type="application/sparql-query; charset=UTF-8"),
    ]
    assert [(a.status_code, a.text) for a in answers] == [(200, JSON)] * 4


def test_graphs_of_the_protocol_are_used(client: FlaskClient) -> None:
    """In the address and in the form; a graph that is not there is refused."""
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = "https://w3id.org/migragraph/graph/authority"
    by_address = client.post(
        f"/sparql?default-graph-uri={quote(graph)}&format=csv", data=query, content_type="application/sparql-query"
    )
    by_form = client.post("/sparql", data={"query": query, "default-graph-uri": graph, "format": "csv"})
    assert (by_address.text, by_form.text) == ("n\r\n2\r\n", "n\r\n2\r\n")
    assert problem(client.get("/sparql", query_string={"query": query, "named-graph-uri": graph + "x"})) == (
        400, "bad-parameter",
    )  # fmt: skip


@pytest.mark.parametrize("names", [["format"], ["output"], ["results"], ["format", "output", "results"]])
def test_a_format_that_is_named_wins_over_the_header(client: FlaskClient, names: list[str]) -> None:
    """SPARQLWrapper names it three times."""
    parameters = {"query": SELECT, **dict.fromkeys(names, "csv")}
    answer = client.get("/sparql", query_string=parameters, headers={"Accept": "application/json"})
    assert (answer.mimetype, answer.text) == ("text/csv", CSV)


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        ({"query": "SELECT"}, 400, "malformed-query"),
        ({"query": "ASK { SERVICE <http://x/> {} }"}, 403, "forbidden-query"),
        ({"query": "INSERT DATA { <a:a> <a:a> 1 }"}, 400, "update-in-place-of-query"),
        ({"query": "ASK {}", "format": "png"}, 406, "not-acceptable"),
        ({"query": "ASK {}", "format": "ttl"}, 406, "not-acceptable"),
        ({"query": "ASK {}", "format": "csv", "output": "json"}, 400, "bad-parameter"),
        ({"query": ["ASK {}", "ASK {}"]}, 400, "bad-parameter"),
        ({"query": "ASK {}", "reasoning": "on"}, 400, "bad-parameter"),
        ({"query": "ASK {}", "using-graph-uri": "http://x/"}, 400, "bad-parameter"),
        ({"default-graph-uri": "http://x/"}, 400, "bad-parameter"),
        ({"query": "ASK { ?s ?p '" + "x" * 5000 + "' }"}, 414, "request-too-large"),
        ({"query": ""}, 400, "malformed-query"),
    ],
)
def test_a_bad_query_is_refused_by_name(
    client: FlaskClient, parameters: dict[str, str | list[str]], status: int, code: str
) -> None:
    """Nothing is ignored, and nothing answers with an empty 200."""
    assert problem(client.get("/sparql", query_string=parameters)) == (status, code)


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("application/sparql-update", b"CLEAR ALL", 415, "unsupported-media-type"),
        ("text/plain", b"ASK {}", 415, "unsupported-media-type"),
        (None, b"ASK {}", 415, "unsupported-media-type"),
        ("application/sparql-query; charset=utf-16", "ASK {}".encode("utf-16"), 415, "unsupported-media-type"),
        ("application/sparql-query", "ASK {}".encode("utf-16"), 400, "bad-parameter"),
        ("application/sparql-query", b"ASK { ?s ?p '\xff' }", 400, "bad-parameter"),
        ("application/x-www-form-urlencoded", b"query=ASK%20%7B%7D%FF", 400, "bad-parameter"),
        ("application/x-www-form-urlencoded", b"", 400, "bad-parameter"),
        ("application/x-www-form-urlencoded", b"update=CLEAR+ALL", 400, "bad-parameter"),
        ("application/x-www-form-urlencoded", b"query=ASK{}&query=ASK{}", 400, "bad-parameter"),
        ("multipart/form-data; boundary=x", b"--x--", 415, "unsupported-media-type"),
        ("application/sparql-query", b"#" * 5001, 413, "request-too-large"),
        ("application/sparql-query", b"#" * 100_000, 413, "request-too-large"),
        ("application/x-www-form-urlencoded", b"query=" + b"%23" * 50_000, 413, "request-too-large"),
    ],
)
def test_a_bad_body_is_refused_by_name(
    client: FlaskClient, content_type: str | None, body: bytes, status: int, code: str
) -> None:
    """Media type, encoding and length are looked at before the query."""
    assert problem(client.post("/sparql", data=body, content_type=content_type)) == (status, code)


def test_a_bad_encoding_in_the_address_is_refused(client: FlaskClient) -> None:
    """Replacing what cannot be read would ask another question."""
    assert problem(client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%27%FF%27%20%7D")) == (400, "bad-parameter")


def test_a_fault_is_told_with_its_place(client: FlaskClient) -> None:
    """As numbers for programs, in words for readers."""
    answer = ask(client, "SELECT *\nWHERE { ?s }", Accept="application/sparql-results+xml")
    body = json.loads(answer.data)
    assert body == {
        "type": "http://localhost/errors#malformed-query",
        "title": "Bad Request",
        "status": 400,
        "detail": "the query is not valid SPARQL at line 2, column 12: '}' is not expected here.",
        "remedy": "Correct the query and send it again.",
        "line": 2,
        "column": 12,
    }
    text = ask(client, "SELECT *\nWHERE { ?s }", Accept="text/plain, */*;q=0.1")
    assert (text.mimetype, text.text) == ("text/plain", f"malformed-query: {body['detail']} {body['remedy']}\n")


def test_what_cannot_be_written_is_refused_before_evaluation(client: FlaskClient) -> None:
    """A query that takes for ever is refused at once; the offers are listed."""
    endless = "SELECT * { " + "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r ." + " }"
    answer = ask(client, endless, Accept="image/png")
    assert problem(answer) == (406, "not-acceptable")
    assert "json (application/sparql-results+json), xml" in answer.text


def test_a_browser_gets_a_page_with_the_rows(client: FlaskClient) -> None:
    """The query is in the editor, names of things link to their pages, downloads name the format."""
    page = client.get("/sparql", query_string={"query": SELECT}, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert f">{SELECT}</textarea>" in page.text
    assert '<td><a href="/page/city/malmo">city:malmo</a></td>' in page.text
    assert "1 row<" in page.text
    assert "format=csv" in page.text


def test_a_browser_gets_a_page_with_what_is_wrong(client: FlaskClient) -> None:
    """The editor keeps the query; the fault is marked; the status is that of the error."""
    page = client.get("/sparql", query_string={"query": "SELECT * { ?s <b> & }"}, headers=BROWSER)
    assert page.status_code == 400
    assert "<b> &amp; }</textarea>".replace("<b>", "&lt;b&gt;") in page.text
    assert ">SELECT * { ?s &lt;b&gt; &amp; }\n                  ^</pre>" in page.text


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("ASK {}", ">Yes<"),
        ("ASK { city:malmo mg:x 1 }", ">No<"),
        (CONSTRUCT, ">Graph<"),
        ("SELECT * { ?s mg:x ?o }", ">0 rows<"),
    ],
)
def test_a_browser_gets_a_page_for_every_kind(client: FlaskClient, query: str, heading: str) -> None:
    """Yes or no, a graph as Turtle, and no row at all with a word on it."""
    assert heading in client.get("/sparql", query_string={"query": query}, headers=BROWSER).text


def test_a_page_says_that_it_shows_a_part(client: FlaskClient) -> None:
    """The first thousand rows, the number of all, and where to get them."""
    query = "SELECT * { VALUES ?x { " + "1 " * 1200 + "} }"
    page = client.post("/sparql", data={"query": query}, headers=BROWSER)
    assert "The first 1,000 of 1,200 rows are shown; the downloads have all." in page.text
    assert page.text.count("<tr>") == 1001


def test_without_a_query_a_reader_gets_the_editor_and_a_program_the_description(client: FlaskClient) -> None:
    """https://www.w3.org/TR/sparql11-service-description/#accessing"""
    assert "<textarea" in client.get("/sparql", headers=BROWSER).text
    sd = "http://www.w3.org/ns/sparql-service-description#"
    for accept, form in (("*/*", RdfFormat.TURTLE), ("application/rdf+xml", RdfFormat.RDF_XML)):
        answer = client.get("/sparql", headers={"Accept": accept})
        triples = {tuple(map(str, quad.triple)) for quad in parse(answer.data, form)}
        service = "<http://localhost/sparql>"
        assert (service, f"<{sd}endpoint>", service) in triples
        assert (service, f"<{sd}supportedLanguage>", f"<{sd}SPARQL11Query>") in triples
        names = {o for s, p, o in triples if p == f"<{sd}name>"}
        assert names == {f"<https://w3id.org/migragraph/graph/{g}>" for g in
                         ("authority", "claims/report", "derived/superclasses", "queries")}  # fmt: skip
    assert client.get("/sparql?format=nt").mimetype == "application/n-triples"
    assert problem(client.get("/sparql", headers={"Accept": "image/png"})) == (406, "not-acceptable")


def test_the_address_of_the_public_is_used(tiny_settings: Settings) -> None:
    """Behind a proxy the request does not know it."""
    settings = replace(tiny_settings, public_url="https://graph.example.org/")
    text = create_app(settings).test_client().get("/sparql?format=nt").text
    assert "<https://graph.example.org/sparql> <http://www.w3.org/ns/sparql-service-description#endpoint>" in text


def test_an_answer_is_kept_until_the_graph_or_the_question_changes(client: FlaskClient, tiny_home: Path) -> None:
    """The ETag is of version, query, graphs and format; another version makes another."""
    first = ask(client, SELECT)
    etag = first.headers["ETag"]
    again = ask(client, SELECT, **{"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    others = {
        ask(client, SELECT, Accept="text/csv").headers["ETag"],
        ask(client, SELECT + " ").headers["ETag"],
        client.get("/sparql", query_string={"query": SELECT, "named-graph-uri": f"{GRAPH}queries"}).headers["ETag"],
    }
    assert len(others | {etag}) == 4
    publish(tiny_home, parse(b"<a:a> <a:a> <a:a> .", RdfFormat.N_QUADS), {})
    changed = ask(client, SELECT, **{"If-None-Match": etag})
    for _ in range(100):  # the new version is taken up when it is ready
        if changed.status_code == 200:
            break
        time.sleep(0.1)
        changed = ask(client, SELECT, **{"If-None-Match": etag})
    assert (changed.status_code, json.loads(changed.data)["results"]) == (200, {"bindings": []})


def test_an_answer_that_changes_by_itself_is_not_kept(client: FlaskClient) -> None:
    """NOW, RAND and UUID give another answer each time."""
    answer = ask(client, "SELECT (NOW() AS ?now) {}")
    assert ("ETag" in answer.headers, answer.headers["Cache-Control"]) == (False, "no-store")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/sparql?query=ASK{}", 200), ("GET", "/sparql?query=X", 400), ("GET", "/nothing", 404),
     ("OPTIONS", "/sparql", 200), ("PUT", "/sparql", 405), ("GET", "/", 200), ("GET", "/page/city/none", 404),
     ("HEAD", "/sparql?query=ASK{}", 200)],
)  # fmt: skip
def test_every_answer_may_be_read_from_other_sites_and_is_safe(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    """CORS and security headers stand on errors and preflights too."""
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_methods_that_are_not_taken_are_named(client: FlaskClient) -> None:
    """405 says which are."""
    answer = client.delete("/sparql")
    assert problem(answer) == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert set(client.options("/sparql").headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    """All headers are the same."""
    get, head = (client.open("/sparql", method=m, query_string={"query": SELECT}) for m in ("GET", "HEAD"))
    assert (head.data, dict(head.headers)) == (b"", dict(get.headers))


def test_negotiated_answers_say_so(client: FlaskClient) -> None:
    """Caches keep one answer per Accept header."""
    for path in ("/sparql", "/sparql?query=ASK{}", "/sparql?query=X", "/id/city/malmo", "/nothing", "/", "/dataset",
                 "/.well-known/void", "/query/members", "/graph/queries"):  # fmt: skip
        assert client.get(path).headers["Vary"] == "Accept"


def test_the_start_page_says_what_there_is(client: FlaskClient) -> None:
    """Counts of the manifest, the version, the questions with links that run them."""
    page = client.get("/").text
    assert "<strong>3</strong> <span>cities</span>" in page
    assert '29 facts, supported by 2 claims of <a href="/list/source">1 sources</a>.' in page
    assert '<a href="/list/city"><strong>3</strong>' in page
    query = quote("SELECT ?city { ?city org:memberOf network:eurocities }", safe="?:/")
    assert "Members of a network" in page
    assert "Which cities are members of Eurocities?" in page
    link = page.partition('class="questions"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert json.loads(client.get(link).data)["head"] == {"vars": ["city"]}, query


def test_names_are_found_on_the_start_page(client: FlaskClient) -> None:
    """Each thing found links to its page; text of the data is escaped; nothing found is said."""
    assert '<a href="/page/city/malmo">Malmö</a> <span class="kind">city</span>' in client.get("/?q=malmoe").text
    assert "Help desk &lt;b&gt;&amp; more&lt;/b&gt;" in client.get("/?q=help").text
    assert "Nothing found for “&lt;zz&gt;”" in client.get("/?q=<zz>").text
    assert client.get("/?search=x").status_code == 400


def test_health_names_the_version(client: FlaskClient, tiny_home: Path) -> None:
    """For monitors, never kept."""
    answer = client.get("/health")
    body = json.loads(answer.data)
    assert (body["status"], body["version"]) == ("ok", (tiny_home / "current").read_text().strip())
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_version_the_service_says_what_to_do(tiny_settings: Settings, tmp_path: Path) -> None:
    """503, and taken up when one is built."""
    settings = replace(tiny_settings, home=tmp_path / "empty")
    client = create_app(settings).test_client()
    for path in ("/", "/health", "/sparql?query=ASK{}", "/page/city/malmo"):
        assert problem(client.get(path)) == (503, "no-version")
    assert "Run `migragraph build`." in client.get("/", headers=BROWSER).text
    assert client.get("/errors").status_code == 200
    publish(tmp_path / "empty", parse(b"<a:a> <a:a> <a:a> .", RdfFormat.N_QUADS), {})
    assert client.get("/health").status_code == 200


def test_a_fault_of_ours_tells_no_secret(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """500 names a number that stands in the log with the trace, and nothing else."""

    @app.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError(os.getcwd())  # noqa: PTH109 (any text that must not be shown)

    answer = app.test_client().get("/broken")
    assert problem(answer) == (500, "internal-error")
    number = answer.text.partition("noted under ")[2][:12]
    assert number in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivision" not in answer.text
    assert str(Path.cwd()) not in answer.text


def test_every_error_has_a_status_and_stands_on_the_page(client: FlaskClient) -> None:
    """The table reaches every class, and its explanation has an anchor."""
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, MigragraphError)]
    assert all(any(parent in STATUS for parent in kind.__mro__) for kind in kinds)
    page = client.get("/errors").text
    known = known_errors()
    assert re.findall(r'<dt id="([^"]+)"', page) == list(known)
    for statuses, text in known.values():
        assert all(400 <= status <= 599 for status in statuses)
        assert text
    assert known["request-too-large"][0] == {413, 414, 431}
    assert status_of(errors.UnknownThing("x", remedy="y")) == 404
    assert status_of(errors.ConfigError("x", remedy="y")) == 500


def test_pages_ask_no_other_host_for_anything(client: FlaskClient) -> None:
    """No script, style, font or picture from elsewhere, none in the page; scripts on the page of the editor only."""
    editor = ["/static/vendor/yasqe/yasqe.min.js", "/static/editor/editor.js"]
    for path in ("/", "/?q=malmo", "/sparql", "/errors", "/page/city/malmo", "/page/graph/queries", "/nothing"):
        answer = client.get(path, headers=BROWSER)
        is_editor = path == "/sparql"
        assert "style=" not in answer.text
        assert "<style" not in answer.text
        assert re.findall(r"<script[^>]*>", answer.text) == re.findall(r'<script [^>]*src="[^"]+">', answer.text)
        assert re.findall(r'src="([^"]*)"', answer.text) == (editor if is_editor else [])
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]*)">', answer.text)
        more = ["/static/vendor/yasqe/yasqe.min.css", "/static/editor/editor.css"] if is_editor else []
        assert sheets == ["/static/style.css", *more]
        allowed = {"script-src 'self'", "connect-src 'self'"} if is_editor else set()
        policy = set(answer.headers["Content-Security-Policy"].split("; "))
        assert policy == allowed | {
            "default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'", "base-uri 'none'",
            "frame-ancestors 'none'",
        }  # fmt: skip
    for sheet in ("style.css", "editor/editor.css", "vendor/yasqe/yasqe.min.css"):
        with client.get(f"/static/{sheet}") as answer:
            assert answer.status_code == 200
            assert b"url(" not in answer.data
            assert b"@import" not in answer.data


READ = ["/", "/errors", "/page/city/malmo", "/data/city/malmo.ttl", "/data/city/malmo.jsonld", "/ontology?format=ttl",
        "/shapes", "/sparql", "/sparql?query=ASK%20%7B%7D", "/static/style.css",
        "/.well-known/void", "/robots.txt", "/sitemap.xml", "/data/graph/queries.ttl", "/page/graph/queries",
        "/dumps/facts.ttl"]  # fmt: skip


@pytest.mark.parametrize("address", READ)
def test_what_was_read_is_not_sent_again(client: FlaskClient, address: str) -> None:
    """Each answer has a tag; a client that has it gets 304 without a body, from another process too."""
    with client.get(address) as first:
        assert first.status_code == 200
        tag, body = first.headers["ETag"], first.data
    with client.get(address, headers={"If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    with client.get(address, headers={"If-None-Match": '"another"'}) as other:
        assert other.data == body
