"""What the editor offers: terms in use before the others, names within a namespace; as values and over HTTP."""

import hashlib
import json
import runpy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from answers import BROWSER, MALMO, problem
from migragraph.completions import Term, list_terms, written
from migragraph.iris import ID, PREFIXES

ROOT = Path(__file__).parents[1]
GRAPH = """
@prefix city: <https://w3id.org/migragraph/id/city/> .
@prefix graph: <https://w3id.org/migragraph/graph/> .
@prefix mg: <https://w3id.org/migragraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
city:a a mg:City ; skos:prefLabel "A" ; <http://other.example/p/q> city:b .
city:b a mg:City, mg:Place ; skos:prefLabel "B", "Bé"@fr .
mg:City rdfs:label "city"@en, "ville"@fr .
<https://w3id.org/migragraph/graph/claims/x> { city:c a mg:Claim ; mg:polarity city:d . }
graph:ontology {
  mg:City a owl:Class .
  mg:Empty a owl:Class ; rdfs:label "empty"@en .
  mg:memberSince a owl:DatatypeProperty ; rdfs:label "member since"@en .
}
"""


def test_terms_in_use_come_first() -> None:
    """Counted by hand: facts alone count, what the ontology declares besides comes last; each has its English name."""
    store = Store()
    store.load(GRAPH.encode(), RdfFormat.TRIG)
    terms = list_terms(store)
    mg, skos, rdfs = PREFIXES["mg"], PREFIXES["skos"], PREFIXES["rdfs"]
    assert terms.classes == (
        Term("mg:City", mg + "City", "city", 2),
        Term("mg:Place", mg + "Place", "mg:Place", 1),
        Term("mg:Empty", mg + "Empty", "empty", 0),
    )
    assert terms.properties == (
        Term("rdf:type", PREFIXES["rdf"] + "type", "rdf:type", 3),
        Term("skos:prefLabel", skos + "prefLabel", "skos:prefLabel", 3),
        Term("rdfs:label", rdfs + "label", "rdfs:label", 2),
        Term("<http://other.example/p/q>", "http://other.example/p/q", "http://other.example/p/q", 1),
        Term("mg:memberSince", mg + "memberSince", "member since", 0),
    )


@given(st.sampled_from(sorted(PREFIXES)), st.text(st.characters(codec="utf-8", exclude_characters=' <>"{}|\\^`')))
def test_a_written_name_means_its_iri(prefix: str, local: str) -> None:
    """To the engine, whatever the name is made of."""
    iri = PREFIXES[prefix] + local
    try:
        NamedNode(iri)
    except ValueError:
        return
    found = Store().query(f"SELECT (STR({written(iri)}) AS ?iri) {{}}", prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    assert [row["iri"] for row in found] == [Literal(iri)]


def test_the_list_of_completions_is_served(client: FlaskClient) -> None:
    """Our prefixes, the terms of the version, its id; kept by clients until it changes."""
    answer = client.get("/sparql/completions.json")
    body = json.loads(answer.data)
    assert set(body) == {"version", "prefixes", "classes", "properties"}
    assert body["prefixes"] == PREFIXES
    assert body["version"] == json.loads(client.get("/health").data)["version"]
    assert [(c["name"], c["label"], c["count"]) for c in body["classes"]] == [
        ("mg:City", "city", 3), ("mg:Network", "network", 1), ("mg:Service", "service", 1),
        ("mg:Territory", "territory", 1),
    ]  # fmt: skip
    assert {p["name"]: p["count"] for p in body["properties"]} == {
        "skos:prefLabel": 8, "rdf:type": 6, "rdfs:label": 5, "skos:altLabel": 2, "dct:description": 1,
        "org:memberOf": 1, "rdfs:subClassOf": 1, "schema:dateModified": 1, "schema:foundingDate": 1,
        "schema:isAccessibleForFree": 1, "schema:population": 1, "schema:ratio": 1,
    }  # fmt: skip
    again = client.get("/sparql/completions.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert problem(client.get("/sparql/completions.json?q=x")) == (400, "bad-parameter")


def test_things_are_served_by_name(client: FlaskClient) -> None:
    """By any spelling, within a namespace if one is given; as a query writes them."""
    malmo = {"name": "city:malmo", "iri": MALMO, "label": "Malmö", "spelling": "Malmoe", "kind": "city"}
    found = client.get("/sparql/names.json?q=malmoe")
    assert json.loads(found.data) == {"names": [malmo]}
    under = {"q": "e", "under": f"{ID}network/"}
    assert [hit["name"] for hit in json.loads(client.get("/sparql/names.json", query_string=under).data)["names"]] == [
        "network:eurocities"
    ]
    for nothing in ({"q": ""}, {}, {"q": "malmo", "under": f"{ID}network/"}, {"q": "'\"<%"}):
        assert json.loads(client.get("/sparql/names.json", query_string=nothing).data) == {"names": []}
    assert (
        client.get("/sparql/names.json?q=malmoe", headers={"If-None-Match": found.headers["ETag"]}).status_code == 304
    )
    assert problem(client.get("/sparql/names.json?limit=3")) == (400, "bad-parameter")


def test_links_and_form_repeat_what_else_was_asked(client: FlaskClient) -> None:
    """Version, graphs and deadline of a link stay with the downloads and the next query."""
    version = json.loads(client.get("/health").data)["version"]
    graphs = [f"{PREFIXES['graph']}authority", f"{PREFIXES['graph']}queries"]
    asked = {"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": graphs, "timeout": "5", "version": version}
    page = client.get("/sparql", query_string=asked, headers=BROWSER).text
    assert ">10 rows</h2>" in page
    link = page.partition('class="downloads"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(link).query) == {
        "query": [asked["query"]], "default-graph-uri": graphs, "timeout": ["5"], "version": [version],
        "format": ["json"],
    }  # fmt: skip
    assert len(json.loads(client.get(link).data)["results"]["bindings"]) == 10
    for name, value in [("default-graph-uri", graphs[0]), ("default-graph-uri", graphs[1]), ("version", version)]:
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


def test_a_deadline_holds_for_the_page_too(client: FlaskClient) -> None:
    """The page says so, with the status of the error."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }"
    page = client.get("/sparql", query_string={"query": endless, "timeout": "0.3"}, headers=BROWSER)
    assert page.status_code == 503
    assert '<div class="alert" role="alert" id="fault">' in page.text
    assert "0.3" in page.text.partition('id="fault"')[2].partition("</div>")[0]


def test_numbers_are_columns_even_where_some_are_missing(client: FlaskClient) -> None:
    """A column is numeric if each value that is there is a number; one without any is not."""
    query = "SELECT * { VALUES (?a ?b ?c ?d ?e) { (1 UNDEF 'x' UNDEF 1) (2.5 3 1 UNDEF <http://x/>) } }"
    page = client.get("/sparql", query_string={"query": query}, headers=BROWSER).text
    heads = page.partition("<thead>")[2].partition("</thead>")[0]
    assert [name for name in "abcde" if f'class="num">{name}<' in heads] == ["a", "b"]


@pytest.mark.parametrize("library", runpy.run_path(str(ROOT / "tools/vendor.py"))["LIBRARIES"], ids=lambda b: b.package)
def test_vendored_files_are_those_that_were_looked_at(library: object) -> None:
    """Each has the SHA-256 of the table of tools/vendor.py, and a licence beside it.

    What is made of a file is looked at by tests of its own.
    """
    folder, files = library.folder, library.files  # type: ignore[attr-defined]
    changed = {name: made for name, (made, _) in library.changed.items()}  # type: ignore[attr-defined]
    as_they_came = {name: digest for name, digest in files.items() if name not in changed}
    found = {n: hashlib.sha256((folder / Path(n).name).read_bytes()).hexdigest() for n in as_they_came}
    assert found == as_they_came
    licence = (folder / "LICENSE").read_text(encoding="utf-8")
    assert all(package in licence for package in library.bundles)  # type: ignore[attr-defined]
    kept = {Path(changed.get(name, name)).name for name in files}
    assert {path.name for path in folder.iterdir()} == kept | {"LICENSE"}
