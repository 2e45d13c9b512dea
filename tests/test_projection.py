"""Projections: published and hand-derived values, networkx as the reference, what is carried over, what is refused."""

import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms import bipartite

from migragraph.errors import BadParameter, NotANetwork
from migragraph.networks.projection import project


def two_mode(memberships: dict[str, str]) -> nx.Graph:
    """Return the two-mode graph of groups, each with its members as letters."""
    graph = nx.Graph(name="n", title="N", mode="two", directed=False, tie="is in", remarks=("Before.",))
    for group, members in memberships.items():
        graph.add_nodes_from(members, bipartite=0)
        graph.add_node(group, bipartite=1, label=group)
        for member in members:
            graph.add_edge(member, group, weight=7.0, evidence=(f"{group}{member}",), sources=(group,))
    return graph


def weights(graph: nx.Graph) -> dict[tuple[str, str], float]:
    """Return the ties with their weights, ends in order."""
    return {(min(a, b), max(a, b)): w for a, b, w in graph.edges(data="weight")}


def test_weights_are_those_worked_out_by_hand() -> None:
    """Three groups of 3, 2 and 1: 1/2 for each pair of the first, 1 for that of the second, nothing for the third."""
    graph = two_mode({"g3": "ABC", "g2": "AB", "g1": "D"})
    newman = project(graph)
    assert weights(newman) == {("A", "B"): 1.5, ("A", "C"): 0.5, ("B", "C"): 0.5}
    assert weights(project(graph, weighting="count")) == {("A", "B"): 2.0, ("A", "C"): 1.0, ("B", "C"): 1.0}
    assert list(newman) == ["A", "B", "C", "D"], "D, alone in its group, stays"
    assert newman.edges["A", "B"]["evidence"] == ("g2A", "g2B", "g3A", "g3B")
    assert newman.edges["A", "B"]["sources"] == ("g2", "g3")
    assert project(graph, evidence=False).edges["A", "B"]["evidence"] == ()
    assert newman.graph == {
        "name": "n", "title": "N", "mode": "one", "directed": False, "tie": "is in", "projected_onto": "actors",
        "weighting": "newman",
        "remarks": ("Before.", "Projected onto the actors: each shared group of k members counts 1/(k-1)."),
    }  # fmt: skip
    assert "bipartite" not in newman.nodes["A"]
    assert graph.graph["remarks"] == ("Before.",), "the two-mode graph stays as it was"


def test_groups_are_tied_by_their_members() -> None:
    """A and B are in two groups each, so each counts 1."""
    groups = project(two_mode({"g3": "ABC", "g2": "AB", "g1": "D"}), onto="groups")
    assert weights(groups) == {("g2", "g3"): 2.0}
    assert groups.nodes["g1"] == {"label": "g1"}
    assert groups.graph["remarks"][-1] == "Projected onto the groups: each shared member of k groups counts 1/(k-1)."


def test_large_groups_are_left_out_by_name() -> None:
    """Their members stay."""
    found = project(two_mode({"g3": "ABC", "g2": "AB"}), largest=2)
    assert weights(found) == {("A", "B"): 1.0}
    assert "C" in found
    assert found.graph["remarks"][-1] == "What ties more than 2 actors was left out: g3."


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("2010", "2012"), ("2011-05", "2015"), ("2011-05", "2012")),
        (("2010", None), ("2011", "2015"), ("2011", None)),
        ((None, None), (None, None), (None, None)),
        (("2010", "2012"), ("2012-12-31", None), ("2012-12-31", None)),
        (("2010", "2012-12-31"), ("2012-12-31", "2014"), ("2012-12-31", "2012-12-31")),
        (("2010", "2012"), ("2013", "2014"), None),
        ((None, "2012"), ("2012-06", "2012-07"), (None, "2012-07")),
    ],
)
def test_dates_are_those_of_both_memberships(
    one: tuple[str | None, str | None],
    other: tuple[str | None, str | None],
    expected: tuple[str | None, str | None] | None,
) -> None:
    """From the later start to the earlier end; known times that do not meet make no tie."""
    graph = two_mode({"g": "AB"})
    for member, (start, end) in (("A", one), ("B", other)):
        graph.edges[member, "g"].update(start=start, end=end)
    found = project(graph)
    dates = {(data["start"], data["end"]) for *_, data in found.edges(data=True)}
    assert dates == (set() if expected is None else {expected})
    assert ("Pairs that shared something at different times" in found.graph["remarks"][-1]) == (expected is None)


def test_the_dates_of_a_tie_do_not_depend_on_the_names_of_groups() -> None:
    """Of dates that begin, or end, on the same day the less, or the more, precise one is taken, in either order."""
    given = [{"start": "2010-01", "end": "2012"}, {"start": "2010", "end": "2012-12-31"}]
    for dates in (given, given[::-1]):
        graph = two_mode({"a": "AB", "b": "AB"})
        for group, of in zip("ab", dates, strict=True):
            for member in "AB":
                graph.edges[member, group].update(of)
        found = project(graph).edges["A", "B"]
        assert (found["start"], found["end"]) == ("2010", "2012-12-31")


def test_davis_southern_women() -> None:
    """The published attendance: networkx as the reference, and shared events of four women counted by hand."""
    graph = nx.davis_southern_women_graph()
    found = project(graph, weighting="count")
    women = [node for node, side in graph.nodes(data="bipartite") if side == 0]
    reference = bipartite.weighted_projected_graph(graph, women)
    assert weights(found) == weights(reference)
    # Davis, Gardner and Gardner (1941): Evelyn and Laura shared events 1, 2, 3, 5, 6, 8; Flora went to 9 and 11 only.
    assert weights(found)["Evelyn Jefferson", "Laura Mandeville"] == 6
    assert weights(found)["Evelyn Jefferson", "Flora Price"] == 1


MEMBERSHIPS = st.dictionaries(
    st.sampled_from(["g1", "g2", "g3", "g4", "g5"]),
    st.lists(st.sampled_from("ABCDEFGH"), min_size=1, unique=True).map(lambda members: "".join(sorted(members))),
    min_size=1,
)


@settings(max_examples=200)
@given(MEMBERSHIPS)
def test_projection_agrees_with_networkx(memberships: dict[str, str]) -> None:
    """On any memberships, for both weights; an actor's strength is the number of its groups with another member."""
    graph = two_mode(memberships)
    actors = [node for node, side in graph.nodes(data="bipartite") if side == 0]
    newman, count = project(graph), project(graph, weighting="count")
    assert weights(newman) == pytest.approx(weights(bipartite.collaboration_weighted_projected_graph(graph, actors)))
    assert weights(count) == weights(bipartite.weighted_projected_graph(graph, actors))
    for actor in actors:
        shared = sum(len(members) > 1 for members in memberships.values() if actor in members)
        assert math.isclose(newman.degree(actor, weight="weight"), shared)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda graph: graph.add_node("lost"), "lost has no side"),
        (lambda graph: graph.add_edge("A", "B"), "A and B are tied inside one side"),
    ],
)
def test_what_is_not_two_mode_is_refused(change: object, message: str) -> None:
    """With the node or tie."""
    graph = two_mode({"g": "AB"})
    assert callable(change)
    change(graph)
    with pytest.raises(NotANetwork, match=message):
        project(graph)
    with pytest.raises(NotANetwork, match="it is directed"):
        project(two_mode({"g": "AB"}).to_directed())


@pytest.mark.parametrize(
    ("parameters", "message"),
    [({"onto": "both"}, "onto is 'both'"), ({"weighting": "w"}, "weighting is 'w'"), ({"largest": 1}, "largest is 1")],
)
def test_wrong_parameters_are_refused(parameters: dict[str, object], message: str) -> None:
    """With those that there are."""
    with pytest.raises(BadParameter, match=message):
        project(two_mode({"g": "AB"}), **parameters)  # type: ignore[arg-type]
