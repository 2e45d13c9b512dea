"""What cannot be measured is refused with the thing, the reason and the remedy; what is only odd is taken."""

from decimal import Decimal
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from migragraph import measures as m
from migragraph.errors import NetworkTooLarge, NotApplicable, UnknownThing, UnusableNetwork

DAVIS = nx.davis_southern_women_graph()


def tie(weight: object) -> nx.Graph:
    """Return a network of one tie."""
    graph = nx.Graph()
    graph.add_edge("Ghent", "Turin", weight=weight)
    return graph


@pytest.mark.parametrize("weight", [0, -1, 0.0, float("nan"), float("inf"), -float("inf"), None, "2", True, 1j, [1]])
def test_a_weight_is_a_finite_number_above_zero(weight: object) -> None:
    """The message names the tie and its weight."""
    with pytest.raises(UnusableNetwork) as refused:
        m.degree(tie(weight))
    assert "'Ghent' and 'Turin'" in refused.value.message
    assert repr(weight) in refused.value.message
    assert "Correct the weight" in refused.value.remedy


@pytest.mark.parametrize("weight", [2, 2.0, np.float32(2), np.int64(2), Fraction(2)])
def test_a_weight_is_any_real_number(weight: object) -> None:
    """Also those of numpy and fractions; a weight that is not said is 1."""
    assert m.weighted_degree(tie(weight))["Ghent"] == 2.0
    assert m.weighted_degree(nx.Graph(["ab"]))["a"] == 1.0


def test_a_decimal_is_no_real_number_to_python() -> None:
    """It is refused by name, not converted in silence."""
    with pytest.raises(UnusableNetwork, match="Decimal"):
        m.degree(tie(Decimal(2)))


def test_what_is_no_simple_graph() -> None:
    """Parallel ties would have to be guessed at; other values are no network."""
    with pytest.raises(UnusableNetwork, match="parallel"):
        m.degree(nx.MultiGraph(["ab", "ab"]))
    with pytest.raises(UnusableNetwork, match="a list is no network"):
        m.degree([("a", "b")])


def test_sides_of_a_two_mode_network() -> None:
    """Each node on one, each tie between them, no direction."""
    graph = nx.Graph([("a", "g")], mode="two")
    with pytest.raises(UnusableNetwork, match="bipartite None, which names no side"):
        m.degree(graph)
    nx.set_node_attributes(graph, {"a": 0, "g": 1}, "bipartite")
    assert m.read(graph).mode == "two"
    graph.add_node("b", bipartite=0)
    graph.add_edge("a", "b")
    with pytest.raises(UnusableNetwork, match="'a' and 'b' stays on one side"):
        m.degree(graph)
    graph.graph["mode"] = "one"
    assert m.read(graph).mode == "one"
    directed = nx.DiGraph([("a", "g")], mode="two")
    nx.set_node_attributes(directed, {"a": 0, "g": 1}, "bipartite")
    with pytest.raises(UnusableNetwork, match="two-mode and directed"):
        m.degree(directed)


def test_the_projection_that_networkx_makes_is_one_mode() -> None:
    """It keeps bipartite on its nodes, all of one side."""
    women = [node for node, side in DAVIS.nodes(data="bipartite") if side == 0]
    assert m.read(nx.bipartite.projected_graph(DAVIS, women)).mode == "one"


def test_an_incidence_that_names_what_is_not_there() -> None:
    """Positions out of range, and a name on both sides."""
    with pytest.raises(UnusableNetwork, match="position 0 to 3, and there are 2 groups"):
        m.Incidence.from_codes([0, 1], [0, 3], "ab", "gh")
    with pytest.raises(UnusableNetwork, match="-1"):
        m.Incidence.from_codes([-1], [0], "ab", "gh")
    with pytest.raises(UnusableNetwork, match="'b' is an actor and a group"):
        m.degree(m.Incidence.from_codes([0], [0], "ab", "bc"))
    with pytest.raises(UnusableNetwork, match="one-mode"):
        m.Incidence.of(nx.path_graph(3))


def test_eigenvectors_without_an_answer() -> None:
    """No nodes, no ties, direction, two equal parts."""
    for graph, reason in (
        (nx.Graph(), "0 nodes and no tie"),
        (nx.empty_graph(3), "3 nodes and no tie"),
        (nx.DiGraph(["ab"]), "directed"),
        (nx.Graph(["ab", "cd"]), "same largest eigenvalue 1,"),
        (nx.disjoint_union(nx.cycle_graph(200), nx.cycle_graph(150)), "same largest eigenvalue 2,"),
    ):
        with pytest.raises(NotApplicable, match=reason) as refused:
            m.eigenvector(graph)
        assert "pagerank" in refused.value.remedy or "degree" in refused.value.remedy
    lone = m.Incidence.from_codes([0, 1], [0, 1], "ab", "gh")
    with pytest.raises(NotApplicable, match="no tie"):
        m.projection_eigenvector(lone)


def test_a_network_too_large_for_exact_betweenness_names_the_sampled_one() -> None:
    """The limit is a number of steps, n · (n + m)."""
    graph = nx.path_graph(100)
    with pytest.raises(NetworkTooLarge, match="takes 19,900 steps, of 10,000 allowed") as refused:
        m.betweenness(graph, most_steps=10_000)
    assert "sampled-betweenness" in refused.value.remedy
    assert m.betweenness(graph, most_steps=19_900)[0] == 0.0
    with pytest.raises(NetworkTooLarge, match="10 pairs, of 9 allowed"):
        m.projected_ties(m.Incidence.from_codes(range(5), [0] * 5, range(5), "g"), most=9)


@pytest.mark.parametrize("name", ["constraint", "effective-size"])
def test_burt_says_nothing_of_two_modes(name: str) -> None:
    """The remedy is the projection, and it works."""
    with pytest.raises(NotApplicable, match="says nothing of a two-mode network") as refused:
        m.MEASURES[name].function(DAVIS)
    assert "projected_ties(graph)" in refused.value.remedy
    assert len(m.MEASURES[name].function(m.projected_ties(DAVIS))) == 18


@pytest.mark.parametrize("name", [name for name, measure in m.MEASURES.items() if measure.modes == ("two",)])
def test_a_projection_needs_two_modes(name: str) -> None:
    """Of sides 0 and 1, weighted in one of two ways."""
    measure = m.by_name(name)
    with pytest.raises(NotApplicable, match="nothing to project"):
        measure.function(nx.path_graph(3))
    with pytest.raises(NotApplicable, match="no side 2"):
        measure.function(DAVIS, side=2)
    if "weighting" in measure.parameters():
        with pytest.raises(NotApplicable, match="no weighting 'jaccard'"):
            measure.function(DAVIS, weighting="jaccard")


def test_attributes_that_tell_nothing() -> None:
    """Unknown, on one side only, many-valued, or not carried at all."""
    graph = nx.Graph(["ab", "bc"])
    nx.set_node_attributes(graph, {"a": "Ghent", "b": "Turin"}, "label")
    with pytest.raises(NotApplicable, match="no node has a value of 'country'") as refused:
        m.e_i_index(graph)
    assert "label" in refused.value.remedy
    nx.set_node_attributes(graph, {"a": "BE", "c": "IT"}, "country")
    with pytest.raises(NotApplicable, match="at both ends"):
        m.assortativity(graph)
    nx.set_node_attributes(graph, {"a": ["BE", "NL"]}, "country")
    with pytest.raises(NotApplicable, match="several values"):
        m.assortativity(graph)
    with pytest.raises(NotApplicable, match="carries no attributes"):
        m.e_i_index(m.Incidence.of(DAVIS))


def test_parameters_out_of_range() -> None:
    """Damping, error, confidence, resolution, runs."""
    graph = nx.path_graph(3)
    for wrong in (-0.1, 1.0, float("nan")):
        with pytest.raises(NotApplicable, match="damping"):
            m.pagerank(graph, damping=wrong)
        with pytest.raises(NotApplicable, match="damping"):
            m.projection_pagerank(DAVIS, damping=wrong)
    for more in ({"error": 0}, {"error": 1.0}, {"confidence": 1.0}, {"confidence": float("nan")}):
        with pytest.raises(NotApplicable, match="above 0 and below 1"):
            m.sampled_betweenness(graph, **more)
    for more in ({"resolution": 0}, {"runs": 1}):
        with pytest.raises(NotApplicable, match="resolution above 0"):
            m.communities(graph, **more)
    with pytest.raises(NotApplicable, match="no communities"):
        m.communities(nx.empty_graph(3))


def test_an_unknown_measure_names_the_nearest_or_all() -> None:
    """By likeness; underscores and capitals are forgiven in the search, not in the name."""
    with pytest.raises(UnknownThing, match="Did you mean betweenness or sampled-betweenness"):
        m.by_name("Between-ness")
    with pytest.raises(UnknownThing, match="weighted-degree"):
        m.by_name("weighted_degree")
    with pytest.raises(UnknownThing, match="Known measures: degree, weighted-degree"):
        m.by_name("zzz")


@pytest.mark.parametrize("name", [name for name, measure in m.MEASURES.items() if measure.of != "record"])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_the_smallest_networks(name: str, n: int) -> None:
    """No nodes, one node, one tie: numbers or a refusal, never a division by zero."""
    measure = m.MEASURES[name]
    graph = (
        nx.path_graph(n)
        if "one" in measure.modes
        else m.Incidence.from_codes([0] * (n // 2), [0] * (n // 2), range(n), "g")
    )
    if "eigenvector" in name and (n < 2 or measure.modes == ("two",)):
        with pytest.raises(NotApplicable):
            measure.function(graph)
        return
    values = measure.function(graph)
    assert len(values) <= max(n, 1)
    assert all(np.isfinite(value) for value in values.values())
