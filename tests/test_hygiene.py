"""Each hygiene rule catches its own bad example and nothing in the good one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from migragraph.checks.focus import Focuses
from migragraph.checks.hygiene import HygieneRule, check_hygiene, read_hygiene, run_hygiene
from migragraph.checks.report import Finding, Severity
from migragraph.errors import SourceError
from projects import ROOT

RULES = {rule.name: rule for rule in read_hygiene(ROOT / "ontology" / "hygiene")}
EXAMPLES = ROOT / "tests" / "data" / "hygiene"
HEADER = "# Title: A\n# Severity: violation\n# Problem: B.\n# Why: c\n# Remedy: D.\n"


def found(rule: HygieneRule, example: str) -> list[Finding]:
    """Run a rule on one of its examples."""
    store = Store()
    store.load(path=str(EXAMPLES / rule.name / f"{example}.trig"), format=RdfFormat.TRIG)
    assert len(store) > 0
    return run_hygiene(rule, store, Focuses(store))


@pytest.mark.parametrize("name", RULES)
def test_good_example_has_no_finding(name: str) -> None:
    """A rule finds nothing in the example that keeps it."""
    assert found(RULES[name], "conforms") == []


@pytest.mark.parametrize("name", RULES)
def test_bad_example_has_one_finding(name: str) -> None:
    """A rule finds the one fault of the example that breaks it, and says what it is and what to do."""
    rule = RULES[name]
    (finding,) = found(rule, "violates")
    assert (finding.check, finding.severity) == (name, rule.severity)
    assert finding.message.endswith(rule.remedy)
    assert finding.focus


def test_two_values_are_told_as_a_decision_is_written() -> None:
    """The terms stand in the message as data/decisions.csv wants them; a day derived from them is no finding."""
    (finding,) = found(RULES["two-values"], "violates")
    said = finding.message.partition(". ")[0]
    assert sorted(said.removeprefix("There are several values: ").split(", ")) == [
        '"2021"^^xsd:gYear (report)',
        '"2022-01"^^xsd:gYearMonth (page)',
    ]


def test_every_example_has_its_rule() -> None:
    """No example is left behind by a rule that went."""
    assert {p.name for p in EXAMPLES.iterdir()} == set(RULES)
    assert len(RULES) >= 30


@pytest.mark.parametrize("name", RULES)
def test_rule_is_written_for_people(name: str) -> None:
    """Header lines are whole: a title, a problem and remedy that are sentences, and a reason."""
    rule = RULES[name]
    assert rule.problem.endswith(".")
    assert rule.remedy.endswith(".")
    assert not rule.title.endswith(".")
    assert rule.why


def test_finding_names_thing_by_label_and_place() -> None:
    """A finding shows the English label of the thing and its prefixed name."""
    store = Store()
    store.load(
        b"""@prefix schema: <https://schema.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <https://w3id.org/migragraph/id/project/x> schema:startDate "2022"^^xsd:gYear ;
            schema:endDate "2021"^^xsd:gYear ;
            <http://www.w3.org/2004/02/skos/core#prefLabel> "Projekt"@de, "Project X"@en .""",
        format=RdfFormat.TURTLE,
    )
    report = check_hygiene([RULES["end-before-start"]], store, Focuses(store))
    assert report.counts == {"hygiene rules": 1}
    assert report.findings == (
        Finding(
            "end-before-start",
            Severity.VIOLATION,
            "project:x",
            "The end 2021 lies before the start 2022. Read the passages again and correct the date, or let the curator "
            "decide between the claims.",
            path="schema:endDate",
            value='"2021"^^<http://www.w3.org/2001/XMLSchema#gYear>',
            label="Project X",
        ),
    )


def test_message_of_rule_is_used_where_query_gives_none(tmp_path: Path) -> None:
    """A row without message takes the problem of the header."""
    (tmp_path / "any.rq").write_text(HEADER + "SELECT ?focus ?path ?value ?message { ?focus ?path ?value }")
    (rule,) = read_hygiene(tmp_path)
    store = Store()
    store.load(b"<https://example.org/a> <https://example.org/b> 1 .", format=RdfFormat.TURTLE)
    (finding,) = run_hygiene(rule, store, Focuses(store))
    assert finding.message == "B. D."
    assert Focuses(store).label(NamedNode("https://example.org/a")) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT * {}", "the header lacks Title, Severity, Problem, Why, Remedy."),
        (HEADER.replace("violation", "grave") + "SELECT * {}", "there is no severity 'grave'."),
    ],
)
def test_bad_header_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    """A rule without a whole header is refused with file and line."""
    (tmp_path / "bad.rq").write_text(text)
    with pytest.raises(SourceError) as caught:
        read_hygiene(tmp_path)
    assert caught.value.problems[0].message == fault
    assert caught.value.problems[0].where.line == 1


@pytest.mark.parametrize("query", ["SELECT ?focus { ?focus ?p ?o }", "ASK { ?s ?p ?o }", "SELECT ?focus WHERE {"])
def test_bad_query_is_refused(tmp_path: Path, query: str) -> None:
    """A rule that is no SELECT of the four columns is refused."""
    (tmp_path / "bad.rq").write_text(HEADER + query)
    (rule,) = read_hygiene(tmp_path)
    with pytest.raises(SourceError):
        run_hygiene(rule, Store(), Focuses(Store()))


def test_folder_without_rules_is_refused(tmp_path: Path) -> None:
    """A check that finds nothing to check is an error."""
    with pytest.raises(SourceError, match="no file matches"):
        read_hygiene(tmp_path)
