"""Things as data: what the document about a thing says of it, of itself, and of the passages of a source.

Entry points: :func:`describe_in_data`, :func:`describe_passages`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from migragraph.iris import term
from migragraph.service_description import describe_document
from migragraph.store.engine import quads_about
from migragraph.things import NAMES, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migragraph.store.engine import Engine
    from migragraph.store.versions import Version

#: Claims that a document names as what it stands on; what is beyond is counted.
_MOST_CLAIMS: Final = 1000
_SELECTOR: Final = term("oa:hasSelector")


def describe_in_data(store: Engine, node: NamedNode, document: str, version: Version) -> Iterator[Triple]:
    """Describe a thing, and the document at an address that holds this description.

    The facts about the thing and those that name it, with the names of what they mention; of what is in no fact, such
    as a claim, all that any graph says of it. The document is derived (``prov:wasDerivedFrom``) from the claims about
    the thing, of which the first thousand are named.
    """
    store = surroundings(store, node)
    quads = list(store.quads_for_pattern(node, None, None, DefaultGraph()))
    quads += store.quads_for_pattern(None, None, node, DefaultGraph())
    yield from (quad.triple for quad in quads or store.quads_for_pattern(node, None, None, None))
    for mentioned in {n for quad in quads for n in (quad.subject, quad.object)} - {node}:
        if isinstance(mentioned, NamedNode):
            for predicate in NAMES:
                yield from (q.triple for q in store.quads_for_pattern(mentioned, predicate, None, DefaultGraph()))
    naming = store.quads_for_pattern(None, term("rdf:subject"), node, None)
    claims = sorted({quad.subject.value for quad in naming if isinstance(quad.subject, NamedNode)})
    for claim in claims[:_MOST_CLAIMS]:
        yield Triple(NamedNode(document), term("prov:wasDerivedFrom"), NamedNode(claim))
    remark = (
        f"Of the {len(claims):,} claims about {node}, the first {_MOST_CLAIMS:,} are named here; all of them are what"
        f" SELECT ?claim {{ GRAPH ?graph {{ ?claim rdf:subject {node} }} }} finds at the SPARQL endpoint."
    )
    yield from describe_document(document, [node], version, remarks=[remark] if len(claims) > _MOST_CLAIMS else [])


def describe_passages(
    store: Engine, source: NamedNode, passages: Sequence[NamedNode], document: str, further: str | None, first: int
) -> Iterator[Triple]:
    """Describe passages of a source with their selectors, and say of the document which these are.

    The IRI of a passage is that of its source with a fragment, so this document is where it leads. ``first`` is the
    number of the first of these passages; ``further`` is the address of the document with those that come after.
    """
    about = list(quads_about(store, passages))
    about += quads_about(store, [quad.object for quad in about if quad.predicate == _SELECTOR])
    yield from (quad.triple for quad in about)
    for passage in passages:
        yield Triple(NamedNode(document), term("foaf:topic"), passage)
    last = f"{first + len(passages) - 1:,}"
    remark = f"Passages {first:,} to {last} of {source}, in the order of their IRIs" + (
        f"; those that come after stand in <{further}>." if further else ", the last of them among these."
    )
    yield Triple(NamedNode(document), term("rdfs:comment"), Literal(remark, language="en"))
    if further is not None:
        yield Triple(NamedNode(document), term("rdfs:seeAlso"), NamedNode(further))
