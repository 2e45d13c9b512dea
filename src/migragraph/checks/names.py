"""Names that two things of one kind share: the same thing entered twice under another spelling, more often than not.

The rule ``same-name`` finds equal names within a class and country. This check compares as the evidence check reads
(no case, accents, kinds of dash), wherever the things lie, since what is new is often written before its country is
known. Entry point: :func:`check_names`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from migragraph.checks.report import Report, Severity
from migragraph.iris import ID, term
from migragraph.sources.documents import fold
from migragraph.sources.rdf_files import name

if TYPE_CHECKING:
    from pyoxigraph import Store

    from migragraph.checks.focus import Focuses

_NAMES = (term("skos:prefLabel"), term("skos:altLabel"))
_DIFFERENT = term("owl:differentFrom")


def check_names(store: Store, focuses: Focuses) -> Report:
    """Warn of each thing that shares a folded name with another of its kind, unless they are said to be different.

    The finding is about the one whose IRI comes later. Cost: linear in the names of the graph.
    """
    named: dict[tuple[str, str], dict[NamedNode, Literal]] = defaultdict(dict)
    n_names = 0
    for predicate in _NAMES:
        for quad in store.quads_for_pattern(None, predicate, None, DefaultGraph()):
            node, label = quad.subject, quad.object
            if isinstance(node, NamedNode) and node.value.startswith(ID) and isinstance(label, Literal):
                n_names += 1
                kind = node.value.removeprefix(ID).partition("/")[0]
                named[kind, fold(label.value)].setdefault(node, label)
    pairs: dict[tuple[NamedNode, NamedNode], Literal] = {}
    for sharing in named.values():
        first, *others = sorted(sharing, key=lambda node: node.value)
        for other in others:
            if not _are_different(store, first, other):
                pairs.setdefault((other, first), sharing[other])
    findings = [
        focuses.finding(
            "shared-name",
            Severity.WARNING,
            other,
            f"{name(first)} has the name too. Merge the two entries if they are one thing; else tell them apart in "
            "the names, or state owl:differentFrom.",
            path=_NAMES[0],
            value=label,
        )
        for (other, first), label in sorted(pairs.items(), key=lambda pair: [node.value for node in pair[0]])
    ]
    return Report(tuple(findings), {"names compared": n_names})


def _are_different(store: Store, one: NamedNode, other: NamedNode) -> bool:
    return any(
        next(store.quads_for_pattern(a, _DIFFERENT, b, None), None) is not None for a, b in ((one, other), (other, one))
    )
