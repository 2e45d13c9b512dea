"""The Python interface: open, ask, take the facts along."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode

import migragraph
from migragraph.api import Rows, to_python
from migragraph.errors import MalformedQuery, NoVersion, UnknownThing
from migragraph.iris import PREFIXES
from migragraph.questions import Question
from migragraph.values import Value

QUESTION = Question(
    slug="members",
    title="Members of a network",
    question="Which cities are members of Eurocities?",
    group="networks",
    keywords=("city", "membership"),
    sparql="SELECT ?city { ?city org:memberOf network:eurocities }",
)
MALMO = "https://w3id.org/migragraph/id/city/malmo"
EUROCITIES = "https://w3id.org/migragraph/id/network/eurocities"


@pytest.fixture
def graph(tiny_home: Path) -> migragraph.Graph:
    """Return the tiny version, open."""
    return migragraph.open(tiny_home)


def test_the_facade_is_what_it_says() -> None:
    """Every name of ``__all__`` is there."""
    assert {name: hasattr(migragraph, name) for name in migragraph.__all__} == dict.fromkeys(migragraph.__all__, True)


def test_the_home_is_given_or_set(tiny_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path, a text or the setting lead to the same version; an id to that one."""
    monkeypatch.setenv("MIGRAGRAPH_HOME", str(tiny_home))
    ids = {g.version for g in (migragraph.open(), migragraph.open(str(tiny_home)), migragraph.open(tiny_home))}
    assert ids == {(tiny_home / "current").read_text().strip()}
    assert migragraph.open(version=ids.pop()).manifest["counts"]["claims"] == 2


def test_a_version_that_is_not_there_is_refused(tmp_path: Path, tiny_home: Path) -> None:
    """The remedy is to build one."""
    with pytest.raises(NoVersion, match="migragraph build"):
        migragraph.open(tmp_path / "nothing")
    with pytest.raises(NoVersion, match="there is no version 'ab'"):
        migragraph.open(tiny_home, version="ab")


def test_rows_hold_python_values(graph: migragraph.Graph) -> None:
    """Numbers, truth values, dates and text; None for what is unbound."""
    found = graph.query("""
        SELECT ?city ?population ?ratio ?open ?seen ?founded {
            ?city a mg:City
            OPTIONAL { ?city schema:population ?population ; schema:ratio ?ratio ; schema:isAccessibleForFree ?open }
            OPTIONAL { ?city schema:dateModified ?seen }
            OPTIONAL { ?city schema:foundingDate ?founded }
        } ORDER BY ?city""")
    city = "https://w3id.org/migragraph/id/city/"
    empty = dict.fromkeys(("population", "ratio", "open", "seen", "founded"))
    rows = [
        empty | {"city": city + "lodz", "seen": dt.date(2024, 5, 1)},
        empty | {"city": city + "malmo", "founded": "1275"},
        empty | {"city": city + "odd", "population": 12, "ratio": Decimal("47.4"), "open": True},
    ]
    assert found.rows == rows
    assert (list(found), len(found), found[0], found[1:]) == (rows, 3, rows[0], rows[1:])
    assert found.variables == ("city", "population", "ratio", "open", "seen", "founded")


def test_rows_become_a_data_frame(graph: migragraph.Graph) -> None:
    """The columns are the variables, also where there is no row."""
    frame = graph.query("SELECT ?city ?name { ?city org:memberOf ?n ; skos:prefLabel ?name }").to_dataframe()
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"city": [MALMO], "name": ["Malmö"]}))
    assert list(graph.query("SELECT ?b ?a { ?b mg:nothing ?a }").to_dataframe().columns) == ["b", "a"]


UTC2 = dt.timezone(dt.timedelta(hours=2))
#: Values of a column → the type it has in a data frame.
COLUMNS: list[tuple[list[Value], str]] = [
    ([1, 2], "int64"),
    ([1, None], "Int64"),
    ([2**63, None], "object"),
    ([Decimal("1.10"), None, 2], "float64"),
    ([0.5, 2**70], "float64"),
    ([Decimal("1e400"), Decimal(1)], "object"),
    ([10**400, 1.5], "object"),
    ([True, False], "bool"),
    ([True, None], "boolean"),
    ([True, 1], "object"),
    ([dt.date(1275, 1, 1), None], "datetime64[s]"),
    ([dt.date(1, 1, 1), dt.date(9999, 12, 31)], "datetime64[s]"),
    ([dt.date(2024, 5, 1), "2024-05"], "object"),
    ([dt.datetime(2024, 5, 1, 12)], "datetime64[us]"),
    ([dt.datetime(2024, 5, 1, 12, tzinfo=UTC2), None], "datetime64[us, UTC]"),
    ([dt.datetime(2024, 5, 1, tzinfo=dt.UTC), dt.datetime(2024, 5, 1)], "object"),
    ([dt.datetime(1, 1, 1, tzinfo=UTC2)], "object"),
    ([1, "many"], "object"),
    ([None, None], "object"),
]


@pytest.mark.parametrize(("values", "dtype"), COLUMNS, ids=str)
def test_a_column_has_a_type_that_pandas_computes_with(values: list[Value], dtype: str) -> None:
    """No value is changed but to the float nearest to it, and to UTC; what is unbound is missing."""
    column = Rows(("x",), [{"x": value} for value in values]).to_dataframe()["x"]
    assert str(column.dtype) == dtype
    assert list(column.isna()) == [value is None for value in values]
    for found, value in zip(column, values, strict=True):
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and dtype != "object":
            assert found.date() == value
        elif value is not None:
            assert found == (float(value) if dtype == "float64" else value)


def test_numbers_are_exact_where_that_is_asked() -> None:
    """Decimals as they are, beside whole numbers; a column of whole numbers stays one that pandas computes with."""
    rows = Rows(("a", "b"), [{"a": Decimal("0.10"), "b": 1}, {"a": 2, "b": None}, {"a": None, "b": 3}])
    frame = rows.to_dataframe(exact=True)
    assert frame["a"].tolist() == [Decimal("0.10"), 2, None]
    assert str(frame["a"][0]) == "0.10"
    assert str(frame["b"].dtype) == "Int64"


def test_pandas_computes_with_the_answers_to_stored_questions(real_home: Path) -> None:
    """Sums, descriptions, groups and spans of time of the real graph are those of the values added up one by one."""
    graph = migragraph.open(real_home)
    rows = graph.answer("project-budgets")
    frame = rows.to_dataframe()
    budgets = [row["budget"] for row in rows]
    assert list(frame.select_dtypes("number").columns) == ["budget"]
    described = frame.describe()["budget"]
    assert described["count"] == len(budgets)
    assert (described["min"], described["max"]) == (float(min(budgets)), float(max(budgets)))
    assert described["mean"] == pytest.approx(float(sum(budgets) / len(budgets)))
    assert frame.groupby("unit")["budget"].sum().sum() == pytest.approx(float(sum(budgets)))
    assert sum(rows.to_dataframe(exact=True)["budget"]) == sum(budgets)

    grants = graph.answer("grants-with-amounts")
    amounts = [row["amount"] for row in grants if row["amount"] is not None]
    assert len(amounts) < len(grants)
    assert grants.to_dataframe()["amount"].mean() == pytest.approx(float(sum(amounts) / len(amounts)))

    calls = graph.answer("calls-open-on-a-day")
    spans = [(row["closes"] - row["opens"]).days for row in calls]
    found = calls.to_dataframe()
    assert list((found["closes"] - found["opens"]).dt.days) == spans
    assert len(found[found["closes"] < "2027-01-01"]) == sum(row["closes"] < dt.date(2027, 1, 1) for row in calls)


def test_ask_is_a_truth_value(graph: migragraph.Graph) -> None:
    """Yes and no are Python's own."""
    assert graph.query("ASK { city:malmo a mg:City }") is True
    assert graph.query("ASK { city:malmo a mg:Network }") is False


def test_construct_is_an_rdflib_graph(graph: migragraph.Graph) -> None:
    """With our prefixes bound."""
    found = graph.query("CONSTRUCT WHERE { ?city org:memberOf ?network }")
    expected = rdflib.Graph()
    expected.add((rdflib.URIRef(MALMO), rdflib.URIRef(PREFIXES["org"] + "memberOf"), rdflib.URIRef(EUROCITIES)))
    assert isinstance(found, rdflib.Graph)
    assert set(found) == set(expected)
    assert dict(found.namespaces())["city"] == rdflib.URIRef(PREFIXES["city"])


def test_the_facts_are_an_rdflib_graph(graph: migragraph.Graph) -> None:
    """All of the default graph, nothing of the claims."""
    facts = graph.graph()
    assert len(facts) == 29
    name = rdflib.Literal('A "quoted" name\nin two lines, with a comma', lang="en")
    assert (None, rdflib.SKOS.prefLabel, name) in facts
    assert not list(facts.subjects(rdflib.RDF.type, rdflib.URIRef(PREFIXES["mg"] + "Claim")))


def test_questions_come_with_the_version(graph: migragraph.Graph) -> None:
    """A question is found by its name and can be asked."""
    assert graph.questions == {"members": QUESTION}
    assert graph.query(graph.question("members")).rows == [{"city": MALMO}]
    with pytest.raises(UnknownThing, match=r"there is no question 'member'\. Some there are: members"):
        graph.question("member")


def test_names_are_found_without_case_and_accents(graph: migragraph.Graph) -> None:
    """The thing comes with its name, and with the spelling that fits where that is another."""
    assert [(hit.label, hit.spelling) for hit in graph.search("LODZ")] == [("Łódź", None)]
    assert [(hit.label, hit.spelling) for hit in graph.search("malmoe")] == [("Malmö", "Malmoe")]
    assert [hit.label for hit in graph.search("eurocities")] == ["Eurocities"]
    assert [hit.label for hit in graph.search("name two")] == ['A "quoted" name\nin two lines, with a comma']
    assert graph.search("?!") == graph.search("") == graph.search("nowhere") == []


def test_a_fault_is_raised_with_its_place(graph: migragraph.Graph) -> None:
    """The error carries line and column as numbers."""
    with pytest.raises(MalformedQuery) as caught:
        graph.query("SELECT *\nWHERE { ?s }")
    assert (caught.value.line, caught.value.column) == (2, 12)


@pytest.mark.parametrize(
    ("text", "datatype", "value"),
    [
        ("12", "integer", 12),
        ("-3", "negativeInteger", -3),
        ("many", "integer", "many"),
        ("47.40", "decimal", Decimal("47.40")),
        ("NaN", "decimal", "NaN"),
        ("4.7E1", "double", 47.0),
        ("1", "boolean", True),
        ("yes", "boolean", "yes"),
        ("2024-05-01", "date", dt.date(2024, 5, 1)),
        ("2024-05-01Z", "date", "2024-05-01Z"),
        ("2024-05-01T12:00:00Z", "dateTime", dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)),
        ("2024", "gYear", "2024"),
        ("2024-05", "gYearMonth", "2024-05"),
        ("text", "string", "text"),
    ],
)
def test_each_datatype_has_its_python_value(text: str, datatype: str, value: object) -> None:
    """What does not fit its datatype stays text."""
    found = to_python(Literal(text, datatype=NamedNode(PREFIXES["xsd"] + datatype)))
    assert (found, type(found)) == (value, type(value))


def test_nodes_are_text() -> None:
    """IRIs as they are, blank nodes with their name."""
    assert [to_python(n) for n in (NamedNode("http://a/"), BlankNode("b"), None)] == ["http://a/", "_:b", None]


def test_a_stored_question_is_answered_by_name(tiny_home: Path) -> None:
    """As if its query were given; an unknown name lists the nearest."""
    graph = migragraph.open(tiny_home)
    slug = next(iter(graph.questions))
    assert graph.answer(slug).rows == graph.query(graph.question(slug)).rows
    with pytest.raises(UnknownThing):
        graph.answer("no-such-question")


def test_a_version_above_the_working_folder_is_found(tiny_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook runs in a folder of its own beside var."""
    below = tiny_home.parent / "examples" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert migragraph.open().version == migragraph.open(tiny_home).version
