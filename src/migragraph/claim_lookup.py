"""What a claim of a version says, and the places in its source that it rests on.

Entry point: :func:`find_claims`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from migragraph.errors import UnknownThing
from migragraph.iris import CLAIM, shorten, term
from migragraph.store.engine import quads_about

if TYPE_CHECKING:
    from migragraph.store.engine import Engine

_HASH = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"(?:[a-z0-9-]+/)?[0-9a-f]{16}")
_STATUS = term("mg:claimStatus")
_RESTS_ON = term("prov:wasDerivedFrom")
_PARTS = (term("rdf:subject"), term("rdf:predicate"), term("rdf:object"))


@dataclass(frozen=True, slots=True)
class ClaimFound:
    """A claim: its triple and its status with prefixed names, and the IRIs of its passages, sorted."""

    iri: str
    says: str
    status: str
    passages: tuple[str, ...]


def find_claims(store: Engine, given: str) -> list[ClaimFound]:
    """Return the claim of an IRI (``claim:`` will do), or those whose IRI ends with 16 hexadecimal digits.

    Raises ``UnknownThing`` where there is none. Cost: digits alone are looked for among all claims.
    """
    name = given.removeprefix("claim:").removeprefix(CLAIM)
    iris = [NamedNode(CLAIM + name)] if _NAME.fullmatch(name) else []
    if _HASH.fullmatch(name):
        claims = store.quads_for_pattern(None, term("rdf:type"), term("mg:Claim"), None)
        named = {quad.subject.value for quad in claims if isinstance(quad.subject, NamedNode)}
        iris = [NamedNode(iri) for iri in sorted(named) if iri.rpartition("/")[2] == name]
    found = [claim for iri in iris if (claim := _read(store, iri)) is not None]
    if not found:
        remedy = (
            "Give its IRI, or the 16 letters and digits that it ends with; the page of a thing links claims about it."
        )
        raise UnknownThing(f"there is no claim {given!r} in this version.", remedy=remedy)
    return found


def _read(store: Engine, iri: NamedNode) -> ClaimFound | None:
    said: dict[NamedNode, list[object]] = {}
    for quad in quads_about(store, [iri], (*_PARTS, _STATUS, _RESTS_ON)):
        said.setdefault(quad.predicate, []).append(quad.object)
    if not all(part in said for part in _PARTS):
        return None
    passages = sorted(node.value for node in said.get(_RESTS_ON, ()) if isinstance(node, NamedNode))
    status = " ".join(_show(node) for node in said.get(_STATUS, ()))
    return ClaimFound(iri.value, " ".join(_show(said[part][0]) for part in _PARTS), status, tuple(passages))


def _show(node: object) -> str:
    return shorten(node.value) if isinstance(node, NamedNode) else str(node)
