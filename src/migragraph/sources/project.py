"""All inputs of a version, read and checked against each other: nothing half-read goes on to the graph.

Entry point: :func:`read_project`.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import CONCEPT, ID, SOURCE, term
from migragraph.sources.authority import Spellings, read_authority
from migragraph.sources.claims import read_claims
from migragraph.sources.decisions import Decision, read_decisions
from migragraph.sources.rdf_files import find_files, name, read_rdf_files
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
    """The inputs of a version: vocabulary, things, sources, statements, decisions, and the digests of their files."""

    folder: Path
    ontology: dict[Triple, Where]
    concepts: dict[Triple, Where]
    authority: dict[Triple, Where]
    sources: dict[Triple, Where]
    statements: list[Statement]
    decisions: list[Decision]
    files: dict[str, str]

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


def read_project(folder: Path) -> Project:
    """Read everything below the folder of a project.

    Raises ``SourceError`` with all problems: those of single files, and what does not fit together (an unknown term,
    concept, thing or source; an IRI that is not ours).
    """
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
    statements: list[Statement] = attempt(lambda: read_claims(paths["claims"]), [])
    statements += attempt(lambda: list(read_tables(data / "registry")), [])
    decisions: list[Decision] = attempt(lambda: read_decisions(data / "decisions.csv"), [])
    read = {path for group in paths.values() for path in group}
    for stray in sorted(p for p in (data / "ttl").rglob("*") if p.is_file() and p not in read):
        remedy = "Move it to things/*.ttl, claims/**/*.trig or sources*.ttl, or remove it."
        problems.append(Problem(Where(stray), "nothing reads this file.", remedy))
    if not problems:
        problems.extend(_misfits(ontology, concepts, authority, sources, statements))
    if problems:
        raise SourceError(problems)
    read |= {p for p in data.rglob("*") if p.suffix in {".csv", ".toml"}} | {*(folder / "ontology").rglob("*.rq")}
    files = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(read)}
    return Project(folder, ontology, concepts, authority, sources, statements, decisions, files)


def _misfits(
    ontology: dict[Triple, Where],
    concepts: dict[Triple, Where],
    authority: dict[Triple, Where],
    sources: dict[Triple, Where],
    statements: list[Statement],
) -> Iterator[Problem]:
    terms: set[object] = {t.subject for t in ontology if t.predicate == _TYPE}
    known: dict[str, set[object]] = {
        CONCEPT: {t.subject for t in concepts},
        ID: {t.subject for t in authority} | {s.triple.subject for s in statements if s.triple.predicate == _TYPE},
        SOURCE: {t.subject for t in sources},
    }
    spoken: list[tuple[Triple, Where]] = [*authority.items(), *sources.items(), *concepts.items()]
    spoken += [(s.triple, s.where) for s in statements]
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
