"""Networks drawn at random for property tests: small ones, with isolates, parts and ties of equal length."""

import networkx as nx
from hypothesis import strategies as st

#: Weights whose inverses add up to the same in several ways: where floating point would break ties.
WEIGHTS = [1.0, 2.0, 3.0, 5.0, 6.0, 0.5, 1 / 3, 0.1]
#: The least common multiple of their numerators over the greatest common divisor of their denominators: 1 / weight is
#: a whole number of 1 / LENGTHS.
LENGTHS = 30


@st.composite
def one_mode(draw: st.DrawFn, *, directed: bool = False, most: int = 8, weighted: bool = False) -> nx.Graph:
    """Return a graph of up to ``most`` nodes with any of the possible ties."""
    n = draw(st.integers(1, most))
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(f"n{i}" for i in range(n))
    pairs = [(f"n{i}", f"n{j}") for i in range(n) for j in range(n) if (i != j if directed else i < j)]
    for a, b in draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []:
        if weighted:
            graph.add_edge(a, b, weight=draw(st.sampled_from(WEIGHTS)))
        else:
            graph.add_edge(a, b)
    return graph


@st.composite
def two_mode(draw: st.DrawFn, *, most: int = 7) -> nx.Graph:
    """Return a two-mode graph, said to be one, with up to ``most`` nodes on each side and at least one on each."""
    actors = [f"a{i}" for i in range(draw(st.integers(1, most)))]
    groups = [f"g{i}" for i in range(draw(st.integers(1, most)))]
    graph = nx.Graph(mode="two")
    graph.add_nodes_from(actors, bipartite=0)
    graph.add_nodes_from(groups, bipartite=1)
    graph.add_edges_from(draw(st.lists(st.sampled_from([(a, g) for a in actors for g in groups]), unique=True)))
    return graph
