"""Which things a change can make break a shape: by hand on small shapes, and against all checks by chance."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import Graph

from migragraph.build import assemble_project
from migragraph.checks.affected import Step, affected_things, facts_read, read_paths
from migragraph.checks.focus import Focuses
from migragraph.checks.report import Finding, Report
from migragraph.checks.shapes import Shapes, check_changed_shapes, check_shapes, read_facts, read_shapes
from migragraph.iris import PREFIXES, term
from projects import ROOT, copy_small_project

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + "@prefix e: <urn:e:> .\n"
SHAPES = """
e:Pilot a sh:NodeShape ; sh:targetClass mg:Pilot ; sh:property e:operator , e:label ; sh:message "x" .
e:operator a sh:PropertyShape ; sh:path mg:operator ; sh:node e:Agent ; sh:name "operator" .
e:Agent a sh:NodeShape ; sh:or ( e:Named [ sh:class mg:City ] ) .
e:Named a sh:NodeShape ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] .
e:label a sh:PropertyShape ; sh:path [ sh:inversePath mg:figureOf ] ; sh:qualifiedValueShape e:Named ;
    sh:qualifiedMinCount 1 .
e:Dated a sh:NodeShape ; sh:targetSubjectsOf schema:endDate ; sh:property [
    sh:path schema:startDate ; sh:lessThanOrEquals schema:endDate ] .
"""


def shapes(turtle: str) -> Graph:
    """Read shapes."""
    return Graph(bind_namespaces="none").parse(data=HEADER + turtle, format="turtle")


def triples(turtle: str) -> list[Triple]:
    """Read facts."""
    return [quad.triple for quad in parse((HEADER + turtle).encode(), RdfFormat.TURTLE)]


def facts(turtle: str) -> Store:
    """Return a store of facts."""
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples(turtle))
    return store


def forth(*names: str) -> tuple[Step, ...]:
    """Return a path of properties; ``^`` before one stands for its inverse."""
    return tuple(Step(term(name.lstrip("^")), name.startswith("^")) for name in names)


def test_the_paths_are_those_that_the_shapes_read() -> None:
    """Properties, types of values, properties of values, inverses, compared properties; with their beginnings."""
    assert read_paths(shapes(SHAPES)) == {
        forth("rdf:type"),
        forth("mg:operator"),
        forth("mg:operator", "rdf:type"),
        forth("mg:operator", "rdfs:label"),
        forth("^mg:figureOf"),
        forth("^mg:figureOf", "rdfs:label"),
        forth("schema:endDate"),
        forth("schema:startDate"),
    }


@pytest.mark.parametrize(
    "part",
    [
        "e:Pilot sh:sparql [ sh:select 'SELECT $this {}' ] .",
        "e:operator sh:path ( mg:operator rdfs:label ) .",
        "e:Named sh:targetNode e:x .",
        "e:Named sh:node e:Agent .",
        "e:Named a owl:Class .",
    ],
)
def test_what_is_not_known_means_all(part: str) -> None:
    """SPARQL, longer paths, single targets, shapes that ask for themselves, classes that are shapes."""
    text = SHAPES.replace("sh:path mg:operator ;", "") if "sh:path" in part else SHAPES
    assert read_paths(shapes(text + part)) is None


def test_the_real_shapes_are_all_known() -> None:
    """Otherwise every write would check everything."""
    paths = read_paths(read_shapes(ROOT / "shapes").graph)
    assert paths is not None
    assert forth("mg:operator", "rdf:type") in paths


@pytest.mark.parametrize(
    ("changed", "things"),
    [
        ('e:a rdfs:label "A" .', {"e:pilot", "e:other"}),
        ("e:a a mg:City .", {"e:a", "e:pilot"}),
        ("e:figure mg:figureOf e:other .", {"e:other"}),
        ('e:figure rdfs:label "F" .', {"e:pilot"}),
        ('e:pilot schema:endDate "2021" .', {"e:pilot"}),
        ("e:pilot mg:theme e:a .", set()),
        ('e:gone rdfs:label "G" .', set()),
    ],
)
def test_the_things_are_those_whose_result_can_change(changed: str, things: set[str]) -> None:
    """Walked back from the fact that changed; what nothing reads matters for nothing."""
    store = facts("e:pilot mg:operator e:a . e:figure mg:figureOf e:pilot . e:a mg:figureOf e:other .")
    paths = read_paths(shapes(SHAPES))
    assert paths is not None
    found = affected_things(paths, triples(changed), store)
    assert found == {NamedNode(f"urn:{name}") for name in things}


def test_a_change_of_the_class_hierarchy_means_all() -> None:
    """Which things a shape looks at hangs on it."""
    paths = read_paths(shapes(SHAPES))
    assert paths is not None
    assert affected_things(paths, triples("mg:City rdfs:subClassOf mg:Pilot ."), Store()) is None


def test_the_facts_read_are_those_on_the_paths() -> None:
    """And the class hierarchy; not those of other things or properties."""
    read = """e:pilot a mg:Pilot ; mg:operator e:a . e:a rdfs:label "A" ; a mg:City . e:figure mg:figureOf e:pilot ;
        rdfs:label "F" . mg:City rdfs:subClassOf mg:Territory ."""
    store = facts(read + "e:pilot mg:theme e:t . e:other a mg:Pilot ; mg:operator e:a . e:figure schema:value 1 .")
    paths = read_paths(shapes(SHAPES))
    assert paths is not None
    assert facts_read(paths, [NamedNode("urn:e:pilot")], store) == set(triples(read))


POOL = triples("""
    pilot:crete-health mg:operator theme:health , city:malmo ; mg:theme city:malmo ; a mg:City , mg:Work ;
        schema:startDate "2022"^^xsd:gYear ; schema:endDate "2021"^^xsd:gYear ; mg:latest "2020-01-01"^^xsd:date .
    figure:crete-participants schema:value "x" , 5 ; mg:figureOf theme:health ; mg:unit theme:health .
    city:malmo mg:nutsCode "wrong" ; skos:prefLabel "Malmo"@en , "Malmø"@da , "plain" .
    city:malmo schema:containedInPlace pilot:x .
    grant:crete-amif mg:cofinancingRate 1.7 ; schema:fundedItem scheme:amif . region:crete a skos:Concept .
    scheme:amif a mg:Project . theme:health skos:inScheme <https://w3id.org/migragraph/concept/group> .
    source:report schema:sha256 "no" ; dct:isPartOf city:malmo . person:x a foaf:Person ; schema:email "x" .
""")


@dataclass(frozen=True)
class Checked:
    """A graph, the shapes, and what the checks find before it is changed."""

    store: Store
    shapes: Shapes
    before: set[Finding]


def found(report: Report) -> set[Finding]:
    """Return the findings about things."""
    return {finding for finding in report.findings if finding.check != "idle-shape"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The graph of the small project."""
    folder = copy_small_project(tmp_path_factory.mktemp("affected"))
    store, read = assemble_project(folder).store, read_shapes(folder / "shapes")
    return Checked(store, read, found(check_shapes(read, read_facts(store), Focuses(store))))


def compare(project: Checked, added: set[Quad], removed: set[Quad]) -> tuple[set[Finding], set[Finding]]:
    """Return what breaks by a change: as all checks find it, and as the checks of the part do."""
    after = Store()
    after.bulk_extend(set(project.store) - removed | added)
    focuses = Focuses(after)
    changed = [quad.triple for quad in (removed - added) | (added - set(project.store))]
    whole = found(check_shapes(project.shapes, read_facts(after), focuses))
    part = found(check_changed_shapes(project.shapes, changed, after, focuses))
    assert part <= whole
    return whole - project.before, part - project.before


@pytest.mark.parametrize(
    ("thing", "path", "broken"),
    [
        (
            "country:greece",
            "rdf:type",
            {"Relation-containedInPlace", "Relation-locatedIn", "City-country", "Region-country"},
        ),
        ("theme:health", "skos:inScheme", {"Topic-theme", "Concept-inScheme"}),
        ("country:greece", "skos:prefLabel", {"Thing-prefLabel"}),
    ],
)
def test_a_change_breaks_what_points_there(project: Checked, thing: str, path: str, broken: set[str]) -> None:
    """Its types, its scheme, its name taken away: found at the things that need it, which did not change."""
    quads = set(project.store.quads_for_pattern(term(thing), term(path), None, DefaultGraph()))
    whole, part = compare(project, set(), quads)
    assert whole == part
    assert {finding.check for finding in part} == broken


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
@given(st.data())
def test_what_a_change_breaks_is_what_all_checks_find(project: Checked, data: st.DataObject) -> None:
    """Any facts removed, wrong ones added: the findings of the part are those of the whole that were not there."""
    about = sorted(
        {q for q in project.store.quads_for_pattern(None, None, None, DefaultGraph()) if "/id/" in str(q)}, key=str
    )
    needed = [q for q in about if q.predicate in (term("rdf:type"), term("skos:prefLabel"))]
    removed = data.draw(st.sets(st.sampled_from(needed) | st.sampled_from(about), max_size=6))
    wanted = data.draw(st.sets(st.sampled_from(POOL), max_size=4))
    whole, part = compare(project, {Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in wanted}, removed)
    assert whole == part
