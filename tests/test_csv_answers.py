"""Rows as CSV: every cell in its column, for readers other than the engine."""

import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from migragraph.representations import render_result


def test_rows_as_csv_keep_their_columns() -> None:
    """The IRI of a passage has a comma, which the engine leaves bare; other readers see every cell of every row."""
    passage = "https://w3id.org/migragraph/source/report#char=10,60"
    store = Store()
    for value in (Literal('a,"b"\r\nc'), Literal(""), Literal("x", language="de"), BlankNode("b")):
        store.add(Quad(NamedNode(passage), NamedNode("http://example.org/p"), value))
    result = store.query("SELECT ?s ?o ?none { ?s ?p ?o } ORDER BY ?o")
    assert isinstance(result, QuerySolutions)
    written = render_result(result, "csv").decode()
    assert written.split("\r\n")[0] == "s,o,none"
    rows = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert rows[0] == ["s", "o", "none"]
    assert [row[::2] for row in rows[1:]] == [[passage, ""]] * 4
    assert [row[1] for row in rows[1:]] == ["_:b", "", 'a,"b"\r\nc', "x"]
    frame = pd.read_csv(io.StringIO(written, newline=""), keep_default_na=False)
    assert frame.to_numpy().tolist() == rows[1:]


@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=5)), max_size=9))
def test_rows_as_csv_are_those_of_the_engine_where_no_iri_has_a_comma(values: list[str | None]) -> None:
    """All but the empty line of an empty cell is byte for byte what the engine writes."""
    cells = " ".join("(UNDEF <http://example.org/>)" if v is None else f"({Literal(v)} 1.50)" for v in values)
    query = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {cells} }} }}"
    ours, theirs = (Store().query(query) for _ in range(2))
    assert isinstance(ours, QuerySolutions)
    assert isinstance(theirs, QuerySolutions)
    assert render_result(ours, "csv") == theirs.serialize(format=QueryResultsFormat.CSV)


def test_a_row_whose_one_cell_is_empty_is_a_row() -> None:
    """Readers of CSV pass over empty lines."""
    result = Store().query("SELECT ?a { VALUES ?a { 1 UNDEF 2 } }")
    assert isinstance(result, QuerySolutions)
    assert render_result(result, "csv") == b'a\r\n1\r\n""\r\n2\r\n'
