"""The pipeline: sources → claims → facts → checks → a new immutable version.

Entry points: :func:`build_version`, :func:`check_project`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import DefaultGraph, Quad

from migragraph.checks import check_graph
from migragraph.documentation import document_ontology
from migragraph.errors import InvalidGraph, WriteConflict
from migragraph.graph.assembly import CLAIMS_PREFIX, SHAPES, Assembly, assemble, stable_blank_nodes
from migragraph.graph.claims import ACCEPTED
from migragraph.graph.rules import describe_rules
from migragraph.iris import PREFIXES, shorten
from migragraph.networks.definitions import describe_networks
from migragraph.questions import describe_questions
from migragraph.sources.project import read_project
from migragraph.sources.rdf_files import find_files, read_rdf_file
from migragraph.store.versions import Version, prune_versions, publish, recorded_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

    from migragraph.checks.report import Report
    from migragraph.config import Settings
    from migragraph.sources.project import Project


def assemble_project(
    folder: Path, progress: Callable[[str], None] = lambda _: None, edits: Iterable[Path] = ()
) -> Assembly:
    """Read the project in the folder, apply edits, put all graphs of a version together; nothing is written."""
    progress("reading")
    project = read_project(folder, edits)
    documentation = [
        *_shapes(folder),
        *describe_questions(folder / "queries"),
        *describe_networks(folder / "networks"),
        *describe_rules(folder / "ontology" / "rules"),
    ]
    return assemble(project, documentation, progress)


def check_project(
    folder: Path,
    *,
    documents: Path | None,
    source: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Run all checks on the project in the folder; with a folder of documents, the evidence check too.

    With the key of a ``source`` the evidence check looks at the claims of that one alone.
    """
    return check_graph(assemble_project(folder, progress), documents=documents, source=source, progress=progress)


def build_version(
    settings: Settings,
    *,
    documents: Path | None = None,
    check: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Version:
    """Build a version from the project and the edits that are recorded, and make it the current one.

    Raises ``SourceError`` where inputs cannot be used and ``InvalidGraph`` where the graph breaks a shape or a rule;
    the versions that are there and the one that is served stay as they were. Where somebody writes to the graph
    meanwhile, it is built again with that edit.
    """
    while True:
        edits = recorded_edits(settings.home)
        assembly = assemble_project(settings.project, progress, edits)
        if check:
            report = check_graph(assembly, documents=documents, progress=progress)
            if not report.conforms:
                raise InvalidGraph(report)
        progress("writing")
        pages = {"ontology.html": document_ontology(settings.project / "ontology" / "migragraph.ttl")}
        described = {**describe_content(assembly.store, assembly.derived, assembly.project), "checked": check}
        try:
            version = publish(settings.home, assembly.store, described, pages, edits=[folder.name for folder in edits])
        except WriteConflict:
            continue
        prune_versions(settings.home, settings.keep_versions)
        return version


def _shapes(folder: Path) -> Iterator[Quad]:
    for path in find_files(folder / "shapes", "*.ttl"):
        for triple in stable_blank_nodes(read_rdf_file(path).triples, path.stem):
            yield Quad(triple.subject, triple.predicate, triple.object, SHAPES)


def describe_content(store: Store, derived: Mapping[str, int], project: Project) -> dict[str, Any]:
    """Return what the manifest says of the content: counts, and the inputs with their digests.

    ``derived`` says how many triples each rule derived. Cost: 0.3 s for 400,000 quads.
    """

    def count(pattern: str) -> dict[str, int]:
        query = f"SELECT ?key (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?key"
        solutions = cast("QuerySolutions", store.query(query, prefixes=PREFIXES))
        counted = {cast("NamedNode", key).value: int(cast("Literal", n).value) for key, n in solutions}
        return dict(sorted(counted.items()))

    claims = {iri.removeprefix(CLAIMS_PREFIX): n for iri, n in count("GRAPH ?key { ?claim a mg:Claim }").items()}
    accepted = count("GRAPH ?graph { ?claim mg:claimStatus ?key }").get(ACCEPTED.value, 0)
    classes = {shorten(iri): n for iri, n in count("?thing a ?key . FILTER(isIRI(?key))").items()}
    return {
        "counts": {
            "facts": sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph())),
            "claims": sum(claims.values()),
            "claims accepted": accepted,
            "sources": len(claims),
        },
        "classes": {name: n for name, n in classes.items() if name.startswith("mg:")},
        "graphs": count("GRAPH ?key { ?subject ?predicate ?object }"),
        "derived": dict(derived),
        "sources": claims,
        "files": project.files,
    }
