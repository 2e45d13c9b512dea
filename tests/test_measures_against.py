"""Measures on networks drawn at random, compared with networkx, with igraph and with counting out."""

import itertools
from collections.abc import Callable, Hashable

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import LENGTHS, one_mode, two_mode
from migragraph import measures as m
from migragraph.errors import NotApplicable

few = settings(max_examples=60)
Scores = dict[Hashable, float]


def same(ours: Scores, theirs: Scores, tolerance: float = 1e-9) -> bool:
    """Tell whether the values of all nodes agree."""
    return set(ours) == set(theirs) and all(abs(ours[n] - theirs[n]) <= tolerance for n in theirs)


def by_ends(ties: m.Ties) -> dict[frozenset[Hashable], float]:
    """Return the weight of each tie by its ends."""
    ends = zip(ties.source.tolist(), ties.target.tolist(), ties.weight.tolist(), strict=True)
    return {frozenset((ties.nodes[i], ties.nodes[j])): weight for i, j, weight in ends}


def lengths(graph: nx.Graph) -> nx.Graph:
    """Return the graph with a whole number ``length`` in proportion to 1 / weight: networkx is exact on those."""
    for _, _, data in graph.edges(data=True):
        data["length"] = round(LENGTHS / data.get("weight", 1.0))
    return graph


@few
@given(one_mode(), st.booleans())
def test_undirected_measures_are_those_of_networkx(graph: nx.Graph, normalised: bool) -> None:
    """Degree, k-core, harmonic, closeness, betweenness, PageRank."""
    n = len(graph)
    if n > 1:
        assert same(m.degree(graph), nx.degree_centrality(graph))
        assert same(m.harmonic(graph), {v: h / (n - 1) for v, h in nx.harmonic_centrality(graph).items()})
    assert same(m.k_core(graph), nx.core_number(graph))
    assert same(m.closeness(graph), nx.closeness_centrality(graph, wf_improved=True))
    assert same(m.betweenness(graph, normalised=normalised), nx.betweenness_centrality(graph, normalized=normalised))
    assert same(m.pagerank(graph), nx.pagerank(graph, tol=1e-13, max_iter=1000), 1e-8)


@few
@given(one_mode(directed=True))
def test_directed_measures_are_those_of_networkx(graph: nx.DiGraph) -> None:
    """Paths that lead to a node, as networkx has them; the other way on the graph turned round."""
    assert same(m.harmonic(graph, normalised=False), nx.harmonic_centrality(graph))
    assert same(m.closeness(graph), nx.closeness_centrality(graph))
    turned = graph.reverse()
    assert same(m.harmonic(graph, normalised=False, direction="out"), nx.harmonic_centrality(turned))
    assert same(m.closeness(graph, direction="out"), nx.closeness_centrality(turned))
    assert same(m.closeness(graph, direction="all"), nx.closeness_centrality(graph.to_undirected()))
    assert same(m.betweenness(graph), nx.betweenness_centrality(graph))
    assert same(m.pagerank(graph), nx.pagerank(graph, tol=1e-13, max_iter=1000), 1e-8)
    assert m.degree(graph, direction="in", normalised=False) == dict(graph.in_degree)
    assert m.degree(graph, direction="out", normalised=False) == dict(graph.out_degree)
    assert m.degree(graph, normalised=False) == dict(graph.degree)


@few
@given(st.booleans().flatmap(lambda directed: one_mode(directed=directed, weighted=True)))
def test_weighted_measures_are_those_of_networkx(graph: nx.Graph) -> None:
    """Distances are 1 / weight; networkx gets whole numbers in proportion, where it breaks no ties."""
    graph = lengths(graph)
    assert same(m.betweenness(graph, weighted=True), nx.betweenness_centrality(graph, weight="length"))
    harmonic = {v: h * LENGTHS for v, h in nx.harmonic_centrality(graph, distance="length").items()}
    assert same(m.harmonic(graph, weighted=True, normalised=False), harmonic, 1e-8)
    closeness = {v: c * LENGTHS for v, c in nx.closeness_centrality(graph, distance="length").items()}
    assert same(m.closeness(graph, weighted=True), closeness, 1e-8)
    assert same(m.weighted_degree(graph), dict(graph.degree(weight="weight")))
    assert same(m.pagerank(graph), nx.pagerank(graph, tol=1e-13, max_iter=1000), 1e-8)


def test_lengths_whose_sums_differ_in_the_last_digit_are_a_tie() -> None:
    """Three ways from s to t, 0.1 + 0.2, 0.2 + 0.1 and 0.15 + 0.15 long; whole numbers say what is between what."""
    ways = [("s", "a", 0.1), ("a", "t", 0.2), ("s", "b", 0.2), ("b", "t", 0.1), ("s", "c", 0.15), ("c", "t", 0.15)]
    graph = nx.Graph()
    for one, other, long in ways:
        graph.add_edge(one, other, weight=1 / long, length=round(20 * long))
    assert sum(1 / graph["s"][v]["weight"] + 1 / graph[v]["t"]["weight"] != 0.3 for v in "abc")
    expected = nx.betweenness_centrality(graph, weight="length", normalized=False)
    assert expected["c"] == pytest.approx(1 / 3)
    assert same(m.betweenness(graph, weighted=True, normalised=False), expected)


@few
@given(st.booleans().flatmap(lambda directed: one_mode(directed=directed, weighted=True)))
def test_burt_is_that_of_networkx(graph: nx.Graph) -> None:
    """Asked for by node: for all nodes at once networkx 3.6 divides by the largest tie of the wrong node.

    A node that ties only lead to has no constraint in networkx; ties are read without direction, so here it has.
    """
    tied = [node for node in graph if graph.degree(node)]
    assert set(m.constraint(graph)) == set(tied)
    some = [node for node in tied if len(graph[node])]
    for ours, theirs in ((m.constraint, nx.constraint), (m.effective_size, nx.effective_size)):
        values = ours(graph)
        assert same({node: values[node] for node in some}, theirs(graph, some, weight="weight"))


@few
@given(one_mode())
def test_effective_size_without_weights_is_borgattis(graph: nx.Graph) -> None:
    """Partners less twice the ties among them by partner."""
    expected = {v: len(near) - 2 * graph.subgraph(near).size() / len(near) for v in graph if (near := list(graph[v]))}
    assert same(m.effective_size(graph), expected)


@few
@given(one_mode(weighted=True))
def test_eigenvector_is_that_of_all_eigenvectors(graph: nx.Graph) -> None:
    """Or refused, where the largest eigenvalue stands twice."""
    matrix = nx.to_numpy_array(graph)
    values, vectors = np.linalg.eigh(matrix)
    if not graph.size() or (len(values) > 1 and values[-1] - values[-2] < 1e-9 * values[-1]):
        with pytest.raises(NotApplicable):
            m.eigenvector(graph)
    elif len(values) > 1 and values[-1] - values[-2] > 1e-6 * values[-1]:
        expected = dict(zip(graph, np.abs(vectors[:, -1]).tolist(), strict=True))
        assert same(m.eigenvector(graph, normalised=False), expected, 1e-6)


@few
@given(st.booleans().flatmap(lambda directed: one_mode(directed=directed)))
def test_articulation_points_and_bridges_by_taking_them_away(graph: nx.Graph) -> None:
    """Count the pieces without each node and each tie."""
    plain = graph.to_undirected()
    whole = nx.number_connected_components(plain)
    pieces = {
        v: max(nx.number_connected_components(rest) - whole, 0.0)
        if len(rest := plain.subgraph(set(plain) - {v}))
        else 0.0
        for v in plain
    }
    assert m.articulation_points(graph) == pieces
    expected = {}
    for a, b in plain.edges:
        rest = plain.copy()
        rest.remove_edge(a, b)
        one, other = nx.node_connected_component(rest, a), nx.node_connected_component(rest, b)
        if one != other:
            expected[frozenset((a, b))] = float(min(len(one), len(other)))
    assert {frozenset(ends): size for ends, size in m.bridges(graph).items()} == expected


@few
@given(one_mode(most=7), st.data())
def test_mixing_is_that_of_counting(graph: nx.Graph, data: st.DataObject) -> None:
    """E-I index by hand over the ties; assortativity as networkx has it on the nodes whose category is known."""
    countries = {node: data.draw(st.sampled_from(["BE", "IT", None])) for node in graph}
    nx.set_node_attributes(graph, {n: c for n, c in countries.items() if c}, "country")
    ties = [(countries[a], countries[b]) for a, b in graph.edges if countries[a] and countries[b]]
    if not ties:
        with pytest.raises(NotApplicable):
            m.e_i_index(graph)
        return
    external = sum(a != b for a, b in ties)
    found = m.e_i_index(graph)
    assert found.network == pytest.approx((2 * external - len(ties)) / len(ties))
    assert (found.ties, found.left_out) == (len(ties), graph.size() - len(ties))
    known = graph.subgraph([n for n in graph if countries[n]])
    if len({c for tie in ties for c in tie}) > 1:
        expected = nx.attribute_assortativity_coefficient(known, "country")
        assert m.assortativity(graph).value == pytest.approx(expected)
    else:
        with pytest.raises(NotApplicable):
            m.assortativity(graph)


@pytest.mark.parametrize("directed", [False, True])
def test_constraint_is_that_of_igraph(directed: bool) -> None:
    """A second library, on a larger graph with weights."""
    graph = nx.gnp_random_graph(120, 0.05, seed=4, directed=directed)
    for i, (_, _, tie) in enumerate(graph.edges(data=True)):
        tie["weight"] = 1.0 + i % 4
    theirs = igraph.Graph.from_networkx(graph).constraint(weights="weight")
    ours = m.constraint(graph)
    assert all(ours[node] == pytest.approx(value) for node, value in enumerate(theirs) if node in ours)


def _largest_two_mode(own: int, other: int) -> float:
    """Return the largest betweenness of a node in any two-mode graph of these sizes, by trying all of them."""
    pairs = [(f"a{i}", f"g{j}") for i in range(own) for j in range(other)]
    best = 0.0
    for kept in range(2 ** len(pairs)):
        graph = nx.Graph([pair for i, pair in enumerate(pairs) if kept >> i & 1])
        if "a0" in graph:
            best = max(best, nx.betweenness_centrality(graph, normalized=False)["a0"])
    return best


@pytest.mark.parametrize(("own", "other"), [(1, 3), (2, 2), (2, 3), (3, 2), (4, 2), (3, 3), (1, 1), (4, 1)])
def test_the_largest_two_mode_betweenness_by_trying_all(own: int, other: int) -> None:
    """Borgatti and Everett's formula is a bound that some graph of these sizes reaches."""
    incidence = m.Incidence.from_codes([], [], [f"a{i}" for i in range(own)], [f"g{j}" for j in range(other)])
    most = m.paths.most_betweenness(m.read(incidence))[0]
    assert most == _largest_two_mode(own, other)


@few
@given(two_mode())
def test_two_mode_measures_are_those_of_networkx(graph: nx.Graph) -> None:
    """Where networkx is right: closeness on connected graphs, and where no formula divides by zero."""
    actors = [node for node, side in graph.nodes(data="bipartite") if side == 0]
    assert same(m.degree(graph), nx.bipartite.degree_centrality(graph, actors))
    if len(graph) > 2 and min(len(actors), len(graph) - len(actors)) > 1:
        assert same(m.betweenness(graph), nx.bipartite.betweenness_centrality(graph, actors))
    if nx.is_connected(graph):
        assert same(m.closeness(graph), nx.bipartite.closeness_centrality(graph, actors))
    assert all(0 <= value <= 1 + 1e-12 for value in m.closeness(graph).values())
    assert all(0 <= value <= 1 + 1e-12 for value in m.harmonic(graph).values())


@pytest.mark.parametrize(("own", "other"), [(1, 1), (3, 2), (2, 5)])
def test_two_mode_shares_are_1_where_all_ties_are_there(own: int, other: int) -> None:
    """Each node one step from the other side and two from its own; and a chain of four by hand."""
    complete = nx.complete_bipartite_graph(own, other)
    for measure in (m.degree, m.closeness, m.harmonic):
        assert measure(complete) == pytest.approx(dict.fromkeys(complete, 1.0))
    chain = nx.Graph([("a", "g"), ("g", "b"), ("b", "h")], mode="two")
    nx.set_node_attributes(chain, {"a": 0, "b": 0, "g": 1, "h": 1}, "bipartite")
    # a: g 1, b 2, h 3 steps away, at best 1, 2 and 1
    assert m.harmonic(chain)["a"] == pytest.approx((1 + 1 / 2 + 1 / 3) / (1 + 1 / 2 + 1))
    assert m.closeness(chain)["a"] == pytest.approx((1 + 2 + 1) / (1 + 2 + 3))


ON_THE_PROJECTION: list[tuple[Callable[..., Scores], Callable[..., Scores], bool]] = [
    (m.projection_degree, m.degree, False),
    (m.projection_weighted_degree, m.weighted_degree, True),
    (m.projection_harmonic, m.harmonic, False),
    (m.projection_pagerank, m.pagerank, True),
]


@few
@given(two_mode(), st.sampled_from([0, 1]), st.sampled_from(["newman", "count"]))
def test_measures_of_the_projection_are_those_of_the_projected_graph(
    graph: nx.Graph, side: int, weighting: str
) -> None:
    """Computed from the incidence or on the projection that networkx builds: the same."""
    nodes = [node for node, value in graph.nodes(data="bipartite") if value == side]
    project = {
        "newman": nx.bipartite.collaboration_weighted_projected_graph,
        "count": nx.bipartite.weighted_projected_graph,
    }[weighting]
    built = nx.Graph()
    built.add_nodes_from(nodes)
    built.add_weighted_edges_from(project(graph, nodes).edges(data="weight"))
    for ours, theirs, weighted in ON_THE_PROJECTION:
        more = {"weighting": weighting} if weighted else {}
        assert same(ours(graph, side=side, **more), theirs(built), 1e-8)
    try:
        expected = m.eigenvector(built)
    except NotApplicable:
        with pytest.raises(NotApplicable):
            m.projection_eigenvector(graph, side=side, weighting=weighting)
    else:
        assert same(m.projection_eigenvector(graph, side=side, weighting=weighting), expected, 1e-5)
    again = m.projected_ties(graph, side=side, weighting=weighting)
    assert list(again.nodes) == nodes
    assert by_ends(again) == pytest.approx({frozenset((a, b)): w for a, b, w in built.edges(data="weight")})


@pytest.mark.parametrize("directed", [False, True])
def test_a_search_of_many_words_and_heavy_rows(directed: bool) -> None:
    """More nodes than one batch of 2,048 origins, hubs, parts that are full soon and late, against igraph."""
    n = 2600
    chance = np.random.default_rng(3)
    ends = (n * chance.random((2, 4 * n)) ** 3).astype(int)  # the first nodes have some hundred ties each
    pairs = sorted({(a, b) if directed else (min(a, b), max(a, b)) for a, b in ends.T.tolist() if a != b})
    hub, legs = n, 1500
    spider = [pair for leg in range(n + 1, n + 2 * legs, 2) for pair in ((hub, leg), (leg, leg + 1))]
    graph = igraph.Graph([*pairs, *spider], n=n + 2 * legs + 3, directed=directed)
    assert max(graph.degree()[:n]) > 500
    assert len(graph.connected_components(mode="weak")) > 3
    ours = m.harmonic(graph.to_networkx(), normalised=False)
    theirs = graph.harmonic_centrality(mode="in", normalized=False)
    assert list(ours.values()) == pytest.approx(theirs, abs=1e-9)


def test_a_search_through_large_groups() -> None:
    """Distances of actors through memberships, of which some groups hold hundreds, against the projection in igraph."""
    n_actors, n_groups = 2300, 400
    chance = np.random.default_rng(5)
    actors = (n_actors * chance.random(6000) ** 1.5).astype(int)
    groups = (n_groups * chance.random(6000) ** 4).astype(int)
    keys = np.unique(actors * n_groups + groups)
    incidence = m.Incidence.from_codes(keys // n_groups, keys % n_groups, range(n_actors), range(n_groups))
    assert incidence.sizes.max() > 500
    members = incidence.matrix.T.tocsr()
    pairs = {
        (a, b)
        for start, end in zip(members.indptr, members.indptr[1:], strict=False)
        for a, b in itertools.combinations(sorted(members.indices[start:end].tolist()), 2)
    }
    projected = igraph.Graph(sorted(pairs), n=n_actors)
    assert len(projected.connected_components()) > 3
    ours = m.projection_harmonic(incidence, normalised=False)
    assert list(ours.values()) == pytest.approx(projected.harmonic_centrality(normalized=False), abs=1e-9)


def test_eigenvectors_of_larger_networks() -> None:
    """Beyond the size where a full decomposition is taken."""
    graph = nx.connected_watts_strogatz_graph(200, 6, 0.3, seed=2)
    assert same(m.eigenvector(graph, normalised=False), nx.eigenvector_centrality_numpy(graph), 1e-8)
    sides = nx.bipartite.random_graph(150, 90, 0.05, seed=5)
    parts = nx.number_connected_components(sides)
    assert parts > 1
    assert same(m.projection_eigenvector(sides), m.eigenvector(m.projected_ties(sides)), 1e-7)
    assert same(m.projection_pagerank(sides), m.pagerank(m.projected_ties(sides)), 1e-8)
