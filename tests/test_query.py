"""Queries: kind, refusals, faults with their place, graphs, results."""

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from migragraph.errors import (
    BadParameter,
    ForbiddenQuery,
    MalformedQuery,
    QueryError,
    UnknownFunction,
    UpdateInPlaceOfQuery,
)
from migragraph.outline import Outline
from migragraph.query import MOST_LEVELS, MOST_PIECES, QueryKind, QueryRequest, check_query, run_query

EX = "http://example.org/"


@pytest.fixture
def store() -> Store:
    """Return a store with one fact, and one statement in each of two graphs."""
    made = Store()
    for n, graph in enumerate((None, EX + "one", EX + "two")):
        triple = NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(n)
        made.add(Quad(*triple, NamedNode(graph)) if graph else Quad(*triple))
    return made


def numbers(store: Store, request: QueryRequest) -> list[str]:
    """Return the values of ?o, sorted."""
    result = run_query(store, request)
    assert isinstance(result, QuerySolutions)
    return sorted(row["o"].value for row in result)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", QueryKind.SELECT),
        ("select*{}", QueryKind.SELECT),
        ("ASK{}", QueryKind.ASK),
        ("PREFIX ask: <http://ask/> BASE <http://ask/>\n# ASK\nCONSTRUCT WHERE {}", QueryKind.CONSTRUCT),
        ("DESCRIBE <http://select/>", QueryKind.DESCRIBE),
        ("PREFIX insert: <http://example.org/> SELECT ?delete { ?delete insert:load 'DROP' }", QueryKind.SELECT),
    ],
)
def test_the_kind_is_known_before_evaluation(text: str, kind: QueryKind) -> None:
    """The first keyword after the prologue decides, not a name, comment or text."""
    assert QueryRequest(text).kind is kind


SERVICE_CALLS = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "select * { service <http://x/> {} }",
    "SELECT * { sErViCe SILENT <http://x/> {} }",
    "SELECT * { ?s ?p ?o OPTIONAL { SERVICE ?s { ?a ?b ?c } } }",
    "ASK { { SELECT * { SERVICE <http://x/> {} } } }",
    "SELECT * { # comment\nSERVICE# comment\n<http://x/>{} }",
    "SELECT * { ?s ?p 'it''s' . SERVICE <http://x/> {} }",
    'SELECT * { ?s ?p """a""" . SERVICE <http://x/> {} }',
    "PREFIX e: <http://x/> SELECT * { ?s ?p e:it\\'s . SERVICE e:a { ?a ?b 'x' } }",
    # the engine needs no space after a keyword or number
    "PREFIX e: <http://x/> SELECT * { SERVICEe:a { ?s ?p ?o } }",
    "PREFIX e: <http://x/> SELECT * { SERVICESILENTe:a#\n{ ?s ?p ?o } }",
    "PREFIX e: <http://x/> PREFIX SERVICEe: <http://y/> SELECT * { SERVICEe:a { ?s ?p ?o } }",
    "PREFIX : <http://x/> SELECT * { service:a { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1e5SERVICE <http://x/> {} }",
    "PREFIX e: <http://x/> SELECT * { ?s e:-5SERVICE <http://x/> {} }",
    "PREFIX e: <http://x/> SELECT * { ?s e:.5SERVICE <http://x/> {} }",
    "SELECT * { ?s ?p trueSERVICE <http://x/> {} }",
    # "<" may be an operator, and what follows no IRI
    "PREFIX e: <http://x/> SELECT * { ?s ?p ?a FILTER(?a<?b)SERVICE#>\ne:a{ ?s ?p ?o } }",
    # escapes may be read before anything else
    "SELECT * { \\u0053ERVICE <http://x/> {} }",
    "SELECT * { \\U00000053ervice <http://x/> {} }",
]


@pytest.mark.parametrize("text", SERVICE_CALLS)
def test_a_call_of_another_service_is_refused_however_it_is_written(text: str, store: Store) -> None:
    """Nothing is evaluated, so nothing is reached over the network."""
    with pytest.raises(ForbiddenQuery, match=r"SERVICE"):
        run_query(store, QueryRequest(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p 'SERVICE <http://x/> {}' }",
        'SELECT $service { $service ?p "SERVICE" }',
        "SELECT * { ?s ?p '''it's a SERVICE { ''' }",
        'SELECT * { ?s ?p """a " SERVICE { """@service }',
        "SELECT * { ?s <http://x/service> ?o } # SERVICE <http://x/> {}",
        "SELECT * { ?s a service:help-desk }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ex:service ex:a.service }",
        "SELECT * { ?s ?p _:service }",
        "SELECT * { ?s ?p 'caf\\u00e9 service' }",
        "DESCRIBE service:help-desk",
    ],
)
def test_the_word_service_is_allowed_where_it_is_no_keyword(text: str, store: Store) -> None:
    """Strings, IRIs, comments, variables, names and language tags may hold it."""
    assert run_query(store, QueryRequest(text)) is not None


@pytest.mark.parametrize(
    "text",
    ["INSERT DATA { <a:a> <a:b> 1 }", "PREFIX a: <a:> delete where { ?s ?p ?o }", "LOAD <http://x/>", "CLEAR ALL",
     "WITH <http://x/> DELETE { ?s ?p ?o } WHERE {}", "drop graph <http://x/>"],
)  # fmt: skip
def test_an_update_is_refused_as_an_update(text: str, store: Store) -> None:
    """The message says that this is SPARQL Update, not that the syntax is wrong."""
    with pytest.raises(UpdateInPlaceOfQuery, match=r"is SPARQL Update, and queries here only read"):
        run_query(store, QueryRequest(text))
    assert len(store) == 3


@pytest.mark.parametrize(
    ("text", "line", "column", "cause"),
    [
        ("", 1, 1, "it ends too early"),
        ("hello", 1, 1, "'hello' is not expected here"),
        ("SELEC * {}", 1, 1, "'SELEC' is not expected here"),
        ("SELECT * { ?s ?p ?o", 1, 20, "it ends too early"),
        ("SELECT * {\n  ?s ?p ?o }}", 2, 13, "'}' is not expected here"),
        ("SELECT * { ?s ?p }", 1, 18, "'}' is not expected here"),
        ("SELECT * { ?s foo:bar ?o }", 1, 15, "the prefix foo: is not declared"),
        ("SELECT ?x, ?y { ?x ?p ?y }", 1, 10, "',' is not expected here"),
        ("SELECT * {\r\n ?é ?p 'é'\r\n FILTER(LEN(?é) > 3) }", 3, 9, "'LEN' is not expected here"),
        ("SELECT * { # one\n\t?s ?p '''a\nb''' }\nLIMITT 3", 4, 1, "'LIMITT' is not expected here"),
        ("SELECT * { ?s ?p 'open }", 1, 18, "a string starts here and does not end"),
        ('SELECT * { ?s ?p """open" }', 1, 18, "a string starts here and does not end"),
        ("SELECT * { ?s ?p 'x'@toolonglanguagetag }", 1, 40, "language tag parsing failed"),
        ("SELECT * { <http://a:b:c/> ?p ?o }", 1, 12, "<http://a:b:c/> is not an IRI"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", 1, 35, "the SELECT contains a variable that is unbound"),
    ],
)
def test_a_fault_is_found_at_its_line_and_column(text: str, line: int, column: int, cause: str, store: Store) -> None:
    """The place is that of the first word that cannot be understood, and the message names it."""
    with pytest.raises(MalformedQuery) as caught:
        run_query(store, QueryRequest(text))
    error = caught.value
    place = f"the query is not valid SPARQL at line {line}, column {column}: {cause}."
    assert (error.line, error.column, error.message) == (line, column, place)


def test_our_prefixes_need_no_declaration_and_give_way_to_the_query(store: Store) -> None:
    """A declared prefix wins over ours."""
    store.add(Quad(NamedNode("https://w3id.org/migragraph/id/city/malmo"), NamedNode(EX + "q"), Literal(7)))
    store.add(Quad(NamedNode(EX + "malmo"), NamedNode(EX + "q"), Literal(8)))
    assert numbers(store, QueryRequest(f"SELECT ?o {{ city:malmo <{EX}q> ?o }}")) == ["7"]
    assert numbers(store, QueryRequest(f"PREFIX city: <{EX}> SELECT ?o {{ city:malmo <{EX}q> ?o }}")) == ["8"]


@pytest.mark.parametrize(
    ("default", "named", "plain", "in_graphs"),
    [
        ((), (), ["0"], ["1", "2"]),
        (("one",), (), ["1"], []),
        (("one", "two"), (), ["1", "2"], []),
        ((), ("two",), [], ["2"]),
        (("one",), ("two",), ["1"], ["2"]),
    ],
)
def test_graphs_of_the_request_make_the_dataset(
    default: tuple[str, ...], named: tuple[str, ...], plain: list[str], in_graphs: list[str], store: Store
) -> None:
    """What is not named is not there: https://www.w3.org/TR/sparql11-protocol/#dataset"""
    graphs = tuple(EX + name for name in default), tuple(EX + name for name in named)
    assert numbers(store, QueryRequest("SELECT ?o { ?s ?p ?o }", *graphs)) == plain
    assert numbers(store, QueryRequest("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", *graphs)) == in_graphs


def test_graphs_of_the_request_take_the_place_of_from(store: Store) -> None:
    """The protocol's graphs win over those in the query."""
    text = "SELECT ?o FROM <http://example.org/two> { ?s ?p ?o }"
    assert numbers(store, QueryRequest(text)) == ["2"]
    assert numbers(store, QueryRequest(text, (EX + "one",))) == ["1"]


@pytest.mark.parametrize("graph", ["http://example.org/none", "not an IRI", ""])
def test_a_graph_that_is_not_there_is_refused(graph: str, store: Store) -> None:
    """An empty answer would say that there is nothing to find."""
    with pytest.raises(BadParameter):
        run_query(store, QueryRequest("SELECT * {}", (graph,)))


def test_an_unknown_function_is_refused_by_name(store: Store) -> None:
    """The engine finds it only when it evaluates."""
    with pytest.raises(UnknownFunction, match=r"<http://x/f> is not supported"):
        run_query(store, QueryRequest("SELECT * { FILTER(<http://x/f>(1)) }"))


@pytest.mark.parametrize(
    ("text", "is_repeatable"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT (NOW() AS ?t) {}", False),
        ("SELECT * { ?s ?p ?o } ORDER BY rand()", False),
        ("SELECT ?now { ?now ?p 'RAND()' }", True),
    ],
)
def test_what_changes_by_itself_is_known(text: str, is_repeatable: bool) -> None:
    """Answers to such queries must not be kept."""
    assert QueryRequest(text).is_repeatable == is_repeatable


NESTED = {
    "braces": ("SELECT * {" + "{" * 20_000, "levels deep"),
    "brackets": ("SELECT * { FILTER(" + "(" * 9_000 + "1" + ")" * 9_000 + ") }", "levels deep"),
    "functions": ("SELECT * { FILTER(" + "STR(" * 2_000 + "1" + ")" * 2_000 + ") }", "levels deep"),
    "optional": ("SELECT * {" + "OPTIONAL { ?s ?p ?o }" * 4_000 + "}", "words and signs"),
    "sum": ("SELECT * { FILTER(1" + " + ?a" * 20_000 + ") }", "words and signs"),
    "signed": ("SELECT * { FILTER(1 IN (1" + "-1" * 20_000 + ")) }", "words and signs"),
    "not": ("SELECT * { FILTER(" + "!" * 20_000 + "1) }", "words and signs"),
    "path": ("SELECT * { ?s <a:a>" + "/<a:a>" * 10_000 + " ?o }", "words and signs"),
}


@pytest.mark.parametrize("name", NESTED)
def test_a_query_that_would_end_the_process_is_refused(name: str, store: Store) -> None:
    """The engine overflows its stack on these; the message says which limit they break."""
    text, limit = NESTED[name]
    with pytest.raises(ForbiddenQuery, match=limit):
        run_query(store, QueryRequest(text))


@pytest.mark.parametrize("shape", ["{0}{1}", "OPTIONAL {{ ?s ?p ?o }} {0}{1}"])
def test_a_query_at_the_limits_is_answered(shape: str) -> None:
    """Brackets of the greatest depth and a row of the greatest length do not end the process."""
    nested = "{" * (MOST_LEVELS - 1) + "}" * (MOST_LEVELS - 1)
    row = "FILTER(1" + "||?a" * ((MOST_PIECES - 2 * MOST_LEVELS - 20) // 2) + ")"
    text = "SELECT * {" + shape.format(nested, row) + "}"
    assert Outline(text).size <= MOST_PIECES
    code = f"from migragraph.query import *; check_query(QueryRequest({text!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_long_lists_of_values_are_no_large_query(store: Store) -> None:
    """VALUES and IN may hold thousands of values."""
    values = "SELECT ?o { VALUES (?s ?o) {" + "(<a:a> -1.5)(UNDEF 'x'@en)" * 2_000 + "} }"
    members = "SELECT ?o { ?s ?p ?o FILTER(?o IN (" + "-1, ex:a, 'x'^^xsd:int, " * 2_000 + "0)) }"
    assert len(numbers(store, QueryRequest(values))) == 4_000
    assert numbers(store, QueryRequest("PREFIX ex: <http://example.org/> " + members)) == ["0"]


HOSTILE = ["\\'" * 40_000, "-" * 100_000, "1." * 50_000, "a." * 50_000, "<)service" * 10_000, "'''a\\" * 20_000,
           "\\u" * 50_000, '"' * 100_000]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:9])
def test_hostile_text_is_refused_in_short_time(text: str) -> None:
    """No pattern takes more than linear time; here a second would be a thousand times the usual."""
    start = time.process_time()
    with pytest.raises(QueryError):
        check_query(QueryRequest(text))
    assert time.process_time() - start < 5


CONCATENATED = [
    ("SELECT (GROUP_CONCAT(?v) AS ?all) {V}", "a b"),
    ("SELECT (group_concat(DISTINCT ?v ; separator=')') AS ?all) {V}", "a)b"),
    ("SELECT (GROUP_CONCAT(?v)AS ?all) # GROUP_CONCAT(\n{V}", "a b"),
    ("SELECT (UCASE(GROUP_CONCAT(CONCAT(?v, 'GROUP_CONCAT('@en))) AS ?all) {V}", "AGROUP_CONCAT( BGROUP_CONCAT("),
    ("SELECT ?all {{ {{ SELECT (GROUP_CONCAT ( ?v ) AS ?all) {V} }} }}", "a b"),
    ("SELECT (1 AS ?one) ?all {{ BIND('x' AS ?all) {{ {V} }} }} GROUP BY ?all HAVING(GROUP_CONCAT(?v)='a b')", "x"),
    ("SELECT ?all {{ BIND('x' AS ?all) {V} }} GROUP BY ?all ORDER BY GROUP_CONCAT(?v)", "x"),
]


@pytest.mark.parametrize(("text", "expected"), CONCATENATED)
def test_what_is_concatenated_has_no_language(text: str, expected: str) -> None:
    """SPARQL 1.1, 18.5.1.7: a simple literal, whatever the values are; strings and comments stay as they are."""
    query = text.replace("{V}", '{{ VALUES ?v {{ "a"@en "b"@en }} }}').replace("{{", "{").replace("}}", "}")
    (row,) = run_query(Store(), QueryRequest(query))  # type: ignore[misc]
    assert row["all"] == Literal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (GROUP_CONCAT(?x AS ?y) {}",
        "SELECT (GROUP_CONCAT(?x)) AS ?y) {}",
        "SELECT (GROUP_CONCAT( ?x ?y) AS ?z) {}",
    ],
)
def test_a_fault_beside_a_concatenation_is_told_at_its_place(text: str) -> None:
    """Of the query as it was sent."""
    with pytest.raises(MalformedQuery) as caught:
        run_query(Store(), QueryRequest(text))
    assert caught.value.line == 1
    assert caught.value.column is not None
    assert caught.value.column <= len(text) + 1
    assert "STR" not in caught.value.message


PIECES = [
    *("SELECT", "SERVICE", "service", "<http://a>", "<a)service>", "'x", '"""', r"\u0053", "5RAND()", "brand", "now("),
    *("PREFIX a:", "{", "}", "(", ")", "<<", ">>", "#c\n", " ", "?x", "ex:y", "\u0130", "\u017fervice", "SERVICEex:x"),
    *("VALUES", "IN", "+1", ",", "DATA", "@en"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.integers(0, 8), st.integers(0, 20))
def test_what_a_glance_tells_is_what_a_closer_look_finds(text: str, depth: int, size: int) -> None:
    """Keywords and limits are the same whether or not the text has to be split for them."""
    known = Outline(text)
    words = known.bare.lower()
    assert known.exceeds(depth=depth, size=size) == (known.depth > depth or known.size > size)
    assert Outline(text).mentions("service") == ("service" in words)
    request = QueryRequest(text)
    changing = re.search(r"\b(rand|now|uuid|struuid)\b", known.bare, re.IGNORECASE)
    assert request.is_repeatable == ("service" not in words and changing is None)
