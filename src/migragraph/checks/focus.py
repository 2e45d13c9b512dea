"""What a finding is about: the label of a thing, claim or passage, and the place in our files where it is written.

Entry point: :class:`Focuses`, from which the checks make their findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from migragraph.checks.report import Finding, Severity
from migragraph.iris import CLAIM, SOURCE, source_key, term
from migragraph.sources.rdf_files import name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from migragraph.errors import Where
    from migragraph.graph.claims import Claim

_LABELS = (term("skos:prefLabel"), term("rdfs:label"), term("dct:title"))


class Focuses:
    """The nodes of a store as findings show them: a thing by its label, a claim by its triple, each with its place."""

    def __init__(
        self,
        store: Store,
        where: Callable[[object], Where | None] = lambda _: None,
        claims: Iterable[Claim] = (),
    ) -> None:
        self._store = store
        self._where = where
        self._claims = {claim.iri: claim for claim in claims}
        self._passages = {s.passage.iri: s.where for claim in self._claims.values() for s in claim.statements}

    def label(self, node: object) -> str:
        """Return the English label, else any label; for a claim its triple and source; else nothing."""
        if not isinstance(node, NamedNode):
            return ""
        if claim := self._claims.get(node):
            triple = claim.triple
            return f"{name(triple.subject)} {name(triple.predicate)} {name(triple.object)} ({claim.source})"
        found = [
            quad.object
            for predicate in _LABELS
            for quad in self._store.quads_for_pattern(node, predicate, None, DefaultGraph())
            if isinstance(quad.object, Literal)
        ]
        return next((label.value for label in found if label.language == "en"), found[0].value if found else "")

    def where(self, node: object) -> Where | None:
        """Return the place where a thing is described, or a claim or passage stated; None where it is not known."""
        if place := self._where(node):
            return place
        if isinstance(node, NamedNode) and node.value.startswith((CLAIM, SOURCE)):
            if claim := self._claims.get(node):
                return claim.statements[0].where
            if node in self._passages:
                return self._passages[node]
            if node.value.startswith(SOURCE):
                return self._where(NamedNode(SOURCE + source_key(node.value)))
        return None

    def finding(
        self,
        check: str,
        severity: Severity,
        focus: object,
        message: str,
        *,
        path: object = None,
        value: object = None,
        shape: NamedNode | None = None,
    ) -> Finding:
        """Make the finding of a check on a node; terms are written as prefixed names."""
        return Finding(
            check=check,
            severity=severity,
            focus=name(focus),
            message=message,
            where=self.where(focus),
            path="" if path is None else name(path),
            value="" if value is None else name(value),
            label=self.label(focus),
            shape=shape,
        )
