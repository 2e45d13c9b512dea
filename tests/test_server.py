"""The service as it is run: a real server in a process of its own, asked by the clients that people use."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from migragraph.iris import PREFIXES
from tiny import publish_tiny

SELECT = "SELECT ?name { city:malmo skos:prefLabel ?name }"
MALMO = rdflib.URIRef("https://w3id.org/migragraph/id/city/malmo")
MEMBER = (MALMO, rdflib.URIRef(PREFIXES["org"] + "memberOf"), rdflib.URIRef(PREFIXES["network"] + "eurocities"))
CONSTRUCT = "CONSTRUCT WHERE { ?city org:memberOf ?network }"


def wrapper(address: str, query: str, form: str, method: str = GET, how: str = URLENCODED) -> SPARQLWrapper:
    """Return SPARQLWrapper set up as its users do."""
    client = SPARQLWrapper(f"{address}/sparql")
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setRequestMethod(how)
    return client


WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.mark.parametrize(("method", "how"), WAYS)
def test_sparqlwrapper_reads_rows_in_every_format(address: str, method: str, how: str) -> None:
    """JSON, XML, CSV and TSV, by GET, form and body."""
    found: dict[str, Any] = {
        form: wrapper(address, SELECT, form, method, how).queryAndConvert() for form in (JSON, XML, CSV, TSV)
    }
    assert found[JSON]["results"]["bindings"] == [{"name": {"type": "literal", "xml:lang": "en", "value": "Malmö"}}]
    assert [node.firstChild.data for node in found[XML].getElementsByTagName("literal")] == ["Malmö"]
    assert found[CSV].decode() == "name\r\nMalmö\r\n"
    assert found[TSV].decode() == '?name\n"Malmö"@en\n'


@pytest.mark.parametrize("form", [JSON, XML])
def test_sparqlwrapper_reads_yes_and_no(address: str, form: str) -> None:
    """The converted answer holds the truth value."""
    found: Any = wrapper(address, "ASK { city:malmo a mg:City }", form).queryAndConvert()
    assert found["boolean"] if form == JSON else found.getElementsByTagName("boolean")[0].firstChild.data == "true"


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # SPARQLWrapper makes a ConjunctiveGraph
@pytest.mark.parametrize(("method", "how"), WAYS)
@pytest.mark.parametrize("form", [TURTLE, RDFXML, XML, JSONLD, N3])
def test_sparqlwrapper_reads_graphs_in_every_format(address: str, form: str, method: str, how: str) -> None:
    """What it converts is a graph of rdflib, or text that rdflib reads."""
    found: Any = wrapper(address, CONSTRUCT, form, method, how).queryAndConvert()
    graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format="turtle")
    assert set(graph) == {MEMBER}


def test_sparqlwrapper_shows_the_cause_of_a_fault(address: str) -> None:
    """Its exception holds our words, with line and column."""
    with pytest.raises(QueryBadFormed, match=r"line 1, column 16: \\?'}\\?' is not expected here"):
        wrapper(address, "SELECT * { ?s  }", JSON).query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv"])
def test_rdflib_asks_as_a_store(address: str, method: str, form: str) -> None:
    """Rows, yes and no, and patterns of triples."""
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql", method=method, returnFormat=form))
    rows: list[Any] = list(
        graph.query(f"PREFIX skos: <{PREFIXES['skos']}> SELECT ?name {{ <{MALMO}> skos:prefLabel ?name }}")
    )
    assert [str(row[0]) for row in rows] == ["Malmö"]
    assert [str(o) for o in graph.objects(MALMO, MEMBER[1])] == [str(MEMBER[2])]
    if form != "csv":
        assert MEMBER in graph


def test_a_thing_is_followed_to_its_data(address: str) -> None:
    """A program with rdflib parses the address of a thing as it parses any linked data."""
    graph = rdflib.Graph().parse(f"{address}/id/city/malmo")
    assert MEMBER in graph


def test_many_clients_are_answered_at_once(address: str) -> None:
    """Forty requests from eight threads, all whole and alike."""
    query = "SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D%20ORDER%20BY%20%3Fs%20%3Fp%20%3Fo"
    answers: list[bytes] = []

    def work() -> None:
        for _ in range(5):
            with urlopen(f"{address}/sparql?query={query}") as answer:
                answers.append(answer.read())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert len(json.loads(answers[0])["results"]["bindings"]) == 29
    assert len(set(answers)) == 1


def test_a_long_query_is_sent_by_post(address: str) -> None:
    """An address of 64 KiB is read; beyond that the answer says to send it by POST, which takes what is allowed."""
    short = "SELECT * { VALUES ?x { " + "'ä' " * 4_000 + "} }"
    long = "SELECT * { VALUES ?x { " + "'ä' " * 11_000 + "} }"
    with urlopen(Request(f"{address}/sparql?query={quote_all(short)}")) as answer:
        assert len(json.loads(answer.read())["results"]["bindings"]) == 4_000
    with pytest.raises(HTTPError, match="414") as caught:
        urlopen(Request(f"{address}/sparql?query={quote_all(long)}"))
    with caught.value as refused:
        assert "by POST" in refused.read().decode()
    with urlopen(Request(f"{address}/sparql", f"query={quote_all(long)}".encode())) as answer:
        assert len(json.loads(answer.read())["results"]["bindings"]) == 11_000
    for n in (100_001, 110_000):
        with pytest.raises(HTTPError, match="413") as caught:
            urlopen(Request(f"{address}/sparql", f"query={quote_all('#' * n)}".encode()))
        with caught.value as refused:
            assert json.loads(refused.read())["type"].endswith("#request-too-large")


NOISE = b"\x16\x03\x01\x00 noise\r\n\r\n"
ENDLESS = b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000


@pytest.mark.parametrize(
    ("sent", "status", "code"), [(NOISE, b"400", b"bad-request"), (ENDLESS, b"431", b"request-too-large")]
)
def test_what_is_no_request_is_told_so(address: str, sent: bytes, status: bytes, code: bytes) -> None:
    """Endless headers and noise are refused by the server itself, in words; the service goes on."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        said = connection.recv(10_000)
    assert said.startswith(b"HTTP/1.1 " + status)
    assert b"\r\n\r\n" + code + b": " in said
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in said
    with urlopen(f"{address}/health") as answer:
        assert answer.status == 200


def converse(address: str, *sent: bytes) -> bytes:
    """Send bytes as they are; return all that comes until the server closes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        for part in sent:
            connection.sendall(part)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize(
    "lines",
    [b"HTTP/1.1", b"HTTP/1.1\r\nHost: x\r\nHost: y", b"HTTP/1.1\r\nHost: x\r\nhost: x", b"HTTP/1.1\r\nHost:",
     b"HTTP/1.1\r\nHost: a b", b'HTTP/1.1\r\nHost: a"><b', b"HTTP/1.1\r\nHost: u:p@x", b"HTTP/1.1\r\nHost: x/y",
     b"HTTP/1.1\r\nHost: x:http", b"HTTP/1.1\r\nHost: [::1", b"HTTP/1.1\r\nHost: m\xf6", b"HTTP/1.0\r\nHost: a b",
     b"HTTP/1.0\r\nHost: x\r\nHost: y"],
)  # fmt: skip
def test_a_request_says_once_for_which_host_it_is(address: str, lines: bytes) -> None:
    """Else 400 (RFC 9112, section 3.2): the host stands in the IRIs of data."""
    said = converse(address, b"GET /.well-known/void " + lines + b"\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"\r\n\r\nbad-request: the request does not say, once and in the header Host" in said


@pytest.mark.parametrize(
    ("target", "lines", "host"),
    [(b"", b"HTTP/1.1\r\nHost: [::1]:8000", b"[::1]:8000"), (b"", b"HTTP/1.1\r\nHost: my_app:80", b"my_app:80"),
     (b"http://a.org:81", b"HTTP/1.1\r\nHost: x", b"a.org:81"), (b"http://a.org", b"HTTP/1.1", b"a.org"),
     (b"http://[::1]:8000", b"HTTP/1.1\r\nHost: x\r\nHost: y", b"[::1]:8000"),
     (b"http://a.org", b"HTTP/1.0", b"a.org"), (b"", b"HTTP/1.0", None)],
)  # fmt: skip
def test_the_host_of_a_request_is_where_it_was_sent(
    address: str, target: bytes, lines: bytes, host: bytes | None
) -> None:
    """Of IPv6, with an underscore, in the address itself, or none in HTTP/1.0."""
    said = converse(address, b"GET " + target + b"/robots.txt " + lines + b"\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    expected = b"http://" + host if host is not None else address.encode()
    assert b"\nSitemap: " + expected + b"/sitemap.xml\n" in said


def test_a_host_in_the_address_is_looked_at_too(address: str) -> None:
    """As the header would be."""
    said = converse(address, b"GET http://u:p@x/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("coding", [b"Content-Encoding: gzip", b"Content-Encoding: br, gzip",
                                    b"Transfer-Encoding: gzip, chunked"])  # fmt: skip
def test_a_body_that_is_compressed_is_refused(address: str, coding: bytes) -> None:
    """It would be read as it is; what is not compressed may say so."""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    length = b"" if b"chunked" in coding else b"\r\nContent-Length: 6"
    body = b"6\r\nASK {}\r\n0\r\n\r\n" if b"chunked" in coding else b"ASK {}"
    said = converse(address, head + coding + length + b"\r\n\r\n" + body)
    assert said.startswith(b"HTTP/1.1 415 ")
    assert b'"detail": "the body is encoded as ' in said
    plain = (
        head + b"Content-Encoding: Identity\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nASK\r\n3;x=y\r\n {}\r\n0\r\n\r\n"
    )
    assert converse(address, plain).endswith(b'"boolean":true}')


def test_requests_may_come_one_after_the_other_at_once(address: str) -> None:
    """Pipelined, with bodies and without, refused ones and HEAD among them: answers in their order."""
    post = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: Application/SPARQL-Query\r\nContent-Length: 6\r\n\r\nASK {}"
    )
    get, close = (
        b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    head = b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n"
    said = converse(address, post + get % b"/none" + head + get % b"/health" + post + close)
    assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"200", b"404", b"200", b"200", b"200", b"200"]
    assert (said.count(b'"boolean":true}'), said.count(b'"status":"ok"')) == (2, 1)


def test_a_client_may_wait_before_it_sends_a_body(address: str) -> None:
    """``Expect: 100-continue``: it is told to go on, or that the body is too long before it sends it."""
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n"
        b"Content-Type: application/sparql-query\r\nContent-Length: "
    )
    said = converse(address, head + b"6\r\n\r\n", b"ASK {}")
    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert converse(address, head + b"99999999999\r\n\r\n").startswith(b"HTTP/1.1 413 ")


def test_an_older_client_is_sent_no_chunks(address: str) -> None:
    """Of HTTP/1.0, or of the one before, which has no version; nor does the connection stay open for it."""
    for version in (b" HTTP/1.0\r\nConnection: keep-alive", b""):
        said = converse(address, b"GET /sparql?query=SELECT*%7B?s%20?p%20?o%7D&format=csv" + version + b"\r\n\r\n")
        assert b"\r\ncontent-length: " in said
        assert b"transfer-encoding" not in said


def quote_all(text: str) -> str:
    """Escape every byte."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_the_entry_for_other_servers_is_an_application(tmp_path: Path) -> None:
    """``server:app`` reads its settings from the environment."""
    publish_tiny(tmp_path)
    code = "from server import app; print(app.test_client().get('/health').json['status'])"
    root = Path(__file__).parents[1]
    environment = os.environ | {"MIGRAGRAPH_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "ok\n"
