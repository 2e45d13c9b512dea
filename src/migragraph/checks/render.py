"""Reports for people and machines: text, JSON, and ``sh:ValidationReport`` in Turtle.

Entry point: :data:`RENDERERS`.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal, RdfFormat, parse
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Literal as RdflibLiteral

from migragraph.checks.explained import ExplainedFinding
from migragraph.checks.report import Finding, Report, Severity
from migragraph.iris import PREFIXES, shorten, term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from migragraph.errors import Where

_HEADINGS: Final = {
    Severity.VIOLATION: "Violations: they stop publication",
    Severity.WARNING: "Warnings: to be mended or explained",
    Severity.INFO: "For reading",
}
_DATATYPE: Final = re.compile(r"\^\^<([^>]+)>$")
_SEVERITIES: Final = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning, Severity.INFO: SH.Info}


def render_text(report: Report) -> str:
    """Write the report for a terminal: by severity and check, each finding with label, place, value, and what to do.

    Findings of one check that say the same share one message; of warnings that are explained, each reason is given
    with how many it explains, so that what is to be done stays in sight. Places are relative to the current folder
    where they lie below it.
    """
    open_ = [f for f in report.findings if not isinstance(f, ExplainedFinding)]
    explained = [f for f in report.findings if isinstance(f, ExplainedFinding)]
    lines: list[str] = []
    for severity, heading in _HEADINGS.items():
        if found := [f for f in open_ if f.severity == severity]:
            lines += [heading, ""]
            for check, group in _grouped(found, lambda f: f.check):
                lines += _check_lines(check, group)
    if explained:
        lines += ["Explained warnings, each listed by --format json", ""]
        for check, group in _grouped(explained, lambda f: f.check):
            for why, same in _grouped(group, lambda f: f.why):  # type: ignore[attr-defined]
                lines.append(f"  {check} ({len(same)}) because {why}")
        lines.append("")
    if report.counts:
        lines += ["Checked", *(f"  {n:,} {what}" for what, n in report.counts.items()), ""]
    lines.append(
        f"{'Conforms' if report.conforms else 'Does not conform'}: {_count(report.n_violations, 'violation')}, "
        f"{_count(report.n_warnings, 'warning')}, {len(explained)} explained."
    )
    return "\n".join(lines)


def _check_lines(check: str, findings: Sequence[Finding]) -> list[str]:
    lines = [f"{check} ({len(findings)})"]
    for message, same in _grouped(findings, lambda f: f.message):
        lines.append(f"  {message}")
        for finding in sorted(same, key=_by_place):
            lines.append(f"    {_thing(finding)}")
            value = _DATATYPE.sub(lambda match: f"^^{shorten(match[1])}", finding.value)
            if said := " ".join(part for part in (finding.path, value) if part):
                lines.append(f"      {said}")
    return [*lines, ""]


def _thing(finding: Finding) -> str:
    label = f"“{finding.label}” " if finding.label else ""
    place = f"  {_place(finding.where)}" if finding.where else ""
    return f"{label}{finding.focus}{place}"


def _by_place(finding: Finding) -> tuple[str, int, str]:
    where = finding.where
    return (str(where.path), where.line or 0, finding.focus) if where else ("", 0, finding.focus)


def _place(where: Where) -> str:
    return _file(where) if where.line is None else f"{_file(where)}:{where.line}"


def _file(where: Where) -> str:
    path = where.path
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def _grouped(findings: Iterable[Finding], key: Callable[[Finding], str]) -> list[tuple[str, list[Finding]]]:
    return [(name, list(group)) for name, group in groupby(sorted(findings, key=key), key=key)]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def render_json(report: Report) -> str:
    """Write the report as one JSON object: conforms, counts, findings."""
    return json.dumps(
        {
            "conforms": report.conforms,
            "violations": report.n_violations,
            "warnings": report.n_warnings,
            "checked": report.counts,
            "findings": [_as_object(finding) for finding in report.findings],
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_object(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "check": finding.check,
        "severity": str(finding.severity),
        "focus": finding.focus,
        "label": finding.label,
        "message": finding.message,
        "path": finding.path,
        "value": finding.value,
        "file": _file(finding.where) if finding.where else None,
        "line": finding.where.line if finding.where else None,
        "shape": finding.shape.value if finding.shape else None,
    }
    if isinstance(finding, ExplainedFinding):
        found["explained"] = finding.why
    return found


def render_shacl(report: Report) -> str:
    """Write the report as an ``sh:ValidationReport`` in Turtle, https://www.w3.org/TR/shacl/#validation-report.

    Findings of rules have no source shape; their check stands at the start of the message.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    whole = BNode("report")
    graph.add((whole, RDF.type, SH.ValidationReport))
    graph.add((whole, SH.conforms, RdflibLiteral(not report.findings)))
    for number, finding in enumerate(report.findings):
        result = BNode(f"result-{number:06}")
        graph.add((whole, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.resultSeverity, _SEVERITIES[finding.severity]))
        graph.add((result, SH.focusNode, _node(finding.focus)))
        text = finding.message if finding.shape else f"{finding.check}: {finding.message}"
        graph.add((result, SH.resultMessage, RdflibLiteral(text)))
        if finding.path and isinstance(path := _node(finding.path), URIRef):
            graph.add((result, SH.resultPath, path))
        if finding.value:
            graph.add((result, SH.value, _node(finding.value)))
        if finding.shape:
            graph.add((result, SH.sourceShape, URIRef(finding.shape.value)))
    return graph.serialize(format="turtle")


def _node(written: str) -> URIRef | RdflibLiteral:
    """Read a term as findings write it: a prefixed name, an IRI or literal of N-Triples, or any text."""
    if written.startswith("<"):
        return URIRef(written[1:-1])
    if written.startswith('"'):
        (triple,) = parse(f"<x:s> <x:p> {written} .".encode(), RdfFormat.N_TRIPLES)
        value = triple.object
        assert isinstance(value, Literal)  # noqa: S101 (it starts with a quote)
        datatype = None if value.language else URIRef(value.datatype.value)
        return RdflibLiteral(value.value, lang=value.language, datatype=datatype)
    prefix = written.partition(":")[0]
    if prefix in PREFIXES and " " not in written:
        return URIRef(term(written).value)
    return RdflibLiteral(written)


#: How a report can be written, by the name of the format.
RENDERERS: Final[dict[str, Callable[[Report], str]]] = {
    "text": render_text,
    "json": render_json,
    "shacl": render_shacl,
}
