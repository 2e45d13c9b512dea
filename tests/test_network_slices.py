"""Parts of a network: at a date, of countries, of a kind, without a node or a source; worked out by hand."""

from dataclasses import replace

import pytest
from pyoxigraph import (
    Store,
)

from hand_made import CLAIM, ID, rows
from migragraph.errors import (
    BadParameter,
    NotANetwork,
    UnknownThing,
)
from migragraph.networks.extraction import extract_network
from migragraph.networks.slices import at_date, in_countries, of_kind, without_node, without_source
from migragraph.networks.ties import Network


@pytest.fixture
def dated(hand_made: Store) -> Network:
    """Four ties: 2010 to 2012, from May 2015, to the end of 2016, and without dates."""
    return extract_network(
        hand_made,
        rows(
            "?source ?target ?tie ?start ?end ?evidence ?part ?target_theme",
            f"city:malmo network:one 1 '2010' '2012' <{CLAIM}s/1> 'is in' 'health'",
            f"city:malmo network:one 2 '2015-05' UNDEF <{CLAIM}t/1> 'is in' 'housing'",
            f"city:lodz network:two 3 UNDEF '2016' <{CLAIM}s/2> 'is in' 'sport'",
            f"city:lodz network:two 3 UNDEF '2016' <{CLAIM}t/2> 'is in' 'sport'",
            f"city:lodz network:two 3 UNDEF '2016' <{CLAIM}u/1> 'is his' 'sport'",
            "city:lodz network:one 4 UNDEF UNDEF UNDEF UNDEF UNDEF",
            "city:both UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF",
            mode="two",
        ),
    )


@pytest.mark.parametrize(
    ("date", "expected", "unknown"),
    [
        ("2009-12-31", [("lodz", "one"), ("lodz", "two")], (2, 1)),
        ("2010", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 1)),
        ("2012-12-31", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 1)),
        ("2013-06", [("lodz", "one"), ("lodz", "two")], (2, 1)),
        ("2015-04-30", [("lodz", "one"), ("lodz", "two")], (2, 1)),
        ("2015", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 2)),
        ("2015-05-01", [("lodz", "one"), ("lodz", "two"), ("malmo", "one")], (2, 2)),
        ("2017-01-01", [("lodz", "one"), ("malmo", "one")], (1, 2)),
    ],
)
def test_ties_at_a_date(dated: Network, date: str, expected: list[tuple[str, str]], unknown: tuple[int, int]) -> None:
    """Worked out by hand; two ties of one edge are told apart; what is counted without knowing is stated."""
    part = at_date(dated, date)
    assert sorted((t.source.rpartition("/")[2], t.target.rpartition("/")[2]) for t in part.ties) == expected
    assert part.remarks == (
        f"At {date}: {len(expected)} of 4 ties; of these the start of {unknown[0]} and the end of {unknown[1]} is "
        "unknown, and they are counted.",
    )
    assert part.isolates == {ID + "city/both"}


def test_ties_of_countries(dated: Network) -> None:
    """The actors' countries; a city of two is in none of them, and goes though it is an isolate."""
    part = in_countries(dated, ["SE"])
    assert set(part.nodes) == {ID + "city/malmo", ID + "network/one"}
    assert part.remarks == ("In Sweden: 2 of 4 ties.",)
    assert len(in_countries(dated, {"SE", "PL"}).ties) == 4
    with pytest.raises(BadParameter, match="no node has the country 'XX'") as caught:
        in_countries(dated, ["SE", "XX"])
    assert caught.value.remedy == "There are: PL, SE."
    with pytest.raises(BadParameter, match="no country is given"):
        in_countries(dated, [])


def test_ties_of_a_kind(dated: Network) -> None:
    """By class or another attribute, with any of several values; groups unless actors are asked for."""
    assert of_kind(dated, ["mg:Network"]).ties == dated.ties
    assert of_kind(dated, ["mg:City"], side=0).ties == dated.ties
    with pytest.raises(BadParameter, match="no node has the kind 'mg:City'"):
        of_kind(dated, ["mg:City"])
    part = of_kind(dated, ["housing"], attribute="theme")
    assert {t.target for t in part.ties} == {ID + "network/one"}
    assert set(part.nodes) == {ID + "city/malmo", ID + "city/lodz", ID + "city/both", ID + "network/one"}
    with pytest.raises(BadParameter, match="no node has the theme 'culture'") as caught:
        of_kind(dated, ["culture"], attribute="theme")
    assert caught.value.remedy == "There are: health, housing, sport."


def test_parts_of_a_one_mode_network_have_both_ends_in_them(hand_made: Store) -> None:
    """A tie between two countries is in neither."""
    network = extract_network(
        hand_made, rows("?source ?target", "city:malmo organisation:council", "city:malmo city:lodz", directed=True)
    )
    assert [(t.source, t.target) for t in in_countries(network, ["SE"]).ties] == [
        (ID + "city/malmo", ID + "organisation/council")
    ]
    assert [(t.source, t.target) for t in of_kind(network, ["mg:City"]).ties] == [(ID + "city/malmo", ID + "city/lodz")]


def test_without_a_node(dated: Network) -> None:
    """Its ties go, and who has no other tie."""
    part = without_node(dated, ID + "network/one")
    assert set(part.nodes) == {ID + "city/lodz", ID + "city/both", ID + "network/two"}
    assert part.remarks == (f"Without One ({ID}network/one): 1 of 4 ties.",)
    assert ID + "city/both" not in without_node(dated, ID + "city/both").nodes
    with pytest.raises(UnknownThing, match="there is no node") as caught:
        without_node(dated, ID + "network/on")
    assert f"{ID}network/one" in caught.value.remedy


def test_without_a_source(dated: Network) -> None:
    """A tie stands while each of its conditions has a claim of another source; one without evidence stands."""

    def ends(network: Network) -> list[tuple[str, str, int]]:
        return [(t.source.rpartition("/")[2], t.target.rpartition("/")[2], len(t.evidence)) for t in network.ties]

    assert ends(without_source(dated, "s")) == [("lodz", "one", 0), ("lodz", "two", 2), ("malmo", "one", 1)]
    assert ends(without_source(dated, "t")) == [("lodz", "one", 0), ("lodz", "two", 2), ("malmo", "one", 1)]
    assert ends(without_source(dated, "u")) == [("lodz", "one", 0), ("malmo", "one", 1), ("malmo", "one", 1)]
    assert without_source(dated, "u").remarks == ("Without the source u: 3 of 4 ties.",)
    with pytest.raises(UnknownThing, match="rests on a source 'x'") as caught:
        without_source(dated, "x")
    assert caught.value.remedy == "Its sources: s, t, u."


def test_parts_of_parts_keep_all_remarks(dated: Network) -> None:
    """In order, on the networkx graph too."""
    part = without_source(at_date(dated, "2011"), "s")
    assert len(part.to_graph().graph["remarks"]) == 2


def test_a_part_without_ties_is_refused(dated: Network) -> None:
    """With what was asked for."""
    known = tuple(tie for tie in dated.ties if tie.start)
    with pytest.raises(NotANetwork, match=r"no tie .* is left: At 2014: 0 of 2 ties"):
        at_date(replace(dated, ties=known), "2014")
    with pytest.raises(BadParameter, match="'yesterday' is no year, month or day"):
        at_date(dated, "yesterday")
