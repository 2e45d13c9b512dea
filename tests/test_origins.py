"""Where the claims of a network stand and for when they hold: on a store that is written here."""

import networkx as nx
import pytest
from pyoxigraph import RdfFormat, Store

from migragraph.exports import write_export
from migragraph.networks.definitions import NetworkDefinition
from migragraph.networks.extraction import extract_network
from migragraph.networks.origins import Origin, Origins, find_origins, row_of
from migragraph.networks.projection import project
from migragraph.networks.slices import without_source

BASE = "https://w3id.org/migragraph/"
LIST, PAGE = BASE + "source/list", BASE + "source/page"
TRIG = f"""
@prefix mg: <{BASE}ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{LIST}> skos:prefLabel "A list"@en, "Eine Liste"@de ; mg:knownGap "Its end is missing."@en, "Der Schluss fehlt."@de .
<{PAGE}> skos:prefLabel "Eine Seite"@de ; mg:knownGap "Nur auf Deutsch."@de .
<{BASE}graph/claims/list> {{
  <{BASE}claim/list/1> prov:wasDerivedFrom <{LIST}#cell=2,1>, <{LIST}#row=3> .
  <{LIST}#cell=2,1> mg:asOf "before 2016"@en .
  <{LIST}#row=3> mg:asOf "2011-04"@en .
  <{BASE}claim/list/2> prov:wasDerivedFrom <{LIST}#cell=2,2> .
  <{LIST}#cell=2,2> mg:asOf "2020"@en .
  <{BASE}claim/list/3> prov:wasDerivedFrom <{LIST}> .
}}
<{BASE}graph/claims/page> {{
  <{BASE}claim/page/1> prov:wasDerivedFrom <{PAGE}#char=1,9> .
}}
"""


@pytest.fixture(scope="module")
def store() -> Store:
    """Two sources, four claims."""
    found = Store()
    found.load(TRIG.encode(), format=RdfFormat.TRIG)
    return found


CLAIMS = [f"{BASE}claim/{name}" for name in ("list/1", "list/2", "list/3", "page/1", "page/unknown")]


def test_claims_stand_in_rows_and_hold_when_these_say(store: Store) -> None:
    """A cell is its row; a claim that the store does not know has no origin; titles and gaps are told in English."""
    found = find_origins(store, CLAIMS)
    assert found == Origins(
        {
            CLAIMS[0]: Origin((f"{LIST}#row=2", f"{LIST}#row=3"), ("2011-04", "before 2016")),
            CLAIMS[1]: Origin((f"{LIST}#row=2",), ("2020",)),
            CLAIMS[2]: Origin((LIST,), ()),
            CLAIMS[3]: Origin((f"{PAGE}#char=1,9",), ()),
        },
        {"list": "A list"},
        {"list": "Its end is missing."},
    )
    assert [found.title_of(key) for key in ("list", "page", "other")] == ["A list", "page", "other"]
    assert found.passages(CLAIMS[:2]) == {f"{LIST}#row=2", f"{LIST}#row=3"}
    assert found.as_of(CLAIMS) == ("2011-04", "2020", "before 2016")
    assert found.passages(CLAIMS[4:]) == set()
    assert find_origins(store, []) == Origins()
    assert row_of(f"{LIST}#char=1,9") == f"{LIST}#char=1,9"


def test_more_claims_than_are_asked_for_at_once(store: Store) -> None:
    """None is lost where the query is cut."""
    many = [f"{BASE}claim/other/{i:04}" for i in range(1200)]
    quads = "".join(
        f"<{c}> <http://www.w3.org/ns/prov#wasDerivedFrom> <{LIST}#row={i}> .\n" for i, c in enumerate(many)
    )
    large = Store()
    large.load(f"<{BASE}graph/claims/other> {{ {quads} }}".encode(), format=RdfFormat.TRIG)
    assert find_origins(large, many).claims == {c: Origin((f"{LIST}#row={i}",)) for i, c in enumerate(many)}


def test_a_tie_says_for_when_its_claims_hold(store: Store) -> None:
    """In the graph, in its projection and in a file; a tie whose claims say nothing has no such attribute."""
    definition = NetworkDefinition.of_query(
        "SELECT ?source ?target ?tie ?evidence { VALUES (?source ?target ?tie ?evidence) {"
        f"(<urn:a> <urn:g> 1 <{CLAIMS[0]}>) (<urn:a> <urn:g> 1 <{CLAIMS[3]}>) (<urn:b> <urn:g> 2 <{CLAIMS[1]}>)"
        f"(<urn:c> <urn:h> 3 <{CLAIMS[3]}>) }} }}",
        mode="two",
    )
    network = extract_network(store, definition)
    graph = network.to_graph()
    told = {(a, b): data.get("as_of") for a, b, data in graph.edges(data=True)}
    assert told == {
        ("urn:a", "urn:g"): ("2011-04", "before 2016"), ("urn:b", "urn:g"): ("2020",), ("urn:c", "urn:h"): None,
    }  # fmt: skip
    assert project(graph).edges["urn:a", "urn:b"]["as_of"] == ("2011-04", "2020", "before 2016")
    assert "as_of" not in project(graph, evidence=False).edges["urn:a", "urn:b"]
    written = nx.parse_graphml(write_export(graph, "graphml").decode())
    assert written.edges["n0", "n3"]["as_of"] == '["2011-04", "before 2016"]'
    left = without_source(network, "page").to_graph()
    assert left.edges["urn:b", "urn:g"]["as_of"] == ("2020",)
