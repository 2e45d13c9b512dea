"""The record of a change: what is to be claimed, decided, named and taken back, as the files of an edit.

Entry points: :func:`plan_edit`, :func:`write_files`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from migragraph.canonical import write_quads
from migragraph.graph.assembly import AUTHORITY, CLAIMS_PREFIX, FACTS, in_graph
from migragraph.graph.claims import ACCEPTED
from migragraph.iris import CLAIM, EDIT_KEY, edit_source, literal, mint_agent, shorten, source_key, term
from migragraph.sources import edits
from migragraph.sources.decisions import COLUMNS
from migragraph.sources.statement import POSITIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Store

    from migragraph.sources.project import Project
    from migragraph.writes.change import Change

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass
class Plan:
    """What a change comes to: new claims, decisions on claims of other sources, claims of edits and names."""

    claims: set[Triple] = field(default_factory=set)
    rejected: set[tuple[str, Triple]] = field(default_factory=set)
    accepted: set[Triple] = field(default_factory=set)
    dropped: set[tuple[str, Triple]] = field(default_factory=set)
    names_added: set[Triple] = field(default_factory=set)
    names_withdrawn: set[Triple] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any((self.claims, self.rejected, self.dropped, self.names_added, self.names_withdrawn))

    @property
    def counts(self) -> dict[str, int]:
        """Return the sizes that the note of the edit gives."""
        sizes = self.claims, (*self.rejected, *self.dropped), self.names_added, self.names_withdrawn
        return dict(zip(edits.COUNTS, map(len, sizes), strict=True))


def plan_edit(change: Change, project: Project, base: Store) -> Plan:
    """Work out what the change comes to on the dataset it was made for; what it would not change is left out.

    A fact that is removed loses the accepted claims it rests on: those of earlier edits are dropped, those of other
    sources rejected. A fact that is added is claimed; where a decision about all sources stands against it, the edit
    decides for its own claim.
    """
    plan = Plan()
    for quad in change.added:
        if quad in base or quad in change.removed:
            continue
        if quad.graph_name == AUTHORITY:
            plan.names_added.add(quad.triple)
        elif Quad(quad.subject, quad.predicate, quad.object, AUTHORITY) not in change.added:
            plan.claims.add(quad.triple)
    for quad in change.removed:
        if quad not in base or quad in change.added:
            continue
        if quad.graph_name == AUTHORITY:
            plan.names_withdrawn.add(quad.triple)
            continue
        for source in _accepting(quad.triple, base):
            of_edit = re.fullmatch(EDIT_KEY, source)
            (plan.dropped if of_edit else plan.rejected).add((source, quad.triple))
    against_all = {d.triple for d in project.decisions if d.source is None and d.status != ACCEPTED}
    plan.accepted = plan.claims & against_all
    return plan


def _accepting(triple: Triple, base: Store) -> Iterator[str]:
    """Return the keys of the sources of which an accepted claim makes the triple a fact."""
    for quad in base.quads_for_pattern(None, term("rdf:subject"), triple.subject, None):
        claim, graph = quad.subject, quad.graph_name
        if not isinstance(graph, NamedNode) or not graph.value.startswith(CLAIMS_PREFIX):
            continue
        said = (
            ("rdf:predicate", triple.predicate),
            ("rdf:object", triple.object),
            ("mg:claimStatus", ACCEPTED),
            ("mg:polarity", POSITIVE),
        )
        if isinstance(claim, NamedNode) and all(Quad(claim, term(p), value, graph) in base for p, value in said):
            yield claim.value.removeprefix(CLAIM).partition("/")[0]


def next_number(project: Project) -> int:
    """Return the number of the next edit: no edit that is recorded, or was taken into the project, has it."""
    keys = {source_key(t.subject.value) for t in project.sources if isinstance(t.subject, NamedNode)}
    numbers = [int(match["number"]) for key in keys if (match := re.fullmatch(EDIT_KEY, key))]
    return max(numbers, default=0) + 1


def write_files(name: str, change: Change, plan: Plan, base: str) -> dict[str, str]:
    """Return the files of an edit of this name, in the forms of the project's own files."""
    note = {"edit": name, "who": change.who, "why": change.why, "when": change.when.isoformat(timespec="seconds")}
    text = json.dumps(note | {"base": base} | plan.counts, indent=2, ensure_ascii=False) + "\n"
    files = {edits.NOTE: text, edits.SOURCES: _describe(name, change, text)}
    withdrawn = [*in_graph(AUTHORITY, plan.names_withdrawn)]
    for key, triple in plan.dropped:
        withdrawn += in_graph(edit_source(key.removeprefix("edit-")), [triple])
    for file, quads, form in (
        (edits.CLAIMS, [*in_graph(edit_source(name), plan.claims)], RdfFormat.TRIG),
        (edits.THINGS, [*in_graph(FACTS, plan.names_added)], RdfFormat.TURTLE),
        (edits.WITHDRAWN, withdrawn, RdfFormat.TRIG),
    ):
        if quads:
            files[file] = write_quads(quads, form)
    decided = [(triple, key, "rejected") for key, triple in plan.rejected]
    decided += [(triple, f"edit-{name}", "accepted") for triple in plan.accepted]
    if decided:
        files[edits.DECISIONS] = _decisions(decided, f"{change.why} (edit {name})")
    return files


def _describe(name: str, change: Change, note: str) -> str:
    """Describe the edit as a source: what it is, by whom and when, with the SHA-256 of its note."""
    when = change.when
    label = f"Edit {int(name.partition('-')[0])}, {when.day} {_MONTHS[when.month - 1]} {when.year}"
    moment = Literal(when.strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=term("xsd:dateTime"))
    told = (
        ("rdf:type", term("mg:Source")),
        ("skos:prefLabel", literal(label, "en")),
        ("dct:description", literal(f"Change by {change.who}: {change.why}", "en")),
        ("dct:created", moment),
        ("dct:creator", mint_agent(change.who)),
        ("dct:identifier", Literal(name)),
        ("schema:sha256", Literal(hashlib.sha256(note.encode()).hexdigest())),
    )
    return write_quads([Quad(edit_source(name), term(p), value) for p, value in told], RdfFormat.TURTLE)


def _decisions(decided: list[tuple[Triple, str, str]], why: str) -> str:
    rows = []
    for triple, source, status in decided:
        value = shorten(triple.object.value) if isinstance(triple.object, NamedNode) else str(triple.object)
        rows.append((_short(triple.subject), _short(triple.predicate), value, source, status, why))
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(sorted(rows))
    return written.getvalue()


def _short(node: object) -> str:
    assert isinstance(node, NamedNode)  # noqa: S101 (claims have no blank nodes)
    return shorten(node.value)
