"""From a query to a networkx graph: on small graphs worked out by hand, and on random ones."""

import random

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

from hand_made import CLAIM, ID, LABEL, PREFIX, edges, rows
from migragraph.errors import (
    ForbiddenQuery,
    MalformedQuery,
    NotANetwork,
    UpdateInPlaceOfQuery,
)
from migragraph.iris import PREFIXES, term
from migragraph.networks.definitions import NetworkDefinition
from migragraph.networks.extraction import extract_network, network_of_answer
from migragraph.networks.slices import without_node
from migragraph.networks.ties import thing_of
from migragraph.query import QueryRequest, run_query


def test_nodes_have_names_class_and_country(hand_made: Store) -> None:
    """Names in all languages, another spelling only where a language has no name; the narrowest class; one country."""
    graph = extract_network(
        hand_made,
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


def test_each_row_is_a_tie_unless_a_tie_is_named(hand_made: Store) -> None:
    """Parallel ties are one edge with the sum of their weights; rows of one ?tie are one of them."""
    given = ("city:a city:b", "city:a city:b", "city:b city:a", "city:b city:c")
    plain = extract_network(hand_made, rows("?source ?target", *given)).to_graph()
    assert edges(plain) == {("city/a", "city/b"): 3.0, ("city/b", "city/c"): 1.0}
    directed = extract_network(hand_made, rows("?source ?target", *given, directed=True)).to_graph()
    assert isinstance(directed, nx.DiGraph)
    assert edges(directed) == {("city/a", "city/b"): 2.0, ("city/b", "city/a"): 1.0, ("city/b", "city/c"): 1.0}
    named = extract_network(
        hand_made,
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


def test_evidence_and_dates_are_joined(hand_made: Store) -> None:
    """Claims in order, once; the earliest start and the latest end of several ties, None where one is unknown."""
    definition = rows(
        "?source ?target ?tie ?start ?end ?evidence",
        f'city:a city:b 1 "2012"^^xsd:gYear "2014-06"^^xsd:gYearMonth <{CLAIM}t/2>',
        f'city:a city:b 1 UNDEF UNDEF "{CLAIM}s/1 {CLAIM}t/2\\n{CLAIM}s/0"',
        f'city:a city:b 2 "2011-05-03"^^xsd:date "2014"^^xsd:gYear <{CLAIM}u/1>',
        'city:b city:c 1 "2012"^^xsd:gYear UNDEF UNDEF',
        'city:b city:c 2 UNDEF "2020-01-01T10:00:00Z"^^xsd:dateTime UNDEF',
    )
    graph = extract_network(hand_made, definition).to_graph()
    assert graph.edges[ID + "city/a", ID + "city/b"] == {
        "weight": 2.0, "start": "2011-05-03", "end": "2014", "sources": ("s", "t", "u"),
        "evidence": (f"{CLAIM}s/0", f"{CLAIM}s/1", f"{CLAIM}t/2", f"{CLAIM}u/1"),
    }  # fmt: skip
    assert graph.edges[ID + "city/b", ID + "city/c"] == {
        "weight": 2.0, "start": None, "end": None, "sources": (), "evidence": (),
    }  # fmt: skip


def test_attributes_keep_their_type(hand_made: Store) -> None:
    """Several values are a sorted list of text; those of source and target meet in the node."""
    definition = rows(
        "?source ?target ?source_size ?source_open ?target_size ?target_theme ?source_share",
        "city:a city:b 12 true 7 theme:health 0.5",
        "city:b city:c 8 true 'seven' theme:housing 0.5",
    )
    nodes = extract_network(hand_made, definition).to_graph().nodes
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


def test_a_row_with_one_end_names_a_node_without_tie(hand_made: Store) -> None:
    """It stays in parts of the network, while a node that loses its ties goes."""
    definition = rows(
        "?source ?target ?source_x", "city:a network:one 1", "city:malmo UNDEF 2", "city:a UNDEF 3",
        "UNDEF network:two UNDEF", "city:lodz network:two UNDEF", mode="two",
    )  # fmt: skip
    network = extract_network(hand_made, definition)
    assert network.isolates == {ID + "city/malmo"}
    graph = network.to_graph()
    assert graph.degree[ID + "city/malmo"] == 0
    assert graph.nodes[ID + "city/a"]["x"] == ["1", "3"]
    assert set(without_node(network, ID + "network/two").nodes) == {
        ID + "city/a", ID + "city/malmo", ID + "network/one",
    }  # fmt: skip


def test_a_thing_on_both_sides_is_two_nodes(hand_made: Store) -> None:
    """The actor keeps the IRI; no edge stays inside a side; a remark says so."""
    definition = rows(
        "?source ?target", "city:a network:one", "network:one network:two", "network:one network:one",
        "<http://e/x#1> <http://e/y>", "<http://e/y> <http://e/x#1>", mode="two",
    )  # fmt: skip
    graph = extract_network(hand_made, definition).to_graph()
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


def test_a_tie_to_itself_is_left_out_and_counted(hand_made: Store) -> None:
    """The node stays."""
    graph = extract_network(hand_made, rows("?source ?target", "city:a city:a", "city:b city:c")).to_graph()
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
def test_what_is_no_network_is_refused_with_the_row(hand_made: Store, variables: str, row: str, message: str) -> None:
    """After a first row that is right where it can be; the error names a remedy."""
    first = " ".join({"?weight": "1", "?tie": "1"}.get(name, "UNDEF") for name in variables.split()[2:])
    definition = rows(variables, f"city:c city:d {first}", row)
    with pytest.raises(NotANetwork, match=message) as caught:
        extract_network(hand_made, definition)
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
    hand_made: Store, query: str, error: type[Exception], message: str
) -> None:
    """Empty answers and other forms; the usual refusals of queries stay."""
    with pytest.raises(error, match=message):
        extract_network(hand_made, NetworkDefinition.of_query(query))


def test_an_answer_from_elsewhere_makes_the_same_network(hand_made: Store) -> None:
    """Such as the bytes that a query process sends."""
    definition = NetworkDefinition.of_query("SELECT ?source ?target { ?source schema:containedInPlace ?target }")
    answer = run_query(hand_made, QueryRequest(definition.sparql))
    assert isinstance(answer, QuerySolutions)
    sent = answer.serialize(format=QueryResultsFormat.JSON)
    assert sent is not None
    read = parse_query_results(sent, QueryResultsFormat.JSON)
    assert isinstance(read, QuerySolutions)
    assert network_of_answer(definition, read, hand_made) == extract_network(hand_made, definition)


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
