"""Each derivation rule derives just what it promises, from an example small enough to check by hand."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from migragraph.errors import SourceError
from migragraph.graph.rules import RULES as DESCRIBED
from migragraph.graph.rules import describe_rules, read_rules, run_rule
from migragraph.iris import PREFIXES, term
from migragraph.things.premises import ask_for_premises

RULES = {rule.name: rule for rule in read_rules(Path(__file__).parents[1] / "ontology" / "rules")}
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

#: rule → (what is there, what the rule adds)
EXAMPLES = {
    "superclasses": (
        """city:malmo a mg:City . mg:City rdfs:subClassOf mg:Territory, owl:Thing .
           mg:Territory rdfs:subClassOf m8g:AdminUnit .""",
        "city:malmo a mg:Territory, m8g:AdminUnit .",
    ),
    "labels": (
        'city:malmo skos:prefLabel "Malmö"@en ; skos:altLabel "Malmo"@en .',
        'city:malmo rdfs:label "Malmö"@en .',
    ),
    "memberships": (
        """membership:a a mg:Membership ; org:member city:a ; org:organization network:n ;
             mg:membershipStatus membership-status:member .
           membership:b a mg:Membership ; org:member city:b ; org:organization network:n ;
             mg:membershipStatus membership-status:founding-member ; schema:startDate "2019"^^xsd:gYear .
           membership:c a mg:Membership ; org:member city:c ; org:organization network:n ;
             mg:membershipStatus membership-status:participation-only .
           membership:d a mg:Membership ; org:member city:d ; org:organization network:n ;
             mg:membershipStatus membership-status:member ; schema:endDate "2020"^^xsd:gYear .""",
        """city:a org:memberOf network:n . city:b org:memberOf network:n .
           network:n org:hasMember city:a, city:b .""",
    ),
    "participations": (
        """participation:a a mg:Participation ; mg:inContext project:p ; m8g:hasParticipant city:a ;
             m8g:role role:coordinator .
           participation:b a mg:Participation ; mg:inContext project:p ; m8g:hasParticipant city:b ;
             m8g:role role:mentor-city .
           participation:c a mg:Participation ; mg:inContext event:e ; m8g:hasParticipant person:c ;
             m8g:role role:speaker .""",
        """project:p mg:coordinator city:a ; mg:partner city:b ;
             m8g:hasParticipation participation:a, participation:b .
           event:e m8g:hasParticipation participation:c .""",
    ),
    "grants": (
        """grant:g a mg:Grant ; schema:fundedItem project:p ; mg:fundedThrough scheme:amif ;
             schema:funder organisation:ec .
           grant:h a mg:Grant ; schema:fundedItem practice:q .""",
        "project:p mg:fundedBy scheme:amif, organisation:ec .",
    ),
    "authorities": (
        """organisation:council mg:authorityOf city:a .
           policy:p mg:adoptedBy organisation:council ; mg:supportedBy organisation:council .""",
        "policy:p mg:adoptedBy city:a .",
    ),
    "acting-territories": (
        """city:a a mg:Territory . city:b a mg:Territory . city:c a mg:Territory . organisation:o a mg:Organisation .
           project:p mg:partner city:a, organisation:o . membership:m org:member city:b .
           project:p mg:locatedIn city:c .""",
        "city:a a org:Organization . city:b a org:Organization .",
    ),
    "nuts-levels": (
        """region:a mg:nutsCode "SE224" . region:b mg:nutsCode "SE22" . region:c mg:nutsCode "SE2" .
           region:d mg:nutsCode "SE" . region:e mg:nutsCode "NO082", "NO08" . region:f mg:nutsCode "SE33" .""",
        """region:a schema:containedInPlace region:b . region:b schema:containedInPlace region:c .
           region:c schema:containedInPlace region:d .""",
    ),
    "nuts-units": (
        """city:a mg:withinNuts "SE224" . city:b mg:withinNuts "SE110" . city:c mg:withinNuts "SE999" .
           region:skane mg:nutsCode "SE224" . region:stockholm mg:nutsCode "SE110" .
           region:stockholm mg:withinNuts "SE110" .""",
        "city:a schema:containedInPlace region:skane . city:b schema:containedInPlace region:stockholm .",
    ),
    "containment": (
        """city:a schema:containedInPlace region:b . region:b schema:containedInPlace country:c .
           country:c schema:containedInPlace country:c .""",
        "city:a schema:containedInPlace country:c .",
    ),
    "locations": (
        """practice:p mg:locatedIn city:a . city:a schema:containedInPlace country:c . country:c a mg:Territory .
           city:a schema:containedInPlace place:europe .""",
        "practice:p mg:locatedIn country:c .",
    ),
    "first-day": (
        """project:a schema:startDate "2020"^^xsd:gYear ; schema:endDate "2022-06"^^xsd:gYearMonth .
           event:b dct:date "2021-02-16"^^xsd:date .
           work:c dct:issued "2021-02"^^xsd:gYearMonth .
           project:d schema:startDate "2019-05"^^xsd:gYearMonth ; dct:date "1999"^^xsd:gYear .""",
        """project:a mg:earliest "2020-01-01"^^xsd:date . event:b mg:earliest "2021-02-16"^^xsd:date .
           work:c mg:earliest "2021-02-01"^^xsd:date . project:d mg:earliest "2019-05-01"^^xsd:date .""",
    ),
    "last-day": (
        """project:a schema:startDate "2020"^^xsd:gYear ; schema:endDate "2022-06"^^xsd:gYearMonth .
           project:b schema:startDate "2020"^^xsd:gYear .
           project:c schema:endDate "2024-02"^^xsd:gYearMonth . project:d schema:endDate "1900-02"^^xsd:gYearMonth .
           project:e schema:endDate "2000-02"^^xsd:gYearMonth . project:f schema:endDate "2023"^^xsd:gYear .
           event:g dct:date "2021-02-16"^^xsd:date . project:h schema:endDate "2022-12"^^xsd:gYearMonth .""",
        """project:a mg:latest "2022-06-30"^^xsd:date . project:c mg:latest "2024-02-29"^^xsd:date .
           project:d mg:latest "1900-02-28"^^xsd:date . project:e mg:latest "2000-02-29"^^xsd:date .
           project:f mg:latest "2023-12-31"^^xsd:date . event:g mg:latest "2021-02-16"^^xsd:date .
           project:h mg:latest "2022-12-31"^^xsd:date .""",
    ),
    "superproperties": (
        """mg:coordinator rdfs:subPropertyOf mg:operator . mg:operator rdfs:subPropertyOf dct:contributor .
           project:p mg:coordinator city:a .""",
        "project:p mg:operator city:a ; dct:contributor city:a .",
    ),
    "mentions": (
        """city:a a mg:City . mg:City rdfs:subClassOf mg:Territory . figure:f a mg:Figure .
           GRAPH graph:claims\\/s {
             claim:x rdf:subject figure:f ; rdf:object city:a ; prov:wasDerivedFrom <https://x.org/s#char=1,2> .
             <https://x.org/s#char=1,2> oa:hasSource source:s .
           }""",
        "source:s schema:mentions city:a .",
    ),
    "conflicts": (
        """schema:value mg:singleValued true .
           GRAPH graph:claims\\/s {
             claim:a rdf:subject figure:f ; rdf:predicate schema:value ; rdf:object 10 ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:disputed .
             claim:same rdf:subject figure:f ; rdf:predicate mg:asStated ; rdf:object "ten" ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:accepted .
           }
           GRAPH graph:claims\\/t {
             claim:b rdf:subject figure:f ; rdf:predicate schema:value ; rdf:object 11 ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:disputed .
             claim:c rdf:subject figure:f ; rdf:predicate schema:value ; rdf:object 12 ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:rejected .
             claim:d rdf:subject figure:f ; rdf:predicate schema:value ; rdf:object 13 ;
               mg:polarity polarity:negative ; mg:claimStatus claim-status:accepted .
             claim:other rdf:subject figure:g ; rdf:predicate schema:value ; rdf:object 14 ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:accepted .
             claim:day rdf:subject project:p ; rdf:predicate schema:value ; rdf:object "2022-01-03"^^xsd:date ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:accepted .
             claim:month rdf:subject project:p ; rdf:predicate schema:value ; rdf:object "2022-01"^^xsd:gYearMonth ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:superseded .
             claim:entity rdf:subject project:p ; rdf:predicate schema:value ; rdf:object city:a ;
               mg:polarity polarity:positive ; mg:claimStatus claim-status:disputed .
           }""",
        """claim:a mg:conflictsWith claim:b . claim:b mg:conflictsWith claim:a .
           claim:entity mg:conflictsWith claim:day, claim:month . claim:day mg:conflictsWith claim:entity .
           claim:month mg:conflictsWith claim:entity .""",
    ),
}


def load(text: str) -> set[Quad]:
    """Parse TriG with all prefixes; a block that starts with GRAPH is a named graph."""
    return set(parse((HEADER + text).encode(), RdfFormat.TRIG))


def test_every_rule_has_an_example() -> None:
    """No rule goes untested, no example stays for a rule that is gone."""
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_rule_derives_what_its_example_says(name: str) -> None:
    """The whole of what is new: in the rule's graph, and among the facts where the rule makes facts."""
    before, added = EXAMPLES[name]
    store = Store()
    store.extend(load(before))
    expected = {Triple(q.subject, q.predicate, q.object) for q in load(added)}
    facts_before = {q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph())}

    n_new = run_rule(RULES[name], store)

    derived = {q.triple for q in store.quads_for_pattern(None, None, None, RULES[name].graph)}
    facts = {q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph())}
    assert derived == expected
    assert n_new == len(expected)
    assert facts - facts_before == (expected if RULES[name].makes_facts else set())
    assert run_rule(RULES[name], store) == (0 if RULES[name].makes_facts else n_new)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("no-number.rq", "# Title: x\n", "NN-slug.rq"),
        ("10-header.rq", "# Title: x\n", "lacks why, into"),
        ("10-into.rq", "# Title: x\n# Why: y\n# Into: nowhere\n", "nowhere"),
    ],
)
def test_a_rule_file_that_is_not_one_is_refused(tmp_path: Path, file: str, text: str, said: str) -> None:
    """Name and header are part of the file's form."""
    (tmp_path / file).write_text(text)
    with pytest.raises(SourceError, match=said):
        read_rules(tmp_path)


def test_a_rule_that_is_no_construct_query_is_refused(tmp_path: Path) -> None:
    """Syntax errors name file and line."""
    head = "# Title: x\n# Why: y\n# Into: facts\n"
    (tmp_path / "10-broken.rq").write_text(head + "CONSTRUCT { ?x }\nWHERE {}")
    (tmp_path / "20-select.rq").write_text(head + "SELECT * {}")
    broken, select = read_rules(tmp_path)
    with pytest.raises(SourceError, match=r"10-broken\.rq:4: not a SPARQL query"):
        run_rule(broken, Store())
    with pytest.raises(SourceError, match="not a CONSTRUCT"):
        run_rule(select, Store())


def test_no_rules_is_an_error(tmp_path: Path) -> None:
    """A folder that moved does not pass for one without rules."""
    with pytest.raises(SourceError, match="no rule here"):
        read_rules(tmp_path)


def test_a_version_says_what_each_rule_is() -> None:
    """Title, reason and query of each, under the name of the graph of what it derived."""
    folder = Path(__file__).parents[1] / "ontology" / "rules"
    quads = list(describe_rules(folder))
    assert {quad.graph_name for quad in quads} == {DESCRIBED}
    said = {(q.subject.value.rpartition("/")[2], q.predicate.value.rpartition("#")[2], q.object.value) for q in quads}
    assert len(quads) == len(said) == 3 * len(RULES)
    assert ("memberships", "label", "Members of networks") in said
    assert ("grants", "construct", (folder / "22-grants.rq").read_text(encoding="utf-8")) in said


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"acting-territories"}))
def test_the_premises_of_what_a_rule_derives_can_be_asked_for(name: str) -> None:
    """Of each triple of the example, alone and with the others of its property; never of one it did not derive."""
    before, _ = EXAMPLES[name]
    store = Store()
    store.extend(load(before))
    run_rule(RULES[name], store)
    derived = [(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, RULES[name].graph)]
    assert derived
    for fact in derived:
        group = [other for other in derived if other[1] == fact[1]]
        for facts in ([fact], group):
            asked = ask_for_premises(RULES[name].query, facts)
            assert asked is not None
            rows = list(store.query(asked.text, prefixes=PREFIXES))
            assert {(row[asked.subject], row[asked.value]) for row in rows} == {(s, o) for s, _, o in facts}
    elsewhere = NamedNode("https://example.org/elsewhere")
    none = ask_for_premises(RULES[name].query, [(elsewhere, derived[0][1], elsewhere)])
    assert none is not None
    assert list(store.query(none.text, prefixes=PREFIXES)) == []


@pytest.mark.parametrize(
    "rule", ["", "SELECT * {}", "CONSTRUCT { ?a mg:theme ?b } WHERE {", "CONSTRUCT WHERE { ?a ?b ?c }"]
)
def test_of_what_is_no_rule_nothing_is_asked(rule: str) -> None:
    """Nor of a property that the rule does not write, nor of no fact."""
    node = NamedNode("https://example.org/a")
    assert ask_for_premises(rule, [(node, term("mg:theme"), node)]) is None
    assert ask_for_premises(RULES["grants"].query, [(node, term("mg:theme"), node)]) is None
    assert ask_for_premises(RULES["grants"].query, []) is None
    # a value that the rule itself names is none that could be filled in
    assert ask_for_premises(RULES["acting-territories"].query, [(node, term("rdf:type"), node)]) is None
