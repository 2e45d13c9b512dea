"""Which things a change of facts can make break a shape, and the facts that have to be looked at to tell.

A shape reads the facts along paths from the thing it looks at: the values of its properties, the types of those values,
their properties where it asks for such. All paths of all shapes are worked out from the shapes themselves. Should a
result of a thing differ before and after a change, then one of the facts on its paths was added or removed; the steps
before the first such fact are the same before and after. So walking back along the paths from every changed fact, in
the facts after the change, finds every such thing. All others were looked at when the version before was checked.

The parts of SHACL Core that read anything: https://www.w3.org/TR/shacl/#core-components. What is not known here, a path
that is no property or its inverse, and a change of the class hierarchy, make the answer "all".

Entry points: :func:`read_paths`, :func:`affected_things`, :func:`facts_read`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad
from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.collection import Collection

from migragraph.iris import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Store, Triple
    from rdflib.term import Node

_TYPE, _SUBCLASS = term("rdf:type"), term("rdfs:subClassOf")
_LISTS = (SH["and"], SH["or"], SH.xone)
_SHAPES = (SH.node, SH["not"], SH.qualifiedValueShape)
_PAIRS = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
#: What reads nothing beyond the values that the path leads to, and what only describes.
_SILENT = frozenset(
    SH[part]
    for part in (
        "path", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive",
        "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang", "hasValue", "in",
        "qualifiedMinCount", "qualifiedMaxCount", "ignoredProperties", "deactivated", "severity", "message", "name",
        "description", "order", "group", "defaultValue", "targetClass", "targetSubjectsOf", "targetObjectsOf",
    )
)  # fmt: skip


class Step(NamedTuple):
    """One step from a thing along a property, or against it; along every property where there is none."""

    predicate: NamedNode | None
    back: bool = False


Path = tuple[Step, ...]


class _NotKnown(Exception):
    """A shape has a part whose reading is not known here."""


def read_paths(shapes: Graph) -> frozenset[Path] | None:
    """Return the paths along which the shapes read, each with all its beginnings; None where that cannot be said."""
    paths: set[Path] = {(Step(_TYPE),)}
    targeted = {s for p in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf) for s in shapes.subjects(p)}
    other = any(shapes.subjects(SH.targetNode)) or any(shapes.subjects(SH.target))
    if other or any(shapes.subjects(RDF.type, RDFS.Class)) or any(shapes.subjects(RDF.type, OWL.Class)):
        return None
    for back, target in ((False, SH.targetSubjectsOf), (True, SH.targetObjectsOf)):
        paths |= {(Step(NamedNode(str(p)), back),) for p in shapes.objects(None, target)}
    try:
        for shape in targeted:
            paths |= set(_paths(shapes, shape, ()))
    except _NotKnown:
        return None
    return frozenset(path[: n + 1] for path in paths for n in range(len(path)))


def _paths(shapes: Graph, shape: Node, before: Path, within: tuple[Node, ...] = ()) -> Iterator[Path]:
    """Return the paths that a shape reads when it looks at what the path before leads to."""
    if shape in within:  # a shape that asks for itself reads without end
        raise _NotKnown
    here, within = before, (*within, shape)
    if (path := shapes.value(shape, SH.path)) is not None:
        here = (*before, _step(shapes, path))
        yield here
    for predicate, value in shapes.predicate_objects(shape):
        if predicate == SH["class"]:
            yield (*here, Step(_TYPE))
        elif predicate == SH.property or predicate in _SHAPES:
            yield from _paths(shapes, value, here, within)
        elif predicate in _LISTS:
            for part in Collection(shapes, value):
                yield from _paths(shapes, part, here, within)
        elif predicate in _PAIRS:
            yield (*before, Step(NamedNode(str(value))))
        elif predicate == SH.closed:
            yield (*here, Step(None))
        elif str(predicate).startswith(str(SH)) and predicate not in _SILENT:
            raise _NotKnown


def _step(shapes: Graph, path: Node) -> Step:
    if isinstance(path, URIRef):
        return Step(NamedNode(str(path)))
    inverse = shapes.value(path, SH.inversePath) if isinstance(path, BNode) else None
    if not isinstance(inverse, URIRef):
        raise _NotKnown
    return Step(NamedNode(str(inverse)), back=True)


def affected_things(paths: Iterable[Path], changed: Iterable[Triple], store: Store) -> set[object] | None:
    """Return the nodes whose results a change of facts may have changed; None where it may have changed all.

    ``store`` holds the facts after the change, ``changed`` are those added and removed.
    """
    found: set[object] = set()
    by_last: dict[tuple[NamedNode | None, bool], list[Path]] = {}
    for path in paths:
        by_last.setdefault((path[-1].predicate, path[-1].back), []).append(path[:-1])
    for triple in changed:
        if triple.predicate == _SUBCLASS:
            return None
        for back, node in ((False, triple.subject), (True, triple.object)):
            for predicate in (triple.predicate, None):
                for before in by_last.get((predicate, back), ()):
                    found |= _walk(store, {node}, [Step(s.predicate, not s.back) for s in reversed(before)])
    return found


def _walk(store: Store, nodes: set[object], steps: Iterable[Step]) -> set[object]:
    """Return what the steps lead to from the nodes."""
    for step in steps:
        nodes = {quad.subject if step.back else quad.object for node in nodes for quad in _facts(store, node, step)}
    return nodes


def _facts(store: Store, node: object, step: Step) -> Iterator[Quad]:
    if step.back:
        return store.quads_for_pattern(None, step.predicate, node, DefaultGraph())  # type: ignore[arg-type]
    if not isinstance(node, NamedNode):  # a literal has no property
        return iter(())
    return store.quads_for_pattern(node, step.predicate, None, DefaultGraph())


def facts_read(paths: Iterable[Path], things: Iterable[object], store: Store) -> set[Triple]:
    """Return all facts that the shapes read when they look at the things, and the class hierarchy."""
    facts = {quad.triple for quad in store.quads_for_pattern(None, _SUBCLASS, None, DefaultGraph())}
    reached: dict[Path, set[object]] = {(): set(things)}
    for path in sorted(paths, key=len):
        quads = [quad for node in reached[path[:-1]] for quad in _facts(store, node, path[-1])]
        facts.update(quad.triple for quad in quads)
        reached[path] = {quad.subject if path[-1].back else quad.object for quad in quads}
    return facts
