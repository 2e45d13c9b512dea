"""The W3C test suite of SHACL Core, through the one function that calls pySHACL.

It stands in the reference material, ``$MIGRAGRAPH_REFERENCE/w3c/shacl``; without the variable the suite is skipped.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from migragraph.checks.shapes import validate_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
REFERENCE = os.environ.get("MIGRAGRAPH_REFERENCE")
ROOT = Path(REFERENCE) / "w3c" / "shacl" / "tests" / "core" if REFERENCE else None
#: Cases that pySHACL does not pass, by IRI below the suite, with the reason; one that passes fails the run.
EXPECTED_FAILURES: dict[str, str] = {
    "property/uniqueLang-002": 'rdflib reads "1"^^xsd:boolean as true; our shapes write true',
}


@dataclass(frozen=True)
class Case:
    """One validation test: its name, its graphs, and the report it expects (or that validation fails)."""

    name: str
    data: Path
    shapes: Path
    manifest: Graph
    result: Node


def read_cases(manifest: Path) -> Iterator[Case]:
    """Yield the cases of a manifest and of those it includes."""
    assert ROOT is not None
    graph = Graph(bind_namespaces="none").parse(manifest, format="turtle", publicID=manifest.as_uri())
    for included in graph.objects(None, MF.include):
        yield from read_cases(_path(included))
    for entries in graph.objects(None, MF.entries):
        for entry in Collection(graph, entries):
            action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
            assert action is not None
            assert result is not None
            data, shapes = graph.value(action, SHT.dataGraph), graph.value(action, SHT.shapesGraph)
            name = _path(entry).relative_to(ROOT).as_posix()
            yield Case(name, _path(data), _path(shapes), graph, result)


def _path(iri: Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


def outline(node: Node | None, graph: Graph, depth: int = 0) -> str:
    """Write a node so that blank nodes of two graphs can be compared: by what they hold."""
    if not isinstance(node, BNode):
        return node.n3() if isinstance(node, URIRef | Literal) else ""
    if depth > 8:
        return "…"
    held = sorted(f"{p.n3()} {outline(o, graph, depth + 1)}" for p, o in graph.predicate_objects(node))
    return f"[{' ; '.join(held)}]"


def results(report: Node, graph: Graph, shapes: Graph) -> Counter[tuple[str, ...]]:
    """Return what the results of a report say, as a multiset; messages are the engine's own business."""
    out: Counter[tuple[str, ...]] = Counter()
    for result in graph.objects(report, SH.result):
        row = [outline(graph.value(result, p), graph) for p in (SH.focusNode, SH.resultPath, SH.value)]
        row += [outline(graph.value(result, p), graph) for p in (SH.resultSeverity, SH.sourceConstraintComponent)]
        source = graph.value(result, SH.sourceShape)
        row.append("blank" if isinstance(source, BNode) else outline(source, shapes))
        out[tuple(row)] += 1
    return out


CASES = list(read_cases(ROOT / "manifest.ttl")) if ROOT else []


@pytest.mark.skipif(ROOT is None, reason="MIGRAGRAPH_REFERENCE is not set")
def test_suite_is_whole() -> None:
    """The suite was found: a run over nothing is no pass."""
    assert len(CASES) == 98
    assert set(EXPECTED_FAILURES) <= {case.name for case in CASES}


@pytest.mark.skipif(ROOT is None, reason="MIGRAGRAPH_REFERENCE is not set")
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True, reason=EXPECTED_FAILURES[case.name])]
            if case.name in EXPECTED_FAILURES
            else [],
        )
        for case in CASES
    ],
)
def test_report_is_the_expected_one(case: Case) -> None:
    """Validation gives the results that the suite expects, each with its focus, path, value, severity and shape."""
    shapes = Graph(bind_namespaces="none").parse(case.shapes, format="turtle", publicID=case.shapes.as_uri())
    data = Graph(bind_namespaces="none").parse(case.data, format="turtle", publicID=case.data.as_uri())
    if case.result == SHT.Failure:
        with pytest.raises(ValueError, match=r"."):
            validate_graph(data, shapes)
        return
    found = validate_graph(data, shapes)
    (report,) = found.subjects(RDF.type, SH.ValidationReport)
    assert results(report, found, shapes) == results(case.result, case.manifest, shapes)
    assert found.value(report, SH.conforms) == case.manifest.value(case.result, SH.conforms)
