"""The assembly of a version: from the inputs of a project to all graphs, in memory.

Entry points: :func:`assemble`; :func:`derive` for a store that holds the rest already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, Quad, Store, Triple

from migragraph.graph.claims import Claim, describe_claim, gather_claims
from migragraph.graph.rules import read_rules, run_rule
from migragraph.iris import GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migragraph.errors import Where
    from migragraph.sources.project import Project

FACTS = DefaultGraph()
AUTHORITY = NamedNode(f"{GRAPH}authority")
ONTOLOGY = NamedNode(f"{GRAPH}ontology")
SHAPES = NamedNode(f"{GRAPH}shapes")
QUERIES = NamedNode(f"{GRAPH}queries")
NETWORKS = NamedNode(f"{GRAPH}networks")
CLAIMS_PREFIX = f"{GRAPH}claims/"
DERIVED_PREFIX = f"{GRAPH}derived/"


@dataclass(frozen=True)
class Assembly:
    """All graphs of a version to be, in an in-memory store, with what made them."""

    store: Store
    project: Project
    claims: list[Claim]
    derived: dict[str, int]
    written: dict[object, Where] = field(repr=False)

    def where(self, node: object) -> Where | None:
        """Return the place in our files where a thing is described, or else first stated."""
        return self.written.get(node)


def assemble(
    project: Project, documentation: Iterable[Quad] = (), progress: Callable[[str], None] = lambda _: None
) -> Assembly:
    """Put all graphs of a version together: claims, accepted facts, authority, vocabulary, then the derived facts.

    ``documentation`` are quads of further named graphs (shapes, queries, networks) that are taken over as they are.
    Raises ``SourceError`` where inputs do not fit together.
    """
    store = Store()
    progress("claims")
    claims = gather_claims(project.statements, project.decisions)
    store.bulk_extend(quad for claim in claims for quad in describe_claim(claim))
    progress("facts")
    store.bulk_extend(in_graph(FACTS, (c.triple for c in claims if c.is_fact)))
    store.bulk_extend(in_graph(FACTS, project.sources))
    for graph in (FACTS, AUTHORITY):
        store.bulk_extend(in_graph(graph, project.authority))
    vocabulary = stable_blank_nodes([*project.ontology, *project.concepts], "vocabulary")
    for graph in (FACTS, ONTOLOGY):
        store.bulk_extend(in_graph(graph, vocabulary))
    store.bulk_extend(documentation)
    derived = derive(store, project, progress)
    return Assembly(store, project, claims, derived, written_where(project))


def derive(store: Store, project: Project, progress: Callable[[str], None] = lambda _: None) -> dict[str, int]:
    """Run all rules on a store that holds everything else; return how many triples each derived."""
    derived: dict[str, int] = {}
    for rule in read_rules(project.folder / "ontology" / "rules"):
        progress(rule.title)
        derived[rule.name] = run_rule(rule, store)
    return derived


def written_where(project: Project) -> dict[object, Where]:
    """Return the place in our files where each thing is described, or else first stated."""
    written: dict[object, Where] = {}
    for described in (project.authority, project.concepts, project.ontology, project.sources):
        for triple, where in described.items():
            written.setdefault(triple.subject, where)
    for statement in project.statements:
        written.setdefault(statement.triple.subject, statement.where)
    return written


def in_graph(graph: NamedNode | DefaultGraph, triples: Iterable[Triple]) -> Iterator[Quad]:
    """Put triples into a graph."""
    return (Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def stable_blank_nodes(triples: Iterable[Triple], label: str) -> list[Triple]:
    """Give the blank nodes of lists in vocabulary and shapes the same names in every build: label and a number.

    The order is that of RDF dataset canonicalisation, https://www.w3.org/TR/rdf-canon/
    """
    dataset = Dataset(in_graph(FACTS, triples))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    def named(node: Any) -> Any:
        return BlankNode(f"{label}-{node.value}") if isinstance(node, BlankNode) else node

    return [Triple(named(q.subject), q.predicate, named(q.object)) for q in dataset]
