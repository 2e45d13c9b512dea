"""SHACL: the facts against the shapes of the project, by pySHACL.

The facts are handed over as one rdflib graph, because pySHACL takes a minute on a pyoxigraph store for what it does in
seconds on such a graph. Nothing is inferred: types of superclasses are facts already.

Entry points: :func:`read_shapes`, :func:`check_shapes`, :func:`check_changed_shapes`; :func:`validate_graph` is the
only call of pySHACL.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyshacl
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Store
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.term import Literal as RdflibLiteral

from migragraph.checks.affected import affected_things, facts_read, read_paths
from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import Problem, SourceError, Where
from migragraph.sources.rdf_files import find_files, name, read_rdf_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Triple
    from rdflib.term import Node

    from migragraph.checks.focus import Focuses

_SEVERITIES: dict[Node | None, Severity] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True)
class Shapes:
    """The shapes of a folder as one graph, with the number of files they came from."""

    folder: Path
    graph: Graph
    n_files: int

    @cached_property
    def targeted(self) -> tuple[URIRef, ...]:
        """Return the shapes that look for things themselves, by name."""
        found = {s for p in _TARGETS for s in self.graph.subjects(p, None) if isinstance(s, URIRef)}
        return tuple(sorted(found))

    @cached_property
    def reporting(self) -> tuple[URIRef, ...]:
        """Return all shapes that findings name: those with a target and their property shapes, by name.

        Shapes without a target only serve others (``sh:node``), which report in their place.
        """
        properties = {p for s in self.targeted for p in self.graph.objects(s, SH.property) if isinstance(p, URIRef)}
        return tuple(sorted({*properties, *(s for s in self.targeted if self._constrains(s))}))

    def _constrains(self, shape: URIRef) -> bool:
        """Tell whether a shape has a constraint of its own, beside its property shapes."""
        return any((shape, p, None) in self.graph for p in (SH.path, SH["or"], SH["not"], SH.closed))

    def focus_nodes(self, shape: URIRef, facts: Graph) -> set[Node]:
        """Return the nodes of the facts that a shape with a target looks at."""
        nodes: set[Node] = set(self.graph.objects(shape, SH.targetNode))
        for target in self.graph.objects(shape, SH.targetClass):
            for kind in facts.transitive_subjects(RDFS.subClassOf, target):
                nodes.update(facts.subjects(RDF.type, kind))
        for predicate in self.graph.objects(shape, SH.targetSubjectsOf):
            nodes.update(facts.subjects(predicate, None))
        for predicate in self.graph.objects(shape, SH.targetObjectsOf):
            nodes.update(facts.objects(None, predicate))
        return nodes


def read_shapes(folder: Path) -> Shapes:
    """Read all shapes of a folder.

    Raises ``SourceError`` where there is no file, one is not well-formed, or the files hold no shape.
    """
    graph = Graph(bind_namespaces="none")
    paths = find_files(folder, "*.ttl")
    problems: list[Problem] = []
    for file in read_rdf_files(paths, problems):
        graph.parse(file.path, format="turtle")
    shapes = Shapes(folder, graph, len(paths))
    if not problems and not shapes.targeted:
        problems.append(Problem(Where(folder), "no shape has a target.", "Give the shapes sh:targetClass."))
    if problems:
        raise SourceError(problems)
    return shapes


def read_facts(store: Store) -> Graph:
    """Return the default graph of a store as an rdflib graph. Cost: 1.7 s for 100,000 triples."""
    return _parse(store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()))


def _parse(data: bytes | None) -> Graph:
    graph = Graph(bind_namespaces="none")
    with _without_tracebacks():
        graph.parse(data=data, format="nt")
    return graph


@contextmanager
def _without_tracebacks() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal: the shapes report those."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def validate_graph(facts: Graph, shapes: Graph) -> Graph:
    """Return the ``sh:ValidationReport`` of the facts against the shapes, as a graph.

    SHACL Core, no inference, no rules. Raises ``ValueError`` where the shapes are not well-formed SHACL.
    """
    try:
        with _without_tracebacks():
            _, found, _ = pyshacl.validate(
                facts, shacl_graph=shapes, inference="none", advanced=False, inplace=True, do_owl_imports=False
            )
    except ReportableRuntimeError as error:
        raise ValueError(str(error)) from error
    if isinstance(found, ValidationFailure):
        raise ValueError(found.message) from found
    assert isinstance(found, Graph)  # noqa: S101 (what pySHACL promises)
    return found


def check_shapes(
    shapes: Shapes, facts: Graph, focuses: Focuses, progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Check the facts against the shapes; a shape of a class that finds nothing to look at is a warning.

    Raises ``SourceError`` where the shapes are not well-formed SHACL. Cost: linear in the focus nodes and their values.
    """
    progress("shapes")
    findings = _validate(shapes, facts, focuses)
    focus_nodes: set[Node] = set()
    idle: list[Finding] = []
    for shape in shapes.targeted:
        nodes = shapes.focus_nodes(shape, facts)
        focus_nodes |= nodes
        # a property that nothing uses is reported by the rule unused-term
        if not nodes and (shape, SH.path, None) not in shapes.graph:
            message = "No fact is about anything this shape looks at. Correct its target, or explain the warning."
            iri = NamedNode(str(shape))
            idle.append(Finding("idle-shape", Severity.WARNING, name(iri), message, shape=iri))
    counts = {
        "shape files": shapes.n_files,
        "shapes": len(shapes.targeted),
        "property shapes": len(set(shapes.graph.subjects(SH.path, None))),
        "things checked against shapes": len(focus_nodes),
    }
    return Report((*sorted(findings, key=lambda f: (f.check, f.focus, f.value)), *idle), counts)


def check_changed_shapes(
    shapes: Shapes,
    changed: Iterable[Triple],
    store: Store,
    focuses: Focuses,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check the facts of a store against the shapes where a change of facts can matter, see :mod:`.affected`.

    Finds what :func:`check_shapes` would find, but for idle shapes, given that the facts before the change conform.
    """
    progress("shapes")
    paths = read_paths(shapes.graph)
    things = affected_things(paths, changed, store) if paths is not None else None
    if paths is None or things is None:
        return check_shapes(shapes, read_facts(store), focuses, progress)
    # what else is a target in this part of the facts is looked at too, without all its facts: its results are dropped
    facts = _parse(b"\n".join(f"{triple} .".encode() for triple in facts_read(paths, things, store)))
    findings = _validate(shapes, facts, focuses, {name(thing) for thing in things})
    counts = {"shape files": shapes.n_files, "things checked against shapes": len(things)}
    return Report(tuple(sorted(findings, key=lambda f: (f.check, f.focus, f.value))), counts)


def _validate(shapes: Shapes, facts: Graph, focuses: Focuses, things: set[str] | None = None) -> dict[Finding, None]:
    """Return the findings, only those about the things with these names where such are given."""
    try:
        found = validate_graph(facts, shapes.graph)
    except ValueError as error:
        problem = Problem(Where(shapes.folder), f"pySHACL cannot read the shapes: {error}.", "Correct the shape.")
        raise SourceError([problem]) from error
    # results of helper shapes hang below others as sh:detail and are not reported by themselves
    findings = dict.fromkeys(_finding(result, found, focuses) for result in found.objects(None, SH.result))
    return {f: None for f in findings if things is None or f.focus in things}


def _finding(result: Node, found: Graph, focuses: Focuses) -> Finding:
    shape = to_term(found.value(result, SH.sourceShape))
    path = to_term(found.value(result, SH.resultPath))
    messages = sorted(str(m) for m in found.objects(result, SH.resultMessage))
    return focuses.finding(
        check=name(shape).removeprefix("mgsh:"),
        severity=_SEVERITIES[found.value(result, SH.resultSeverity)],
        focus=to_term(found.value(result, SH.focusNode)),
        message=" ".join(messages),
        path=path if isinstance(path, NamedNode) else None,
        value=to_term(found.value(result, SH.value)),
        shape=shape if isinstance(shape, NamedNode) else None,
    )


def to_term(node: Node | None) -> Any:
    """Return the pyoxigraph term of an rdflib one."""
    match node:
        case RdflibLiteral():
            if node.language:
                return Literal(str(node), language=node.language)
            return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))
        case URIRef():
            return NamedNode(str(node))
        case BNode():
            return BlankNode(str(node))
        case _:
            return None
