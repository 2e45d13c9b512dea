"""From a query to a networkx graph, and parts of it: on small graphs worked out by hand, and on random ones."""

import random
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse_query_results,
)

from migragraph.errors import (
    BadParameter,
    ForbiddenQuery,
    MalformedQuery,
    NotANetwork,
    UnknownThing,
    UpdateInPlaceOfQuery,
)
from migragraph.iris import PREFIXES, term
from migragraph.networks.definitions import NetworkDefinition
from migragraph.networks.extraction import extract_network, network_of_answer
from migragraph.networks.slices import at_date, in_countries, of_kind, without_node, without_source
from migragraph.networks.ties import Network, thing_of
from migragraph.query import QueryRequest, run_query

ID = "https://w3id.org/migragraph/id/"
CLAIM = "https://w3id.org/migragraph/claim/"
LABEL = 'Mal"mö"\nthe city, of <Skåne> & more\t\u2028'
FACTS = """
mg:City rdfs:subClassOf mg:Territory . mg:Network rdfs:subClassOf mg:Organisation .
mg:Service rdfs:subClassOf mg:Practice . service:desk a mg:Service, mg:Practice ; skos:prefLabel "Desk"@en .
country:sweden a mg:Country, mg:Territory ; skos:prefLabel "Sweden"@en ; mg:isoCode "SE" .
country:poland a mg:Country, mg:Territory ; skos:prefLabel "Poland"@en ; mg:isoCode "PL" .
city:malmo a mg:City, mg:Territory ; skos:prefLabel LABEL@en ; skos:altLabel "Malmoe"@en, "Malmø"@da, "Malmö"@sv ;
    schema:containedInPlace country:sweden .
city:lodz a mg:City, mg:Territory ; skos:prefLabel "Łódź"@pl, "Litzmannstadt"@de ;
    schema:containedInPlace country:poland .
city:both a mg:City, mg:Territory ; rdfs:label "Both" ; schema:containedInPlace country:poland, country:sweden .
organisation:council a mg:Organisation ; skos:prefLabel "Council"@en ; mg:authorityOf city:malmo .
network:one a mg:Network, mg:Organisation ; skos:prefLabel "One"@en ; mg:locatedIn country:poland .
network:two a mg:Network, mg:Organisation ; skos:prefLabel "Two"@en .
"""
PREFIX = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def store() -> Store:
    """Three cities, two countries, two networks."""
    found = Store()
    literal = '"' + LABEL.replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    found.load(f"{PREFIX}\n{FACTS.replace('LABEL', literal)}".encode(), RdfFormat.TURTLE)
    return found


def rows(variables: str, *given: str, mode: str = "one", directed: bool = False) -> NetworkDefinition:
    """Return the definition of a network whose query answers with these rows, whatever the store holds."""
    values = "\n".join(f"({row})" for row in given)
    return NetworkDefinition.of_query(
        f"SELECT * {{ VALUES ({variables}) {{ {values} }} }}", mode=mode, directed=directed
    )


def edges(graph: nx.Graph) -> dict[tuple[str, str], float]:
    """Return the edges with their weights, ids without what all share."""
    return {(a.removeprefix(ID), b.removeprefix(ID)): w for a, b, w in graph.edges(data="weight")}


def test_nodes_have_names_class_and_country(store: Store) -> None:
    """Names in all languages, another spelling only where a language has no name; the narrowest class; one country."""
    graph = extract_network(
        store,
        rows(
            "?source ?target",
            "city:malmo network:one",
            "city:lodz network:two",
            "city:both network:two",
            "organisation:council network:two",
            "city:unknown network:two",
            "service:desk network:two",
            mode="two",
        ),
        "v1",
    ).to_graph()
    assert dict(graph.nodes(data=True)) == {
        ID + "city/malmo": {
            "bipartite": 0, "label": LABEL, "labels": {"da": "Malmø", "en": LABEL, "sv": "Malmö"}, "kind": "mg:City",
            "country": "SE",
        },
        ID + "city/lodz": {
            "bipartite": 0, "label": "Litzmannstadt", "labels": {"de": "Litzmannstadt", "pl": "Łódź"},
            "kind": "mg:City", "country": "PL",
        },
        ID + "city/both": {
            "bipartite": 0, "label": "Both", "labels": {"und": "Both"}, "kind": "mg:City", "country": None,
        },
        ID + "organisation/council": {
            "bipartite": 0, "label": "Council", "labels": {"en": "Council"}, "kind": "mg:Organisation", "country": "SE",
        },
        ID + "city/unknown": {"bipartite": 0, "label": "city:unknown", "labels": {}, "kind": None, "country": None},
        ID + "service/desk": {
            "bipartite": 0, "label": "Desk", "labels": {"en": "Desk"}, "kind": "mg:Service", "country": None,
        },
        ID + "network/one": {
            "bipartite": 1, "label": "One", "labels": {"en": "One"}, "kind": "mg:Network", "country": "PL",
        },
        ID + "network/two": {
            "bipartite": 1, "label": "Two", "labels": {"en": "Two"}, "kind": "mg:Network", "country": None,
        },
    }  # fmt: skip
    assert graph.graph == {
        "name": "query", "title": "Network of a query", "question": "", "mode": "two", "directed": False, "tie": "",
        "boundary": "what the query returns", "query": graph.graph["query"], "version": "v1",
    }  # fmt: skip
    assert graph.edges[ID + "city/malmo", ID + "network/one"] == {
        "weight": 1.0, "start": None, "end": None, "evidence": (), "sources": (),
    }  # fmt: skip
    assert next(iter(graph)) == ID + "city/both", "actors before groups, in the order of their ids"


def test_each_row_is_a_tie_unless_a_tie_is_named(store: Store) -> None:
    """Parallel ties are one edge with the sum of their weights; rows of one ?tie are one of them."""
    given = ("city:a city:b", "city:a city:b", "city:b city:a", "city:b city:c")
    plain = extract_network(store, rows("?source ?target", *given)).to_graph()
    assert edges(plain) == {("city/a", "city/b"): 3.0, ("city/b", "city/c"): 1.0}
    directed = extract_network(store, rows("?source ?target", *given, directed=True)).to_graph()
    assert isinstance(directed, nx.DiGraph)
    assert edges(directed) == {("city/a", "city/b"): 2.0, ("city/b", "city/a"): 1.0, ("city/b", "city/c"): 1.0}
    named = extract_network(
        store,
        rows(
            "?source ?target ?tie ?weight",
            "city:a city:b 1 2",
            "city:a city:b 1 2.0",
            "city:b city:a 1 2",
            "city:a city:b 2 0.5",
            "city:a city:b UNDEF 4",
            "city:b city:c 1 7e0",
        ),
    ).to_graph()
    assert edges(named) == {("city/a", "city/b"): 6.5, ("city/b", "city/c"): 7.0}


def test_evidence_and_dates_are_joined(store: Store) -> None:
    """Claims in order, once; the earliest start and the latest end of several ties, None where one is unknown."""
    definition = rows(
        "?source ?target ?tie ?start ?end ?evidence",
        f'city:a city:b 1 "2012"^^xsd:gYear "2014-06"^^xsd:gYearMonth <{CLAIM}t/2>',
        f'city:a city:b 1 UNDEF UNDEF "{CLAIM}s/1 {CLAIM}t/2\\n{CLAIM}s/0"',
        f'city:a city:b 2 "2011-05-03"^^xsd:date "2014"^^xsd:gYear <{CLAIM}u/1>',
        'city:b city:c 1 "2012"^^xsd:gYear UNDEF UNDEF',
        'city:b city:c 2 UNDEF "2020-01-01T10:00:00Z"^^xsd:dateTime UNDEF',
    )
    graph = extract_network(store, definition).to_graph()
    assert graph.edges[ID + "city/a", ID + "city/b"] == {
        "weight": 2.0, "start": "2011-05-03", "end": "2014", "sources": ("s", "t", "u"),
        "evidence": (f"{CLAIM}s/0", f"{CLAIM}s/1", f"{CLAIM}t/2", f"{CLAIM}u/1"),
    }  # fmt: skip
    assert graph.edges[ID + "city/b", ID + "city/c"] == {
        "weight": 2.0, "start": None, "end": None, "sources": (), "evidence": (),
    }  # fmt: skip


def test_attributes_keep_their_type(store: Store) -> None:
    """Several values are a sorted list of text; those of source and target meet in the node."""
    definition = rows(
        "?source ?target ?source_size ?source_open ?target_size ?target_theme ?source_share",
        "city:a city:b 12 true 7 theme:health 0.5",
        "city:b city:c 8 true 'seven' theme:housing 0.5",
    )
    nodes = extract_network(store, definition).to_graph().nodes
    own = ("label", "labels", "kind", "country")
    found = {
        node.removeprefix(ID): {key: value for key, value in data.items() if key not in own}
        for node, data in nodes(data=True)
    }
    assert found == {
        "city/a": {"open": True, "share": 0.5, "size": 12},
        "city/b": {"open": True, "share": 0.5, "size": ["7", "8"], "theme": PREFIXES["theme"] + "health"},
        "city/c": {"size": "seven", "theme": PREFIXES["theme"] + "housing"},
    }
    assert isinstance(found["city/a"]["size"], int)


def test_nodes_have_the_top_themes_of_what_they_work_on() -> None:
    """Their own, those of undertakings that they or an authority of them carry or house; not of what lies in them."""
    store = Store()
    derived = "https://w3id.org/migragraph/graph/derived/locations"
    store.load(
        f"""{PREFIX}
        theme:health skos:topConceptOf <https://w3id.org/migragraph/concept/theme> ; skos:prefLabel "health"@en .
        theme:sport skos:topConceptOf <https://w3id.org/migragraph/concept/theme> ; skos:prefLabel "Sport"@de .
        theme:work skos:topConceptOf <https://w3id.org/migragraph/concept/theme> ; skos:prefLabel "work"@en .
        theme:clinics skos:broader theme:health . theme:dentists skos:broader theme:clinics .
        theme:swimming skos:broader theme:health, theme:sport . theme:lost a skos:Concept .
        country:sweden a mg:Country ; mg:isoCode "SE" ; skos:prefLabel "Sweden"@en, "Sverige"@sv .
        city:own mg:theme theme:dentists, theme:lost ; schema:containedInPlace country:sweden .
        project:p a mg:Undertaking ; mg:theme theme:swimming .
        project:p mg:coordinator city:leads ; mg:partner organisation:council .
        organisation:council mg:authorityOf city:acts .
        pilot:q a mg:Undertaking ; mg:theme theme:work ; mg:locatedIn city:houses, region:around .
        project:old mg:theme theme:work ; mg:partner city:none .
        GRAPH <{derived}> {{ pilot:q mg:locatedIn region:around }}
        """.encode(),
        RdfFormat.TRIG,
    )
    names = ("city:own", "city:leads", "organisation:council", "city:acts", "city:houses", "region:around", "city:none",
             "project:p", "theme:clinics")  # fmt: skip
    network = extract_network(store, rows("?source ?target", *(f"{one} network:n" for one in names)))
    found = {id_.removeprefix(ID): node.themes for id_, node in network.nodes.items() if node.themes}
    both = ("theme:health", "theme:sport")
    assert found == {
        "city/own": ("theme:health",), "city/leads": both, "organisation/council": both, "city/acts": both,
        "city/houses": ("theme:work",), "project/p": both, PREFIXES["theme"] + "clinics": ("theme:health",),
    }  # fmt: skip
    assert network.names == {
        "SE": "Sweden", "theme:health": "health", "theme:sport": "theme:sport", "theme:work": "work",
    }  # fmt: skip
    graph = network.to_graph()
    assert graph.nodes[ID + "city/leads"]["themes"] == list(both)
    assert "themes" not in graph.nodes[ID + "city/none"]


def test_a_row_with_one_end_names_a_node_without_tie(store: Store) -> None:
    """It stays in parts of the network, while a node that loses its ties goes."""
    definition = rows(
        "?source ?target ?source_x", "city:a network:one 1", "city:malmo UNDEF 2", "city:a UNDEF 3",
        "UNDEF network:two UNDEF", "city:lodz network:two UNDEF", mode="two",
    )  # fmt: skip
    network = extract_network(store, definition)
    assert network.isolates == {ID + "city/malmo"}
    graph = network.to_graph()
    assert graph.degree[ID + "city/malmo"] == 0
    assert graph.nodes[ID + "city/a"]["x"] == ["1", "3"]
    assert set(without_node(network, ID + "network/two").nodes) == {
        ID + "city/a", ID + "city/malmo", ID + "network/one",
    }  # fmt: skip


def test_a_thing_on_both_sides_is_two_nodes(store: Store) -> None:
    """The actor keeps the IRI; no edge stays inside a side; a remark says so."""
    definition = rows(
        "?source ?target", "city:a network:one", "network:one network:two", "network:one network:one",
        "<http://e/x#1> <http://e/y>", "<http://e/y> <http://e/x#1>", mode="two",
    )  # fmt: skip
    graph = extract_network(store, definition).to_graph()
    one = ID + "network/one"
    assert sorted(graph.edges) == [
        ("http://e/x#1", "http://e/y#as-group"),
        ("http://e/y", "http://e/x#1-as-group"),
        (ID + "city/a", one + "#as-group"),
        (one, ID + "network/two"),
    ]
    assert [graph.nodes[node]["bipartite"] for node in (one, one + "#as-group")] == [0, 1]
    assert graph.nodes[one]["label"] == graph.nodes[one + "#as-group"]["label"] == "One"
    assert {thing_of(node) for node in graph} == {
        "http://e/x#1", "http://e/y", ID + "city/a", one, ID + "network/two",
    }  # fmt: skip
    assert graph.graph["remarks"] == (
        "Rows that tie a thing to itself were left out: 1.",
        f"Things that are actor and group, and two nodes therefore: http://e/x#1, http://e/y, {one}.",
    )


def test_a_tie_to_itself_is_left_out_and_counted(store: Store) -> None:
    """The node stays."""
    graph = extract_network(store, rows("?source ?target", "city:a city:a", "city:b city:c")).to_graph()
    assert edges(graph) == {("city/b", "city/c"): 1.0}
    assert graph.degree[ID + "city/a"] == 0
    assert graph.graph["remarks"] == ("Rows that tie a thing to itself were left out: 1.",)


@pytest.mark.parametrize(
    ("variables", "row", "message"),
    [
        ("?source ?to", "city:a city:b", r"the query has no variable \?target\."),
        ("?from ?target", "city:a city:b", r"the query has no variable \?source\."),
        ("?source ?target ?kind", "city:a city:b 1", r"the variable \?kind means nothing in a network\."),
        ("?source ?target ?target_country", "city:a city:b 1", r"\?target_country would hide the country"),
        ("?source ?target ?evidence", f"city:a city:b <{CLAIM}s/1>", r"has \?evidence and no \?tie"),
        ("?source ?target", "'Malmö'@sv city:b", r"row 2 of the answer has \"Malmö\"@sv as \?source, which is no IRI"),
        ("?source ?target", "city:a 12", r"row 2 of the answer has .*12.* as \?target, which is no IRI"),
        ("?source ?target", "UNDEF UNDEF", r"row 2 of the answer has neither \?source nor \?target"),
        ("?source ?target ?weight", "city:a city:b 0", r"row 2 .* as \?weight, which is no number above 0"),
        ("?source ?target ?weight", "city:a city:b -1.5", r"row 2 .* as \?weight, which is no number above 0"),
        ("?source ?target ?weight", "city:a city:b 'INF'^^xsd:double", r"row 2 .* as \?weight, which is no number"),
        ("?source ?target ?weight", "city:a city:b 'NaN'^^xsd:double", r"row 2 .* as \?weight, which is no number"),
        ("?source ?target ?weight", "city:a city:b '3'", r"row 2 .* as \?weight, which is no number above 0"),
        ("?source ?target ?weight", "city:a city:b true", r"row 2 .* as \?weight, which is no number above 0"),
        ("?source ?target ?start", "city:a city:b 'soon'", r"row 2 .*\?start that is no date: 'soon' is no year"),
        ("?source ?target ?end", "city:a city:b '2021-02-30'^^xsd:date", r"row 2 .*\?end that is no date"),
        ("?source ?target ?start ?end", "city:a city:b '2021-02' '2020'", r"row 2 .* starts at 2021-02, after its end"),
        ("?source ?target ?tie ?evidence", "city:a city:b 1 city:c", r"row 2 .* has evidence that is no claim"),
        ("?source ?target ?tie ?weight", "city:c city:d 1 3", r"row 2 .* the weight 3 that another row gave"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused_with_the_row(store: Store, variables: str, row: str, message: str) -> None:
    """After a first row that is right where it can be; the error names a remedy."""
    first = " ".join({"?weight": "1", "?tie": "1"}.get(name, "UNDEF") for name in variables.split()[2:])
    definition = rows(variables, f"city:c city:d {first}", row)
    with pytest.raises(NotANetwork, match=message) as caught:
        extract_network(store, definition)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("SELECT ?source ?target { ?source mg:nothing ?target }", NotANetwork, "is empty: the query finds no tie"),
        ("SELECT ?source ?target { ?source a mg:City }", NotANetwork, "is empty: the query finds 3 nodes and no tie"),
        ("ASK {}", NotANetwork, "the query is ASK, not SELECT"),
        ("CONSTRUCT WHERE { ?source a ?target }", NotANetwork, "the query is CONSTRUCT, not SELECT"),
        ("SELECT ?source ?target {", MalformedQuery, "it ends too early"),
        ("INSERT DATA { city:a a mg:City }", UpdateInPlaceOfQuery, "SPARQL Update"),
        ("SELECT ?source ?target { SERVICE <http://x/> { ?source a ?target } }", ForbiddenQuery, "SERVICE"),
    ],
)
def test_a_query_that_finds_no_network_is_refused(
    store: Store, query: str, error: type[Exception], message: str
) -> None:
    """Empty answers and other forms; the usual refusals of queries stay."""
    with pytest.raises(error, match=message):
        extract_network(store, NetworkDefinition.of_query(query))


def test_an_answer_from_elsewhere_makes_the_same_network(store: Store) -> None:
    """Such as the bytes that a query process sends."""
    definition = NetworkDefinition.of_query("SELECT ?source ?target { ?source schema:containedInPlace ?target }")
    answer = run_query(store, QueryRequest(definition.sparql))
    assert isinstance(answer, QuerySolutions)
    sent = answer.serialize(format=QueryResultsFormat.JSON)
    assert sent is not None
    read = parse_query_results(sent, QueryResultsFormat.JSON)
    assert isinstance(read, QuerySolutions)
    assert network_of_answer(definition, read, store) == extract_network(store, definition)


@pytest.fixture
def dated(store: Store) -> Network:
    """Four ties: 2010 to 2012, from May 2015, to the end of 2016, and without dates."""
    return extract_network(
        store,
        rows(
            "?source ?target ?tie ?start ?end ?evidence ?part ?target_theme",
            f"city:malmo network:one 1 '2010' '2012' <{CLAIM}s/1> 'is in' 'health'",
            f"city:malmo network:one 2 '2015-05' UNDEF <{CLAIM}t/1> 'is in' 'housing'",
            f"city:lodz network:two 3 UNDEF '2016' <{CLAIM}s/2> 'is in' 'sport'",
            f"city:lodz network:two 3 UNDEF '2016' <{CLAIM}t/2> 'is in' 'sport'",
            f"city:lodz network:two 3 UNDEF '2016' <{CLAIM}u/1> 'is his' 'sport'",
            "city:lodz network:one 4 UNDEF UNDEF UNDEF UNDEF UNDEF",
            "city:both UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF",
            mode="two",
        ),
    )


@pytest.mark.parametrize(
    ("date", "expected", "unknown"),
    [
        ("2009-12-31", [("lodz", "one"), ("lodz", "two")], (2, 1)),
        ("2010", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 1)),
        ("2012-12-31", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 1)),
        ("2013-06", [("lodz", "one"), ("lodz", "two")], (2, 1)),
        ("2015-04-30", [("lodz", "one"), ("lodz", "two")], (2, 1)),
        ("2015", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 2)),
        ("2015-05-01", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 2)),
        ("2017-01-01", [("lodz", "one"), ("malmo", "one")], (1, 2)),
    ],
)
def test_ties_at_a_date(dated: Network, date: str, expected: list[tuple[str, str]], unknown: tuple[int, int]) -> None:
    """Worked out by hand; two ties of one edge are told apart; what is counted without knowing is stated."""
    part = at_date(dated, date)
    assert sorted((t.source.rpartition("/")[2], t.target.rpartition("/")[2]) for t in part.ties) == expected
    assert part.remarks == (
        f"At {date}: {len(expected)} of 4 ties; of these the start of {unknown[0]} and the end of {unknown[1]} is "
        "unknown, and they are counted.",
    )
    assert part.isolates == {ID + "city/both"}


def test_ties_of_countries(dated: Network) -> None:
    """The actors' countries; a city of two is in none of them, and goes though it is an isolate."""
    part = in_countries(dated, ["SE"])
    assert set(part.nodes) == {ID + "city/malmo", ID + "network/one"}
    assert part.remarks == ("In Sweden: 2 of 4 ties.",)
    assert len(in_countries(dated, {"SE", "PL"}).ties) == 4
    with pytest.raises(BadParameter, match="no node has the country 'XX'") as caught:
        in_countries(dated, ["SE", "XX"])
    assert caught.value.remedy == "There are: PL, SE."
    with pytest.raises(BadParameter, match="no country is given"):
        in_countries(dated, [])


def test_ties_of_a_kind(dated: Network) -> None:
    """By class or another attribute, with any of several values; groups unless actors are asked for."""
    assert of_kind(dated, ["mg:Network"]).ties == dated.ties
    assert of_kind(dated, ["mg:City"], side=0).ties == dated.ties
    with pytest.raises(BadParameter, match="no node has the kind 'mg:City'"):
        of_kind(dated, ["mg:City"])
    part = of_kind(dated, ["housing"], attribute="theme")
    assert {t.target for t in part.ties} == {ID + "network/one"}
    assert set(part.nodes) == {ID + "city/malmo", ID + "city/lodz", ID + "city/both", ID + "network/one"}
    with pytest.raises(BadParameter, match="no node has the theme 'culture'") as caught:
        of_kind(dated, ["culture"], attribute="theme")
    assert caught.value.remedy == "There are: health, housing, sport."


def test_parts_of_a_one_mode_network_have_both_ends_in_them(store: Store) -> None:
    """A tie between two countries is in neither."""
    network = extract_network(
        store, rows("?source ?target", "city:malmo organisation:council", "city:malmo city:lodz", directed=True)
    )
    assert [(t.source, t.target) for t in in_countries(network, ["SE"]).ties] == [
        (ID + "city/malmo", ID + "organisation/council")
    ]
    assert [(t.source, t.target) for t in of_kind(network, ["mg:City"]).ties] == [(ID + "city/malmo", ID + "city/lodz")]


def test_without_a_node(dated: Network) -> None:
    """Its ties go, and who has no other tie."""
    part = without_node(dated, ID + "network/one")
    assert set(part.nodes) == {ID + "city/lodz", ID + "city/both", ID + "network/two"}
    assert part.remarks == (f"Without One ({ID}network/one): 1 of 4 ties.",)
    assert ID + "city/both" not in without_node(dated, ID + "city/both").nodes
    with pytest.raises(UnknownThing, match="there is no node") as caught:
        without_node(dated, ID + "network/on")
    assert f"{ID}network/one" in caught.value.remedy


def test_without_a_source(dated: Network) -> None:
    """A tie stands while each of its conditions has a claim of another source; one without evidence stands."""

    def ends(network: Network) -> list[tuple[str, str, int]]:
        return [(t.source.rpartition("/")[2], t.target.rpartition("/")[2], len(t.evidence)) for t in network.ties]

    assert ends(without_source(dated, "s")) == [("lodz", "one", 0), ("lodz", "two", 2), ("malmo", "one", 1)]
    assert ends(without_source(dated, "t")) == [("lodz", "one", 0), ("lodz", "two", 2), ("malmo", "one", 1)]
    assert ends(without_source(dated, "u")) == [("lodz", "one", 0), ("malmo", "one", 1), ("malmo", "one", 1)]
    assert without_source(dated, "u").remarks == ("Without the source u: 3 of 4 ties.",)
    with pytest.raises(UnknownThing, match="rests on a source 'x'") as caught:
        without_source(dated, "x")
    assert caught.value.remedy == "Its sources: s, t, u."


def test_parts_of_parts_keep_all_remarks(dated: Network) -> None:
    """In order, on the networkx graph too."""
    part = without_source(at_date(dated, "2011"), "s")
    assert len(part.to_graph().graph["remarks"]) == 2


def test_a_part_without_ties_is_refused(dated: Network) -> None:
    """With what was asked for."""
    known = tuple(tie for tie in dated.ties if tie.start)
    with pytest.raises(NotANetwork, match=r"no tie .* is left: At 2014: 0 of 2 ties"):
        at_date(replace(dated, ties=known), "2014")
    with pytest.raises(BadParameter, match="'yesterday' is no year, month or day"):
        at_date(dated, "yesterday")


NODES = st.sampled_from([f"city:n{number}" for number in range(6)])
TIES = st.lists(
    st.tuples(NODES, NODES, st.integers(0, 3), st.integers(1, 4)).filter(lambda row: row[0] != row[1]), min_size=1
)


@settings(max_examples=60)
@given(TIES, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    given_rows: list[tuple[str, str, int, int]], directed: bool, shuffler: random.Random
) -> None:
    """The same network, and weights that add up to those of the ties: each pair and name of a tie counted once."""
    weights = {name: weight for *_, name, weight in given_rows}
    lines = [f"{a} {b} {name} {weights[name]}" for a, b, name, _ in given_rows]
    shuffled = shuffler.sample(lines, len(lines))
    variables = "?source ?target ?tie ?weight"
    empty = Store()
    one = extract_network(empty, rows(variables, *lines, directed=directed))
    other = extract_network(empty, rows(variables, *shuffled, *shuffled, directed=directed))
    assert (one.nodes, one.ties) == (other.nodes, other.ties)
    pairs = {((a, b) if directed else tuple(sorted((a, b))), name) for a, b, name, _ in given_rows}
    graph = one.to_graph()
    assert graph.size(weight="weight") == sum(weights[name] for _, name in pairs)
    assert graph.number_of_edges() == len({pair for pair, _ in pairs})
    assert set(graph) == {PREFIXES["city"] + end.removeprefix("city:") for row in given_rows for end in row[:2]}


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_reaches_the_node_as_it_is(name: str) -> None:
    """Line breaks, quotes, control characters, right-to-left marks."""
    store = Store()
    store.add(Quad(NamedNode(PREFIXES["city"] + "a"), term("skos:prefLabel"), Literal(name, language="en")))
    graph = extract_network(store, rows("?source ?target", "city:a city:b")).to_graph()
    assert graph.nodes[ID + "city/a"]["label"] == name
