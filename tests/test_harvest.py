"""The service as a harvester meets it: what the dataset is, where it can be had, which addresses there are."""

import hashlib
import json
import urllib.request
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from protego import Protego
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib import RDFS, Dataset, Graph
from rdflib.compare import isomorphic

from answers import BROWSER, problem
from conftest import TINY, publish_tiny
from migragraph.config import Settings, read_settings
from migragraph.formats import GRAPH_FORMATS
from migragraph.iris import BASE, PREFIXES, term
from migragraph.store.versions import Version, current_version, publish
from migragraph.web import create_app, harvesting
from migragraph.web.serving import Scratch
from servers import running

FACTS = {quad.triple for quad in parse(TINY.read_bytes(), RdfFormat.TRIG) if quad.graph_name == DefaultGraph()}
QUADS = set(parse(TINY.read_bytes(), RdfFormat.TRIG))
READABLE = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml", "n3": "n3"}


def read(data: bytes, extension: str) -> Graph:
    """Read a graph with rdflib, whose reader of JSON-LD still makes a class that it calls deprecated."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=data, format=READABLE[extension])


# The description ------------------------------------------------------------------------------------------------

EXPECTED = """
@prefix class: <http://localhost/.well-known/void#class-> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix here: <http://localhost/.well-known/void#> .
@prefix mg: <https://w3id.org/migragraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<http://localhost/.well-known/void> a void:DatasetDescription, foaf:Document ;
    foaf:primaryTopic <https://w3id.org/migragraph/dataset> ; void:inDataset <https://w3id.org/migragraph/dataset> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:publisher <https://w3id.org/migragraph/developers> ; {version} .
<https://w3id.org/migragraph/developers> a foaf:Agent ; foaf:name "The migragraph developers" .
<https://w3id.org/migragraph/dataset> a void:Dataset, dcat:Dataset ;
    dct:title "migragraph"@en ;
    dct:description "Which cities and regions of Europe work on the integration of migrants, in which networks, \
projects, practices and policies, with whom, for whom and paid by whom. Each fact leads back to the place in a \
document or table that states it; where sources disagree, all of their claims are kept."@en ;
    dcat:keyword "migrant integration"@en, "cities"@en, "regions"@en, "networks"@en, "projects"@en, "funding"@en,
        "policies"@en ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/SOCI> ;
    dct:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:creator <https://w3id.org/migragraph/developers> ; dct:publisher <https://w3id.org/migragraph/developers> ;
    {version} ; dcat:version "{id}" ;
    foaf:homepage <http://localhost/> ; dcat:landingPage <http://localhost/> ;
    void:sparqlEndpoint <http://localhost/sparql> ; void:uriSpace "https://w3id.org/migragraph/" ;
    void:triples 29 ; void:vocabulary mg: ;
    void:exampleResource <https://w3id.org/migragraph/id/city/lodz>,
        <https://w3id.org/migragraph/id/network/eurocities> ;
    void:classPartition class:City, class:Network, class:Service, class:Territory ;
    void:feature <http://www.w3.org/ns/formats/Turtle>, <http://www.w3.org/ns/formats/N-Triples>,
        <http://www.w3.org/ns/formats/JSON-LD>, <http://www.w3.org/ns/formats/RDF_XML>,
        <http://www.w3.org/ns/formats/N3> ;
    void:dataDump <http://localhost/dumps/facts.ttl>, <http://localhost/dumps/facts.nt>,
        <http://localhost/dumps/facts.jsonld>, <http://localhost/dumps/facts.rdf>, <http://localhost/dumps/facts.n3> ;
    dcat:distribution here:sparql, here:facts-ttl, here:facts-nt, here:facts-jsonld, here:facts-rdf, here:facts-n3,
        here:dataset-nq, here:dataset-trig .
class:City void:class mg:City ; void:entities 3 .
class:Network void:class mg:Network ; void:entities 1 .
class:Service void:class mg:Service ; void:entities 1 .
class:Territory void:class mg:Territory ; void:entities 1 .
here:sparql a dcat:Distribution ; dct:title "SPARQL endpoint"@en ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ; {version} ;
    dcat:accessURL <http://localhost/sparql> ; dcat:accessService <http://localhost/sparql> .
<http://localhost/sparql> a dcat:DataService ; dct:title "migragraph: SPARQL service"@en ;
    dcat:endpointURL <http://localhost/sparql> ; dcat:endpointDescription <http://localhost/sparql> ;
    dcat:servesDataset <https://w3id.org/migragraph/dataset> .
"""
FILE = """
here:{what}-{extension} a dcat:Distribution ; dct:title "migragraph: {what} as {title}"@en ;
    dct:description "{holds}"@en ; dct:license <https://creativecommons.org/licenses/by/4.0/> ; {version} ;
    dcat:accessURL <http://localhost/dumps/{what}.{extension}> ;
    dcat:downloadURL <http://localhost/dumps/{what}.{extension}> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/{media_type}> .
"""
OF_FACTS = "The facts: accepted claims, authority files, what rules derive, ontology and concepts."
OF_ALL = (
    "The facts and all named graphs: the claims of each source with their passages, authority files, what each rule"
    " derives, ontology, shapes, questions and networks."
)
FILES = (
    ("facts", "ttl", "Turtle", "text/turtle", OF_FACTS),
    ("facts", "nt", "N-Triples", "application/n-triples", OF_FACTS),
    ("facts", "jsonld", "JSON-LD", "application/ld+json", OF_FACTS),
    ("facts", "rdf", "RDF/XML", "application/rdf+xml", OF_FACTS),
    ("facts", "n3", "N3", "text/n3", OF_FACTS),
    ("dataset", "nq", "N-Quads", "application/n-quads", OF_ALL),
    ("dataset", "trig", "TriG", "application/trig", OF_ALL),
)


def expected_description(version: Version) -> Graph:
    """Return what is to be said of the tiny version."""
    said = f'owl:versionInfo "{version.id}" ; dct:modified "{version.built}"^^xsd:dateTime'
    text = EXPECTED.format(version=said, id=version.id)
    for what, extension, title, media_type, holds in FILES:
        text += FILE.format(
            what=what, extension=extension, title=title, media_type=media_type, holds=holds, version=said
        )
    return Graph().parse(data=text, format="turtle")


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_the_dataset_is_described_in_every_format(client: FlaskClient, tiny_home: Path, form: object) -> None:
    """By negotiation and by name; the whole description, as another library reads it."""
    expected = expected_description(current_version(tiny_home))
    media_type, name = form.media_types[0], form.name  # type: ignore[attr-defined]
    for answer in (
        client.get("/.well-known/void", headers={"Accept": media_type}),
        client.get(f"/.well-known/void?format={name}"),
        client.get("/", headers={"Accept": media_type}),
    ):
        assert (answer.status_code, answer.mimetype, answer.headers["Vary"]) == (200, media_type, "Accept")
        assert answer.headers["Migragraph-Version"] == current_version(tiny_home).id
        found = read(answer.data, name)
        assert isomorphic(found, expected), (found - expected).serialize() + (expected - found).serialize()


def test_turtle_is_the_default_and_html_is_no_description(client: FlaskClient) -> None:
    """At the well-known address; at the start page the reader comes first, and nobody is refused."""
    assert client.get("/.well-known/void").mimetype == "text/turtle"
    assert problem(client.get("/.well-known/void", headers={"Accept": "image/png"})) == (406, "not-acceptable")
    for accept in ("*/*", "image/png", "", BROWSER["Accept"], "text/turtle;q=0.5, text/html"):
        assert client.get("/", headers={"Accept": accept}).mimetype == "text/html"
    assert client.get("/?q=malmo", headers={"Accept": "text/turtle"}).mimetype == "text/html"
    assert '</.well-known/void>; rel="describedby"; type="text/turtle"' in client.get("/").headers.getlist("Link")


def test_the_name_of_the_dataset_leads_to_it(client: FlaskClient) -> None:
    """To the start page or to the description."""
    for accept, location in (("text/html", "/"), ("text/turtle", "/.well-known/void"), ("*/*", "/")):
        answer = client.get("/dataset", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Location"]) == (303, location)


def test_the_service_description_refers_to_the_dataset(client: FlaskClient) -> None:
    """So that who finds the endpoint first finds the rest."""
    graph = Graph().parse(data=client.get("/sparql?format=ttl").data, format="turtle")
    asked = "SELECT ?d { <http://localhost/sparql> a dcat:DataService ; dcat:servesDataset ?d }"
    assert [str(row[0]) for row in graph.query(asked)] == [BASE + "dataset"]  # type: ignore[index]


def test_the_reused_vocabularies_are_those_of_the_ontology(real_home: Path) -> None:
    """Those that define a term of the closed list, and our own."""
    client = create_app(read_settings({}, home=real_home)).test_client()
    graph = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    found = {str(row[0]) for row in graph.query("SELECT ?v { ?d void:vocabulary ?v }")}  # type: ignore[index]
    listed = Graph()
    for path in ("migragraph.ttl", "reused.ttl"):
        listed.parse(Path(__file__).parents[1] / "ontology" / path)
    assert found == {str(node) for node in listed.objects(predicate=RDFS.isDefinedBy)}
    assert len(found) > 10


CONSUMER = """
PREFIX void: <http://rdfs.org/ns/void#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?dataset ?endpoint ?triples ?file WHERE {
  ?document a void:DatasetDescription ; foaf:primaryTopic ?dataset .
  ?dataset a void:Dataset, dcat:Dataset ; dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    void:sparqlEndpoint ?endpoint ; void:triples ?triples ; dcat:distribution ?distribution .
  ?distribution dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> ;
    dcat:downloadURL ?file .
  ?dataset void:dataDump ?file .
}
"""


def test_a_consumer_of_void_takes_all_from_the_address_alone(address: str) -> None:
    """A client of rdflib negotiates, finds endpoint and dump, and gets as many triples from both as are promised."""
    description = Graph().parse(f"{address}/.well-known/void")
    assert isomorphic(description, Graph().parse(address + "/", format="turtle"))
    ((dataset, endpoint, triples, file),) = description.query(CONSUMER)  # type: ignore[misc]
    assert str(dataset) == BASE + "dataset"
    assert len(Graph().parse(str(file))) == int(triples) == 29
    asked = requests.get(str(endpoint), {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}, timeout=30)
    assert asked.text.split() == ["n", "29"]


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


# Robots and sitemaps ----------------------------------------------------------------------------------------------


def test_robots_take_pages_and_data_and_leave_what_costs_much(address: str) -> None:
    """As the library of Python and one that knows RFC 9309 read it."""
    text = requests.get(f"{address}/robots.txt", timeout=30).text
    known = Protego.parse(text)
    simple = RobotFileParser(f"{address}/robots.txt")
    simple.read()
    for path in ("/", "/page/city/malmo", "/data/city/malmo.ttl", "/id/city/malmo", "/sparql", "/dumps/dataset.nq",
                 "/.well-known/void", "/sitemap.xml", "/ontology", "/networks", "/networks/membership"):  # fmt: skip
        assert known.can_fetch(address + path, "any")
        assert simple.can_fetch("any", address + path)
    for path in ("/sparql?query=ASK%7B%7D", "/?q=malmo", "/update", "/graph-store?default", "/networks/query/report"):
        assert not known.can_fetch(address + path, "any")
        assert not simple.can_fetch("any", address + path)
    for path in ("/networks/membership?country=SE", "/networks/membership/report", "/networks/membership/report.csv"):
        assert not known.can_fetch(address + path, "any")
    assert list(known.sitemaps) == simple.site_maps() == [f"{address}/sitemap.xml"]


SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ALWAYS = [
    "",
    "sparql",
    "networks",
    "ontology",
    "shapes",
    "list/concept",
    "list/city",
    "list/region",
    "list/country",
    "list/network",
    "list/project",
    "list/practice",
    "list/service",
    "list/policy",
    "list/organisation",
    "list/scheme",
    "list/event",
    "list/work",
    "list/method",
    "list/position",
    "list/provision",
    "list/challenge",
    "list/figure",
    "list/grant",
    "list/membership",
    "list/participation",
    "list/source",
]
PAGES = [*ALWAYS, "page/city/lodz", "page/city/malmo", "page/city/odd", "page/network/eurocities",
         "page/service/help-desk"]  # fmt: skip


def listed(text: bytes, whole: str = "urlset", each: str = "url") -> list[tuple[str | None, str | None]]:
    """Return address and date of each entry of a sitemap."""
    root = etree.fromstring(text)
    assert root.tag == SITEMAP + whole
    assert {node.tag for node in root} == {SITEMAP + each}
    return [(node.findtext(f"{SITEMAP}loc"), node.findtext(f"{SITEMAP}lastmod")) for node in root]


def test_the_sitemap_lists_every_page(any_client: FlaskClient, tiny_home: Path) -> None:
    """With the date of the version; each is there, but for the ontology, which this version was built without."""
    answer = any_client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    built = current_version(tiny_home).built
    assert listed(answer.data) == [(f"http://localhost/{page}", built) for page in PAGES]
    statuses = {page: any_client.get(f"/{page}", headers={"Accept": "*/*"}).status_code for page in PAGES}
    assert {page for page, status in statuses.items() if status != 200} == {"ontology"}
    assert listed(any_client.get("/sitemap-1.xml").data) == listed(answer.data)
    assert problem(any_client.get("/sitemap-2.xml")) == (404, "unknown-thing")
    assert problem(any_client.get("/sitemap-0.xml")) == (404, "unknown-thing")


def test_too_many_pages_are_listed_in_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is lost and none is listed twice, at the limit and beyond."""
    monkeypatch.setattr(harvesting, "_MOST_LISTED", len(PAGES))
    assert len(listed(client.get("/sitemap.xml").data)) == len(PAGES)
    monkeypatch.setattr(harvesting, "_MOST_LISTED", 4)
    parts = [str(part) for part, _ in listed(client.get("/sitemap.xml").data, "sitemapindex", "sitemap")]
    assert parts == [f"http://localhost/sitemap-{n}.xml" for n in range(1, -(-len(PAGES) // 4) + 1)]
    found = [entry for part in parts for entry, _ in listed(client.get(urlsplit(part).path).data)]
    assert found == [f"http://localhost/{page}" for page in PAGES]


def test_addresses_in_a_sitemap_are_those_of_the_public(tiny_settings: Settings) -> None:
    """Behind a proxy, and escaped as XML wants it."""
    publish(tiny_settings.home, [Quad(NamedNode(BASE + "id/city/a&b'c"), term("rdf:type"), term("mg:City"))], {})
    client = create_app(replace(tiny_settings, public_url="https://graph.example.org/")).test_client()
    found = [address for address, _ in listed(client.get("/sitemap.xml").data)]
    assert found == [f"https://graph.example.org/{page}" for page in (*ALWAYS, "page/city/a&b'c")]
    assert "https://graph.example.org/sitemap.xml" in client.get("/robots.txt").text


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


def test_the_description_is_read_without_a_library(address: str) -> None:
    """JSON-LD with a context: names that people know, at the first look."""
    request = urllib.request.Request(f"{address}/.well-known/void", headers={"Accept": "application/ld+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.load(answer)
    dataset = next(node for node in found["@graph"] if node["@id"] == BASE + "dataset")
    assert dataset["void:triples"][0]["@value"] == "29"
    assert sorted(dataset["@type"]) == ["dcat:Dataset", "void:Dataset"]
