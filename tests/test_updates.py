"""SPARQL Update before it is carried out: what is refused, where it is wrong, and which graphs it is about."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from migragraph.errors import (
    BadParameter,
    ForbiddenQuery,
    MalformedQuery,
    MigragraphError,
    QueryInPlaceOfUpdate,
    UnknownThing,
)
from migragraph.updates import UpdateRequest, apply_update, with_graphs

G, H = "https://example.org/g", "https://example.org/h"
P = NamedNode("https://example.org/p")


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:1/x>",
        "load <http://127.0.0.1:1/x> INTO GRAPH <a:b>",
        "PREFIX ex: <http://127.0.0.1:1/> LOAD ex:data",
        "PREFIX ex: <http://127.0.0.1:1/> LOADex:data",
        "PREFIX loadex: <http://127.0.0.1:1/> LOADloadex:data",
        "INSERT DATA { <a:a> <a:a> 1 } ; LOAD <http://127.0.0.1:1/x>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "L\\u004FAD <http://127.0.0.1:1/x>",
        "INSERT { ?s ?p ?o } WHERE { SERV\\u0049CE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_what_reads_from_elsewhere_is_refused(text: str) -> None:
    """Or it is not SPARQL at all; it never reaches the engine, which would fetch."""
    with pytest.raises((ForbiddenQuery, MalformedQuery)):
        UpdateRequest(text).check()


def test_a_silent_load_does_nothing() -> None:
    """It may fail, so it is left out; the rest is carried out."""
    request = UpdateRequest("LOAD SILENT <http://127.0.0.1:1/x> ; INSERT DATA { <a:a> <a:p> 1 }")
    store = Store()
    apply_update(store, request.check())
    assert [str(quad.subject) for quad in store] == ["<a:a>"]


@pytest.mark.parametrize(
    "text",
    ["WITH loads:g DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", "INSERT DATA { loads:a loads:b 'LOAD <x>' } # LOAD"],
)
def test_a_name_that_looks_like_it_is_none(text: str) -> None:
    """Names, strings and comments say nothing."""
    UpdateRequest(f"PREFIX loads: <https://example.org/> {text}").check()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT DATA { <a:a> , 1 }", 1, 21),
        ("INSERT DATA {\n <a:a> <a:p> }", 2, 14),
        ("CLEAR ALL\n;;", 2, 2),
        ("LOAD ;", 1, 1),
        ("CREATE GRAPH <a:b>\nLOAD <a:c>", 2, 1),
        ("INSART DATA {}", 1, 1),
    ],
)
def test_a_fault_is_found_at_its_line_and_column(text: str, line: int, column: int) -> None:
    """As for queries."""
    with pytest.raises(MalformedQuery) as caught:
        UpdateRequest(text).check()
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(f"the update is not valid SPARQL at line {line}, column {column}: ")


@pytest.mark.parametrize("text", ["SELECT * {}", "# x\nPREFIX a: <a:> describe a:b", "ASK{}"])
def test_a_query_is_no_update(text: str) -> None:
    """It is told where queries are answered."""
    with pytest.raises(QueryInPlaceOfUpdate, match="/sparql"):
        UpdateRequest(text).check()


def test_much_data_is_no_large_update() -> None:
    """A hundred thousand triples are read; nested brackets and long patterns are refused before the engine."""
    body = " . ".join(f"<https://example.org/{n}> <https://example.org/p> {n}" for n in range(20_000))
    UpdateRequest(f"INSERT DATA {{ {body} }}").check()
    with pytest.raises(ForbiddenQuery, match="too large"):
        UpdateRequest(f"INSERT {{}} WHERE {{ {'{' * 200} {'}' * 200} }}").check()
    with pytest.raises(ForbiddenQuery, match="too large"):
        UpdateRequest("INSERT {} WHERE { FILTER(" + "+".join("1" * 5000) + ") }").check()


def store_of(*graphs: str | None) -> Store:
    """A store with one triple in each graph, whose object is the number of the graph."""
    store = Store()
    for n, graph in enumerate(graphs):
        store.add(Quad(P, P, Literal(n), NamedNode(graph) if graph else DefaultGraph()))
    return store


@pytest.mark.parametrize(
    ("text", "default", "named", "left"),
    [
        ("DELETE WHERE { ?s ?p ?o }", (G,), (), {0, 1, 2}),  # what matches in g is not in the default graph
        (f"DELETE {{ GRAPH <{G}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}", (G,), (), {0, 2}),
        ("INSERT { ?s ?p 9 } WHERE { GRAPH ?g { ?s ?p 2 } }", (), (G,), {0, 1, 2}),
        ("INSERT { ?s ?p 9 } WHERE { GRAPH ?g { ?s ?p 2 } }", (), (G, H), {0, 1, 2, 9}),
        ("INSERT { ?s ?p 8 } WHERE { ?s ?p 1 } ; INSERT { ?s ?p 9 } WHERE { ?s ?p 0 }", (G,), (), {0, 1, 2, 8}),
        ("INSERT DATA { <a:a> <a:p> 'WHERE' }", (G,), (), {0, 1, 2}),
        (f"CLEAR GRAPH <{G}>", (H,), (), {0, 2}),
    ],
)
def test_graphs_of_the_request_are_those_of_its_patterns(
    text: str, default: tuple[str, ...], named: tuple[str, ...], left: set[int]
) -> None:
    """Facts are 0, the graph g has 1, the graph h has 2; the outcome was worked out by hand."""
    store = store_of(None, G, H)
    apply_update(store, UpdateRequest(text, default, named).check())
    found = {int(q.object.value) for q in store if isinstance(q.object, Literal) and q.object.value.isdigit()}
    assert found == left


@pytest.mark.parametrize("text", ["WITH <a:g> DELETE { ?s ?p 1 } WHERE {}", "DELETE { ?s ?p 1 } USING <a:g> WHERE {}"])
def test_graphs_named_twice_are_refused(text: str) -> None:
    """By the request and by the text."""
    with pytest.raises(BadParameter, match="USING or WITH"):
        UpdateRequest(text, (G,)).check()


def test_a_graph_that_is_not_there_is_not_dropped() -> None:
    """Without SILENT that is an error, and nothing of the request is done."""
    store = store_of(None)
    with pytest.raises(UnknownThing):
        apply_update(store, UpdateRequest(f"INSERT DATA {{ <a:a> <a:p> 1 }} ; DROP GRAPH <{G}>").check())
    assert len(store) == 1


PIECES = st.sampled_from(
    ["INSERT", "DELETE", "DATA", "WHERE", "LOAD", "SILENT", "INTO", "GRAPH", "USING", "WITH", "{", "}", ";", "(", ")",
     "<http://127.0.0.1:1/x>", "ex:a", "LOADex:a", "SERVICE", "?x", "1", "'", '"""', "#", "\n", " ",
     "PREFIX", "\\u004C"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25), st.booleans())
def test_any_text_is_an_update_or_an_error_of_ours(pieces: list[str], spaced: bool) -> None:
    """Whatever is sent, nothing else is raised, and graphs of the request do not change that."""
    text = (" " if spaced else "").join(pieces)
    for graphs in ((), (G,)):
        with suppress(MigragraphError):
            UpdateRequest(text, graphs).check()


def test_text_without_graphs_stays_as_it_is() -> None:
    """Byte for byte."""
    text = "DELETE { ?s ?p 'WHERE' } # WHERE\nWHERE { ?s ?p ?o }"
    assert with_graphs(UpdateRequest(text)) is text
