"""Network files: header, variables, query; networks as resources of a version; networks of a user's own."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from migragraph.errors import BadParameter, SourceError, UnknownThing
from migragraph.networks.definitions import (
    NetworkDefinition,
    describe_networks,
    read_network,
    read_networks,
    stored_networks,
)

HEADER = (
    "# Title: Members\n# Question: Who is in what?\n# Mode: two-mode\n# Directed: no\n"
    "# Tie: the city is a member\n# Boundary: all there are\n"
)
QUERY = "PREFIX org: <http://www.w3.org/ns/org#>\nSELECT ?source ?target { ?source org:memberOf ?target }\n"
MEMBERS = NetworkDefinition(
    "members", "Members", "Who is in what?", "two", False, "the city is a member", "all there are", QUERY
)


def write(folder: Path, name: str, text: str) -> None:
    """Write a network file."""
    (folder / name).write_text(text, encoding="utf-8")


def test_a_network_is_read_whole(tmp_path: Path) -> None:
    """The name is that of the file, the query is what follows the header."""
    write(tmp_path, "members.rq", HEADER + "\n" + QUERY)
    assert read_networks(tmp_path) == (MEMBERS,)
    assert read_network(tmp_path, "members") == MEMBERS


def test_every_problem_is_reported_with_its_place_and_remedy(tmp_path: Path) -> None:
    """All files are read before anything is refused; the header has 6 lines, the query starts at the seventh."""
    write(tmp_path, "Bad_Name.rq", HEADER + QUERY)
    write(tmp_path, "ask.rq", HEADER + "ASK {}")
    write(tmp_path, "direction.rq", HEADER.replace("Directed: no", "Directed: maybe") + QUERY)
    write(tmp_path, "fault.rq", HEADER + "SELECT * {\n ?s ?p }")
    write(tmp_path, "header.rq", "# Title: Members\n# Mode: two-mode\n" + QUERY)
    write(tmp_path, "hiding.rq", HEADER + QUERY.replace("?target {", "?target ?source_label {"))
    write(tmp_path, "lost.rq", HEADER + QUERY.replace("?target", "?network"))
    write(tmp_path, "mode.rq", HEADER.replace("two-mode", "three-mode") + QUERY)
    write(tmp_path, "one.rq", HEADER.replace("Members", "Same") + QUERY)
    write(tmp_path, "part.rq", HEADER + QUERY.replace("?target {", "?target ?part {"))
    write(tmp_path, "proof.rq", HEADER + QUERY.replace("?target {", "?target ?evidence {"))
    write(tmp_path, "query.rq", HEADER.replace("Members", "Query") + QUERY)
    write(tmp_path, "service.rq", HEADER + "\nSELECT ?source ?target { SERVICE <http://x/> { ?source ?p ?target } }")
    write(tmp_path, "two.rq", HEADER.replace("Members", "Same") + QUERY)
    write(tmp_path, "way.rq", HEADER.replace("Directed: no", "Directed: yes") + QUERY)
    with pytest.raises(SourceError) as caught:
        read_networks(tmp_path)
    assert [(p.where.path.name, p.where.line, p.message.partition(":")[0]) for p in caught.value.problems] == [
        ("Bad_Name.rq", None, "the name is no slug."),
        ("ask.rq", 7, "the query is ASK, not SELECT."),
        ("direction.rq", 1, "Directed is 'maybe'."),
        ("fault.rq", 8, "the query is not valid SPARQL at line 2, column 8"),
        ("header.rq", 1, "the header lacks question, directed, tie, boundary."),
        ("hiding.rq", 8, "the variable ?source_label would hide the label that every node has."),
        ("lost.rq", 8, "the query has no variable ?target."),
        ("lost.rq", 8, "the variable ?network means nothing in a network."),
        ("mode.rq", 1, "Mode is 'three-mode'."),
        ("part.rq", 8, "the query has ?part and no ?evidence"),
        ("proof.rq", 8, "the query has ?evidence and no ?tie"),
        ("query.rq", None, "the name is that of every network of a user's own query."),
        ("service.rq", 8, "the query calls another service (SERVICE), which is not done from here."),
        ("two.rq", 1, "one.rq has the same title."),
        ("way.rq", 1, "a two-mode network is not directed."),
    ]
    assert all(p.remedy for p in caught.value.problems)


def test_a_folder_without_networks_is_refused(tmp_path: Path) -> None:
    """A glob that finds nothing is no success."""
    with pytest.raises(SourceError, match=r"there is no network \(\*\.rq\) here"):
        read_networks(tmp_path)


def test_an_unknown_name_is_refused_with_names_that_come_near(tmp_path: Path) -> None:
    """Paths are no names."""
    write(tmp_path, "members.rq", HEADER + QUERY)
    for name in ("member", "../members", "members.rq", ""):
        with pytest.raises(UnknownThing, match=r"there is no network .*Some there are: members"):
            read_network(tmp_path, name)


def test_stored_networks_are_those_that_were_written(tmp_path: Path) -> None:
    """Of either mode and direction, out of a version as into it."""
    write(tmp_path, "members.rq", HEADER + QUERY)
    one = HEADER.replace("Members", "One").replace("two-mode", "one-mode")
    write(tmp_path, "one.rq", one + QUERY)
    write(tmp_path, "way.rq", one.replace("One", "Way").replace("Directed: no", "Directed: yes") + QUERY)
    store = Store()
    store.extend(describe_networks(tmp_path))
    found = stored_networks(store)
    assert found == read_networks(tmp_path)
    assert [(d.slug, d.mode, d.directed) for d in found] == [
        ("members", "two", False),
        ("one", "one", False),
        ("way", "one", True),
    ]


def test_a_query_of_a_users_own_is_a_network() -> None:
    """With mode and direction; what cannot be is refused."""
    found = NetworkDefinition.of_query(QUERY, mode="one", directed=True)
    assert (found.mode, found.directed, found.sparql) == ("one", True, QUERY)
    with pytest.raises(BadParameter, match="there is no mode 'three'"):
        NetworkDefinition.of_query(QUERY, mode="three")
    with pytest.raises(BadParameter, match="a two-mode network is not directed"):
        NetworkDefinition.of_query(QUERY, mode="two", directed=True)
