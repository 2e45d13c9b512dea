"""The centrality report at its edges: what is refused, tiny networks, what is left out; how firm a bare ranking is."""

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from pyoxigraph import Store

from centralities import Again
from memberships import SAMPLES, publish_memberships
from migragraph.errors import BadParameter, NetworkTooLarge, NotANetwork, NotApplicable, UnknownThing
from migragraph.measures.ties import read
from migragraph.networks.definitions import find_stored
from migragraph.networks.extraction import extract_network
from migragraph.networks.slices import at_date
from migragraph.networks.ties import Network
from migragraph.report.content import Named, NestedGroup, Report
from migragraph.report.firmness import say_firmness
from migragraph.report.making import count_steps, make_report
from migragraph.report.nesting import find_nested
from migragraph.report.rendering import render_report


@pytest.mark.parametrize(
    ("name", "measure"), [("memberships", "betweenness"), ("memberships", "degree"), ("arrows", "degree")]
)
def test_a_bare_ranking_says_how_firm_it_is(memberships_store: Store, name: str, measure: str) -> None:
    """How many of the first stand before the next in 95 % of 40 samples, counted here; the version beside."""
    network = extract_network(memberships_store, find_stored(memberships_store, name), "v", "2026-01-02T03:04:05+00:00")
    again = Again(network)
    compute = getattr(again, measure)
    scores, kept = compute(again.pairs), len(again.pairs) - round(len(again.pairs) / 10)
    ranks = again.ranks(scores)
    chance = np.random.default_rng(0)
    samples = []
    for _ in range(40):
        held = sorted(chance.permutation(len(again.pairs))[:kept])
        samples.append(again.ranks(compute([again.pairs[i] for i in held])))
    order = sorted(again.first_side, key=lambda node: (ranks[node], again.graph.nodes[node]["label"], node))
    pairs = [(a, b) for a, b in pairwise(order) if ranks[a] <= 10 and scores[a] > 0]
    apart = sum(sum((s[a] < s[b]) + (s[a] == s[b]) / 2 for s in samples) >= 0.95 * 40 for a, b in pairs)
    words = "None" if not apart else "Each" if apart == len(pairs) else f"Only {apart}"
    side = "actors" if name == "memberships" else "nodes"
    first, second = say_firmness(network, measure)
    assert first.startswith(f"{words} of the first {len(pairs)} {side} can be told apart from the next in 95% of 40 ")
    assert first.endswith(f": migragraph report {name}")
    assert second == "version v, built 2026-01-02T03:04:05+00:00"


def test_a_bare_ranking_says_where_firmness_is_not_to_be_had(memberships: Network) -> None:
    """Too long, drawn by chance, a single tie, nobody with a score; and the options of a query of one's own."""
    assert say_firmness(memberships, "degree", most_steps=100)[0].startswith(
        "How firm this order is was not tested here, since"
    )
    assert "drawn by chance itself" in say_firmness(memberships, "sampled-betweenness")[0]
    one = memberships.ties[0]
    tiny = replace(memberships, ties=(one,), nodes={id_: memberships.nodes[id_] for id_ in (one.source, one.target)})
    assert "too few ties" in say_firmness(tiny, "degree")[0]
    two = [tie for tie in memberships.ties if tie.target == one.target][:2]
    ends = {end for tie in two for end in (tie.source, tie.target)}
    star = replace(memberships, ties=tuple(two), nodes={id_: memberships.nodes[id_] for id_ in ends})
    assert say_firmness(star, "betweenness")[0].startswith("Nobody stands out")
    own = replace(star, definition=replace(memberships.definition, slug="query"))
    assert say_firmness(own, "betweenness")[0].endswith(": migragraph report --query FILE --mode two")


def test_large_groups_can_be_left_out(memberships: Network) -> None:
    """The remark names them, and the rest is the report without them."""
    sizes = Counter(tie.target for tie in memberships.ties)
    bound = sorted(sizes.values())[-1] - 1
    large = {group for group, size in sizes.items() if size > bound}
    found = make_report(memberships, resamples=SAMPLES, largest=bound)
    assert found.size.edges == sum(size for size in sizes.values() if size <= bound)
    assert all(memberships.nodes[group].label in found.statement.remarks[-1] for group in large)
    assert f"--largest {bound}" in found.repeat.command


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"measures": ("betweenes",)}, UnknownThing, "betweenness"),
        ({"measures": ("communities",)}, NotApplicable, "Rank by a measure of nodes"),
        ({"measures": ()}, BadParameter, "Name at least one"),
        ({"measures": ("degree", "degree")}, BadParameter, "twice"),
        ({"resamples": 1}, BadParameter, "resamples is 1"),
        ({"resamples": 1_000_000}, BadParameter, "2 to 10000"),
        ({"drop": 1.0}, BadParameter, "drop is 1.0"),
        ({"drop": math.nan}, BadParameter, "drop is nan"),
        ({"level": 0.0}, BadParameter, "level is 0.0"),
        ({"largest": 1}, BadParameter, "2 or more"),
        ({"seed": -1}, BadParameter, "seed is -1"),
        ({"largest": 2, "resamples": 8}, NotANetwork, "Leave less of it out"),
        ({"most_steps": 10}, NetworkTooLarge, "sampled-betweenness"),
    ],
)
def test_what_cannot_be_reported_is_said_with_the_remedy(
    memberships: Network, given: dict, error: type[Exception], words: str
) -> None:
    """Each parameter at its bounds, a measure that does not apply, a network too large."""
    with pytest.raises(error, match=words):
        make_report(memberships, **given)


def test_a_measure_of_projections_says_nothing_of_arrows(memberships_store: Store) -> None:
    """And names the one that does."""
    network = extract_network(memberships_store, find_stored(memberships_store, "arrows"), "v")
    with pytest.raises(NotApplicable, match="without projection-"):
        make_report(network, measures=("projection-degree",))
    with pytest.raises(BadParameter, match="has none"):
        make_report(network, largest=3)


def test_ties_without_evidence_are_reported_too(memberships: Network) -> None:
    """Without sources there is no interval by sources, and the notes say why."""
    bare = replace(memberships, ties=tuple(replace(tie, evidence=()) for tie in memberships.ties))
    found = make_report(bare, resamples=SAMPLES)
    assert found.sources == ()
    assert found.rankings[0].rows[0].source_low is None
    assert any("leaving out sources" in note for note in found.rankings[0].notes)
    assert "No claims of sources are given" in found.short[0]
    for name in ("html", "md", "csv", "json"):
        assert render_report(found, name)


def test_a_single_tie_is_a_network(memberships_store: Store) -> None:
    """The smallest that there is: no intervals, no parts, no fault."""
    network = extract_network(memberships_store, find_stored(memberships_store, "memberships"), "v")
    one = network.ties[0]
    tiny = replace(network, ties=(one,), nodes={id_: network.nodes[id_] for id_ in (one.source, one.target)})
    found = make_report(tiny, resamples=SAMPLES)
    assert found.rankings[0].rows[0].low is None
    assert "nobody stands out" in " ".join(found.short)
    for name in ("html", "md", "csv", "json"):
        assert render_report(found, name)


def test_home_is_not_written_to(tmp_path: Path) -> None:
    """A report reads only."""
    version = publish_memberships(tmp_path)
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    store = version.open()
    make_report(extract_network(store, find_stored(store, "memberships"), version.id), resamples=SAMPLES)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before


def test_known_dates_are_compared_by_the_days_they_can_mean(memberships: Network) -> None:
    """A year ends after its months: it is the last date, though its text comes first."""
    bounds = [("2010-02", "2012"), ("2010", "2012-05"), (None, None)]
    ties = tuple(
        replace(tie, start=start, end=end) for tie, (start, end) in zip(memberships.ties[:3], bounds, strict=True)
    )
    ends = {end for tie in ties for end in (tie.source, tie.target)}
    nodes = {id_: node for id_, node in memberships.nodes.items() if id_ in ends}
    statement = make_report(replace(memberships, ties=ties, nodes=nodes), resamples=2).statement
    assert statement.dates.startswith("Known dates lie from 2010 to 2012; the start of 2 and the end of 2 of 3 ties")


@pytest.mark.parametrize(
    ("members", "shared", "is_nested"), [(5, 5, True), (4, 4, False), (10, 9, True), (10, 8, False), (11, 10, True)]
)
def test_which_groups_lie_in_others(members: int, shared: int, is_nested: bool) -> None:
    """Those of five members or more, of whom nine tenths or more are in a larger group; the bounds are in."""
    graph = nx.Graph()
    graph.add_nodes_from(range(30), bipartite=0)
    graph.add_nodes_from(("inside", "around"), bipartite=1)
    graph.add_edges_from((n, "inside") for n in range(members))
    graph.add_edges_from((n, "around") for n in range(members - shared, members + 5))
    expected = (NestedGroup(Named("inside", "inside"), Named("around", "around"), members, shared),)
    assert find_nested(graph) == (expected if is_nested else ())


def test_five_of_those_without_ties_are_named(memberships: Network) -> None:
    """And how many more there are."""
    node = memberships.nodes[memberships.ties[0].source]
    for n, expected in ((5, "n0, n1, n2, n3, n4)."), (6, "n0, n1, n2, n3, n4 and 1 more).")):
        more = {f"urn:{i}": replace(node, label=f"n{i}") for i in range(n)}
        ends = {end for tie in memberships.ties for end in (tie.source, tie.target)}
        nodes = {id_: known for id_, known in memberships.nodes.items() if id_ in ends} | more
        statement = make_report(replace(memberships, nodes=nodes), resamples=2).statement
        assert statement.isolates == f"In the network, and counted in n: {n} ({expected}"


def test_firmness_is_tested_with_twenty_samples_at_least(memberships: Network) -> None:
    """As many as the steps allow, up to forty; with nineteen it is not tested."""
    steps = count_steps(read(memberships.to_graph()), "degree")
    for samples, words in ((41, "95% of 40 samples"), (20, "95% of 20 samples"), (19, "not tested here, since")):
        assert words in say_firmness(memberships, "degree", most_steps=samples * steps)[0]


def test_a_part_names_the_first_three(memberships: Network, memberships_report: Report) -> None:
    """Of each year: the actors of rank three or better by the headline measure, those of one rank by their ids."""
    years = [part for part in memberships_report.slices if part.by == "date"]
    assert len(years) > 3
    for part in years:
        again = Again(at_date(memberships, part.value))
        scores = again.betweenness(again.pairs)
        ranks = again.ranks(scores)
        first = sorted((ranks[node], node) for node in again.first_side if scores[node] > 0 and ranks[node] <= 3)
        assert list(part.first) == [again.graph.nodes[node]["label"] for _, node in first]
