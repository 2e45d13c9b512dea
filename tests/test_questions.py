"""Each stored question answers on the real graph what it answered when somebody looked, alike in two engines.

The expected results stand whole in ``tests/data/questions/{slug}.csv``; ``pytest --regenerate`` writes them anew, and
the difference is to be read. A few are worked out here by hand from the documents.
"""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import DefaultGraph, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Store
from rdflib.query import Result

from migragraph.iris import PREFIXES, shorten, term
from migragraph.questions import GROUPS, Question, read_questions
from migragraph.representations import render_result
from projects import ROOT

EXPECTED = Path(__file__).parent / "data" / "questions"
QUESTIONS = {question.slug: question for question in read_questions(ROOT / "queries")}


@pytest.fixture(scope="module")
def graph(real_graph: Store) -> Store:
    """The real graph, assembled from the files of the project."""
    return real_graph


@pytest.fixture(scope="module")
def in_rdflib(graph: Store) -> rdflib.Dataset:
    """The real graph in rdflib, the other engine."""
    dataset = rdflib.Dataset()
    dataset.parse(data=graph.dump(format=RdfFormat.N_QUADS), format="nquads")
    return dataset


def ask(graph: Store, question: Question, form: QueryResultsFormat) -> bytes:
    """Answer a question in Oxigraph; rows as CSV are those that the service gives."""
    result = graph.query(question.sparql)
    assert isinstance(result, QuerySolutions)
    if form == QueryResultsFormat.CSV:
        return render_result(result, "csv")
    written = result.serialize(format=form)
    assert written is not None
    return written


def readable(written: bytes) -> list[dict[str, str]]:
    """Read a CSV result into rows, IRIs as prefixed names."""
    rows = csv.DictReader(io.StringIO(written.decode(), newline=""))
    return [{k: shorten(v) if re.match(r"https?://", v) else v for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("slug", sorted(QUESTIONS))
def test_a_question_answers_what_it_should(graph: Store, slug: str, *, regenerate: bool) -> None:
    """The whole result, row by row, in order."""
    written = ask(graph, QUESTIONS[slug], QueryResultsFormat.CSV)
    path = EXPECTED / f"{slug}.csv"
    if regenerate:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(written.replace(b"\r\n", b"\n"))
    assert readable(written) == readable(path.read_bytes())


@pytest.mark.parametrize("slug", sorted(QUESTIONS))
def test_two_engines_agree(graph: Store, in_rdflib: rdflib.Dataset, slug: str) -> None:
    """Same rows in the same order, term by term with datatype and language; where engines differ the query is wrong."""

    def terms(written: bytes) -> list[tuple[str | None, ...]]:
        rows = Result.parse(io.BytesIO(written), format="json")
        return [tuple(None if t is None else t.n3() for t in row) for row in rows]  # type: ignore[union-attr]

    ours = terms(ask(graph, QUESTIONS[slug], QueryResultsFormat.JSON))
    theirs = in_rdflib.query(QUESTIONS[slug].sparql).serialize(format="json")
    assert theirs is not None
    assert ours == terms(theirs)


def test_there_are_enough_questions_in_every_group() -> None:
    """Forty at least; no result is kept for a question that is gone."""
    assert len(QUESTIONS) >= 40
    assert {q.group for q in QUESTIONS.values()} == set(GROUPS)
    assert {p.stem for p in EXPECTED.glob("*.csv")} == set(QUESTIONS)


def rows(graph: Store, slug: str) -> list[dict[str, str]]:
    """Answer a question by name, for people."""
    return readable(ask(graph, QUESTIONS[slug], QueryResultsFormat.CSV))


def test_participants_of_includ_eu_add_up(graph: Store) -> None:
    """By hand from the page: 1,052 in trainings, 377 on visits, 597 in dialogues, 493 at workshops; 2,519 in all."""
    found = {row["activity"]: Decimal(row["participants"]) for row in rows(graph, "includ-eu-participants-by-activity")}
    assert found == {
        "practice-kind:course": 1052,
        "event-kind:study-visit": 377,
        "event-kind:dialogue": 597,
        "event-kind:workshop": 493,
        "total": 2519,
    }


def test_both_numbers_of_eu_belong_partner_regions_are_shown(graph: Store) -> None:
    """By hand: eleven on the project page, in both languages; ten in the booklet. Neither becomes a fact."""
    found = [(row["source"], row["value"], row["status"]) for row in rows(graph, "eu-belong-partner-regions")]
    page, booklet = "source:eu-belong-project-page", "source:mechelen-booklet-2024"
    assert sorted(set(found)) == [
        (page, "11", "claim-status:disputed"),
        (booklet, "10", "claim-status:disputed"),
    ]
    assert not graph.query("ASK { figure:eu-belong-partner-regions schema:value ?v }", prefixes=PREFIXES)


def test_cities_in_funded_projects_are_those_counted_in_python(graph: Store) -> None:
    """Counted from the facts without SPARQL: projects somebody funds, their bodies, the countries of these."""

    def objects(subject: object, *predicates: str) -> set[NamedNode]:
        found = (q.object for p in predicates for q in graph.quads_for_pattern(subject, term(p), None, DefaultGraph()))
        return {node for node in found if isinstance(node, NamedNode)}

    def are(kind: str) -> set[object]:
        return {q.subject for q in graph.quads_for_pattern(None, term("rdf:type"), term(kind), DefaultGraph())}

    countries, cities = are("mg:Country"), are("mg:City")
    spread: dict[object, int] = {}
    taking_part: dict[NamedNode, set[object]] = {}
    for project in are("mg:Project"):
        bodies = objects(project, "mg:coordinator", "mg:partner")
        lands = {land for body in bodies for land in objects(body, "schema:containedInPlace", "mg:locatedIn")}
        spread[project] = len(lands & countries)
        if objects(project, "mg:fundedBy") and spread[project] >= 3:
            for city in bodies & cities:
                taking_part.setdefault(city, set()).add(project)
    expected = {
        (shorten(city.value), shorten(project.value), str(spread[project]))
        for city, projects in taking_part.items()
        if len(projects) >= 2
        for project in projects
        if isinstance(project, NamedNode)
    }
    found = rows(graph, "cities-in-funded-projects")
    assert {(row["city"], row["project"], row["countries"]) for row in found} == expected
    assert len(expected) >= 20
    assert all("#" in row["passage"] for row in found)


def test_includ_eu_has_seven_pilots_in_six_countries(graph: Store) -> None:
    """By hand from the page: Greece, Italy twice, the Netherlands, Romania, Slovenia, Spain."""
    found = rows(graph, "includ-eu-pilots")
    assert len({row["pilot"] for row in found}) == 7
    countries = [row["value"] for row in found if row["relation"] == "mg:locatedIn" and "country:" in row["value"]]
    assert sorted(countries) == [
        "country:greece",
        "country:italy",
        "country:italy",
        "country:netherlands",
        "country:romania",
        "country:slovenia",
        "country:spain",
    ]
