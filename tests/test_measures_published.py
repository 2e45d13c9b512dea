"""Measures on named networks, compared with values that others have published."""

import networkx as nx
import pytest

from migragraph import measures as m

FLORENCE = nx.florentine_families_graph()
WITH_PUCCI = nx.compose(FLORENCE, nx.empty_graph(["Pucci"]))
DAVIS = nx.davis_southern_women_graph()
KITE = nx.relabel_nodes(
    nx.krackhardt_kite_graph(),
    dict(enumerate(["Andre", "Beverly", "Carol", "Diane", "Ed", "Fernando", "Garth", "Heather", "Ike", "Jane"])),
)
KARATE = nx.karate_club_graph()


def rounded(values: dict[str, float], digits: int, *names: str) -> dict[str, float]:
    """Return some values as they are printed."""
    return {name: round(values[name], digits) for name in names}


def test_florentine_families_without_the_isolate() -> None:
    """Padgett's marriages: betweenness in pairs and closeness as in Wasserman & Faust (1994), chapter 5."""
    assert rounded(m.betweenness(FLORENCE, normalised=False), 1, "Medici", "Guadagni", "Albizzi") == {
        "Medici": 47.5,
        "Guadagni": 23.2,
        "Albizzi": 19.3,
    }
    assert round(m.betweenness(FLORENCE)["Medici"], 4) == 0.5220
    assert m.closeness(FLORENCE)["Medici"] == pytest.approx(14 / 25)
    assert m.degree(FLORENCE, normalised=False)["Medici"] == 6
    assert rounded(m.eigenvector(FLORENCE, normalised=False), 3, "Medici", "Strozzi", "Ridolfi") == {
        "Medici": 0.430,
        "Strozzi": 0.356,
        "Ridolfi": 0.342,
    }


def test_florentine_families_with_the_isolate() -> None:
    """Pucci married nobody: it counts in n, scores nothing, and has neither constraint nor effective size."""
    assert round(m.betweenness(WITH_PUCCI)["Medici"], 4) == 0.4524
    assert m.closeness(WITH_PUCCI)["Medici"] == pytest.approx(14 / 15 * 14 / 25)
    assert m.harmonic(WITH_PUCCI)["Medici"] == pytest.approx(m.harmonic(FLORENCE)["Medici"] * 14 / 15)
    for name in ("degree", "weighted-degree", "k-core", "harmonic", "closeness", "betweenness", "eigenvector"):
        assert m.MEASURES[name].function(WITH_PUCCI)["Pucci"] == 0.0
    for name in ("constraint", "effective-size"):
        values = m.MEASURES[name].function(WITH_PUCCI)
        assert set(WITH_PUCCI) - set(values) == {"Pucci"}
    assert sum(m.pagerank(WITH_PUCCI).values()) == pytest.approx(1)


def test_kite() -> None:
    """Krackhardt (1990), "Assessing the political landscape": who leads differs with the measure."""
    degree = m.degree(KITE, normalised=False)
    assert max(degree, key=degree.__getitem__) == "Diane"
    assert degree["Diane"] == 6
    assert rounded(m.betweenness(KITE), 3, "Heather", "Fernando", "Garth", "Ike", "Diane", "Jane") == {
        "Heather": 0.389,
        "Fernando": 0.231,
        "Garth": 0.231,
        "Ike": 0.222,
        "Diane": 0.102,
        "Jane": 0.0,
    }
    assert rounded(m.closeness(KITE), 3, "Fernando", "Garth", "Diane", "Heather", "Ike", "Jane") == {
        "Fernando": 0.643,
        "Garth": 0.643,
        "Diane": 0.6,
        "Heather": 0.6,
        "Ike": 0.429,
        "Jane": 0.310,
    }
    cut = {node: pieces for node, pieces in m.articulation_points(KITE).items() if pieces}
    assert cut == {"Heather": 1.0, "Ike": 1.0}
    assert m.bridges(KITE) == {("Heather", "Ike"): 2.0, ("Ike", "Jane"): 1.0}


def test_karate_club() -> None:
    """Zachary (1977): the instructor (0) and the officer (33); the best modularity known is 0.4198 (Brandes 2008)."""
    plain = nx.Graph(KARATE.edges())
    values = m.betweenness(plain)
    assert round(values[0], 4) == 0.4376
    assert round(values[33], 4) == 0.3041
    assert max(m.k_core(plain).values()) == 4
    assert {node for node, pieces in m.articulation_points(plain).items() if pieces} == {0}
    assert m.bridges(plain) == {(0, 11): 1.0}
    assert round(m.constraint(plain)[0], 4) == 0.1554
    found = m.communities(plain)
    assert round(found.modularity, 4) == 0.4198
    assert sorted(map(list(found.members.values()).count, set(found.members.values()))) == [5, 6, 11, 12]


def test_karate_club_by_faction() -> None:
    """E-I index by counting the ties across; assortativity as in networkx."""
    plain = nx.Graph(KARATE.edges())
    nx.set_node_attributes(plain, nx.get_node_attributes(KARATE, "club"), "club")
    across = sum(plain.nodes[a]["club"] != plain.nodes[b]["club"] for a, b in plain.edges)
    found = m.e_i_index(plain, attribute="club")
    assert found.network == pytest.approx((across - (78 - across)) / 78)
    assert m.assortativity(plain, attribute="club").value == pytest.approx(
        nx.attribute_assortativity_coefficient(plain, "club")
    )


def test_southern_women_two_mode() -> None:
    """Borgatti & Everett (1997) and Borgatti & Halgin (2011), "Analyzing affiliation networks": normalised values."""
    names = ("Evelyn Jefferson", "E8")
    assert rounded(m.degree(DAVIS), 2, *names) == {"Evelyn Jefferson": 0.57, "E8": 0.78}
    assert rounded(m.closeness(DAVIS), 2, *names) == {"Evelyn Jefferson": 0.80, "E8": 0.85}
    assert rounded(m.betweenness(DAVIS), 3, *names) == {"Evelyn Jefferson": 0.097, "E8": 0.244}


def test_southern_women_projected() -> None:
    """Newman's weighted degree is the number of events, as none had a single guest; by count it is all meetings."""
    women = [node for node, side in DAVIS.nodes(data="bipartite") if side == 0]
    assert m.projection_weighted_degree(DAVIS) == {woman: float(DAVIS.degree(woman)) for woman in women}
    counted = nx.bipartite.weighted_projected_graph(DAVIS, women)
    assert m.projection_weighted_degree(DAVIS, weighting="count") == dict(counted.degree(weight="weight"))
    newman = nx.bipartite.collaboration_weighted_projected_graph(DAVIS, women)
    ours = m.projected_ties(DAVIS)
    ends = zip(ours.source.tolist(), ours.target.tolist(), ours.weight.tolist(), strict=True)
    weights = {frozenset((ours.nodes[i], ours.nodes[j])): weight for i, j, weight in ends}
    assert weights == pytest.approx({frozenset((a, b)): w for a, b, w in newman.edges(data="weight")})
