"""Data of things: what a document says of itself, passages of sources, JSON-LD with a context."""

import json
import warnings
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import Dataset, Graph, URIRef
from rdflib.compare import isomorphic

from answers import MALMO, problem
from migragraph import thing_data
from migragraph.config import Settings, read_settings
from migragraph.formats import GRAPH_FORMATS, by_name
from migragraph.iris import BASE, PREFIXES, term
from migragraph.representations import write_document
from migragraph.store.versions import Version, current_version, publish
from migragraph.web import create_app, passages
from tiny import publish_tiny

DOCUMENT = "http://localhost/data/city/malmo.ttl"
JSON_LD = by_name("jsonld", GRAPH_FORMATS)


def triples(client: FlaskClient, path: str) -> set[Triple]:
    """Return what the data at a path say."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return {quad.triple for quad in parse(answer.data, RdfFormat.TURTLE)}


def about(found: set[Triple], subject: str) -> set[tuple[str, str]]:
    """Return what is said of a subject: predicates and objects."""
    return {(str(t.predicate), str(t.object)) for t in found if t.subject == NamedNode(subject)}


def test_a_document_says_what_it_is(client: FlaskClient, tiny_settings: Settings) -> None:
    """Its topic, dataset, licence, publisher and version, and the claims that it stands on, whatever their status."""
    version = current_version(tiny_settings.home)
    assert about(triples(client, "/data/city/malmo.ttl"), DOCUMENT) == {
        (str(term("rdf:type")), str(term("foaf:Document"))),
        (str(term("foaf:primaryTopic")), f"<{MALMO}>"),
        (str(term("void:inDataset")), f"<{BASE}dataset>"),
        (str(term("dct:license")), "<https://creativecommons.org/licenses/by/4.0/>"),
        (str(term("dct:publisher")), f"<{BASE}developers>"),
        (str(term("dct:modified")), f'"{version.built}"^^<{PREFIXES["xsd"]}dateTime>'),
        (str(term("owl:versionInfo")), f'"{version.id}"'),
        (str(term("prov:wasDerivedFrom")), f"<{BASE}claim/report/0123456789abcdef>"),
        (str(term("prov:wasDerivedFrom")), f"<{BASE}claim/report/fedcba9876543210>"),
    }


def test_claims_beyond_a_thousand_are_counted(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document says how many there are, and the query that finds them does."""
    monkeypatch.setattr(thing_data, "_MOST_CLAIMS", 1)
    said = about(triples(client, "/data/city/malmo.ttl"), DOCUMENT)
    derived = {value for predicate, value in said if predicate == str(term("prov:wasDerivedFrom"))}
    assert derived == {f"<{BASE}claim/report/0123456789abcdef>"}
    (remark,) = (value for predicate, value in said if predicate == str(term("rdfs:comment")))
    assert remark.startswith('"Of the 2 claims about')
    query = "SELECT" + remark.partition("SELECT")[2].partition(" finds")[0]
    rows = client.get("/sparql", query_string={"query": query, "format": "csv"}).text.split()
    assert rows[0] == "claim"
    assert len(rows) == 3


def test_the_public_address_stands_in_data(tiny_settings: Settings) -> None:
    """Behind a proxy."""
    client = create_app(replace(tiny_settings, public_url="https://graph.example.org")).test_client()
    assert about(triples(client, "/data/city/malmo.ttl"), "https://graph.example.org/data/city/malmo.ttl")


@pytest.mark.parametrize("path", ["city/malmo", "source/report", "claim/report/0123456789abcdef", "query/members"])
def test_json_ld_has_a_context_and_says_what_turtle_says(client: FlaskClient, path: str) -> None:
    """As rdflib reads both; the documents differ in their own addresses alone."""
    found = client.get(f"/data/{path}.jsonld").data
    document = json.loads(found)
    assert list(document) == ["@context", "@graph"]
    assert set(document["@context"].items()) <= set(PREFIXES.items())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        theirs = Graph().parse(data=found, format="json-ld")
    turtle = client.get(f"/data/{path}.ttl").text.replace(f"{path}.ttl", f"{path}.jsonld")
    assert isomorphic(theirs, Graph().parse(data=turtle, format="turtle"))


# IRIs as awkward as they come: schemes that are prefixes of ours, namespaces alone, slashes after them.
IRIS = st.sampled_from(
    [f"{space}{local}" for space in (PREFIXES["city"], PREFIXES["mg"], PREFIXES["schema"], "http://x/")
     for local in ("", "a", "//a", "a:b", "ä", "@id", "a/b", "%20", "a?b=c")]
    + ["geo:48.2,16.4", "person:a", "urn:x:y", "mg:City", "mailto:a@b.c", "city:malmo", "tag:x,2024:y", "_:x:y"[2:]]
)  # fmt: skip
NODES = IRIS.map(NamedNode)
LITERALS = st.builds(Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=5)) | st.builds(
    lambda text, datatype: Literal(text, datatype=datatype), st.text("ab1", max_size=3), NODES
)


@given(st.sets(st.builds(Triple, NODES, NODES | st.just(term("rdf:type")), NODES | LITERALS), max_size=8))
def test_no_iri_is_lost_in_a_context(graph: set[Triple]) -> None:
    """What is read back is what was written, by the engine's reader and by rdflib's."""
    written = write_document(graph, JSON_LD)
    assert {quad.triple for quad in parse(written, RdfFormat.JSON_LD)} == graph
    if not any("ä" in str(t) or "%" in str(t) for t in graph):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Dataset(default_union=True).parse(data=written, format="json-ld")
        assert {URIRef(str(t.subject)[1:-1]) for t in graph} == set(found.subjects())


# Passages ---------------------------------------------------------------------------------------------------------


def test_passages_are_described_at_the_address_of_their_source(any_client: FlaskClient) -> None:
    """Those that a claim stands on, and the document says which."""
    path = f"{BASE}source/report"
    found = triples(any_client, "/data/source/report.ttl")
    said = about(found, "http://localhost/data/source/report.ttl")
    topics = {value for predicate, value in said if predicate == str(term("foaf:topic"))}
    assert topics == {f"<{path}#char=10,52>", f"<{path}#row=12>"}
    assert (str(term("rdfs:comment")), f'"Passages 1 to 2 of <{path}>, in the order of their IRIs, the last of them'
            ' among these."@en') in said  # fmt: skip
    assert problem(any_client.get("/data/source/report.ttl?page=2")) == (404, "unknown-thing")
    assert problem(any_client.get("/data/city/malmo.ttl?page=2")) == (404, "unknown-thing")
    for page in ("0", "-1", "x", "1.0", "", "9" * 40, "²"):
        assert problem(any_client.get(f"/data/source/report.ttl?page={page}")) == (400, "bad-parameter")


def test_every_passage_of_every_source_is_found_by_pages(
    real_version: Version, real_graph: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, with their selectors, as the graph itself has them; worked out without SPARQL."""
    monkeypatch.setattr(passages, "PER_PAGE", 300)
    monkeypatch.setattr("migragraph.web.things.PER_PAGE", 300)
    client = create_app(read_settings({}, home=real_version.folder.parents[1])).test_client()
    cited = {q.object for q in real_graph.quads_for_pattern(None, term("prov:wasDerivedFrom"), None, None)}
    by_source: dict[str, set[str]] = {}
    for passage in cited:
        source, sign, _ = passage.value.partition("#")
        if sign:
            by_source.setdefault(source, set()).add(passage.value)
    assert len(by_source) > 15
    n_pages = 0
    for source, wanted in sorted(by_source.items()):
        found: set[str] = set()
        following: str | None = f"/data/{source.removeprefix(BASE)}.ttl"
        while following:
            n_pages += 1
            answer = client.get(following)
            said = {quad.triple for quad in parse(answer.data, RdfFormat.TURTLE)}
            for node in {t.subject for t in said if t.subject.value.startswith(source + "#")}:  # type: ignore[union-attr]
                stated = {q.triple for q in real_graph.quads_for_pattern(node, None, None, None)}
                assert {t for t in said if t.subject == node} == stated
                found.add(node.value)  # type: ignore[union-attr]
            links = [link for link in answer.headers.getlist("Link") if 'rel="next"' in link]
            following = links[0].partition("<http://localhost")[2].partition(">")[0] if links else None
        selectors = {
            q.object.value
            for passage in wanted
            for q in real_graph.quads_for_pattern(NamedNode(passage), term("oa:hasSelector"), None, None)
        }
        assert found == wanted | selectors
    assert n_pages > len(by_source)


def test_a_source_with_an_awkward_name_is_no_query(tiny_settings: Settings) -> None:
    """Its IRI stands in a query of ours, as an IRI."""
    name = BASE + "source/a'b$c(d)*%22%7D"
    quads = [Quad(NamedNode(name), term("rdf:type"), term("mg:Source"), DefaultGraph()),
             Quad(NamedNode(BASE + "claim/x/1"), term("prov:wasDerivedFrom"), NamedNode(name + "#row=1"),
                  NamedNode(BASE + "graph/claims/a'b$c(d)*%22%7D"))]  # fmt: skip
    publish(tiny_settings.home, quads, {})
    client = create_app(tiny_settings).test_client()
    found = triples(client, "/data/source/a'b$c(d)*%2522%257D.ttl")
    assert NamedNode(name + "#row=1") in {t.object for t in found}
    publish_tiny(tiny_settings.home)
