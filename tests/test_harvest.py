"""The service as a harvester meets it: the files that can be had, and where each name that we mint leads."""

import hashlib
import json
import re
import resource
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib import Dataset, Graph

from answers import BROWSER, problem
from graphs_read import READABLE, read
from migragraph.config import Settings, read_settings
from migragraph.formats import GRAPH_FORMATS
from migragraph.iris import BASE, PREFIXES, term
from migragraph.store.versions import current_version, publish
from migragraph.web import create_app
from migragraph.web.serving import Scratch
from servers import running
from tiny import TINY, publish_tiny

FACTS = {quad.triple for quad in parse(TINY.read_bytes(), RdfFormat.TRIG) if quad.graph_name == DefaultGraph()}
QUADS = set(parse(TINY.read_bytes(), RdfFormat.TRIG))


# Downloads --------------------------------------------------------------------------------------------------------


def test_dumps_hold_what_the_version_holds(any_client: FlaskClient, tiny_home: Path) -> None:
    """Facts, everything, each graph; in every format, as the engine's parser and rdflib read them."""
    for form in GRAPH_FORMATS:
        answer = any_client.get(f"/dumps/facts.{form.extension}")
        assert (answer.status_code, answer.mimetype) == (200, form.media_types[0])
        assert {quad.triple for quad in parse(answer.data, form.engine)} == FACTS  # type: ignore[arg-type]
        assert len(read(answer.data, form.name)) == len(FACTS)
    for extension, form in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        answer = any_client.get(f"/dumps/dataset.{extension}")
        assert set(parse(answer.data, form)) == QUADS
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
            known = Dataset().parse(data=answer.data, format={"nq": "nquads", "trig": "trig"}[extension])
        assert len(list(known.quads())) == len(QUADS)  # type: ignore[attr-defined]
    for graph in {q.graph_name for q in QUADS if isinstance(q.graph_name, NamedNode)}:
        name = graph.value.removeprefix(PREFIXES["graph"])
        answer = any_client.get(f"/dumps/graph/{name}.nt")
        assert {q.triple for q in parse(answer.data, RdfFormat.N_TRIPLES)} == {
            q.triple for q in QUADS if q.graph_name == graph
        }
    lines = any_client.get("/dumps/dataset.nq").data.splitlines(keepends=True)
    assert hashlib.sha256(b"".join(sorted(lines))).hexdigest() == current_version(tiny_home).id


def test_a_dump_is_of_one_version_and_says_which(app: Flask, tiny_home: Path) -> None:
    """The tag changes with the version; the one before can still be had."""
    client = app.test_client()
    first = client.get("/dumps/facts.nt")
    tag, old = first.headers["ETag"], current_version(tiny_home).id
    assert first.headers["Migragraph-Version"] == old
    assert first.headers["Content-Disposition"] == 'attachment; filename="migragraph-facts.nt"'
    assert first.headers["Link"] == '<http://localhost/.well-known/void>; rel="describedby"'
    for method in ("GET", "HEAD"):
        again = client.open("/dumps/facts.nt", method=method, headers={"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    head = client.head("/dumps/facts.nt")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    with client.get("/dumps/facts.ttl") as other:
        assert other.headers["ETag"] != tag
    publish(tiny_home, [Quad(term("city:malmo"), term("rdfs:label"), Literal("Malmö"))], {})
    app.extensions["migragraph"].latest()
    new = client.get("/dumps/facts.nt", headers={"If-None-Match": tag})
    assert new.text == f'<{BASE}id/city/malmo> <{PREFIXES["rdfs"]}label> "Malmö" .\n'
    assert new.headers["ETag"] != tag
    assert client.get(f"/dumps/facts.nt?version={old}").data == first.data
    assert problem(client.get("/dumps/facts.nt?version=none")) == (404, "unknown-thing")


def test_a_store_that_changes_is_dumped_as_it_is_now(tiny_settings: Settings) -> None:
    """The throw-away instance: nothing is kept of the dump before."""
    client = create_app(tiny_settings, Scratch(tiny_settings, None)).test_client()
    for expected in ("", f"<{BASE}id/city/malmo> <{BASE}ontology#x> <{BASE}id/city/lodz> .\n"):
        answer = client.get("/dumps/facts.nt")
        assert (answer.text, answer.headers["Cache-Control"]) == (expected, "no-store")
        assert "ETag" not in answer.headers
        update = "INSERT DATA { <id/city/malmo> mg:x <id/city/lodz> }"
        assert client.post("/update", data=update, content_type="application/sparql-update").status_code == 204


@pytest.mark.parametrize(
    "path",
    ["facts", "facts.nq", "facts.csv", "dataset.ttl", ".ttl", "graph/none.ttl", "graph/queries", "graph/queries.nq",
     "graph/.ttl", "graph/%3E%20x.ttl", "graph/..%2F..%2Fpasswd.ttl", "..%2Ffacts.nt", "x.ttl"],
)  # fmt: skip
def test_a_dump_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    """Hostile paths too."""
    assert problem(client.get(f"/dumps/{path}")) == (404, "unknown-thing")
    assert client.get("/dumps/facts.nt?page=2").status_code == 400


def test_a_slow_reader_holds_no_process(tmp_path: Path) -> None:
    """A dump is compressed on its way, and while a client does not read on, no query is counted as under way."""
    number = NamedNode(PREFIXES["rdf"] + "value")
    quads = [
        Quad(NamedNode(f"{BASE}id/city/c{n}"), number, Literal(f"{n} " * 20), DefaultGraph()) for n in range(60_000)
    ]
    publish(tmp_path / "var", quads, {})
    with running(tmp_path / "var", query_processes=1) as server:
        with requests.get(f"{server.address}/dumps/facts.nt", stream=True, timeout=30) as slow:
            assert slow.headers["Content-Encoding"] == "gzip"
            lines = slow.iter_lines()
            first = list(islice(lines, 10))
            counts = requests.get(f"{server.address}/metrics", timeout=30).text
            assert 'migragraph_queries{state="running"} 0.0' in counts
            asked = requests.get(f"{server.address}/sparql", {"query": "ASK { ?s ?p ?o }"}, timeout=30)
            assert asked.json()["boolean"] is True
            rest = list(lines)
        expected = {str(quad.triple) + " ." for quad in quads}
        assert {line.decode() for line in first + rest} == expected


def test_a_dump_for_which_there_is_no_room_is_refused(tmp_path: Path) -> None:
    """It says that it is a dump, and not where; nothing is left of it; what is short enough is given meanwhile."""
    value = NamedNode(PREFIXES["rdf"] + "value")
    quads = [Quad(NamedNode(f"{BASE}id/city/c{n}"), value, Literal("x" * 100), DefaultGraph()) for n in range(5_000)]
    quads.append(Quad(quads[0].subject, value, Literal(1), NamedNode(PREFIXES["graph"] + "small")))
    publish(tmp_path / "var", quads, {})
    with running(tmp_path / "var") as server:
        before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (100_000, before[1]))
        for _ in range(2):
            refused = requests.get(f"{server.address}/dumps/facts.nt", timeout=30)
            assert refused.status_code == 507
            assert refused.headers["Content-Type"] == "application/problem+json"
            told = refused.json()
            assert told["type"].endswith("/errors#disk-full")
            assert told["detail"] == "there is no room for a dump on the disk of the service."
            assert told["remedy"] == "Ask the operator to make room, and try again; nothing was changed."
        small = requests.get(f"{server.address}/dumps/graph/small.nt", timeout=30)
        assert (small.status_code, len(small.text.splitlines())) == (200, 1)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
        whole = requests.get(f"{server.address}/dumps/facts.nt", timeout=30)
        assert (whole.status_code, len(whole.text.splitlines())) == (200, 5_000)
    lines = [json.loads(line) for line in server.log if line.startswith("{")]  # before how it ends
    (logged,) = {line["message"] for line in lines if line["level"] == "ERROR"}
    assert re.fullmatch(
        r"disk-full: /.+ has no room for a dump: File too large\. Make room, or give the service another folder as "
        r"TMPDIR, and try again; nothing was changed\.",
        logged,
    )


# What we mint -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "page", "data"),
    [
        ("query/members", "/sparql?query=SELECT+?city+%7B+?city+org:memberOf+network:eurocities+%7D",
         "/data/query/members.ttl"),
        ("graph/claims/report", "/page/graph/claims/report", "/data/graph/claims/report.ttl"),
        ("graph/authority", "/page/graph/authority", "/data/graph/authority.ttl"),
    ],
)  # fmt: skip
def test_questions_and_graphs_lead_to_page_or_data(client: FlaskClient, path: str, page: str, data: str) -> None:
    """By negotiation; where it leads there is an answer."""
    for accept, location in ((BROWSER["Accept"], page), ("text/turtle", data)):
        answer = client.get(f"/{path}", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Location"]) == (303, location)
        assert client.get(location, headers={"Accept": accept}).status_code == 200
        assert problem(client.get(f"/{path}-none", headers={"Accept": "text/turtle"})) == (404, "unknown-thing")


def test_a_graph_is_described_with_its_files(client: FlaskClient) -> None:
    """What it holds, how many triples, where; the files hold them."""
    graph = Graph().parse(data=client.get("/data/graph/claims/report.ttl").data, format="turtle")
    asked = f"""SELECT ?n ?what ?file {{ <{BASE}graph/claims/report> a void:Dataset, sd:Graph ; void:triples ?n ;
        dct:description ?what ; dct:isPartOf <{BASE}dataset> ; void:dataDump ?file }}"""
    rows = [(int(n), str(what), str(file)) for n, what, file in graph.query(asked)]  # type: ignore[misc]
    what = "What the source report states: its claims, each with its passages."
    where = "http://localhost/dumps/graph/claims/report"
    assert sorted(rows) == [(15, what, f"{where}.{extension}") for extension in sorted(READABLE)]
    page = client.get("/page/graph/claims/report").text
    assert what in page
    assert "15 triples" in page
    for _, _, file in rows:
        assert f'href="{urlsplit(file).path}"' in page
        assert len(read(client.get(urlsplit(file).path).data, file.rpartition(".")[2])) == 15
    link = page.partition("A hundred of its statements")[2].partition('href="')[2].partition('"')[0]
    answer = client.get(link.replace("&amp;", "&"), headers={"Accept": "text/csv"})
    assert len(answer.text.splitlines()) == 16


def ours(graph: Store) -> Iterator[str]:
    """Return every IRI of ours in a graph, without fragments; of things of a kind, the first ten."""
    found = {
        node.value.partition("#")[0]
        for quad in graph
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(node, NamedNode) and node.value.startswith(BASE)
    }
    by_kind: dict[str, list[str]] = {}
    for iri in sorted(found):
        by_kind.setdefault(iri.removeprefix(BASE).rpartition("/")[0], []).append(iri)
    for kind, iris in by_kind.items():
        yield from iris if kind.startswith(("query", "graph", "ontology", "")) and "/" not in kind else iris[:10]


def test_every_iri_that_we_mint_leads_somewhere(real_home: Path, real_graph: Store) -> None:
    """To a page for readers and to data for programs, whatever it names."""
    client = create_app(read_settings({}, home=real_home)).test_client()
    lost, n_seen = [], 0
    for iri in ours(real_graph):
        n_seen += 1
        for accept in ("text/html", "application/n-triples"):
            path = "/" + iri.removeprefix(BASE)
            answer = client.get(path, headers={"Accept": accept})
            if answer.status_code == 303 and accept != "text/html":
                answer = client.get(answer.headers["Location"], headers={"Accept": accept})
            if answer.status_code not in (200, 303):
                lost.append((iri, accept, answer.status_code))
    assert lost == []
    assert n_seen > 500


def test_a_version_of_the_ontology_that_is_not_served_is_not_found(real_home: Path) -> None:
    """The one that is leads to the ontology, and so do its parts."""
    client = create_app(read_settings({}, home=real_home)).test_client()
    for path in ("0.1.0", "reused", "reused/0.1.0"):
        answer = client.get(f"/ontology/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/ontology")
    for path in ("0.0.9", "reused/9", "%3E", "x%20y"):
        assert problem(client.get(f"/ontology/{path}")) == (404, "unknown-thing")


def test_answers_say_their_version(client: FlaskClient, tiny_home: Path) -> None:
    """Queries, the description of the service, data of things and of graphs; other sites may read it."""
    publish_tiny(tiny_home)
    version = current_version(tiny_home).id
    for path in ("/sparql?query=ASK%7B%7D", "/sparql?query=SELECT%20(UUID()%20AS%20?x)%7B%7D", "/sparql",
                 "/data/city/malmo.ttl", "/data/graph/queries.nt", "/dumps/dataset.trig"):  # fmt: skip
        with client.get(path) as answer:
            assert answer.headers["Migragraph-Version"] == version, path
            assert "Migragraph-Version" in answer.headers["Access-Control-Expose-Headers"]
