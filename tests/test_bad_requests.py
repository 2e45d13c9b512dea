"""Bad requests of every kind: exact status and code, a cause and a remedy, in the format that the client reads.

What concerns one part alone stands with its tests: queries and bodies in ``test_web.py``, updates and graphs in
``test_writing.py``, what is no HTTP in ``test_server.py``, limits of clients in ``test_front.py``.
"""

import html
import json
import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from answers import BROWSER, problem
from migragraph.config import Settings
from migragraph.errors import NotAcceptable
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name
from migragraph.query import QueryRequest
from migragraph.representations import write_answer
from migragraph.store.versions import current_version, publish, published_versions
from migragraph.web import create_app
from migragraph.web.bridge import call, make_environ
from migragraph.web.serving import Scratch

TOKEN = {"Authorization": "Bearer secret"}
UPDATE = {**TOKEN, "Content-Type": "application/sparql-update"}
TURTLE = {**TOKEN, "Content-Type": "text/turtle"}
FORM = {**TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
BAD = "bad-parameter"

#: Method, address, what is sent, status, code: of each kind one that no other test has.
REQUESTS: list[tuple[str, str, dict[str, Any], int, str]] = [
    # bad syntax
    ("GET", "/sparql?query=SELECT%20%2A%20WHERE", {}, 400, "malformed-query"),
    ("GET", "/sparql?query=", {}, 400, "malformed-query"),
    ("POST", "/update", {"data": "INSERT DATA {", "headers": UPDATE}, 400, "malformed-query"),
    # one where the other is answered
    ("POST", "/update", {"data": "SELECT * {}", "headers": UPDATE}, 400, "query-in-place-of-update"),
    ("GET", "/sparql?query=CLEAR%20ALL", {}, 400, "update-in-place-of-query"),
    # wrong media type
    ("POST", "/sparql", {"data": "{}", "headers": {"Content-Type": "application/json"}}, 415, "unsupported-media-type"),
    ("POST", "/graph-store?default", {"data": "{}", "headers": {**TOKEN, "Content-Type": "text/csv"}},
     415, "unsupported-media-type"),
    ("POST", "/sparql", {"data": "ASK {}"}, 415, "unsupported-media-type"),
    ("POST", "/update", {"data": "CLEAR ALL", "headers": TOKEN}, 415, "unsupported-media-type"),
    # both query and update
    ("POST", "/sparql", {"data": "query=ASK%7B%7D&update=CLEAR+ALL", "headers": FORM}, 400, BAD),
    ("POST", "/update", {"data": "query=ASK%7B%7D&update=CLEAR+ALL", "headers": FORM}, 400, BAD),
    ("POST", "/update?query=ASK%7B%7D", {"data": "CLEAR ALL", "headers": UPDATE}, 400, BAD),
    # parameters that are not known, and values that are not
    ("GET", "/sparql?query=ASK%7B%7D&limit=5", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%7B%7D&timeout=soon", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%7B%7D&timeout=1e999", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=facts", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%7B%7D&named-graph-uri=https%3A%2F%2Fx.org%2Fnone", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%20FROM%20%3Chttps%3A%2F%2Fx.org%2Fnone%3E%20%7B%7D", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%20FROM%20NAMED%20%3Chttps%3A%2F%2Fx.org%2Fnone%3E%20%7B%7D", {}, 400, BAD),
    ("GET", "/shapes?format=docx", {}, 406, "not-acceptable"),
    ("GET", "/?page=2", {}, 400, BAD),
    # over-long text
    ("GET", "/sparql?query=" + "%23" * 5001, {}, 414, "request-too-large"),
    ("POST", "/update", {"data": b"#" * (2**20 + 1), "headers": UPDATE}, 413, "request-too-large"),
    # wrong token
    ("POST", "/update", {"data": "CLEAR ALL", "headers": {**UPDATE, "Authorization": "Bearer another"}},
     401, "unauthorized"),
    ("POST", "/update", {"data": "CLEAR ALL", "headers": {**UPDATE, "Authorization": "Basic c2VjcmV0"}},
     401, "unauthorized"),
    ("DELETE", "/graph-store?default", {"headers": {"Authorization": "Bearer \x7f"}}, 401, "unauthorized"),
    # unknown version
    ("GET", "/sparql?query=ASK%7B%7D&version=" + "0" * 64, {}, 404, "unknown-thing"),
    ("GET", "/sparql?query=ASK%7B%7D&version=..%2F..", {}, 404, "unknown-thing"),
    ("GET", "/sparql?query=ASK%7B%7D&version=2024-13-45", {}, 404, "unknown-thing"),
    ("GET", "/sparql?query=ASK%7B%7D&version=", {}, 404, "unknown-thing"),
    # invalid UTF-8
    ("GET", "/?q=Malm%F6", {}, 400, BAD),
    ("GET", "/shapes?format=%FF", {}, 400, BAD),
    ("PUT", "/graph-store?graph=a:%FF", {"data": "", "headers": TURTLE}, 400, BAD),
    ("PUT", "/graph-store?default", {"data": b'<a:a> <a:b> "\xff" .', "headers": TURTLE}, 400, "malformed-data"),
    # NUL bytes
    ("GET", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%00%22%20%7D", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%5Cu0000%22%20%7D", {}, 400, BAD),
    ("GET", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%5C%5C%5CU00000000%22%20%7D", {}, 400, BAD),
    ("POST", "/update", {"data": r'INSERT DATA { <a:a> <a:b> "\u0000" }', "headers": UPDATE}, 400, BAD),
    ("PUT", "/graph-store?default", {"data": r'<a:a> <a:b> "\u0000" .', "headers": TURTLE}, 400, "malformed-data"),
    ("PUT", "/graph-store?default", {"data": r'{"@id": "a:a", "a:b": "\u0000"}',
                                     "headers": {**TOKEN, "Content-Type": "application/ld+json"}},
     400, "malformed-data"),
    ("GET", "/?q=%00", {}, 400, BAD),
    ("GET", "/page/city/%00", {}, 400, BAD),
    ("GET", "/static/%00.css", {}, 400, BAD),
    ("POST", "/sparql", {"data": b"ASK {}\0", "headers": {"Content-Type": "application/sparql-query"}}, 400, BAD),
    ("POST", "/update", {"data": b"update=CLEAR+ALL%00", "headers": FORM}, 400, BAD),
    ("PUT", "/graph-store?default", {"data": b'<a:a> <a:b> "\0" .', "headers": TURTLE}, 400, "malformed-data"),
]  # fmt: skip


@pytest.fixture
def scratch(tiny_settings: Settings) -> FlaskClient:
    """A client of a throw-away instance that reads graphs of 1 MiB."""
    settings = replace(tiny_settings, write_mib=1)
    return create_app(settings, Scratch(settings, "secret")).test_client()


@pytest.mark.parametrize(("method", "address", "sent", "status", "code"), REQUESTS)
def test_a_bad_request_is_told_why_and_what_to_do(
    client: FlaskClient, scratch: FlaskClient, method: str, address: str, sent: dict[str, Any], status: int, code: str
) -> None:
    """As problem details, as text and as a page, with the same words."""
    asked = scratch if address.startswith(("/update", "/graph-store")) else client
    headers = sent.get("headers", {})
    rest = {name: value for name, value in sent.items() if name != "headers"}

    def send(accept: str) -> Any:
        answer = asked.open(address, method=method, headers={**headers, "Accept": accept}, **rest)
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer

    told = send("application/json")
    assert problem(told) == (status, code)
    details = json.loads(told.data)
    assert re.fullmatch(r".+[.?!]", details["detail"], re.DOTALL)
    text = send("text/plain, */*;q=0.1")
    assert (text.mimetype, text.text) == ("text/plain", f"{code}: {details['detail']} {details['remedy']}\n")
    page = send(BROWSER["Accept"])
    assert page.mimetype == "text/html"
    assert details["remedy"] in html.unescape(page.text)


@pytest.mark.parametrize("path", [b"/page/city/malm\xf6", b"/graph-store/\xff", b"/%FF", b"/id/%C3%28"])
def test_a_path_that_is_no_text_is_refused(app: Flask, path: bytes) -> None:
    """As it comes from the socket; what cannot be read is not replaced, which would name another thing."""
    scope = {
        "method": "GET", "raw_path": path, "query_string": b"", "http_version": "1.1", "scheme": "http",
        "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    reply = call(app, make_environ(scope, b""))
    assert (reply.status, reply.header("access-control-allow-origin")) == (400, "*")
    assert json.loads(reply.body)["detail"] == "the request is not UTF-8: invalid " + (
        "continuation byte." if path.endswith(b"%28") else "start byte."
    )


def test_two_slashes_are_no_redirect(client: FlaskClient) -> None:
    """A redirect to another name would answer for another thing."""
    assert problem(client.get("/page//city/malmo")) == (404, "unknown-address")


def test_a_malformed_date_is_no_date(client: FlaskClient) -> None:
    """In a query it has no value, as SPARQL 1.1 says (17.1); in a header it is not looked at, as RFC 9110 says."""
    query = 'SELECT ?x { BIND(xsd:date("2024-13-45") AS ?x) }'
    assert client.get("/sparql", query_string={"query": query, "format": "csv"}).text == 'x\r\n""\r\n'
    assert client.get("/", headers={"If-Modified-Since": "2024-13-45"}).status_code == 200


def test_a_graph_is_unknown_wherever_it_is_named(client: FlaskClient, scratch: FlaskClient) -> None:
    """A query that names a graph is told the same as a request that does; where graphs come and go, it is empty."""
    none, known = "https://x.org/none", "https://w3id.org/migragraph/graph/authority"
    for named, parameter in (("", "default-graph-uri"), ("NAMED ", "named-graph-uri")):
        by_request = client.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }", parameter: none})
        for query in (
            f"ASK FROM {named}<{none}> {{ ?s ?p ?o }}",
            f"PREFIX x: <https://x.org/> ASK FROM {named}x:none WHERE {{ ?s ?p ?o }}",
            f"BASE <https://x.org/y> CONSTRUCT FROM <{known}>FROM {named}<none> WHERE {{ ?s ?p ?o }}",
        ):
            by_query = client.get("/sparql", query_string={"query": query})
            assert problem(by_query) == (400, BAD)
            assert by_query.data == by_request.data
            assert scratch.get("/sparql", query_string={"query": query}).status_code == 200
        # the graphs of the request take the place of those of the query
        query = f"ASK FROM {named}<{none}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        asked = {"query": query, "named-graph-uri": known, "format": "csv"}
        assert client.get("/sparql", query_string=asked).text == "true"
    for query in (f"ASK FROM <{known}> {{ ?s ?p 'FROM <{none}>' }} # FROM <{none}>", "SELECT (1 AS ?from) {}"):
        assert client.get("/sparql", query_string={"query": query}).status_code == 200


NOT_XML = ["\\u0001", "\\b", "\\f", "\\uFFFE", "\\uFFFF", "\x1f"]


@pytest.mark.parametrize("character", NOT_XML)
@pytest.mark.parametrize("query", ['SELECT ("{}" AS ?x) {{}}', 'CONSTRUCT {{ <a:a> <a:b> "é{}" }} {{}}'])
def test_what_xml_cannot_hold_is_not_written_as_xml(client: FlaskClient, query: str, character: str) -> None:
    """Other formats can hold it: https://www.w3.org/TR/xml/#charsets."""
    asked = {"query": query.format(character), "format": "xml"}
    refused = client.get("/sparql", query_string=asked)
    assert problem(refused) == (406, "not-acceptable")
    assert "XML" in json.loads(refused.data)["detail"]
    other = "json" if query.startswith("SELECT") else "nt"
    assert client.get("/sparql", query_string=asked | {"format": other}).status_code == 200


def test_xml_gives_back_what_was_written() -> None:
    """Readers of XML take a carriage return for a line end, unless it is escaped; wherever a part ends."""
    values = ["\r", "a\r\nb", "\t\n", "\x85\u2028", "\ud7ff\ue000\ufffd\U00010000", "&#13;<>'\""]
    values += ["x" * n + "\r" for n in range(40)]
    store = Store()
    store.extend(Quad(NamedNode(f"a:{n}"), NamedNode("a:p"), Literal(value)) for n, value in enumerate(values))
    output = BytesIO()
    write_answer(store, QueryRequest("SELECT ?o { ?s ?p ?o }"), by_name("xml", RESULT_FORMATS), output)
    found = ElementTree.fromstring(output.getvalue()).iter("{http://www.w3.org/2005/sparql-results#}literal")  # noqa: S314 (ours)
    assert sorted(literal.text or "" for literal in found) == sorted(values)
    output = BytesIO()
    write_answer(store, QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }"), by_name("rdf", GRAPH_FORMATS), output)
    read = parse(output.getvalue(), RdfFormat.RDF_XML)
    assert sorted(quad.object.value for quad in read) == sorted(values)


def test_what_xml_cannot_hold_is_found_across_parts() -> None:
    """U+FFFE is three bytes, which may come in two parts; in the first or later ones."""
    for n in range(8180, 8200):
        store = Store()
        store.add(Quad(NamedNode("a:a"), NamedNode("a:p"), Literal("x" * n + "\ufffe")))
        with pytest.raises(NotAcceptable, match=r"U\+FFFE"):
            write_answer(store, QueryRequest("SELECT * { ?s ?p ?o }"), by_name("xml", RESULT_FORMATS), BytesIO())


def test_a_throw_away_instance_switches_no_version(scratch: FlaskClient, tiny_settings: Settings) -> None:
    """Its home may be one that others serve."""
    (before,) = published_versions(tiny_settings.home)
    other = publish(tiny_settings.home, [Quad(NamedNode("a:a"), NamedNode("a:p"), Literal(1))], {})
    for path in ("/rollback", f"/rollback?version={before.id}"):
        assert problem(scratch.post(path, headers=TOKEN)) == (404, "unknown-thing")
    assert current_version(tiny_settings.home).id == other.id


def test_a_token_is_told_from_none(scratch: FlaskClient) -> None:
    """As RFC 6750 says: no error where there was no token."""
    for headers, challenge in (
        ({}, 'Bearer realm="migragraph"'),
        ({"Authorization": "Basic c2VjcmV0"}, 'Bearer realm="migragraph"'),
        ({"Authorization": "Bearer another"}, 'Bearer realm="migragraph", error="invalid_token"'),
    ):
        answer = scratch.post("/update", data="CLEAR ALL", headers={**UPDATE, "Authorization": "", **headers})
        assert answer.headers["WWW-Authenticate"] == challenge


# Nothing of ours in an answer -------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/plain", "*/*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fault_of_ours_shows_neither_trace_nor_path(
    app: Flask, method: str, accept: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In body and headers; the log has both under the number that the answer names."""

    def break_(*_: object, **__: object) -> None:
        raise RuntimeError(f"broken in {app.root_path}")

    monkeypatch.setattr("migragraph.web.pages.render_template", break_)
    answer = app.test_client().open("/errors", method=method, headers={"Accept": accept})
    assert answer.status_code == 500
    shown = answer.text + str(answer.headers)
    assert not leaks(app, shown)
    assert f"broken in {app.root_path}" in caplog.text
    assert "Traceback" in caplog.text
    if method == "GET":
        number = answer.text.partition("noted under ")[2][:12]
        assert f"unexpected error {number}" in caplog.text


def leaks(app: Flask, shown: str) -> list[str]:
    """Return what of this machine an answer shows."""
    home = str(app.extensions["migragraph"].settings.home)
    return [word for word in ("Traceback", ".py", app.root_path, home, "/tmp", "RuntimeError") if word in shown]  # noqa: S108


def test_a_damaged_or_missing_version_shows_no_path(tiny_settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """The command line names the folder, the log too; an answer does not."""
    (tiny_settings.home / "current").write_text("0" * 64)
    app = create_app(tiny_settings)
    for address in ("/", "/health", "/sparql?query=ASK%7B%7D"):
        answer = app.test_client().get(address)
        assert problem(answer) == (503, "no-version")
        assert not leaks(app, answer.text + str(answer.headers))
    assert str(tiny_settings.home) in caplog.text


def test_what_was_asked_for_wrongly_is_no_error_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """It is 501, and nothing that the operator has to look at."""
    asked = "SELECT (<http://example.org/f>(1) AS ?x) { }"
    assert problem(client.get("/sparql", query_string={"query": asked})) == (501, "unknown-function")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_no_refusal_shows_a_path(client: FlaskClient, scratch: FlaskClient, request_: tuple[Any, ...]) -> None:
    """Nor a trace."""
    method, address, sent, *_ = request_
    asked = scratch if address.startswith(("/update", "/graph-store")) else client
    answer = asked.open(address, method=method, **sent)
    assert not leaks(asked.application, answer.text + str(answer.headers))
