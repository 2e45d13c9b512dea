"""Ranks, what they depend on, what chance would do, and the backbone: against counting out and other libraries."""

from collections import Counter
from itertools import combinations, product
from math import comb

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq

from drawn import two_mode
from migragraph import measures as m
from migragraph.errors import NotApplicable
from migragraph.measures.backbones import membership_probabilities, tails
from migragraph.measures.ranking import rank_rows

few = settings(max_examples=40)
DAVIS = nx.davis_southern_women_graph()


@few
@given(st.lists(st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.1 + 0.2, 5.0]), min_size=4, max_size=4), min_size=1))
def test_ranks_are_those_of_scipy(rows: list[list[float]]) -> None:
    """Competition ranks, on values without the last digit."""
    expected = stats.rankdata(-np.round(rows, 9), method="min", axis=1)
    assert rank_rows(np.array(rows)).tolist() == expected.astype(int).tolist()


def test_ranks_of_nothing_and_of_the_unknown() -> None:
    """No nodes, values that are not there, all the same."""
    assert m.ranks({}) == {}
    assert m.ranks({"a": 2.0, "b": 2.0}) == {"a": 1, "b": 1}
    assert rank_rows(np.array([[np.nan, 1.0, np.nan]])).tolist() == [[2, 1, 2]]
    assert rank_rows(np.array([[np.nan, np.nan]])).tolist() == [[1, 1]]


def with_sources() -> nx.Graph:
    """Return a star of five whose ties are stated by two documents, one tie by both, one by none."""
    graph = nx.Graph()
    for leaf, of in (("a", ("x",)), ("b", ("x",)), ("c", ("y",)), ("d", ("x", "y")), ("e", ())):
        graph.add_edge("hub", leaf, sources=of)
    graph.add_edge("c", "e", sources=("y",))
    return graph


def test_what_a_source_carries() -> None:
    """Without x: c and e have the ties that are left with the hub; without y, five ties of the hub less one."""
    without = m.ranks_without(with_sources(), "degree")
    assert without == {
        "x": {"hub": 1, "a": 5, "b": 5, "c": 2, "d": 4, "e": 2},
        "y": {"hub": 1, "a": 2, "b": 2, "c": 6, "d": 2, "e": 2},
    }


def test_intervals_over_sources_are_the_ranks_without_each() -> None:
    """With two sources a sample is one of two networks."""
    found = m.rank_intervals(with_sources(), "degree", unit="sources", samples=50, drop=0.3)
    without = m.ranks_without(with_sources(), "degree")
    assert (found.units, found.samples, found.dropped, found.each_once) == (2, 2, 1, True)
    drawn = m.rank_intervals(with_sources(), "degree", unit="sources", samples=1)
    assert (drawn.samples, drawn.each_once) == (1, False), "one sample cannot leave out each of two"
    for node in with_sources():
        assert (found.low[node], found.high[node]) == (
            min(of[node] for of in without.values()),
            max(of[node] for of in without.values()),
        )
    assert found.above("hub", "a") == 1.0
    assert 0 < found.above("c", "d") < 1
    assert found.above("c", "d") == pytest.approx(1 - found.above("d", "c"))


def test_the_range_over_sources_holds_the_rank_without_each() -> None:
    """Of five sources that state a tie or two each, whatever the level and the seed."""
    graph = nx.Graph()
    for i, (a, b) in enumerate(["ab", "bc", "cd", "de", "bd", "ae", "be"]):
        graph.add_edge(a, b, sources=(f"s{i % 5}",))
    without = m.ranks_without(graph, "betweenness").values()
    found = m.rank_intervals(graph, "betweenness", unit="sources", samples=5, level=0.1, seed=9)
    assert (found.samples, found.each_once) == (5, True)
    assert found.low == {node: min(of[node] for of in without) for node in graph}
    assert found.high == {node: max(of[node] for of in without) for node in graph}
    assert len(set(found.low.values()) | set(found.high.values())) > 2


def test_intervals_over_ties_by_leaving_out_each() -> None:
    """On a network of five ties, a tenth dropped is one tie: each sample is one of five networks."""
    graph = nx.Graph(["ab", "bc", "cd", "de", "bd"])
    seen: dict[str, set[int]] = {node: set() for node in graph}
    for tie in graph.edges:
        rest = graph.copy()
        rest.remove_edge(*tie)
        for node, rank in m.ranks(m.betweenness(rest)).items():
            seen[node].add(rank)
    found = m.rank_intervals(graph, "betweenness", samples=100)
    assert found.low == {node: min(of) for node, of in seen.items()}
    assert found.high == {node: max(of) for node, of in seen.items()}
    assert found.ranks == m.ranks(m.betweenness(graph))


def test_how_many_of_the_first_ten_stay() -> None:
    """By hand: a hub and twelve points, each tie twice as heavy as the one before and of a source of its own.

    The first ten are the hub and the nine heaviest. Without the tie of one of these nine it drops out, and the other
    nine of the ten stay; without one of the three others all ten do: (9 · 9 + 3 · 10) / 12.
    """
    graph = nx.Graph()
    for i in range(12):
        graph.add_edge("hub", i, weight=2.0**i, sources=(f"source {i}",))
    found = m.rank_intervals(graph, "weighted-degree", unit="sources")
    assert (found.each_once, found.samples) == (True, 12)
    assert found.top == pytest.approx(111 / 12)


def test_the_same_seed_gives_the_same() -> None:
    """And another seed another sample; two-mode ranks are within sides."""
    one, again = (m.rank_intervals(DAVIS, "betweenness", samples=30, seed=4) for _ in range(2))
    assert np.array_equal(one.rows, again.rows)
    assert not np.array_equal(one.rows, m.rank_intervals(DAVIS, "betweenness", samples=30, seed=5).rows)
    assert one.ranks["Nora Fayette"] == 1
    assert one.ranks["E8"] == 1
    assert 0 < one.top <= 10
    side = m.rank_intervals(DAVIS, "projection-harmonic", samples=5)
    assert len(side.ranks) == 18


def test_what_cannot_be_resampled() -> None:
    """A record, a network without ties or sources, nonsense."""
    for graph, measure, more, reason in (
        (DAVIS, "communities", {}, "no number a node"),
        (nx.empty_graph(3), "degree", {}, "has 0 ties"),
        (DAVIS, "degree", {"unit": "sources"}, "has 0 sources"),
        (m.Incidence.of(DAVIS), "degree", {"unit": "sources"}, "says nothing of sources"),
        (DAVIS, "degree", {"unit": "pages"}, "'pages' to leave out"),
        (DAVIS, "degree", {"drop": 1.0}, "above 0 and below 1"),
        (DAVIS, "degree", {"samples": 0}, "above 0"),
    ):
        with pytest.raises(NotApplicable, match=reason):
            m.rank_intervals(graph, measure, **more)


def matrices(rows: list[int], columns: list[int]) -> list[tuple[tuple[int, int], ...]]:
    """Return all sets of memberships with the given numbers a row and a column."""
    found = []
    for choice in product(*(combinations(range(len(columns)), k) for k in rows)):
        counts = Counter(g for groups in choice for g in groups)
        if [counts[g] for g in range(len(columns))] == columns:
            found.append(tuple((a, g) for a, groups in enumerate(choice) for g in groups))
    return found


@pytest.mark.parametrize(
    ("rows", "columns"), [([1, 1, 1], [1, 1, 1]), ([2, 1, 1, 1], [2, 2, 1]), ([2, 2, 1], [1, 2, 1, 1])]
)
def test_all_networks_of_the_same_degrees_are_equally_likely(rows: list[int], columns: list[int]) -> None:
    """Each chain's end is one of all there are; a chi-square test of 6,000 chains finds no preference."""
    possible = matrices(rows, columns)
    assert len(possible) > 4
    start = possible[0]
    incidence = m.Incidence.from_codes(
        [a for a, _ in start], [g for _, g in start], range(len(rows)), [f"g{g}" for g in range(len(columns))]
    )
    drawn = Counter(
        tuple(sorted(zip(a.tolist(), g.tolist(), strict=True)))
        for a, g in m.fixed_degree_samples(incidence, 6000, seed=1)
    )
    assert set(drawn) == set(possible)
    assert stats.chisquare([drawn[one] for one in possible]).pvalue > 0.001


@few
@given(two_mode(), st.integers(0, 3))
def test_chance_keeps_all_degrees(graph: nx.Graph, seed: int) -> None:
    """Of actors and of groups, without a membership twice."""
    incidence = m.Incidence.of(graph)
    for actor, group in m.fixed_degree_samples(incidence, 3, seed=seed, sweeps=2):
        again = m.Incidence.from_codes(actor, group, incidence.actors, incidence.groups)
        assert again.memberships == len(actor) == incidence.memberships
        assert np.array_equal(again.sizes, incidence.sizes)
        assert np.array_equal(again.transposed().sizes, incidence.transposed().sizes)


KINDS = st.lists(st.sampled_from(["city", "region", None]), min_size=40, max_size=40)


@few
@given(two_mode(), KINDS, st.integers(0, 3))
def test_chance_by_kind_keeps_all_degrees_and_the_kinds_in_each_group(
    graph: nx.Graph, kinds: list[str | None], seed: int
) -> None:
    """Degrees of actors and groups, and the number of members of each kind in each group, counted by hand."""
    incidence = m.Incidence.of(graph)
    kinds = kinds[: len(incidence.actors)]

    def counted(actor: list[int], group: list[int]) -> tuple[Counter, Counter, Counter]:
        pairs = list(zip(actor, group, strict=True))
        assert len(set(pairs)) == len(pairs)
        return Counter(actor), Counter(group), Counter((kinds[a], g) for a, g in pairs)

    rows, columns = incidence.matrix.nonzero()
    whole = counted(rows.tolist(), columns.tolist())
    for actor, group in m.fixed_degree_samples(incidence, 3, seed=seed, sweeps=2, kinds=kinds):
        assert counted(actor.tolist(), group.tolist()) == whole


@pytest.mark.parametrize(
    ("rows", "columns", "kinds"),
    [
        ([1, 1, 1, 1, 1], [2, 2, 1], "aaabb"),
        ([2, 1, 1, 2, 1], [2, 3, 2], "ababa"),
        ([1, 2, 1, 1, 1, 1], [2, 2, 3], "aabbbc"),
    ],
)
def test_all_networks_of_the_same_degrees_and_kinds_are_equally_likely(
    rows: list[int], columns: list[int], kinds: str
) -> None:
    """Of all networks with these degrees, those in which each group has as many of each kind, each as often."""

    def by_kind(network: tuple[tuple[int, int], ...]) -> Counter[tuple[str, int]]:
        return Counter((kinds[a], g) for a, g in network)

    degrees = matrices(rows, columns)
    most = Counter(frozenset(by_kind(one).items()) for one in degrees).most_common(1)[0][0]
    possible = [one for one in degrees if frozenset(by_kind(one).items()) == most]
    assert 3 < len(possible) < len(degrees)
    start = possible[0]
    incidence = m.Incidence.from_codes(
        [a for a, _ in start], [g for _, g in start], range(len(rows)), [f"g{g}" for g in range(len(columns))]
    )
    drawn = Counter(
        tuple(sorted(zip(a.tolist(), g.tolist(), strict=True)))
        for a, g in m.fixed_degree_samples(incidence, 6000, seed=1, kinds=kinds)
    )
    assert set(drawn) == set(possible)
    assert stats.chisquare([drawn[one] for one in possible]).pvalue > 0.001


def test_one_kind_draws_what_no_kinds_draw() -> None:
    """The same numbers of chance lead to the same networks; kinds of some other length are refused."""
    incidence = m.Incidence.of(DAVIS)
    plain = [(a.tolist(), g.tolist()) for a, g in m.fixed_degree_samples(incidence, 3)]
    assert plain == [(a.tolist(), g.tolist()) for a, g in m.fixed_degree_samples(incidence, 3, kinds=["x"] * 18)]
    with pytest.raises(NotApplicable, match="2 kinds are given for 18 actors"):
        next(m.fixed_degree_samples(incidence, 3, kinds=["x", "y"]))


def test_z_is_left_out_where_its_distribution_is_no_bell() -> None:
    """Against the skewness of scipy and the most frequent score, by kind and without; p is there for all."""
    incidence, samples = m.Incidence.of(DAVIS), 60
    kinds = {actor: "odd" if i % 3 else "even" for i, actor in enumerate(incidence.actors)}
    n_without = 0
    for given_kinds in (None, kinds):
        found = m.compare_with_chance(DAVIS, "betweenness", samples=samples, seed=3, kinds=given_kinds)
        assert (found.by_kind, found.fixed) == (given_kinds is not None, False)
        of = None if given_kinds is None else [kinds[actor] for actor in incidence.actors]
        scores: dict[object, list[float]] = {node: [] for node in DAVIS}
        for actor, group in m.fixed_degree_samples(incidence, samples, seed=3, kinds=of):
            graph = nx.Graph()
            graph.add_nodes_from(DAVIS)
            graph.add_edges_from((incidence.actors[a], incidence.groups[g]) for a, g in zip(actor, group, strict=True))
            drawn = nx.bipartite.betweenness_centrality(graph, incidence.actors)
            for node in DAVIS:
                scores[node].append(drawn[node])
        for node, values in scores.items():
            alike = Counter(round(value, 9) for value in values).most_common(1)[0][1] > samples / 2
            assert (node in found.z) is bool(not alike and abs(stats.skew(values)) <= 1), node
            assert found.mean[node] == pytest.approx(np.mean(values))
            n_without += node not in found.z
        assert set(found.p) == set(DAVIS)
    assert 0 < n_without < 2 * len(DAVIS)
    degree = m.compare_with_chance(DAVIS, "degree", samples=5, kinds=kinds)
    assert (degree.fixed, degree.z, set(degree.p.values())) == (True, {}, {1.0})


def test_which_distributions_have_a_z() -> None:
    """A bell, one to either side, half the same and symmetric about it, one that is not quite half, always the same."""
    from migragraph.measures.null_models import _has_z

    chance = np.random.default_rng(1)
    bell = chance.normal(size=100)
    same = np.r_[np.zeros(51), -np.ones(24), np.ones(25)]
    half = np.r_[np.zeros(50), np.linspace(-1, 1, 50)]
    columns = [bell, np.exp(2 * bell), -np.exp(2 * bell), same, half, np.full(100, 0.25)]
    rows = np.stack([chance.permutation(column) for column in columns], axis=1)
    mean, spread = rows.mean(axis=0), rows.std(axis=0, ddof=1)
    spread[5] = 0.0
    assert abs(stats.skew(same)) < 0.1
    assert _has_z(rows, mean, spread, np.full(6, 1e-9)).tolist() == [True, False, False, False, True, False]


def test_a_measure_against_chance() -> None:
    """Mean, z and p from the same samples by numpy and networkx; what degrees fix has no z."""
    samples = 40
    found = m.compare_with_chance(DAVIS, "betweenness", samples=samples, seed=7)
    incidence = m.Incidence.of(DAVIS)
    values = []
    for actor, group in m.fixed_degree_samples(incidence, samples, seed=7):
        graph = nx.Graph()
        graph.add_nodes_from(incidence.actors, bipartite=0)
        graph.add_nodes_from(incidence.groups, bipartite=1)
        graph.add_edges_from((incidence.actors[a], incidence.groups[g]) for a, g in zip(actor, group, strict=True))
        values.append(nx.bipartite.betweenness_centrality(graph, incidence.actors)["E8"])
    ours = nx.bipartite.betweenness_centrality(DAVIS, incidence.actors)["E8"]
    assert found.mean["E8"] == pytest.approx(np.mean(values))
    assert found.z["E8"] == pytest.approx((ours - np.mean(values)) / np.std(values, ddof=1))
    assert found.p["E8"] == (1 + sum(value >= ours for value in values)) / (samples + 1)
    assert m.compare_with_chance(DAVIS, "betweenness", samples=samples, seed=7) == found
    assert m.compare_with_chance(DAVIS, "projection-weighted-degree", samples=5).z == {}
    with pytest.raises(NotApplicable, match="one-mode"):
        m.compare_with_chance(nx.path_graph(3), "degree")
    with pytest.raises(NotApplicable, match="no spread"):
        m.compare_with_chance(DAVIS, "degree", samples=1)


@few
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.integers(1, 3)), min_size=1, max_size=4))
def test_tails_by_counting_all_outcomes(classes: list[tuple[float, int]]) -> None:
    """The Poisson binomial distribution from all 2^n outcomes."""
    events = [p for p, times in classes for _ in range(times)]
    mass = [0.0] * (len(events) + 1)
    for outcome in product([0, 1], repeat=len(events)):
        mass[sum(outcome)] += float(np.prod([p if hit else 1 - p for p, hit in zip(events, outcome, strict=True)]))
    probabilities, times = np.array([[p for p, _ in classes]]), np.array([t for _, t in classes])
    assert tails(probabilities, times, len(events))[0] == pytest.approx([sum(mass[c:]) for c in range(len(mass))])
    assert tails(probabilities, times, 1)[0] == pytest.approx([1.0, sum(mass[1:])])


def test_tails_of_equal_events_are_binomial() -> None:
    """At size, against scipy."""
    found = tails(np.array([[0.03]]), np.array([900]), 60)[0]
    assert found == pytest.approx(stats.binom.sf(np.arange(-1, 60), 900, 0.03), abs=1e-13)


@few
@given(two_mode())
def test_membership_probabilities_keep_degrees_on_average(graph: nx.Graph) -> None:
    """Also where somebody is in all groups or in none."""
    incidence = m.Incidence.of(graph)
    degrees, sizes = incidence.transposed().sizes, incidence.sizes
    ones = np.ones(len(degrees), dtype=np.int64), np.ones(len(sizes), dtype=np.int64)
    p = membership_probabilities(degrees, ones[0], sizes, ones[1])
    assert ((p >= 0) & (p <= 1)).all()
    assert p.sum(axis=1) == pytest.approx(degrees, abs=1e-3)
    assert p.sum(axis=0) == pytest.approx(sizes, abs=1e-3)


def test_membership_probabilities_of_two_classes_by_solving_one_equation() -> None:
    """Two actors with 1 and 2 of 3 equal groups: p1 + p2 = 1 a group, so 1/3 and 2/3."""
    p = membership_probabilities(np.array([1, 2]), np.array([1, 1]), np.array([1]), np.array([3]))
    assert p[:, 0] == pytest.approx([1 / 3, 2 / 3])
    # actors of degrees 1 and 2, ten each, groups of 10 and 20: x(1) y = o, odds multiply
    p = membership_probabilities(np.array([1, 2]), np.array([10, 10]), np.array([6, 9]), np.array([2, 2]))

    def off(odds: float) -> float:
        # odds of the four cells are o, o·r, o·s, o·r·s; one actor of degree 1 in two groups of each size: p + q = 1/2
        a = odds / (1 + odds)
        b = 0.5 - a
        c, d = 0.6 - a, 0.9 - b
        return (c / (1 - c)) / odds - (d / (1 - d)) / (b / (1 - b))

    a = brentq(off, 1e-6, 0.9)
    assert p[0, 0] == pytest.approx(a / (1 + a))
    assert p[1].tolist() == pytest.approx([0.6 - p[0, 0], 0.9 - p[0, 1]])


def planted() -> m.Incidence:
    """Return 40 actors in 60 groups: two who share twelve groups alone, the others at random in two each."""
    chance = np.random.default_rng(3)
    pairs = [(a, g) for g in range(12) for a in (0, 1)]
    pairs += [(a, int(g)) for a in range(2, 40) for g in chance.choice(np.arange(12, 60), 2, replace=False)]
    return m.Incidence.from_codes(*zip(*pairs, strict=True), [f"a{i}" for i in range(40)], [f"g{i}" for i in range(60)])


@pytest.mark.parametrize("correction", ["holm", "benjamini-hochberg"])
def test_the_planted_pair_is_the_backbone(correction: str) -> None:
    """Of 780 pairs one is kept, where a test of each pair alone keeps another that is chance."""
    found = m.backbone(planted(), correction=correction)
    assert set(found.pairs) == {("a0", "a1")}
    assert found.shared == {("a0", "a1"): 12}
    assert found.tested == 780
    assert found.uncorrected > 1
    alone = m.backbone(planted(), correction="none")
    assert len(alone.pairs) == found.uncorrected


@few
@given(two_mode(), st.sampled_from([0, 1]), st.sampled_from([0.05, 0.3]))
def test_the_backbone_by_testing_each_pair(graph: nx.Graph, side: int, level: float) -> None:
    """Every pair with its own sum of events, and both corrections written out."""
    incidence = m.Incidence.of(graph)
    if side == 1:
        incidence = incidence.transposed()
    n, k = incidence.matrix.shape
    p = membership_probabilities(
        incidence.transposed().sizes, np.ones(n, dtype=np.int64), incidence.sizes, np.ones(k, dtype=np.int64)
    )
    dense = incidence.matrix.toarray()
    values = {}
    for i, j in combinations(range(n), 2):
        shared = int(dense[i] @ dense[j])
        values[incidence.actors[i], incidence.actors[j]] = tails(p[[i]] * p[[j]], np.ones(k, dtype=np.int64), k)[0][
            shared
        ]
    ordered = sorted(values.items(), key=lambda item: item[1])
    holm: dict[object, float] = {}
    for place, (pair, value) in enumerate(ordered):
        if value > level / (len(ordered) - place):
            break
        holm[pair] = value
    passed = [place for place, (_, value) in enumerate(ordered, 1) if value <= level * place / len(ordered)]
    hochberg = dict(ordered[: passed[-1]]) if passed else {}
    # on the edge of the level rounding decides
    if any(
        abs(value - level / place) < 1e-4 or abs(value - level) < 1e-4
        for _, value in ordered
        for place in range(1, len(ordered) + 1)
    ):
        return
    ours = m.backbone(graph, side=side, level=level)
    assert set(ours.pairs) == set(holm)
    assert all(ours.pairs[pair] == pytest.approx(value, abs=1e-3) for pair, value in holm.items())
    assert ours.tested == comb(n, 2)
    by_rate = m.backbone(graph, side=side, level=level, correction="benjamini-hochberg")
    if not any(abs(v - level * i / len(ordered)) < 1e-4 for i, (_, v) in enumerate(ordered, 1)):
        assert set(by_rate.pairs) == set(hochberg)


def test_backbones_that_are_refused_or_empty() -> None:
    """One-mode, nonsense, nobody."""
    with pytest.raises(NotApplicable, match="nothing to project"):
        m.backbone(nx.path_graph(3))
    for more in ({"level": 0.0}, {"correction": "bonferroni"}):
        with pytest.raises(NotApplicable, match="the correction is"):
            m.backbone(DAVIS, **more)
    empty = m.backbone(m.Incidence.from_codes([], [], [], []))
    assert (empty.pairs, empty.tested) == ({}, 0)


def test_communities_agree_as_igraph_says() -> None:
    """Adjusted Rand index and variation of information of two runs, against igraph's."""
    import igraph

    from migragraph.measures.leiden import _compare

    chance = np.random.default_rng(0)
    for _ in range(20):
        one, other = chance.integers(0, 4, 15), chance.integers(0, 3, 15)
        rand, variation = _compare([one, other])
        assert rand[0, 1] == pytest.approx(igraph.compare_communities(one.tolist(), other.tolist(), "adjusted_rand"))
        assert variation[0, 1] == pytest.approx(
            igraph.compare_communities(one.tolist(), other.tolist(), "vi"), abs=1e-9
        )


def test_communities_that_are_sure_and_unsure() -> None:
    """Four cliques in a ring are found by every run; a network without structure is not, and says so."""
    sure = m.communities(nx.connected_caveman_graph(4, 6))
    assert (sure.agreement, sure.least_agreement, sure.variation) == (1.0, 1.0, 0.0)
    assert set(sure.certainty.values()) == {1.0}
    assert sorted(sure.members.values()) == sorted([0, 1, 2, 3] * 6)
    graph = nx.gnp_random_graph(60, 0.1, seed=2)
    unsure = m.communities(graph)
    assert unsure.agreement < 0.9
    assert min(unsure.certainty.values()) < 0.9
    groups = [{n for n, c in unsure.members.items() if c == which} for which in set(unsure.members.values())]
    assert unsure.modularity == pytest.approx(nx.community.modularity(graph, groups))
    assert m.communities(graph) == unsure
    assert m.communities(graph, seed=1000) != unsure
