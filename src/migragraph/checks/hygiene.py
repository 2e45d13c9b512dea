"""Hygiene: rules across the whole graph, each one SPARQL SELECT in ``ontology/hygiene/``, run on the store as a set.

A rule starts with a header of comments, one line each::

    # Title: One thing, one IRI: same identifier
    # Severity: violation
    # Problem: Two things have the same Wikidata or GeoNames entry.
    # Why: questions about one miss what is said of the other
    # Remedy: Merge them, or state owl:differentFrom in the authority file.

and answers with one row a fault: ``?focus``, ``?path``, ``?value``, ``?message``; the remedy is added to the message.

Entry points: :func:`read_hygiene`, :func:`check_hygiene`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, QuerySolutions, Store

from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import Problem, SourceError, Where
from migragraph.graph.rules import read_header, run_rule_query
from migragraph.sources.rdf_files import find_files
from migragraph.sources.text_files import read_each, read_text_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from migragraph.checks.focus import Focuses

_KEYS = ("title", "severity", "problem", "why", "remedy")
_COLUMNS = ("focus", "path", "value", "message")


@dataclass(frozen=True, slots=True)
class HygieneRule:
    """One rule: its name, its header and its query."""

    name: str
    title: str
    severity: Severity
    problem: str
    why: str
    remedy: str
    query: str
    path: Path


def read_hygiene(folder: Path) -> list[HygieneRule]:
    """Read the rules of a folder, by name; a header that is not whole is a ``SourceError``."""
    return read_each(find_files(folder, "*.rq"), _read_rule)


def _read_rule(path: Path) -> HygieneRule:
    text = read_text_file(path)
    header = read_header(text)
    if missing := [key.capitalize() for key in _KEYS if key not in header]:
        message = f"the header lacks {', '.join(missing)}."
        raise _refuse(Where(path, 1), message, f"Start with {', '.join(k.capitalize() for k in _KEYS)}.")
    if header["severity"] not in set(Severity):
        message = f"there is no severity {header['severity']!r}."
        raise _refuse(Where(path, 1), message, f"Write one of {', '.join(Severity)}.")
    title, severity, problem, why, remedy = (header[key] for key in _KEYS)
    return HygieneRule(path.stem, title, Severity(severity), problem, why, remedy, text, path)


def _refuse(where: Where, message: str, remedy: str) -> SourceError:
    return SourceError([Problem(where, message, remedy)])


def run_hygiene(rule: HygieneRule, store: Store, focuses: Focuses) -> list[Finding]:
    """Run one rule on a store; a query that is not a SELECT of the four columns is a ``SourceError``."""
    solutions = run_rule_query(rule.path, rule.query, store)
    columns = [v.value for v in solutions.variables] if isinstance(solutions, QuerySolutions) else []
    if not isinstance(solutions, QuerySolutions) or columns != list(_COLUMNS):
        message = f"the query answers with {', '.join(columns) or 'no columns'}."
        raise _refuse(Where(rule.path), message, "Select ?focus ?path ?value ?message.")
    findings: dict[Finding, None] = {}
    for focus, path, value, message in solutions:
        text = message.value if isinstance(message, Literal) else rule.problem
        finding = focuses.finding(rule.name, rule.severity, focus, f"{text} {rule.remedy}", path=path, value=value)
        findings[finding] = None
    return sorted(findings, key=lambda f: (f.focus, f.path, f.value))


def check_hygiene(
    rules: Iterable[HygieneRule], store: Store, focuses: Focuses, progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Run all rules on a store, several at a time: the engine works outside of the interpreter's lock.

    Cost: each rule is one query over the whole graph, under a second for 400,000 quads.
    """
    findings: list[Finding] = []
    rules = list(rules)
    with ThreadPoolExecutor() as threads:
        for rule, found in zip(rules, threads.map(lambda r: run_hygiene(r, store, focuses), rules), strict=True):
            progress(rule.title)
            findings += found
    return Report(tuple(findings), {"hygiene rules": len(rules)})
