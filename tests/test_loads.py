"""LOAD: from listed addresses, fetched by us and carried out as INSERT DATA; with TLS where the address says so."""

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize
from werkzeug.test import TestResponse

from answers import problem
from elsewhere import Elsewhere, Reply, elsewhere
from migragraph.build import build_version
from migragraph.config import read_settings
from migragraph.federation import Federation
from migragraph.federation.loads import is_listed
from migragraph.federation.terms import can_stand
from migragraph.store.versions import current_version
from migragraph.updates import UpdateRequest, apply_update
from migragraph.web import create_app
from migragraph.web.serving import Scratch
from projects import copy_small_project
from rdf_terms import IRIS, TERMS
from test_guarded import CODE, serving

EX = "https://example.org/"
TURTLE = "text/turtle"


Load = Callable[..., TestResponse]


class Instance:
    """A throw-away instance that may load from some addresses."""

    def __init__(self, *sources: str, **settings: Any) -> None:
        chosen = replace(read_settings({}), load_sources=" ".join(sources), **settings)
        self.client: FlaskClient = create_app(chosen, Scratch(chosen, None)).test_client()

    def update(self, text: str) -> TestResponse:
        """Send an update."""
        return self.client.post("/update", data={"update": text})

    def rows(self, where: str = "?s ?p ?o", wanted: str = "?s ?p ?o") -> list[str]:
        """Ask for all that matches, as lines of CSV."""
        query = f"SELECT {wanted} {{ {where} }}"
        answer = self.client.get("/sparql", query_string={"query": query, "format": "csv"})
        return sorted(answer.text.splitlines()[1:])


def test_a_graph_is_loaded(host: Elsewhere) -> None:
    """Into the default graph or a named one, by media type or extension, relative to where it is."""
    turtle = host.at("/data/a.ttl", Reply(b"<> <p> 'a', <#x> .", f"{TURTLE}; charset=utf-8"))
    host.at("/data/b.nt", Reply(f'<{EX}b> <{EX}p> "b" .'.encode(), "text/plain"))
    host.at("/data/c.rdf", Reply(
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e/"><r:Description r:about="c">'
        b"<p>c</p></r:Description></r:RDF>", "application/octet-stream"))  # fmt: skip
    host.at("/data/d", Reply(json.dumps({"@id": EX + "d", EX + "p": "d"}).encode(), "application/ld+json"))
    there = host.address
    instance = Instance(f"{there}/data/")
    answer = instance.update(
        f"PREFIX h: <{there}/data/> BASE <{there}/>\n LOAD <{turtle}> INTO GRAPH h:g ; LOAD SILENT <data/b.nt#frag> ;"
        f" load h:c.rdf;LOAD<{there}/data/d>; INSERT DATA {{ h:e h:p 'LOAD <x>' }}"
    )
    assert answer.status_code == 204, answer.text
    assert instance.rows() == [
        f"{there}/data/c,http://e/p,c",
        f"{there}/data/e,{there}/data/p,LOAD <x>",
        f"{EX}b,{EX}p,b",
        f"{EX}d,{EX}p,d",
    ]
    assert instance.rows("GRAPH ?g { ?s ?p ?o }", "?g ?s ?p ?o") == [
        f"{there}/data/g,{turtle},{there}/data/p,a",
        f"{there}/data/g,{turtle},{there}/data/p,{turtle}#x",
    ]


def test_blank_nodes_of_two_loads_are_no_others(host: Elsewhere) -> None:
    """Though they have the same name there."""
    address = host.at("/blank.ttl", Reply(f"_:a <{EX}p> _:b, 'x' .".encode(), TURTLE))
    instance = Instance(address)
    assert instance.update(f"LOAD <{address}> ; LOAD <{address}>").status_code == 204
    assert len(instance.rows()) == 4
    assert len(instance.rows("?s ?p ?o FILTER(?o = 'x') ?s ?p ?x FILTER(isBlank(?x))")) == 2


@settings(max_examples=50)
@given(pairs=st.lists(st.tuples(IRIS.map(NamedNode), TERMS), max_size=5))
def test_any_graph_is_loaded_as_it_is(host: Elsewhere, pairs: list[tuple[NamedNode, Any]]) -> None:
    """Whatever stands in it."""
    pairs = [(s, o) for s, o in pairs if can_stand(s) and can_stand(o)]
    expected = {Quad(s, s, o, DefaultGraph()) for s, o in pairs}
    body = serialize((quad.triple for quad in expected), format=RdfFormat.N_TRIPLES) or b""
    address = host.at("/any", Reply(body, "application/n-triples"))
    federation = Federation(replace(read_settings({}), load_sources=address))
    store = Store()
    apply_update(store, federation.load(UpdateRequest(f"LOAD <{address}>")).check())
    assert set(store) == expected


def test_what_is_not_listed_is_refused(host: Elsewhere) -> None:
    """By its address, with the setting, before anything is fetched; SILENT goes on without it, listed or not."""
    listed = host.at("/listed.ttl", Reply(b"<a:a> <a:b> 1 .", TURTLE))
    host.asked.clear()
    for sources in ((), (listed,)):
        instance = Instance(*sources)
        for text in (
            f"LOAD <{listed}x>",
            f"LOAD <{listed}> ; LOAD <http://127.0.0.1:1/>",
            f"PREFIX e: <{EX}> LOAD e:a INTO GRAPH e:b",
            f"LOAD <{listed}> ; INSERT {{}} WHERE {{ SERVICE <{listed}> {{}} }}",
        ):
            answer = instance.update(text)
            assert problem(answer) == (403, "forbidden-query"), answer.text
        assert instance.update("LOAD SILENT <http://127.0.0.1:1/> ; INSERT DATA { <a:a> <a:b> 2 }").status_code == 204
        assert instance.rows() == ["a:a,a:b,2"]
    assert host.asked == []
    said = json.loads(Instance(listed).update(f"LOAD <{EX}x>").text)
    assert f"<{EX}x>, which is not one" in said["detail"]
    assert "MIGRAGRAPH_LOAD_SOURCES" in said["remedy"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://a.example/data/x.ttl", True),
        ("https://a.example/data/", True),
        ("https://a.example/data/?x=../y", True),
        ("https://a.example/data/x/y#z", True),
        ("https://a.example/one.ttl", True),
        ("https://a.example/one.ttl#it", True),
        ("https://a.example/one.ttl?x", False),
        ("https://a.example/one.ttl/x", False),
        ("https://a.example/data", False),
        ("http://a.example/data/x", False),
        ("https://a.example:444/data/x", False),
        ("https://A.example/data/x", False),
        ("https://a.example/data/../x", False),
        ("https://a.example/data/%2e%2E/x", False),
        ("https://a.example/data/./x", False),
        ("https://a.example/data/..%2Fx", False),
        ("https://a.example/data/..%5cx", False),
        ("https://a.example@b.example/data/x", False),
        ("https://a.example.b.example/data/x", False),
        ("file:///data/x", False),
    ],
)
def test_what_is_below_a_listed_address(source: str, expected: bool) -> None:
    """Only what is: no way up, however it is written, and no other host."""
    assert is_listed(source, frozenset({"https://a.example/data/", "https://a.example/one.ttl"})) is expected


def test_what_cannot_be_loaded_is_named(host: Elsewhere) -> None:
    """With address and cause, nothing is changed; SILENT goes on without it."""
    large = b"<a:a> <a:b> '" + b"x" * 2**20 + b"' ."
    blown = b"@prefix e: <https://example.org/a/long/name/of/a/namespace/> . e:a e:b "
    blown += b",".join(b"e:%x" % n for n in range(40_000)) + b" ."
    cases = {
        "/broken": (Reply(b"<a:a> <a:b>\n\n'c .", TURTLE), 502, "fetch-failed", "is not Turtle: "),
        "/page": (Reply(b"<p>", "text/html"), 502, "fetch-failed", "a graph is not read from text/html"),
        "/plain": (Reply(b"<a:a> <a:b> 1 .", "text/plain"), 502, "fetch-failed", "a graph is not read from text/plain"),
        "/nul": (Reply(b"\0", TURTLE), 502, "fetch-failed", "a NUL byte"),
        "/context": (
            Reply(b'{"@context": "%s/context", "a": 1}' % host.address.encode(), "application/ld+json"),
            502, "fetch-failed", "is not JSON-LD",
        ),
        "/large": (Reply(large, TURTLE), 413, "result-too-large", "more than 1,048,576 bytes"),
        "/blown": (Reply(blown, TURTLE), 413, "result-too-large", "written out it is longer, and 1,048,576"),
        "/urn": (Reply(b"<urn:a)service> <a:b> 1 .", TURTLE), 502, "fetch-failed", "cannot stand in an update"),
        "/moved": (Reply(b"", status=301, headers={"Location": "/broken"}), 502, "fetch-failed", "redirects to /"),
        "/none": (Reply(b"", status=404), 502, "fetch-failed", "status 404"),
        "/never": (Reply(begin=threading.Event()), 503, "query-timeout", "did not answer whole within 1.0 seconds"),
    }  # fmt: skip
    assert len(blown) < 2**20
    instance = Instance(f"{host.address}/", write_mib=1, query_seconds=1.0)
    host.asked.clear()
    for path, (reply, status, code, words) in cases.items():
        address = host.at(path, reply)
        answer = instance.update(f"INSERT DATA {{ <a:a> <a:b> 9 }} ; LOAD <{address}>")
        assert problem(answer) == (status, code), answer.text
        assert words in json.loads(answer.text)["detail"], path
        assert instance.rows() == []
    assert instance.update(f"LOAD SILENT <{host.address}/broken> INTO GRAPH <a:g>").status_code == 204
    assert instance.rows() == []
    assert [path for path, _ in host.asked].count("/context") == 1  # itself, and not the context that it names


def test_two_loads_share_what_an_update_may_be(host: Elsewhere) -> None:
    """Each more than half of it."""
    address = host.at("/half.ttl", Reply(b"<a:a> <a:b> '" + b"x" * 600_000 + b"' .", TURTLE))
    instance = Instance(address, write_mib=1)
    assert instance.update(f"LOAD <{address}>").status_code == 204
    assert problem(instance.update(f"LOAD <{address}> ; LOAD <{address}>")) == (413, "result-too-large")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("LOAD <L> ;\nINSERT DATA { <a:a> }", 2, 21),
        ("CREATE GRAPH <a:b>\nLOAD <L>", 2, 1),
        ("LOAD <L> INTO <a:b>", 1, 1),
    ],
)
def test_a_fault_is_found_before_anything_is_fetched(host: Elsewhere, text: str, line: int, column: int) -> None:
    """At its place."""
    listed = host.at("/listed.ttl", Reply(b"<a:a> <a:b> 1 .", TURTLE))
    host.asked.clear()
    answer = Instance(listed).update(text.replace("<L>", f"<{listed}>"))
    assert problem(answer) == (400, "malformed-query")
    said = json.loads(answer.text)
    assert (said["line"], said["column"]) == (line, column)
    assert host.asked == []


def test_a_guarded_graph_is_loaded_and_checked(tmp_path: Path, host: Elsewhere) -> None:
    """On a running service: it is a change like any other, for those who may write, and refused like any other."""
    project = copy_small_project(tmp_path / "project")
    build_version(read_settings({}, project=project, home=tmp_path / "var"))
    prefixes = (
        b"PREFIX city: <https://w3id.org/migragraph/id/city/> PREFIX mg: <https://w3id.org/migragraph/ontology#> "
    )
    good = host.at("/good.ttl", Reply(prefixes + CODE.encode() + b" .", TURTLE))
    bad = host.at("/bad.ttl", Reply(prefixes + b"city:malmo mg:nutsCode 'no code' .", TURTLE))
    host.asked.clear()
    with serving(tmp_path, load_sources=f"{good} {bad}") as clients:
        before = current_version(tmp_path / "var").id
        assert clients["ben"].update(f"LOAD <{good}>")[0] == 403
        assert clients[None].update(f"LOAD <{good}>")[0] == 401
        assert host.asked == []  # nothing is fetched for those who may not write
        status, said = clients["ana"].update(f"LOAD <{bad}>")
        assert (status, said["type"].partition("#")[2]) == (422, "invalid-graph")
        assert current_version(tmp_path / "var").id == before
        assert clients["ana"].update(f"LOAD <{good}>") == (204, None)
        assert clients[None].count(CODE) == 1


# TLS


def test_tls_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of an authority that the system trusts, and of this host; what is slow is left there too."""
    authority = trustme.CA()
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(secured)
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(other)
    with elsewhere(secured) as host, elsewhere(other) as wrong:
        address = host.at("/a.ttl", Reply(b"<a:a> <a:b> 1 .", TURTLE))
        named = wrong.at("/a.ttl", Reply(b"<a:a> <a:b> 1 .", TURTLE))
        slow = host.at("/slow", Reply(b"<a:a> <a:b> 1 ." + b" " * 9999, TURTLE, pause_seconds=0.05))
        instance = Instance(address, named, slow, query_seconds=1.0)
        answer = instance.update(f"LOAD <{address}>")
        assert problem(answer) == (502, "fetch-failed")
        assert "CERTIFICATE_VERIFY_FAILED" in json.loads(answer.text)["detail"]
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert problem(instance.update(f"LOAD <{named}>")) == (502, "fetch-failed")
        assert problem(instance.update(f"LOAD <{slow}>")) == (503, "query-timeout")
        assert instance.rows() == []
        assert instance.update(f"LOAD <{address}>").status_code == 204
        assert instance.rows() == ["a:a,a:b,1"]
