"""Each shape catches its own bad example and nothing in the good one; the shapes are well-formed and documented."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.term import Literal as RdflibLiteral

from migragraph.checks.focus import Focuses
from migragraph.checks.report import Finding, Severity
from migragraph.checks.shapes import Shapes, check_shapes, read_facts, read_shapes, to_term
from migragraph.errors import SourceError
from migragraph.iris import PREFIXES
from projects import ROOT

FOLDER = ROOT / "shapes"
EXAMPLES = ROOT / "tests" / "data" / "shapes"
SHAPES = read_shapes(FOLDER)
MGSH = PREFIXES["mgsh"]
NAMES = [str(shape).removeprefix(MGSH) for shape in SHAPES.reporting]
RINGS = {"mandatory": SH.Violation, "recommended": SH.Warning, "controlled": SH.Violation}


def load(path: Path) -> Store:
    """Return a store with the facts of a file."""
    store = Store()
    store.load(path=str(path), format=RdfFormat.TURTLE)
    assert len(store) > 0
    return store


def found(store: Store, shapes: Shapes = SHAPES) -> list[Finding]:
    """Return the findings on the facts of a store, without those on shapes that look at nothing."""
    report = check_shapes(shapes, read_facts(store), Focuses(store))
    return [f for f in report.findings if f.check != "idle-shape"]


@pytest.mark.parametrize("name", NAMES)
def test_good_example_conforms(name: str) -> None:
    """The example that keeps a shape keeps all of them."""
    assert found(load(EXAMPLES / name / "conforms.ttl")) == []


@pytest.mark.parametrize("name", NAMES)
def test_bad_example_has_exactly_the_named_finding(name: str) -> None:
    """The example that breaks a shape breaks that one only, with its message and severity."""
    (finding,) = found(load(EXAMPLES / name / "violates.ttl"))
    shape = URIRef(MGSH + name)
    assert finding.check == name
    assert finding.shape == NamedNode(MGSH + name)
    assert finding.message == str(SHAPES.graph.value(shape, SH.message))
    warns = SHAPES.graph.value(shape, SH.severity) == SH.Warning
    assert finding.severity == (Severity.WARNING if warns else Severity.VIOLATION)


@pytest.mark.parametrize("name", NAMES)
def test_good_example_is_looked_at(name: str) -> None:
    """The conforming example has something that the shape looks at: it does not conform for want of a target."""
    facts = read_facts(load(EXAMPLES / name / "conforms.ttl"))
    shape = URIRef(MGSH + name)
    owners = {shape, *SHAPES.graph.subjects(SH.property, shape)}
    assert any(SHAPES.focus_nodes(owner, facts) for owner in SHAPES.targeted if owner in owners)


def test_every_example_has_its_shape() -> None:
    """No example is left behind by a shape that went, and no shape is without examples."""
    assert {p.name for p in EXAMPLES.iterdir()} == set(NAMES)
    assert len(NAMES) >= 140
    for folder in EXAMPLES.iterdir():
        assert sorted(p.name for p in folder.iterdir()) == ["conforms.ttl", "violates.ttl"]


def test_shapes_conform_to_shacl_of_shacl() -> None:
    """The shapes are well-formed by the shapes for shapes, https://www.w3.org/TR/shacl/#shacl-shacl."""
    conforms, _, _ = pyshacl.validate(Graph(), shacl_graph=read_shapes(FOLDER).graph, meta_shacl=True)
    assert conforms


@pytest.mark.parametrize("shape", sorted(set(SHAPES.graph.subjects(RDF.type, SH.PropertyShape)), key=str))
def test_property_shape_is_written_for_people(shape: URIRef) -> None:
    """A property shape has an IRI of ours, a name, a description, a message that is a sentence, a severity."""
    graph = SHAPES.graph
    assert str(shape).startswith(MGSH)
    for predicate in (SH.name, SH.description, SH.message, SH.severity):
        (value,) = graph.objects(shape, predicate)
        if predicate != SH.severity:
            assert isinstance(value, RdflibLiteral)
            assert value.language == "en"
    assert str(graph.value(shape, SH.message)).endswith(".")
    if shape in SHAPES.reporting:
        ring = str(graph.value(shape, SH.group)).removeprefix(MGSH)
        assert graph.value(shape, SH.severity) == RINGS[ring]


@pytest.mark.parametrize("shape", sorted(set(SHAPES.graph.subjects(RDF.type, SH.NodeShape)), key=str))
def test_node_shape_is_written_for_people(shape: URIRef) -> None:
    """A node shape has an IRI of ours, a label and a comment."""
    assert str(shape).startswith(MGSH)
    for predicate in (RDFS.label, RDFS.comment):
        (value,) = SHAPES.graph.objects(shape, predicate)
        assert isinstance(value, RdflibLiteral)
        assert value.language == "en"


def test_shapes_are_core_and_without_other_blank_nodes_than_lists() -> None:
    """No SPARQL in shapes, because it runs once for each thing; and everything that can be named is named."""
    assert (None, SH.sparql, None) not in SHAPES.graph
    assert (None, SH.target, None) not in SHAPES.graph
    blank = {s for s in SHAPES.graph.subjects() if isinstance(s, BNode)}
    assert all((node, RDF.first, None) in SHAPES.graph for node in blank)


def test_every_helper_shape_is_used() -> None:
    """A shape without a target serves another one."""
    used = {o for _, p, o in SHAPES.graph if p != RDF.type}
    shapes = {*SHAPES.graph.subjects(RDF.type, SH.NodeShape), *SHAPES.graph.subjects(RDF.type, SH.PropertyShape)}
    assert shapes - used - set(SHAPES.targeted) == set()


def test_classes_and_properties_of_shapes_are_declared() -> None:
    """Shapes speak of terms that the ontology declares."""
    ontology = Graph(bind_namespaces="none")
    for name in ("migragraph", "reused"):
        ontology.parse(ROOT / "ontology" / f"{name}.ttl")
    spoken = {
        o
        for p in (SH.path, SH.targetClass, SH.targetSubjectsOf, SH["class"], SH.lessThanOrEquals)
        for o in SHAPES.graph.objects(None, p)
    }
    assert {term for term in spoken if (term, RDF.type, None) not in ontology} == set()


def test_schemes_of_shapes_are_there() -> None:
    """Controlled values come from schemes that exist."""
    schemes = {str(o).rsplit("/", 1)[1] for o in SHAPES.graph.objects(None, SH.hasValue)}
    assert schemes - {p.stem for p in (ROOT / "ontology" / "concepts").glob("*.ttl")} == set()
    assert len(schemes) >= 20


def test_every_class_of_ours_has_a_shape() -> None:
    """Each class of the ontology is looked at, by itself or with the class above; claims are checked by rules."""
    ontology = Graph(bind_namespaces="none").parse(ROOT / "ontology" / "migragraph.ttl")
    targets = set(SHAPES.graph.objects(None, SH.targetClass))
    classes = {c for c in ontology.subjects(RDF.type, None) if (c, RDFS.subClassOf, None) in ontology}
    without = {c for c in classes if not targets & set(ontology.transitive_objects(c, RDFS.subClassOf))}
    assert {str(c).rpartition("#")[2] for c in without} == {"Claim"}


def test_idle_shape_is_a_warning() -> None:
    """A shape that finds nothing to look at is reported: a check that checks nothing must not look like a pass."""
    store = load(EXAMPLES / "Country-isoCode" / "conforms.ttl")
    report = check_shapes(SHAPES, read_facts(store), Focuses(store))
    idle = [f for f in report.findings if f.check == "idle-shape"]
    assert {f.severity for f in idle} == {Severity.WARNING}
    assert "mgsh:City" in {f.focus for f in idle}
    assert not {"mgsh:Country", "mgsh:Thing"} & {f.focus for f in idle}
    assert report.counts["shapes"] == len(SHAPES.targeted)
    assert report.counts["things checked against shapes"] == 1


def test_severity_of_a_shape_reaches_the_report() -> None:
    """A recommended property that is missing is a warning, and the report still conforms."""
    store = load(EXAMPLES / "City-point" / "violates.ttl")
    report = check_shapes(SHAPES, read_facts(store), Focuses(store))
    assert report.conforms
    assert report.n_warnings > 0


def test_shapes_that_are_no_shacl_are_refused(tmp_path: Path) -> None:
    """A shape that pySHACL cannot read is an error of the input, with the folder that holds it."""
    (tmp_path / "bad.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix mgsh: <https://w3id.org/migragraph/shapes#> .\n"
        "mgsh:A a sh:NodeShape ; sh:targetClass <https://w3id.org/migragraph/ontology#City> ; sh:minLength 1, 2 .\n"
    )
    store = load(EXAMPLES / "City-point" / "conforms.ttl")
    with pytest.raises(SourceError, match="pySHACL cannot read the shapes"):
        check_shapes(read_shapes(tmp_path), read_facts(store), Focuses(store))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<https://example.org/a> a sh:NodeShape .\n",
            "no shape has a target",
        ),
        ("<https://example.org/a> a", "not well-formed"),
    ],
)
def test_folder_without_usable_shapes_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    """Files that hold no shape with a target, or no Turtle, are an error."""
    (tmp_path / "bad.ttl").write_text(text)
    with pytest.raises(SourceError, match=fault):
        read_shapes(tmp_path)


def test_terms_are_carried_over_whole() -> None:
    """A term of rdflib becomes the same term of pyoxigraph."""
    assert to_term(RdflibLiteral("a", lang="de")) == Literal("a", language="de")
    assert to_term(RdflibLiteral("a")) == Literal("a")
    assert to_term(BNode("b")) == BlankNode("b")
    assert to_term(None) is None
