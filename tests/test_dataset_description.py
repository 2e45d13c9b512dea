"""What the dataset says of itself: VoID and DCAT, in every format, as libraries read it."""

import json
import urllib.request
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from rdflib import RDFS, Graph
from rdflib.compare import isomorphic

from answers import BROWSER, problem
from graphs_read import read
from migragraph.config import read_settings
from migragraph.formats import GRAPH_FORMATS
from migragraph.iris import BASE
from migragraph.store.versions import Version, current_version
from migragraph.web import create_app

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


def test_the_description_is_read_without_a_library(address: str) -> None:
    """JSON-LD with a context: names that people know, at the first look."""
    request = urllib.request.Request(f"{address}/.well-known/void", headers={"Accept": "application/ld+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.load(answer)
    dataset = next(node for node in found["@graph"] if node["@id"] == BASE + "dataset")
    assert dataset["void:triples"][0]["@value"] == "29"
    assert sorted(dataset["@type"]) == ["dcat:Dataset", "void:Dataset"]
