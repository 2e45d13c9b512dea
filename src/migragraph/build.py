"""The pipeline: sources → claims → facts → checks → a new immutable version.

Entry points: :func:`build_version`, :func:`check_project`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from migragraph.checks import check_graph
from migragraph.documentation import document_ontology
from migragraph.errors import InvalidGraph
from migragraph.graph.assembly import SHAPES, Assembly, assemble, stable_blank_nodes
from migragraph.graph.claims import ACCEPTED
from migragraph.iris import shorten, term
from migragraph.networks.definitions import describe_networks
from migragraph.questions import describe_questions
from migragraph.sources.project import read_project
from migragraph.sources.rdf_files import find_files, read_rdf_file
from migragraph.store.versions import Version, prune_versions, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from migragraph.checks.report import Report
    from migragraph.config import Settings


def assemble_project(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Assembly:
    """Read the project in the folder and put all graphs of a version together; nothing is written."""
    progress("reading")
    project = read_project(folder)
    documentation = [
        *_shapes(folder),
        *describe_questions(folder / "queries"),
        *describe_networks(folder / "networks"),
    ]
    return assemble(project, documentation, progress)


def check_project(folder: Path, *, documents: Path | None, progress: Callable[[str], None] = lambda _: None) -> Report:
    """Run all checks on the project in the folder; with a folder of documents, the evidence check too."""
    return check_graph(assemble_project(folder, progress), documents=documents, progress=progress)


def build_version(
    settings: Settings,
    *,
    documents: Path | None = None,
    check: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Version:
    """Build a version from the project and make it the current one.

    Raises ``SourceError`` where inputs cannot be used and ``InvalidGraph`` where the graph breaks a shape or a rule;
    the versions that are there and the one that is served stay as they were.
    """
    assembly = assemble_project(settings.project, progress)
    if check:
        report = check_graph(assembly, documents=documents, progress=progress)
        if not report.conforms:
            raise InvalidGraph(report)
    progress("writing")
    pages = {"ontology.html": document_ontology(settings.project / "ontology" / "migragraph.ttl")}
    version = publish(settings.home, assembly.store, _describe(assembly), pages)
    prune_versions(settings.home, settings.keep_versions)
    return version


def _shapes(folder: Path) -> Iterator[Quad]:
    for path in find_files(folder / "shapes", "*.ttl"):
        for triple in stable_blank_nodes(read_rdf_file(path).triples, path.stem):
            yield Quad(triple.subject, triple.predicate, triple.object, SHAPES)


def _describe(assembly: Assembly) -> dict[str, Any]:
    """Return what the manifest says of the content: counts, and the inputs with their digests."""
    store = assembly.store
    facts = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
    graphs = {
        graph.value: sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        for graph in store.named_graphs()
        if isinstance(graph, NamedNode)
    }
    return {
        "counts": {
            "facts": facts,
            "claims": len(assembly.claims),
            "claims accepted": sum(c.status == ACCEPTED for c in assembly.claims),
            "sources": len({c.source for c in assembly.claims}),
        },
        "classes": _count_classes(store),
        "graphs": dict(sorted(graphs.items())),
        "derived": assembly.derived,
        "sources": dict(sorted(Counter(c.source for c in assembly.claims).items())),
        "files": assembly.project.files,
    }


def _count_classes(store: Store) -> dict[str, int]:
    """Count the instances of each of our classes among the facts."""
    types = store.quads_for_pattern(None, term("rdf:type"), None, DefaultGraph())
    counts = Counter(q.object.value for q in types if isinstance(q.object, NamedNode))
    ours = {shorten(iri): n for iri, n in counts.items() if shorten(iri).startswith("mg:")}
    return dict(sorted(ours.items()))
