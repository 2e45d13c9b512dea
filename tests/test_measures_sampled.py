"""Betweenness from a sample of shortest paths: its error, its bound, how paths are drawn."""

from math import sqrt

import networkx as nx

from migragraph import measures as m


def test_sampled_betweenness_is_within_its_error() -> None:
    """With 95 % confidence each; all are here: directed, in parts and two-mode too."""
    for seed in range(4):
        for graph in (
            nx.gnp_random_graph(40, 0.06, seed=seed, directed=bool(seed % 2)),
            nx.relabel_nodes(nx.bipartite.random_graph(25, 12, 0.12, seed=seed), str),
        ):
            found = m.sampled_betweenness(graph, error=0.08, seed=seed)
            exact = m.betweenness(graph)
            assert max(abs(found.scores[node] - exact[node]) for node in graph) <= 0.08
            assert m.sampled_betweenness(graph, error=0.08, seed=seed) == found


def test_the_bound_on_the_longest_path_is_that_of_the_two_furthest_nodes() -> None:
    """By hand: a star whose last point has a tail of one. From its centre one node is two steps away, others one."""
    graph = nx.star_graph(4)
    graph.add_edge(4, 5)
    assert m.sampled_betweenness(graph, error=0.3).longest == 4
    graph.add_edge(3, 6)
    assert m.sampled_betweenness(graph, error=0.3).longest == 5


def test_paths_are_drawn_equally() -> None:
    """On a grid, where pairs have up to six shortest paths, the estimates are near the exact values."""
    grid = nx.grid_2d_graph(3, 3)
    found = m.sampled_betweenness(grid, error=0.03)
    exact = m.betweenness(grid)
    spread = sqrt(0.25 / found.samples) * 4.5
    assert all(abs(found.scores[node] - exact[node]) < spread for node in grid)
