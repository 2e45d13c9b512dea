"""Where the nodes of a network are on the earth.

Entry point: :func:`locate_nodes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode

from migragraph.iris import term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Store

#: Latitude and longitude in degrees, WGS 84.
Location = tuple[float, float]

_FACTS: Final = DefaultGraph()
_AROUND: Final = ("mg:locatedIn", "mg:authorityOf")


def locate_nodes(store: Store, iris: Iterable[str]) -> dict[str, Location]:
    """Return latitude and longitude of the things that have them, by IRI.

    A thing without coordinates of its own has those of the one place that it lies in or is the authority of. Of
    several places none is chosen, so that it is left out, as is a thing with two latitudes. Cost: a few look-ups a
    thing.
    """
    found: dict[str, Location] = {}
    for iri in sorted(set(iris)):
        node = NamedNode(iri)
        known = _locations(store, [node]) or _locations(
            store, [place for name in _AROUND for place in _objects(store, node, name)]
        )
        if len(known) == 1:
            found[iri] = known.pop()
    return found


def _locations(store: Store, things: Iterable[object]) -> set[Location]:
    return {
        (float(lat.value), float(long.value))
        for thing in things
        if isinstance(thing, NamedNode)
        for lat in _objects(store, thing, "wgs84:lat")
        for long in _objects(store, thing, "wgs84:long")
        if isinstance(lat, Literal) and isinstance(long, Literal)
    }


def _objects(store: Store, subject: NamedNode, predicate: str) -> list[object]:
    return [quad.object for quad in store.quads_for_pattern(subject, term(predicate), None, _FACTS)]
