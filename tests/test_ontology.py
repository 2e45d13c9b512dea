"""The ontology: consistent with the vocabularies it builds on, canonical, whole."""

from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, URIRef

from migragraph.canonical import canonical_text, format_project
from migragraph.iris import PREFIXES, SCHEMES
from projects import ROOT

MG = PREFIXES["mg"]
#: What the published vocabularies say that an instance could contradict, with the place that says so.
PUBLISHED = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
# https://www.w3.org/TR/prov-o/#Activity, #Entity
prov:Activity owl:disjointWith prov:Entity .
prov:wasDerivedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:Plan rdfs:subClassOf prov:Entity .
# http://xmlns.com/foaf/spec/#term_Document, #term_Organization, #term_Person, #term_Project
foaf:Document owl:disjointWith foaf:Organization, foaf:Project .
foaf:Person owl:disjointWith foaf:Organization, foaf:Project .
foaf:Organization rdfs:subClassOf foaf:Agent .
# https://www.w3.org/TR/vocab-org/#org:Organization, #org:memberOf, #org:organization, #org:member
org:Organization rdfs:subClassOf foaf:Agent ; owl:equivalentClass foaf:Organization .
org:memberOf rdfs:domain foaf:Agent ; rdfs:range org:Organization .
org:organization rdfs:domain org:Membership ; rdfs:range org:Organization .
org:member rdfs:domain org:Membership ; rdfs:range foaf:Agent .
# https://www.w3.org/TR/skos-reference/#S9, #S37
skos:ConceptScheme owl:disjointWith skos:Concept .
skos:Collection owl:disjointWith skos:Concept, skos:ConceptScheme .
skos:broader rdfs:domain skos:Concept ; rdfs:range skos:Concept .
# https://www.w3.org/TR/vocab-org/#org:Role
org:Role rdfs:subClassOf skos:Concept .
# http://purl.org/dc/terms/ ranges
dct:spatial rdfs:range dct:Location .
dct:contributor rdfs:range dct:Agent .
dct:creator rdfs:range dct:Agent .
dct:audience rdfs:range dct:AgentClass .
"""


@pytest.fixture(scope="module")
def vocabulary() -> rdflib.Graph:
    """Our classes and properties with what the published vocabularies say of theirs."""
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(path)
    return graph.parse(data=PUBLISHED, format="turtle")


def contradictions(graph: rdflib.Graph) -> set[str]:
    """Return what an OWL 2 RL reasoner finds wrong: things of no class, and its own error messages."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    found = {f"{thing} is owl:Nothing" for thing in graph.subjects(RDF.type, OWL.Nothing)}
    error = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return found | {str(message) for message in graph.objects(None, error)}


def test_every_class_can_have_an_instance(vocabulary: rdflib.Graph) -> None:
    """One thing of each class, and each property between things of its domain and range: nothing is contradictory."""
    graph = rdflib.Graph() + vocabulary
    classes = [c for c in vocabulary.subjects(RDF.type, OWL.Class) if str(c).startswith(MG)]
    assert len(classes) > 20
    for cls in classes:
        graph.add((URIRef(f"https://example.org/{str(cls).removeprefix(MG)}"), RDF.type, cls))
    for prop in vocabulary.subjects(RDF.type, OWL.ObjectProperty):
        if str(prop).startswith(MG):
            for domain in vocabulary.objects(prop, RDFS.domain):
                for range_ in vocabulary.objects(prop, RDFS.range):
                    one, other = (URIRef(f"https://example.org/{prop}/{end}") for end in ("from", "to"))
                    graph.add((one, RDF.type, domain))
                    graph.add((other, RDF.type, range_))
                    graph.add((one, prop, other))
    assert contradictions(graph) == set()


def test_the_reasoner_would_find_a_contradiction(vocabulary: rdflib.Graph) -> None:
    """A practice that is derived from something would be activity and entity at once."""
    graph = rdflib.Graph() + vocabulary
    practice = URIRef("https://example.org/practice")
    graph.add((practice, RDF.type, URIRef(MG + "Practice")))
    graph.add((practice, URIRef(PREFIXES["prov"] + "wasDerivedFrom"), URIRef("https://example.org/x")))
    assert contradictions(graph) != set()


def test_every_scheme_has_its_file() -> None:
    """The schemes that prefixes are kept for are those that there are."""
    assert {p.stem for p in (ROOT / "ontology" / "concepts").glob("*.ttl")} == set(SCHEMES)


def test_every_relation_has_words_for_the_side_of_its_value(vocabulary: rdflib.Graph) -> None:
    """One English label each, that of the relation itself only where it says the same from both sides."""
    label = URIRef(MG + "inverseLabel")
    ours = {p for p in vocabulary.subjects(RDF.type, OWL.ObjectProperty) if str(p).startswith(MG)}
    symmetric = set(vocabulary.subjects(RDF.type, OWL.SymmetricProperty))
    either = {URIRef(MG + "cooperatesWith"), URIRef(PREFIXES["org"] + "linkedTo")}
    assert len(ours) > 40
    assert ours - set(vocabulary.subjects(label)) == set()
    for relation in set(vocabulary.subjects(label)):
        ((text, language),) = [(str(words), words.language) for words in vocabulary.objects(relation, label)]
        said = {str(words) for words in vocabulary.objects(relation, RDFS.label)}
        assert language == "en"
        assert (text in said) == (relation in symmetric | either), relation


def test_all_rdf_files_are_in_canonical_form() -> None:
    """What a diff shows is what changed."""
    assert format_project(ROOT, write=False) == []


def test_canonical_form_does_not_depend_on_how_it_was_written(tmp_path: Path) -> None:
    """Order, spacing, prefixes and repetition make no difference; the form is its own form."""
    one = tmp_path / "one.ttl"
    one.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix city: <https://w3id.org/migragraph/id/city/> .\n"
        "@prefix mg: <https://w3id.org/migragraph/ontology#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        'city:b skos:prefLabel "tab\\t \\"quote\\" \\\\ line\\nend"@en . city:a mg:faces city:b , city:c ;\n'
        "  a mg:City . city:a a mg:City ; mg:sets city:b.\n"
    )
    text = canonical_text(one)
    assert text == (
        "@prefix city: <https://w3id.org/migragraph/id/city/> .\n"
        "@prefix mg: <https://w3id.org/migragraph/ontology#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "\n"
        "city:a a mg:City ;\n"
        "    mg:faces city:b , city:c ;\n"
        "    mg:sets city:b .\n"
        "\n"
        'city:b skos:prefLabel "tab\\t \\"quote\\" \\\\ line\\nend"@en .\n'
    )
    one.write_text(text)
    assert canonical_text(one) == text


@pytest.mark.parametrize("writer", ["write_quads", "_with_lists"])
def test_a_form_that_says_something_else_is_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    """Whatever goes wrong in writing, with lists or without, no statement is lost unnoticed."""
    path = tmp_path / "one.ttl"
    value = "city:c" if writer == "write_quads" else "( city:c )"
    path.write_text(f"@prefix city: <{PREFIXES['city']}> .\n@prefix mg: <{MG}> .\ncity:a mg:faces {value} .\n")
    other = f"<{PREFIXES['city']}a> <{MG}faces> <{PREFIXES['city']}d> .\n"
    monkeypatch.setattr(f"migragraph.canonical.{writer}", lambda *_: other)
    with pytest.raises(RuntimeError, match="does not say what the file says"):
        canonical_text(path)
