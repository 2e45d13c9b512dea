"""The backbone whose chance keeps kinds: against counting out, a fit by another library, and a simulation."""

from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root

from drawn import two_mode
from migragraph import measures as m

#: Nearly every p-value, so that they can be compared.
ALL = {"level": 1 - 1e-12, "correction": "none"}
#: Two cities-only groups, one for regions only, two for both; nobody is in all that are open to its kind.
KINDS = dict(zip("abcdrst", "CCCCRRR", strict=True))
MEMBERS = {"g": "ab", "h": "bcd", "k": "rs", "l": "acr", "n": "dst"}


def members(groups: dict[str, str]) -> nx.Graph:
    """Return the two-mode network of groups and their members."""
    graph = nx.Graph()
    graph.add_nodes_from(sorted(set("".join(groups.values()))), bipartite=0)
    graph.add_nodes_from(groups, bipartite=1)
    graph.add_edges_from((actor, group) for group, names in groups.items() for actor in names)
    return graph


def fitted(groups: dict[str, str], kinds: dict[str, str]) -> dict[tuple[str, str], float]:
    """Return the probability of each membership that can be: odds multiply, sums are met; solved by scipy."""
    actors = sorted(kinds)
    counts = {(g, k): sum(kinds[a] == k for a in names) for g, names in groups.items() for k in set(kinds.values())}
    held = [key for key, count in counts.items() if count]
    cells = [(a, g) for a in actors for g in groups if counts[g, kinds[a]]]
    degree = np.array([sum(a in names for names in groups.values()) for a in actors])

    def probabilities(x: np.ndarray) -> np.ndarray:
        logs = [x[actors.index(a)] + x[len(actors) + held.index((g, kinds[a]))] for a, g in cells]
        return 1 / (1 + np.exp(-np.array(logs)))

    def off(x: np.ndarray) -> np.ndarray:
        p = probabilities(x)
        rows = [p[[a == actor for a, _ in cells]].sum() for actor in actors]
        columns = [p[[(g, kinds[a]) == key for a, g in cells]].sum() for key in held]
        return np.array([*(rows - degree), *(np.array(columns) - [counts[key] for key in held])])

    found = root(off, np.zeros(len(actors) + len(held)), method="lm", tol=1e-14)
    assert np.abs(off(found.x)).max() < 1e-9
    return dict(zip(cells, probabilities(found.x).tolist(), strict=True))


def test_every_p_value_is_counted_out() -> None:
    """All sets of groups that two actors can have, each with its probability; those of no group of their kind are 0."""
    p = fitted(MEMBERS, KINDS)
    assert ("r", "g") not in p
    graph = members(MEMBERS)
    expected = {}
    for pair in combinations(sorted(KINDS), 2):
        shared = len(set(graph[pair[0]]) & set(graph[pair[1]]))
        value = 0.0
        for sets in product((0, 1), repeat=2 * len(MEMBERS)):
            of = dict(zip(product(pair, MEMBERS), sets, strict=True))
            if sum(of[pair[0], g] * of[pair[1], g] for g in MEMBERS) >= shared:
                value += np.prod([p.get(cell, 0.0) if there else 1 - p.get(cell, 0.0) for cell, there in of.items()])
        if shared:
            expected[pair] = float(value)
    found = m.backbone(graph, kinds=KINDS, **ALL)
    assert found.by_kind
    assert found.pairs == {pair: pytest.approx(value, abs=1e-9) for pair, value in expected.items()}
    assert found.tested == 21
    # degrees alone let cities be in the group of regions, and so say something else
    assert all(abs(m.backbone(graph, **ALL).pairs[pair] - value) > 0.01 for pair, value in expected.items())


def test_a_simulation_that_keeps_degrees_and_kinds_agrees() -> None:
    """Drawn with all numbers fixed and not on average, hence not the same; without kinds chance is off by far more."""
    chance = np.random.default_rng(5)
    names = [f"a{i}" for i in range(120)]
    kinds = {name: "city" if i < 60 else "region" for i, name in enumerate(names)}
    open_to = [range(60)] * 12 + [range(60, 120)] * 12 + [range(120)] * 6
    pairs = [(int(a), g) for g, who in enumerate(open_to) for a in chance.choice(who, 15, replace=False)]
    network = m.Incidence.from_codes(*zip(*pairs, strict=True), names, range(30))
    samples = 2000
    together = network.matrix.toarray()
    shared = together @ together.T
    as_many = np.zeros_like(shared)
    for actor, group in m.fixed_degree_samples(network, samples, seed=1, kinds=list(kinds.values())):
        drawn = np.zeros_like(together)
        drawn[actor, group] = 1
        as_many += drawn @ drawn.T >= shared

    def off(found: m.Backbone) -> float:
        return float(np.mean([abs(p - as_many[int(a[1:]), int(b[1:])] / samples) for (a, b), p in found.pairs.items()]))

    by_kind, plain = m.backbone(network, kinds=kinds, **ALL), m.backbone(network, **ALL)
    assert off(by_kind) < 0.05
    assert off(plain) > 0.15


@settings(max_examples=30)
@given(two_mode(), st.sampled_from([0, 1]))
def test_one_kind_is_none_and_its_name_says_nothing(graph: nx.Graph, side: int) -> None:
    """The same p-values to the last digit."""
    plain = m.backbone(graph, side=side, **ALL)
    of_one = m.backbone(graph, side=side, kinds=dict.fromkeys(graph, "x"), **ALL)
    assert (of_one.pairs, of_one.shared, of_one.uncorrected) == (plain.pairs, plain.shared, plain.uncorrected)
    assert (plain.by_kind, of_one.by_kind) == (False, True)


@settings(max_examples=30)
@given(two_mode(), two_mode())
def test_kinds_that_share_no_group_are_two_networks(one: nx.Graph, other: nx.Graph) -> None:
    """A pair has the p-value that it has in the network of its kind alone; actors without a kind are of one too."""
    halves = [nx.relabel_nodes(graph, lambda node, n=n: f"{n}{node}") for n, graph in enumerate((one, other))]
    kinds = {node: "city" for node, side in halves[0].nodes(data="bipartite") if side == 0}
    found = m.backbone(nx.union(*halves), kinds=kinds, **ALL)
    alone = {frozenset(pair): p for half in halves for pair, p in m.backbone(half, **ALL).pairs.items()}
    assert {frozenset(pair): p for pair, p in found.pairs.items()} == {
        pair: pytest.approx(p, abs=1e-9) for pair, p in alone.items()
    }


def test_kinds_of_nobody() -> None:
    """An empty network, and actors without any group."""
    assert m.backbone(m.Incidence.from_codes([], [], [], []), kinds={}).pairs == {}
    lonely = m.backbone(m.Incidence.from_codes([], [], ["a", "b"], ["g"]), kinds={"a": "city"}, **ALL)
    assert (lonely.pairs, lonely.tested) == ({}, 1)
