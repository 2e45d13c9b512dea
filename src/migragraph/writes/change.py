"""What a client asks for: the difference to the dataset of a version, by whom, when and why.

Entry points: :class:`Change`, :func:`admit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from migragraph.errors import BadParameter, ForbiddenWrite
from migragraph.graph.assembly import AUTHORITY, CLAIMS_PREFIX, DERIVED_PREFIX, NETWORKS, ONTOLOGY, QUERIES, SHAPES
from migragraph.graph.rules import RULES
from migragraph.iris import mint_agent
from migragraph.sources.claims import NOTES
from migragraph.sources.rdf_files import name

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The longest name and the longest reason, in characters: together they make the description of the edit.
LONGEST_WHO: Final = 60
LONGEST_WHY: Final = 300
_SHOWN = 5
_INSTEAD: Final = (
    (CLAIMS_PREFIX, "claims are made from claim files, tables and edits; write the fact into the default graph"),
    (DERIVED_PREFIX, "the rule {name} makes it; write the facts that the rule reads, or change ontology/rules/"),
    (ONTOLOGY.value, "the vocabulary stands in ontology/; change its files and build"),
    (SHAPES.value, "the shapes stand in shapes/; change its files and build"),
    (QUERIES.value, "the questions stand in queries/; change its files and build"),
    (NETWORKS.value, "the networks stand in networks/; change its files and build"),
    (RULES.value, "the rules stand in ontology/rules/; change its files and build"),
    ("", "there is no such graph; write into the default graph or graph:authority"),
)


@dataclass(frozen=True)
class Change:
    """The difference that a request makes to the dataset of a version, and who makes it, why and when.

    ``who`` names the writer in at most 60 characters, ``why`` gives the reason in at most 300, in English; both are
    published. ``when`` has a time zone and counts in whole seconds.
    """

    added: frozenset[Quad]
    removed: frozenset[Quad]
    who: str
    why: str
    when: datetime


def admit(change: Change) -> Change:
    """Return the change as it would be read from a file, its time in UTC, where it may be asked for at all.

    Raises ``BadParameter`` where writer, reason or time are missing or impossible, and ``ForbiddenWrite`` where a quad
    stands in a generated graph, has a blank node, or says of a claim what only its file may say.
    """
    who, why = " ".join(change.who.split()), " ".join(change.why.split())
    for what, text, most in (("name of the writer", who, LONGEST_WHO), ("reason (why)", why, LONGEST_WHY)):
        if not 0 < len(text) <= most or not text.isprintable():
            cause = (
                "is empty" if not text else "is not printable" if len(text) <= most else f"has {len(text)} characters"
            )
            raise BadParameter(f"the {what} {cause}.", remedy=f"Give it in 1 to {most} characters that can be printed.")
    try:
        mint_agent(who)
    except ValueError as error:
        raise BadParameter(f"{error}.", remedy="Name the writer.") from error
    if change.when.tzinfo is None:
        raise BadParameter("the time of the change has no time zone.", remedy="Give it with its offset from UTC.")
    for quads in (change.added, change.removed):
        _refuse("is generated", (q for q in quads if q.graph_name not in (DefaultGraph(), AUTHORITY)))
        _refuse("has a blank node, which no fact has; give the node an IRI", (q for q in quads if not _plain(q)))
    notes = (q for q in change.added | change.removed if q.predicate in NOTES)
    _refuse("is a note on a claim, and no fact; it stands in claim files", notes)
    return Change(_as_read(change.added), _as_read(change.removed), who, why, change.when.astimezone(UTC))


def _plain(quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)


def _as_read(quads: frozenset[Quad]) -> frozenset[Quad]:
    """Write and read the quads, so that language tags are as in every version."""
    written = BytesIO()
    serialize(quads, written, RdfFormat.N_QUADS)
    return frozenset(parse(written.getvalue(), RdfFormat.N_QUADS))


def _refuse(why: str, quads: Iterable[Quad]) -> None:
    if found := sorted(quads, key=str):
        refuse([f"{show(q)} {_why(q) if why == 'is generated' else why}" for q in found])


def _why(quad: Quad) -> str:
    graph = quad.graph_name
    if not isinstance(graph, NamedNode):
        return "stands in a graph without a name; write into the default graph or graph:authority"
    prefix, instead = next(item for item in _INSTEAD if graph.value.startswith(item[0]))
    return f"stands in {name(graph)}: {instead.format(name=graph.value.removeprefix(prefix))}"


def refuse(reasons: list[str]) -> None:
    """Raise ``ForbiddenWrite`` with the first few reasons, each a clause about one quad."""
    more = f"\n  and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    raise ForbiddenWrite(
        "the change cannot be made:\n  " + "\n  ".join(reasons[:_SHOWN]) + more,
        remedy="\nSend a change of authored data only: facts in the default graph, names in graph:authority.",
    )


def show(quad: Quad) -> str:
    """Write the triple of a quad for people."""
    return f"{name(quad.subject)} {name(quad.predicate)} {name(quad.object)}"
