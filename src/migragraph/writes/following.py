"""The version that follows from another by an edit, without describing again what the edit does not touch.

The graphs of claims, names, vocabulary, shapes and questions are taken over from the version before; the claims of the
triples that the edit speaks of are described anew, their facts set anew, and everything that rules derive is derived
anew. The content, and so the id, is the same as that of a build of the project with all edits.

Entry points: :func:`load_authored`, :func:`follow`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from migragraph.graph.assembly import AUTHORITY, CLAIMS_PREFIX, DERIVED_PREFIX, FACTS, derive, in_graph
from migragraph.graph.claims import Claim, describe_claim, gather_claims
from migragraph.graph.rules import read_rules
from migragraph.iris import edit_source, mint_claim
from migragraph.sources import edits
from migragraph.sources.authority import read_authority
from migragraph.sources.claims import read_claims
from migragraph.sources.decisions import read_decisions
from migragraph.store.versions import Delta, canonical_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyoxigraph import Triple

    from migragraph.sources.project import Project


@dataclass(frozen=True)
class Authored:
    """What a version holds beside derived facts: all its lines of N-Quads, those authored, and the latter in memory."""

    lines: list[bytes]
    authored: list[bytes]
    store: Store


@dataclass(frozen=True)
class Following:
    """The version that follows: id, number of quads, content, difference, what rules derived, the claims touched."""

    id: str
    n_quads: int
    store: Store
    delta: Delta
    derived: dict[str, int]
    claims: list[Claim]


def load_authored(base: Store, rules: Path) -> Authored:
    """Read a version into memory without what the rules of a folder derived.

    Cost: 5 s for 450,000 quads, most of it outside of the interpreter's lock.
    """
    lines = sorted((base.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    suffixes = {f" <{DERIVED_PREFIX}{rule.name}> .\n".encode(): rule.makes_facts for rule in read_rules(rules)}
    derived = [line for line in lines if line.endswith(tuple(suffixes))]
    drop = set(derived)
    for suffix, makes_facts in suffixes.items():
        if makes_facts:  # what a rule derives was no fact before, so it is one by the rule alone
            drop.update(line.removesuffix(suffix) + b" .\n" for line in derived if line.endswith(suffix))
    authored = [line for line in lines if line not in drop]
    store = Store()
    # a bulk load gives blank nodes new names
    store.bulk_load(input=b"".join(line for line in authored if b"_:" not in line), format=RdfFormat.N_QUADS)
    store.extend(parse(b"".join(line for line in authored if b"_:" in line), RdfFormat.N_QUADS))
    return Authored(lines, authored, store)


class _Draft:
    """The content in the making, with what was added to it and removed from it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.added: set[Quad] = set()
        self.removed: set[Quad] = set()

    def set(self, quad: Quad, *, there: bool) -> None:
        """Have a quad there or not, whatever was."""
        if (quad in self.store) == there:
            return
        (self.store.add if there else self.store.remove)(quad)
        done, undone = (self.added, self.removed) if there else (self.removed, self.added)
        if quad in undone:
            undone.remove(quad)
        else:
            done.add(quad)


def follow(before: Authored, project: Project, progress: Callable[[str], None] = lambda _: None) -> Following:
    """Return the version of a project whose last edit was not yet there in the version before.

    Raises ``SourceError`` where the edit does not fit to the claims that are there.
    """
    draft = _Draft(before.store)
    folder = project.edits[-1]
    touched, claims = _settle_claims(project, folder, draft)
    names = _settle_names(project, folder, draft)
    source = edit_source(edits.read_edit(folder).name)
    described = {triple for triple in project.sources if triple.subject == source}
    factual = {claim.triple for claim in claims if claim.is_fact}
    for quad in in_graph(FACTS, touched | names | described):
        triple = quad.triple
        known = triple in project.authority or triple in project.sources
        fact = known or triple in factual or triple in project.ontology or triple in project.concepts
        draft.set(quad, there=fact)
    derived = derive(draft.store, project, progress)
    added = [*draft.added, *_derived(draft.store, project)]
    gone = set(canonical_lines(draft.removed))
    kept = [line for line in before.authored if line not in gone] if gone else before.authored
    lines = sorted({*kept, *canonical_lines(added)})
    id_ = hashlib.sha256(b"".join(lines)).hexdigest()
    old, new = set(before.lines), set(lines)
    delta = Delta(
        tuple(parse(b"".join(sorted(new - old)), RdfFormat.N_QUADS)),
        tuple(parse(b"".join(sorted(old - new)), RdfFormat.N_QUADS)),
    )
    return Following(id_, len(lines), draft.store, delta, derived, claims)


def _settle_claims(project: Project, folder: Path, draft: _Draft) -> tuple[set[Triple], list[Claim]]:
    """Describe the claims of the triples that the edit speaks of anew; return those triples and claims."""
    dropped = edits.read_withdrawn(folder / edits.WITHDRAWN).claims
    touched = {triple for _, triple in dropped}
    if (folder / edits.CLAIMS).exists():
        touched |= {statement.triple for statement in read_claims([folder / edits.CLAIMS])}
    if (folder / edits.DECISIONS).exists():
        touched |= {decision.triple for decision in read_decisions(folder / edits.DECISIONS)}
    claims = gather_claims(
        [s for s in project.statements if s.triple in touched], [d for d in project.decisions if d.triple in touched]
    )
    gone = [(mint_claim(key, triple), key) for key, triple in dropped]
    now = {quad for claim in claims for quad in describe_claim(claim)}
    for claim, key in [*gone, *((c.iri, c.source) for c in claims)]:
        graph = NamedNode(f"{CLAIMS_PREFIX}{key}")
        for quad in list(draft.store.quads_for_pattern(claim, None, None, graph)):
            if quad not in now:
                draft.set(quad, there=False)
    for quad in now:
        draft.set(quad, there=True)
    return touched, claims


def _settle_names(project: Project, folder: Path, draft: _Draft) -> set[Triple]:
    """Set the statements of authority files that the edit adds or takes back; return them."""
    added: Iterable[Triple] = read_authority([folder / edits.THINGS]) if (folder / edits.THINGS).exists() else ()
    names = {*added, *edits.read_withdrawn(folder / edits.WITHDRAWN).authority}
    for quad in in_graph(AUTHORITY, names):
        draft.set(quad, there=quad.triple in project.authority)
    return names


def _derived(store: Store, project: Project) -> list[Quad]:
    """Return what the rules have derived, in their graphs and as facts."""
    quads: list[Quad] = []
    for rule in read_rules(project.folder / "ontology" / "rules"):
        found = [quad.triple for quad in store.quads_for_pattern(None, None, None, rule.graph)]
        quads += in_graph(rule.graph, found)
        quads += in_graph(FACTS, found) if rule.makes_facts else ()
    return quads
