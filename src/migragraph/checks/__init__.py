"""The checks that a graph has to pass before it is published.

Shapes (SHACL), hygiene rules (SPARQL), evidence (against the documents, where they are at hand), personal data, and
the forms that only files show. Entry points: :func:`check_graph`; for a change to what passed it :func:`check_rules`
and :func:`check_change`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph

from migragraph.checks.evidence import check_evidence
from migragraph.checks.explained import explain_warnings, read_explanations
from migragraph.checks.files import check_language_tags
from migragraph.checks.focus import Focuses
from migragraph.checks.hygiene import check_hygiene, read_hygiene
from migragraph.checks.names import check_names
from migragraph.checks.personal import check_personal, find_data_files
from migragraph.checks.report import Report
from migragraph.checks.shapes import check_changed_shapes, check_shapes, read_facts, read_shapes
from migragraph.errors import Problem, SourceError, UnknownThing, Where
from migragraph.graph.assembly import written_where
from migragraph.iris import source_key
from migragraph.sources.documents import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyoxigraph import Store

    from migragraph.graph.assembly import Assembly
    from migragraph.graph.claims import Claim
    from migragraph.sources.project import Project
    from migragraph.store.versions import Delta

__all__ = ["check_change", "check_graph", "check_rules"]

_EXPLAINED = "data/explained-warnings.csv"


def check_graph(
    assembly: Assembly,
    *,
    documents: Path | None = None,
    source: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Run every check on the graph; with a folder of documents, the evidence check too, of one ``source`` or of all.

    The counts of the report say how much was checked; a check that finds nothing to check raises ``SourceError``.
    Warnings that ``data/explained-warnings.csv`` explains do not count.
    """
    folder = assembly.project.folder
    focuses = Focuses(assembly.store, assembly.where, assembly.claims)
    if not assembly.claims:
        problem = Problem(Where(folder), "there is no claim to check.", "Check the folder given.")
        raise SourceError([problem])
    progress("reading the facts for the shapes")
    facts = read_facts(assembly.store)
    report = Report((), {"facts": len(facts), "claims": len(assembly.claims)})
    report += check_shapes(read_shapes(folder / "shapes"), facts, focuses, progress)
    report += check_hygiene(read_hygiene(folder / "ontology" / "hygiene"), assembly.store, focuses, progress)
    report += check_names(assembly.store, focuses)
    progress("personal data")
    paths = find_data_files([folder / "data", folder / "ontology", folder / "shapes", *assembly.project.edits])
    report += check_personal(assembly.store, paths, focuses)
    report += check_language_tags(paths)
    if documents is not None:
        progress("evidence")
        report += _check_evidence(assembly, documents, source)
    return explain_warnings(report, read_explanations(folder / _EXPLAINED))


def check_rules(project: Project, store: Store, claims: Iterable[Claim] = ()) -> Report:
    """Run all hygiene rules on a graph, for a change to one that has passed :func:`check_graph`.

    ``claims`` are those that findings may be about.
    """
    focuses = Focuses(store, written_where(project).get, claims)
    report = check_hygiene(read_hygiene(project.folder / "ontology" / "hygiene"), store, focuses)
    report += check_names(store, focuses)
    return explain_warnings(report, read_explanations(project.folder / _EXPLAINED), whole=False)


def check_change(
    project: Project, store: Store, delta: Delta, progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Run what else is to be checked of a graph that differs by a delta from one that has passed :func:`check_graph`.

    Shapes and the search for personal data look at what the change can matter for; the files looked through are those
    of the last edit.
    """
    focuses = Focuses(store, written_where(project).get)
    facts = [quad.triple for quad in (*delta.added, *delta.removed) if quad.graph_name == DefaultGraph()]
    report = check_changed_shapes(read_shapes(project.folder / "shapes"), facts, store, focuses, progress)
    paths = find_data_files(project.edits[-1:])
    report += check_personal(delta.added, paths, focuses)
    report += check_language_tags(paths)
    return explain_warnings(report, read_explanations(project.folder / _EXPLAINED), whole=False)


def _check_evidence(assembly: Assembly, documents: Path, source: str | None) -> Report:
    project = assembly.project
    if source is not None and source not in project.digests:
        raise UnknownThing(f"there is no document {source!r}.", remedy=f"There are: {', '.join(project.digests)}.")
    statements = [s for s in project.statements if source in (None, source_key(s.passage.source.value))]
    report = check_evidence(statements, read_documents(documents, project.digests), project.spellings)
    if not report.counts.get("claims checked against documents"):
        problem = Problem(Where(documents), "no claim rests on a document of this folder.", "Check the folder given.")
        raise SourceError([problem])
    return report
