"""All inputs of a version, read and checked against each other: nothing half-read goes on to the graph.

Entry points: :func:`read_project`, :func:`amend_project`.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import CONCEPT, ID, SOURCE, source_key, term
from migragraph.sources import edits
from migragraph.sources.authority import Spellings, incomplete, read_authority
from migragraph.sources.claims import read_claims
from migragraph.sources.decisions import Decision, read_decisions
from migragraph.sources.rdf_files import find_files, name, read_rdf_file, read_rdf_files
from migragraph.sources.tables import read_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from migragraph.sources.statement import Statement

T = TypeVar("T")
_TYPE = term("rdf:type")
_SHA256 = term("schema:sha256")


@dataclass(frozen=True)
class Project:
    """The inputs of a version: vocabulary, things, sources, statements, decisions, and the digests of their files.

    ``edits`` are the folders of the edits that are applied, in their order; ``files`` counts their files too.
    """

    folder: Path
    ontology: dict[Triple, Where]
    concepts: dict[Triple, Where]
    authority: dict[Triple, Where]
    sources: dict[Triple, Where]
    statements: list[Statement]
    decisions: list[Decision]
    files: dict[str, str]
    edits: tuple[Path, ...] = ()

    @cached_property
    def spellings(self) -> Spellings:
        """Return every name of every thing, concept and property."""
        return Spellings([*self.ontology, *self.concepts, *self.authority])

    @cached_property
    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each source document, by the key of the source."""
        return {
            t.subject.value.removeprefix(SOURCE): t.object.value
            for t in self.sources
            if t.predicate == _SHA256 and isinstance(t.subject, NamedNode) and isinstance(t.object, Literal)
        }


def read_project(folder: Path, edits: Iterable[Path] = ()) -> Project:
    """Read everything below the folder of a project, and the folders of edits, which are applied in their order.

    Raises ``SourceError`` with all problems: those of single files, and what does not fit together (an unknown term,
    concept, thing or source; an IRI that is not ours; a thing without type, name or description).
    """
    project = _read_files(folder)
    for edit in edits:
        project = _apply(project, edit)
    return _fitting(project)


def amend_project(project: Project, edit: Path) -> Project:
    """Return the project with one more edit: the same as :func:`read_project` gives for all its edits and this one."""
    return _fitting(_apply(project, edit))


def _fitting(project: Project) -> Project:
    problems = [*(incomplete(project.authority) if project.edits else ()), *_misfits(project)]
    if problems:
        raise SourceError(problems)
    return project


def _read_files(folder: Path) -> Project:
    problems: list[Problem] = []

    def attempt(read: Callable[[], T], default: T) -> T:
        try:
            return read()
        except SourceError as error:
            problems.extend(error.problems)
            return default

    def gather(paths: Iterable[Path]) -> dict[Triple, Where]:
        files = read_rdf_files(paths, problems)
        return {triple: file.where(triple.subject) for file in files for triple in file.triples}

    data = folder / "data"
    paths = {
        "ontology": find_files(folder / "ontology", "*.ttl"),
        "concepts": find_files(folder / "ontology" / "concepts", "*.ttl"),
        "authority": find_files(data / "ttl" / "things", "*.ttl"),
        "sources": find_files(data / "ttl", "sources*.ttl"),
        "claims": find_files(data / "ttl" / "claims", "**/*.trig"),
    }
    ontology, concepts, sources = (gather(paths[kind]) for kind in ("ontology", "concepts", "sources"))
    authority: dict[Triple, Where] = attempt(lambda: read_authority(paths["authority"]), {})
    problems += incomplete(authority)
    statements: list[Statement] = attempt(lambda: read_claims(paths["claims"]), [])
    statements += attempt(lambda: list(read_tables(data / "registry")), [])
    decisions: list[Decision] = attempt(lambda: read_decisions(data / "decisions.csv"), [])
    read = {path for group in paths.values() for path in group}
    for stray in sorted(p for p in (data / "ttl").rglob("*") if p.is_file() and p not in read):
        remedy = "Move it to things/*.ttl, claims/**/*.trig or sources*.ttl, or remove it."
        problems.append(Problem(Where(stray), "nothing reads this file.", remedy))
    if problems:
        raise SourceError(problems)
    read |= {p for p in data.rglob("*") if p.suffix in {".csv", ".toml"}} | {*(folder / "ontology").rglob("*.rq")}
    read |= {*folder.glob("shapes/*.ttl"), *folder.glob("queries/*.rq"), *folder.glob("networks/*.rq")}
    files = {str(p.relative_to(folder)): _digest(p) for p in sorted(read)}
    return Project(folder, ontology, concepts, authority, sources, statements, decisions, files)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _apply(project: Project, folder: Path) -> Project:
    """Return the project with what an edit withdraws taken out and what it adds put in; raises ``SourceError``."""
    edit = edits.read_edit(folder)
    withdrawn = edits.read_withdrawn(folder / edits.WITHDRAWN)
    there = {key: folder / key for key in edits.FILES if (folder / key).is_file()}
    problems: list[Problem] = []
    for stray in sorted(p for p in folder.rglob("*") if p not in there.values()):
        problems.append(Problem(Where(stray), "nothing reads this file.", "Move it away."))
    given = {(source_key(s.passage.source.value), s.triple) for s in project.statements} if withdrawn.claims else set()
    for source, triple in withdrawn.claims - given:
        message = f"no earlier edit claims {' '.join(name(node) for node in triple)} ({source})."
        problems.append(Problem(Where(folder / edits.WITHDRAWN), message, "Take the line out."))
    things = read_authority([there[edits.THINGS]]) if edits.THINGS in there else {}
    authority = {t: where for t, where in project.authority.items() if t not in withdrawn.authority}
    authority |= {t: where for t, where in things.items() if t not in authority}
    described = read_rdf_file(there[edits.SOURCES])
    sources = project.sources | {t: described.where(t.subject) for t in described.triples}
    statements = [
        s
        for s in project.statements
        if not withdrawn.claims or (source_key(s.passage.source.value), s.triple) not in withdrawn.claims
    ]
    statements += read_claims([there[edits.CLAIMS]]) if edits.CLAIMS in there else []
    decisions = [d for d in project.decisions if (d.source, d.triple) not in withdrawn.claims]
    decisions += read_decisions(there[edits.DECISIONS]) if edits.DECISIONS in there else []
    if problems:
        raise SourceError(problems)
    files = project.files | {f"edits/{edit.name}/{key}": _digest(path) for key, path in sorted(there.items())}
    return replace(
        project,
        authority=authority,
        sources=sources,
        statements=statements,
        decisions=decisions,
        files=files,
        edits=(*project.edits, folder),
    )


def _misfits(project: Project) -> Iterator[Problem]:
    terms: set[object] = {t.subject for t in project.ontology if t.predicate == _TYPE}
    types = {s.triple.subject for s in project.statements if s.triple.predicate == _TYPE}
    known: dict[str, set[object]] = {
        CONCEPT: {t.subject for t in project.concepts},
        ID: {t.subject for t in project.authority} | types,
        SOURCE: {t.subject for t in project.sources},
    }
    statements = project.statements
    spoken: list[tuple[Triple, Where]] = [*project.authority.items(), *project.sources.items()]
    spoken += [*project.concepts.items(), *((s.triple, s.where) for s in statements)]
    reported: set[tuple[object, object]] = set()
    for triple, where in spoken:
        if triple.predicate not in terms and (triple.predicate, where) not in reported:
            reported.add((triple.predicate, where))
            yield _unknown("term", triple.predicate, where, terms)
        if triple.predicate == _TYPE and triple.object not in terms and (triple.object, where) not in reported:
            reported.add((triple.object, where))
            yield _unknown("class", triple.object, where, terms)
    for statement in statements:
        triple, where = statement.triple, statement.where
        if not (isinstance(triple.subject, NamedNode) and triple.subject.value.startswith((ID, SOURCE))):
            message = f"{name(triple.subject)} is not an IRI of ours."
            yield Problem(where, message, f"A claim is about a thing, below {ID}, or a source, below {SOURCE}.")
        for node in (triple.subject, triple.object):
            if not isinstance(node, NamedNode) or (node, where) in reported or "#" in node.value:
                continue
            for base, declared in known.items():
                if node.value.startswith(base) and node not in declared:
                    reported.add((node, where))
                    kind = {CONCEPT: "concept", ID: "thing", SOURCE: "source"}[base]
                    yield _unknown(kind, node, where, declared)
        if statement.passage.source not in known[SOURCE] and (statement.passage.source, where.path) not in reported:
            reported.add((statement.passage.source, where.path))
            yield _unknown("source", statement.passage.source, where, known[SOURCE])


def _unknown(kind: str, node: object, where: Where, known: set[object]) -> Problem:
    near = difflib.get_close_matches(name(node), [name(k) for k in known], n=3, cutoff=0.75)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    home = {
        "term": "Declare it in ontology/ or use a known one",
        "class": "Declare it in ontology/ or use a known one",
        "concept": "Define it in ontology/concepts/",
        "thing": "Give it an entry in data/ttl/things/, or an `a` in its claim block if it is an n-ary node",
        "source": "Describe it in data/ttl/sources.ttl",
    }[kind]
    return Problem(where, f"there is no {kind} {name(node)}.", f"{meant}{home}.")
