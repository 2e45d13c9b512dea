"""Reports: the text is stable and readable, the JSON is JSON, the SHACL report is one."""

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from migragraph.checks.explained import ExplainedFinding
from migragraph.checks.render import RENDERERS, render_json, render_shacl, render_text
from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import Where
from migragraph.iris import PREFIXES

GOLDEN = Path(__file__).parent / "data" / "report" / "report.txt"
SHAPE = NamedNode(PREFIXES["mgsh"] + "City-country")
REPORT = Report(
    (
        Finding(
            "City-country",
            Severity.VIOLATION,
            "city:malmo",
            "The city lies in no country. State schema:containedInPlace.",
            Where(Path("data/ttl/things/cities.ttl"), 12),
            "schema:containedInPlace",
            label="Malmö",
            shape=SHAPE,
        ),
        Finding(
            "City-country",
            Severity.VIOLATION,
            "city:lund",
            "The city lies in no country. State schema:containedInPlace.",
            Where(Path("data/ttl/things/cities.ttl"), 9),
            "schema:containedInPlace",
            label="Lund",
            shape=SHAPE,
        ),
        Finding(
            "two-values",
            Severity.VIOLATION,
            "project:eu-belong",
            "There are several values: 2021, 2022. Decide in data/decisions.csv.",
            Where(Path("data/registry/projects.csv")),
            "schema:startDate",
            '"2022"^^<http://www.w3.org/2001/XMLSchema#gYear>',
            "EU-BELONG",
        ),
        Finding("personal-data", Severity.VIOLATION, "a file.csv", "Remove it.", value="j…@example.org"),
        Finding("orphan", Severity.WARNING, "<https://example.org/x>", "No claim speaks of it.", value="theme:health"),
        Finding("hint", Severity.INFO, "city:malmo", "Worth a look.", value='"Malmö"@sv'),
        ExplainedFinding(
            "City-point", Severity.INFO, "city:twente", "The city has no coordinates.", why="it is a union of towns."
        ),
    ),
    {"facts": 66645, "hygiene rules": 35},
)


def test_text_is_the_golden_one() -> None:
    """The text groups by severity and check, and names label, place, path, value and what to do."""
    assert render_text(REPORT) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_text_of_a_clean_report_says_so() -> None:
    """Nothing found is said in one line, after what was checked."""
    assert (
        render_text(Report((), {"facts": 2}))
        == "Checked\n  2 facts\n\nConforms: 0 violations, 0 warnings, 0 explained."
    )


def test_places_are_relative_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report names files as the reader sees them."""
    inner, outer = tmp_path / "data.csv", Path("/elsewhere/data.csv")
    monkeypatch.chdir(tmp_path)
    found = [Finding("c", Severity.INFO, "city:a", "M.", Where(path, 3)) for path in (inner, outer)]
    places = [f["file"] for f in json.loads(render_json(Report(tuple(found))))["findings"]]
    assert places == ["data.csv", "/elsewhere/data.csv"]


def test_json_holds_every_finding() -> None:
    """The JSON report is one object with the counts and every finding whole."""
    found = json.loads(render_json(REPORT))
    assert {k: v for k, v in found.items() if k != "findings"} == {
        "conforms": False,
        "violations": 4,
        "warnings": 1,
        "checked": {"facts": 66645, "hygiene rules": 35},
    }
    assert len(found["findings"]) == len(REPORT.findings)
    assert found["findings"][0] == {
        "check": "City-country",
        "severity": "violation",
        "focus": "city:malmo",
        "label": "Malmö",
        "message": "The city lies in no country. State schema:containedInPlace.",
        "path": "schema:containedInPlace",
        "value": "",
        "file": "data/ttl/things/cities.ttl",
        "line": 12,
        "shape": SHAPE.value,
    }
    assert (found["findings"][2]["file"], found["findings"][2]["line"]) == ("data/registry/projects.csv", None)
    assert found["findings"][-1]["explained"] == "it is a union of towns."


def _results(report: Report) -> tuple[Graph, Node]:
    graph = Graph().parse(data=render_shacl(report), format="turtle")
    (whole,) = graph.subjects(RDF.type, SH.ValidationReport)
    return graph, whole


def test_shacl_report_has_a_result_for_each_finding() -> None:
    """The report in Turtle parses, and has as many results as the report has findings."""
    graph, whole = _results(REPORT)
    assert len(list(graph.objects(whole, SH.result))) == len(REPORT.findings)
    assert graph.value(whole, SH.conforms) == Literal(False)
    required = (SH.focusNode, SH.resultSeverity, SH.resultMessage)
    assert all((r, p, None) in graph for r in graph.objects(whole, SH.result) for p in required)


def test_shacl_report_keeps_terms_as_terms() -> None:
    """Focus, path and value are IRIs and literals with their datatype or language."""
    graph, _ = _results(REPORT)
    (result,) = graph.subjects(SH.value, Literal("2022", datatype=XSD.gYear))
    assert graph.value(result, SH.focusNode) == URIRef(PREFIXES["project"] + "eu-belong")
    assert graph.value(result, SH.resultPath) == URIRef("https://schema.org/startDate")
    assert graph.value(result, SH.resultSeverity) == SH.Violation
    assert set(graph.objects(None, SH.value)) == {
        Literal("2022", datatype=XSD.gYear),
        Literal("j…@example.org"),
        URIRef(PREFIXES["theme"] + "health"),
        Literal("Malmö", lang="sv"),
    }
    assert set(graph.objects(None, SH.sourceShape)) == {URIRef(SHAPE.value)}
    assert URIRef("https://example.org/x") in set(graph.objects(None, SH.focusNode))


def test_shacl_report_is_stable() -> None:
    """The same report is the same text, byte for byte."""
    assert render_shacl(REPORT) == render_shacl(REPORT)


def test_shacl_report_without_findings_conforms() -> None:
    """A report without results conforms."""
    graph, whole = _results(Report(()))
    assert graph.value(whole, SH.conforms) == Literal(True)


def test_formats_are_those_of_the_command() -> None:
    """Each format renders a text."""
    assert set(RENDERERS) == {"text", "json", "shacl"}
    assert all(render(REPORT) for render in RENDERERS.values())
