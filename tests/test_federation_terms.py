"""SERVICE: the values that came are put into the text of a query as data, whatever they hold."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from migragraph.federation.terms import can_stand, write_values
from migragraph.query import QueryRequest, run_query
from migragraph.syntax import resolve_escapes
from rdf_terms import TERMS, TEXTS


@example([{"a": Literal(r"\u0041"), "b": Literal(r"\\U00000022 } {")}, {}])
@given(st.lists(st.fixed_dictionaries({}, optional={"a": TERMS, "b": TERMS}), max_size=4))
def test_any_rows_are_read_back_as_they_were(given_rows: list[dict[str, Any]]) -> None:
    """By our engine, and by those that resolve escapes before all else; no value is taken for a call."""
    text = f"SELECT * {{ {write_values(['a', 'b'], given_rows)} }}"
    for written in (text, resolve_escapes(text)):
        found = Store().query(written)
        assert isinstance(found, QuerySolutions)
        assert [{n: row[n] for n in ("a", "b") if row[n] is not None} for row in found] == given_rows
        if all(can_stand(term) for row in given_rows for term in row.values()):
            run_query(Store(), QueryRequest(written))


@given(TEXTS)
def test_no_text_of_an_answer_is_taken_for_a_call(text: str) -> None:
    """Whatever stands in it."""
    written = write_values(["a"], [{"a": Literal(text + "service {")}, {"a": NamedNode("http://a.example/)service")}])
    assert not QueryRequest(f"ASK {{ {written} }}").calls_services


def test_what_can_stand_in_a_query() -> None:
    """IRIs and literals of SPARQL 1.1, unless they would be taken for something else."""
    node = NamedNode("https://example.org/")
    assert all(map(can_stand, (node, BlankNode("b"), Literal("a", language="ar"), NamedNode("http://x/(a)service"))))
    right_to_left = Literal("a", language="ar", direction=BaseDirection.RTL)
    hidden = NamedNode("urn:a)service")
    refused = (right_to_left, Triple(node, node, node), hidden, Literal("a", datatype=hidden), Literal("a\0"))
    assert not any(map(can_stand, refused))
