"""Claims: what each source states, one per triple and source, with status, passages and the graph of its source.

Entry points: :func:`gather_claims`, :func:`describe_claim`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from migragraph.errors import Problem, SourceError
from migragraph.iris import GRAPH, mint_claim, source_key, term
from migragraph.sources.decisions import STATUSES, Decision
from migragraph.sources.rdf_files import name
from migragraph.sources.statement import POSITIVE, STATED, Passage, Statement, TextSpan, Whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACCEPTED = STATUSES["accepted"]
_RFC_7111 = NamedNode("http://tools.ietf.org/rfc/rfc7111")
_TYPE, _VALUE = term("rdf:type"), term("rdf:value")


@dataclass(frozen=True, slots=True)
class Claim:
    """One triple as one source states it, in one or more passages."""

    source: str
    triple: Triple
    statements: tuple[Statement, ...]
    decision: Decision | None

    @property
    def iri(self) -> NamedNode:
        """Return the IRI of the claim."""
        return mint_claim(self.source, self.triple)

    @property
    def graph(self) -> NamedNode:
        """Return the graph of all claims of the source."""
        return NamedNode(f"{GRAPH}claims/{self.source}")

    @property
    def status(self) -> NamedNode:
        """Return the claim's status: what the curator decided, else accepted."""
        return self.decision.status if self.decision else ACCEPTED

    @property
    def polarity(self) -> NamedNode:
        """Return whether the source states or denies the triple."""
        return self.statements[0].polarity

    @property
    def is_fact(self) -> bool:
        """Tell whether the triple becomes a fact by this claim."""
        return self.status == ACCEPTED and self.polarity == POSITIVE


def gather_claims(statements: Iterable[Statement], decisions: Iterable[Decision]) -> list[Claim]:
    """Join the statements of each source about one triple, and give each claim its status.

    Of decisions in several tables about one claim the last holds, so an edit may decide anew what a file decides.
    Raises ``SourceError`` for a source that states and denies the same, for a decision about no claim, and for two
    of one table about one. Each triple stands for itself: what the others are changes nothing.
    """
    said: dict[tuple[str, Triple], list[Statement]] = defaultdict(list)
    for statement in statements:
        said[source_key(statement.passage.source.value), statement.triple].append(statement)
    problems: list[Problem] = []
    by_triple: dict[Triple, list[str]] = defaultdict(list)
    for source, triple in said:
        by_triple[triple].append(source)
    decided: dict[tuple[str, Triple], Decision] = {}
    for decision in decisions:
        claiming = by_triple.get(decision.triple, [])
        about = [s for s in claiming if decision.source in (None, s)]
        if not about:
            problems.append(_about_nothing(decision, claiming))
        for source in about:
            first = decided.get((source, decision.triple))
            decided[source, decision.triple] = decision
            if first is not None and first.where.path == decision.where.path:
                message = f"line {first.where.line} decides the same for {source} already."
                problems.append(Problem(decision.where, message, "Keep one of the rows, or name another source."))
    for (_, triple), group in said.items():
        if len({s.polarity for s in group}) > 1:
            message = f"the source both states and denies {' '.join(name(t) for t in _parts(triple))}."
            problems.append(Problem(group[0].where, message, "Read the passages again; keep the one that holds."))
    if problems:
        raise SourceError(problems)
    return [Claim(s, t, tuple(group), decided.get((s, t))) for (s, t), group in said.items()]


def _about_nothing(decision: Decision, claiming: list[str]) -> Problem:
    says = " ".join(name(t) for t in _parts(decision.triple))
    if claiming:
        message = f"the source {decision.source} does not claim {says}, but {', '.join(claiming)}."
        return Problem(decision.where, message, "Correct the source, or leave it empty for all.")
    message = f"no source claims {says}."
    return Problem(decision.where, message, "Correct the triple or the source, or remove the row.")


def _parts(triple: Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object


def describe_claim(claim: Claim) -> Iterator[Quad]:
    """Write a claim and its passages as quads of the graph of its source."""
    iri, graph = claim.iri, claim.graph
    warrants = {s.warrant for s in claim.statements}
    pairs: list[tuple[str, NamedNode | Literal]] = [
        ("rdf:type", term("mg:Claim")),
        ("rdf:type", term("rdf:Statement")),
        ("rdf:predicate", claim.triple.predicate),
        ("mg:claimStatus", claim.status),
        ("mg:polarity", claim.polarity),
        ("mg:warrant", STATED if STATED in warrants else min(warrants, key=str)),
        *(("mg:wordedAs", Literal(w)) for s in claim.statements for w in s.words),
        *(("prov:wasDerivedFrom", s.passage.iri) for s in claim.statements),
    ]
    if claim.decision:
        pairs.append(("mg:statusReason", Literal(claim.decision.why, language="en")))
    yield Quad(iri, term("rdf:subject"), claim.triple.subject, graph)
    yield Quad(iri, term("rdf:object"), claim.triple.object, graph)
    for predicate, value in pairs:
        yield Quad(iri, term(predicate), value, graph)
    for statement in claim.statements:
        yield from _describe_passage(statement.passage, graph)


def _describe_passage(passage: Passage, graph: NamedNode) -> Iterator[Quad]:
    selector, iri = passage.selector, passage.iri
    if isinstance(selector, Whole):
        return
    node = NamedNode(f"{passage.source.value}#selector-{selector.fragment}")
    yield Quad(iri, _TYPE, term("oa:SpecificResource"), graph)
    yield Quad(iri, term("oa:hasSource"), passage.source, graph)
    yield Quad(iri, term("oa:hasSelector"), node, graph)
    if isinstance(selector, TextSpan):
        yield Quad(node, _TYPE, term("oa:TextPositionSelector"), graph)
        for bound, value in (("oa:start", selector.start), ("oa:end", selector.end)):
            yield Quad(node, term(bound), Literal(value), graph)
    else:
        yield Quad(node, _TYPE, term("oa:FragmentSelector"), graph)
        yield Quad(node, _VALUE, Literal(selector.fragment), graph)
        yield Quad(node, term("dct:conformsTo"), _RFC_7111, graph)
    for address in passage.addresses:
        yield Quad(iri, term("dct:source"), NamedNode(address), graph)
    for citation in passage.citations:
        yield Quad(iri, term("dct:bibliographicCitation"), Literal(citation), graph)
    if passage.as_of:
        yield Quad(iri, term("mg:asOf"), Literal(passage.as_of, language="en"), graph)
