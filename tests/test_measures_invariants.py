"""What must not change a measure, or change it in a known way."""

from collections.abc import Hashable

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import one_mode, two_mode
from migragraph import measures as m
from migragraph.errors import NotApplicable

few = settings(max_examples=25)
ONE = [name for name, measure in m.MEASURES.items() if measure.of == "nodes" and "one" in measure.modes]
TWO = [name for name, measure in m.MEASURES.items() if measure.of == "nodes" and "two" in measure.modes]
#: Measures that an isolate leaves as they are, once no share of n is taken.
BLIND_TO_ISOLATES = {
    "degree": {"normalised": False},
    "weighted-degree": {},
    "k-core": {},
    "constraint": {},
    "effective-size": {},
    "articulation-points": {},
    "harmonic": {"normalised": False},
    "betweenness": {"normalised": False},
    "eigenvector": {},
}
#: How a measure answers when all weights are doubled.
DOUBLED = {"weighted-degree": 2.0, "constraint": 1.0, "effective-size": 1.0, "eigenvector": 1.0, "pagerank": 1.0}


def values(name: str, graph: nx.Graph, **more: object) -> dict[Hashable, float] | None:
    """Return a measure, or None where it says nothing of the network."""
    try:
        return m.MEASURES[name].function(graph, **more)
    except NotApplicable:
        return None


def close(one: dict[Hashable, float] | None, other: dict[Hashable, float] | None) -> bool:
    """Tell whether two results are the same but for rounding."""
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(one[n] == pytest.approx(other[n], abs=1e-6) for n in one)


@pytest.mark.parametrize("name", ONE)
@few
@given(graph=one_mode(weighted=True), chance=st.randoms(use_true_random=False))
def test_names_and_order_of_nodes_do_not_matter(name: str, graph: nx.Graph, chance: object) -> None:
    """Relabelled and shuffled: each node keeps its value."""
    names = list(graph)
    chance.shuffle(names)  # type: ignore[attr-defined]
    other = nx.Graph()
    other.add_nodes_from(f"x{node}" for node in names)
    ties = [(f"x{a}", f"x{b}", w) for a, b, w in graph.edges(data="weight")]
    chance.shuffle(ties)  # type: ignore[attr-defined]
    other.add_weighted_edges_from(ties)
    ours = values(name, graph)
    assert close(values(name, other), None if ours is None else {f"x{node}": value for node, value in ours.items()})


@pytest.mark.parametrize("name", TWO)
@few
@given(graph=two_mode())
def test_a_graph_and_its_incidence_are_the_same_network(name: str, graph: nx.Graph) -> None:
    """Each measure of two-mode networks takes either."""
    assert close(values(name, graph), values(name, m.Incidence.of(graph)))


@pytest.mark.parametrize("name", sorted(BLIND_TO_ISOLATES))
@few
@given(graph=one_mode(weighted=True))
def test_an_isolate_takes_nothing_from_the_others(name: str, graph: nx.Graph) -> None:
    """And has 0, or no value."""
    before = values(name, graph, **BLIND_TO_ISOLATES[name])
    graph.add_node("alone")
    after = values(name, graph, **BLIND_TO_ISOLATES[name])
    if after is not None:
        assert after.pop("alone", 0.0) == 0.0
    assert close(before, after)


@pytest.mark.parametrize("name", sorted(set(BLIND_TO_ISOLATES) - {"eigenvector"}))
@few
@given(graph=one_mode(weighted=True), other=one_mode(weighted=True))
def test_a_disjoint_union_is_measured_part_by_part(name: str, graph: nx.Graph, other: nx.Graph) -> None:
    """Where no share of n is taken (the eigenvector looks at one part only)."""
    more = BLIND_TO_ISOLATES[name]
    both = nx.union(graph, other, rename=("l-", "r-"))
    one, two = values(name, graph, **more), values(name, other, **more)
    assert one is not None
    assert two is not None
    expected = {f"l-{n}": v for n, v in one.items()} | {f"r-{n}": v for n, v in two.items()}
    assert close(values(name, both, **more), expected)


@pytest.mark.parametrize("name", sorted(DOUBLED))
@few
@given(graph=one_mode(weighted=True))
def test_the_unit_of_weights_does_not_matter(name: str, graph: nx.Graph) -> None:
    """Doubled weights double their sums and leave shares as they are."""
    before = values(name, graph)
    for _, _, tie in graph.edges(data=True):
        tie["weight"] *= 2
    expected = None if before is None else {node: value * DOUBLED[name] for node, value in before.items()}
    assert close(values(name, graph), expected)


@few
@given(graph=one_mode(weighted=True))
def test_doubled_weights_halve_distances(graph: nx.Graph) -> None:
    """So closeness doubles, and what is between what stays."""
    before = [m.harmonic(graph, weighted=True), m.closeness(graph, weighted=True), m.betweenness(graph, weighted=True)]
    for _, _, tie in graph.edges(data=True):
        tie["weight"] *= 2
    after = [m.harmonic(graph, weighted=True), m.closeness(graph, weighted=True), m.betweenness(graph, weighted=True)]
    for one, other, factor in zip(before, after, (2, 2, 1), strict=True):
        assert close({node: factor * value for node, value in one.items()}, other)


@few
@given(graph=st.booleans().flatmap(lambda directed: one_mode(directed=directed)))
def test_values_are_in_their_ranges(graph: nx.Graph) -> None:
    """Shares between 0 and 1, PageRank adding up to 1."""
    for name in ("degree", "harmonic", "closeness", "betweenness", "pagerank", "eigenvector"):
        found = values(name, graph)
        assert found is None or all(-1e-12 <= value <= 1 + 1e-9 for value in found.values()), name
    assert sum(m.pagerank(graph).values()) == pytest.approx(1)


@few
@given(graph=one_mode())
def test_a_tie_with_itself_changes_nothing(graph: nx.Graph) -> None:
    """It is left out, and counted."""
    node = next(iter(graph))
    before = {name: values(name, graph) for name in ONE}
    graph.add_edge(node, node, weight=7.0)
    assert all(close(values(name, graph), before[name]) for name in ONE)
    assert m.read(graph).loops == 1


def test_direction_is_read_where_it_is_said_to_be() -> None:
    """A chain of two directed ties: each measure's reading of direction."""
    chain = nx.DiGraph([("a", "b"), ("b", "c")])
    assert m.betweenness(chain) == {"a": 0.0, "b": 0.5, "c": 0.0}
    assert m.harmonic(chain) == {"a": 0.0, "b": 0.5, "c": 0.75}
    assert m.harmonic(chain, direction="out") == {"a": 0.75, "b": 0.5, "c": 0.0}
    assert m.degree(chain) == {"a": 0.25, "b": 0.5, "c": 0.25}
    for name in ("k-core", "constraint", "effective-size", "articulation-points", "bridges"):
        measure = m.MEASURES[name].function
        assert measure(chain) == measure(chain.to_undirected())
    both = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c")])
    assert m.constraint(both)["b"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert m.bridges(both) == {("a", "b"): 1.0, ("b", "c"): 1.0}
