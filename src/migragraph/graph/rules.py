"""Derivation rules: SPARQL CONSTRUCT files in ``ontology/rules/``, run in the order of their names.

A rule starts with a header of comments::

    # Title: Members of a network
    # Why: so that a question about members needs no n-ary node
    # Into: facts

``Into`` is ``facts`` (the derived triples become facts) or ``claims`` (they stay beside the claims, out of the default
graph). A rule sees the default graph with the facts and what earlier rules derived, and the graphs of all claims.
Each rule's triples also stand in a graph of its own, ``…/graph/derived/{rule}``, so that a reader can ask why a fact is
there. What a rule is (title, reason, query) stands in the graph ``…/graph/rules``; its name is that of this graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryTriples, Store

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import GRAPH, PREFIXES, term
from migragraph.sources.text_files import read_each, read_text_file
from migragraph.syntax import explain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import QueryBoolean, QuerySolutions

#: The graph that says what each rule is.
RULES = NamedNode(f"{GRAPH}rules")
_HEADER = re.compile(r"^# (\w+): (.+)$", re.MULTILINE)
_NAME = re.compile(r"\d\d-(?P<name>[a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One derivation rule: its name, title, reason, whether its triples are facts, and the query."""

    name: str
    title: str
    why: str
    makes_facts: bool
    query: str
    path: Path

    @property
    def graph(self) -> NamedNode:
        """Return the graph of what the rule derived."""
        return NamedNode(f"{GRAPH}derived/{self.name}")


def read_header(text: str) -> dict[str, str]:
    r"""Return the header lines of a rule or query file, keys in lower case.

    >>> read_header("# Title: Members\n# Into: facts\nSELECT * {}")
    {'title': 'Members', 'into': 'facts'}
    """
    return {key.lower(): value.strip() for key, value in _HEADER.findall(text)}


def read_rules(folder: Path) -> list[Rule]:
    """Read the rules of a folder in their order; a bad name or header is a ``SourceError``."""
    paths = sorted(folder.glob("*.rq"))
    if not paths:
        raise _refuse(Where(folder), "there is no rule here.", "Check the folder given.")
    return read_each(paths, _read_rule)


def describe_rules(folder: Path) -> Iterator[Quad]:
    """Write title, reason and query of each rule of a folder as quads of the graph of rules, for a version.

    Raises ``SourceError`` as :func:`read_rules` does.
    """
    for rule in read_rules(folder):
        yield Quad(rule.graph, term("rdfs:label"), Literal(rule.title, language="en"), RULES)
        yield Quad(rule.graph, term("rdfs:comment"), Literal(rule.why, language="en"), RULES)
        yield Quad(rule.graph, term("sh:construct"), Literal(rule.query), RULES)


def _read_rule(path: Path) -> Rule:
    text = read_text_file(path)
    header = read_header(text)
    match = _NAME.fullmatch(path.stem)
    if match is None:
        raise _refuse(Where(path), "the name does not start with its place.", "Call it NN-slug.rq.")
    if missing := [key for key in ("title", "why", "into") if key not in header]:
        message = f"the header lacks {', '.join(missing)}."
        raise _refuse(Where(path, 1), message, "Start with # Title:, # Why: and # Into: lines.")
    if header["into"] not in ("facts", "claims"):
        raise _refuse(Where(path, 1), f"Into is {header['into']!r}.", "Write facts or claims.")
    return Rule(match["name"], header["title"], header["why"], header["into"] == "facts", text, path)


def _refuse(where: Where, message: str, remedy: str) -> SourceError:
    return SourceError([Problem(where, message, remedy)])


def run_rule_query(path: Path, query: str, store: Store) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Evaluate the query of a rule file with our prefixes; one that is not SPARQL is a ``SourceError`` at its line."""
    try:
        return store.query(query, prefixes=PREFIXES)
    except SyntaxError as error:
        fault = explain(error, query)
        message = f"not a SPARQL query: {fault.cause}."
        raise _refuse(Where(path, fault.line), message, "Correct it.") from error


def run_rule(rule: Rule, store: Store) -> int:
    """Run a rule on the store and add what it derives that was not a fact before; return how many triples are new.

    Raises ``SourceError`` with the place where the query is not valid, or is no CONSTRUCT.
    """
    found = run_rule_query(rule.path, rule.query, store)
    if not isinstance(found, QueryTriples):
        raise SourceError([Problem(Where(rule.path), "the query is not a CONSTRUCT.", "Write a CONSTRUCT query.")])
    new = [
        triple
        for triple in set(found)
        if Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()) not in store
    ]
    store.extend(Quad(t.subject, t.predicate, t.object, rule.graph) for t in new)
    if rule.makes_facts:
        store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in new)
    return len(new)
