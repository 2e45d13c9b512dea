"""Update and graph store over HTTP, on a throw-away instance and on a service without tokens."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from answers import problem
from migragraph.config import read_settings
from migragraph.web import create_app
from migragraph.web.serving import Scratch

TOKEN = {"Authorization": "Bearer secret"}
UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
G = "https://example.org/g"


@pytest.fixture
def scratch() -> FlaskClient:
    """A throw-away instance, without a socket."""
    settings = read_settings({}, write_mib=1)
    return create_app(settings, Scratch(settings, "secret")).test_client()


def count(client: FlaskClient, where: str = "?s ?p ?o") -> int:
    """Count what matches."""
    answer = client.get("/sparql", query_string={"query": f"SELECT * {{ {where} }}", "format": "csv"})
    assert answer.status_code == 200
    return len(answer.text.splitlines()) - 1


def test_a_graph_lives_and_dies(scratch: FlaskClient) -> None:
    """Put, read, extended, read in another format, removed; the status says what was there before."""
    at: dict[str, Any] = {"query_string": {"graph": G}, "headers": {**TOKEN, **TURTLE}}
    assert scratch.get("/graph-store", query_string={"graph": G}).status_code == 404
    assert scratch.put("/graph-store", data="<a:a> <a:p> 1 .", **at).status_code == 201
    assert scratch.put("/graph-store", data="<a:a> <a:p> 2 .", **at).status_code == 204
    assert scratch.post("/graph-store", data="<a:a> <a:p> 3 .", **at).status_code == 204
    answer = scratch.get("/graph-store", query_string={"graph": G, "format": "nt"})
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert answer.text.splitlines() == [f'<a:a> <a:p> "{n}"^^<{integer}> .' for n in (2, 3)]
    assert scratch.head("/graph-store", query_string={"graph": G}).headers["Content-Type"].startswith("text/turtle")
    assert scratch.delete("/graph-store", **at).status_code == 204
    assert scratch.delete("/graph-store", **at).status_code == 404
    assert count(scratch, "GRAPH ?g { ?s ?p ?o }") == 0


def test_a_graph_without_a_name_gets_one(scratch: FlaskClient) -> None:
    """Its address is in the answer, and leads to it."""
    answer = scratch.post("/graph-store", data="<a:a> <a:p> 1 .", headers={**TOKEN, **TURTLE})
    assert answer.status_code == 201
    address = answer.headers["Location"]
    assert address.startswith("http://localhost/graph-store/")
    assert "<a:a>" in scratch.get(address.removeprefix("http://localhost")).text
    assert count(scratch, f"GRAPH <{address}> {{ ?s ?p ?o }}") == 1


def test_the_default_graph_and_parts_of_a_form(scratch: FlaskClient) -> None:
    """Blank nodes of two parts are not the same; each part has its own format."""
    parts = {
        "one": (io.BytesIO(b"_:x <a:p> 1 ."), "one.ttl", "text/turtle"),
        "two": (io.BytesIO(b'_:x <a:p> "2" .'), "two.nt", "application/n-triples"),
    }
    answer = scratch.post("/graph-store?default", data=parts, headers=TOKEN, content_type="multipart/form-data")
    assert answer.status_code == 204
    assert count(scratch) == 2
    assert count(scratch, "?s <a:p> 1 , '2'") == 0


def test_an_update_is_sent_in_both_ways(scratch: FlaskClient) -> None:
    """As a form with its graphs, and as the body."""
    assert scratch.post("/update", data="INSERT DATA { <a:a> <a:p> 1 }", headers={**TOKEN, **UPDATE}).status_code == 204
    form = {"update": "INSERT { GRAPH <a:h> { ?s ?p 2 } } WHERE { ?s ?p 1 }", "using-graph-uri": "a:none"}
    assert scratch.post("/update", data=form, headers=TOKEN).status_code == 204
    assert count(scratch, "GRAPH <a:h> { ?s ?p ?o }") == 0
    del form["using-graph-uri"]
    assert scratch.post("/update", data=form, headers=TOKEN).status_code == 204
    assert count(scratch, "GRAPH <a:h> { ?s ?p ?o }") == 1


@pytest.mark.parametrize(
    ("method", "address", "sent", "expected"),
    [
        ("POST", "/update", {"data": "CLEAR ALL", "headers": UPDATE}, (401, "unauthorized")),
        ("PUT", "/graph-store?default", {"data": "", "headers": TURTLE}, (401, "unauthorized")),
        ("POST", "/update", {"data": "CLEAR", "headers": {**TOKEN, **UPDATE}}, (400, "malformed-query")),
        ("POST", "/update", {"data": b"\xff", "headers": {**TOKEN, **UPDATE}}, (400, "bad-parameter")),
        ("POST", "/update", {"data": "LOAD <a:b>", "headers": {**TOKEN, **UPDATE}}, (403, "forbidden-query")),
        ("POST", "/update", {"data": "CLEAR ALL", "headers": {**TOKEN, **TURTLE}}, (415, "unsupported-media-type")),
        ("POST", "/update", {"data": {}, "headers": TOKEN}, (415, "unsupported-media-type")),
        ("POST", "/update", {"data": {"update": ["CLEAR ALL"] * 2}, "headers": TOKEN}, (400, "bad-parameter")),
        ("POST", "/update", {"data": {"query": "ASK {}"}, "headers": TOKEN}, (400, "bad-parameter")),
        ("POST", "/update?update=CLEAR+ALL", {"data": {"why": "x"}, "headers": TOKEN}, (400, "bad-parameter")),
        ("GET", "/update?update=CLEAR+ALL", {"headers": TOKEN}, (405, "method-not-allowed")),
        ("PATCH", "/graph-store?default", {"headers": TOKEN}, (405, "method-not-allowed")),
        ("GET", "/graph-store", {}, (400, "bad-parameter")),
        ("GET", "/graph-store?default&graph=a:b", {}, (400, "bad-parameter")),
        ("GET", "/graph-store?graph=relative", {}, (400, "bad-parameter")),
        ("GET", "/graph-store?grph=a:b", {}, (400, "bad-parameter")),
        ("GET", "/graph-store/x?default", {}, (400, "bad-parameter")),
        ("GET", "/graph-store?graph=a:nothing", {}, (404, "unknown-thing")),
        ("PUT", "/graph-store?default", {"data": "<a:a> .", "headers": {**TOKEN, **TURTLE}}, (400, "malformed-data")),
        ("PUT", "/graph-store?default", {"data": "x", "headers": TOKEN}, (415, "unsupported-media-type")),
        ("PUT", "/graph-store?default", {"data": "#" * 2**21, "headers": {**TOKEN, **TURTLE}},
         (413, "request-too-large")),
        ("POST", "/graph-store?default", {"data": {"f": "v"}, "headers": TOKEN, "content_type": "multipart/form-data"},
         (400, "bad-parameter")),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_by_name(
    scratch: FlaskClient, method: str, address: str, sent: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With status, cause and remedy; nothing is changed."""
    scratch.post("/update", data="INSERT DATA { <a:a> <a:p> 1 }", headers={**TOKEN, **UPDATE})
    answer = scratch.open(address, method=method, **sent)
    assert problem(answer) == expected
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if expected[0] == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert count(scratch) == 1


@pytest.mark.parametrize("sent", ["Bearer wrong", "Bearer ", "Basic c2VjcmV0", "secret", "Bearer s\u00e9cret"])
def test_another_token_is_none(scratch: FlaskClient, sent: str) -> None:
    """Nor is the right one in another form."""
    headers = {"Authorization": sent, **UPDATE}
    assert problem(scratch.post("/update", data="CLEAR ALL", headers=headers)) == (401, "unauthorized")


def test_without_tokens_there_is_no_writing(client: FlaskClient) -> None:
    """Neither address exists, whatever is sent."""
    for method, address in (("POST", "/update"), ("GET", "/graph-store?default"), ("PUT", "/graph-store?default")):
        assert problem(client.open(address, method=method, headers=TOKEN)) == (404, "unknown-address")
