"""Where the nodes of a network are on the earth. Two queries for all.

Entry point: :func:`locate_nodes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from migragraph.query import select_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migragraph.store.engine import Engine

#: Latitude and longitude in degrees, WGS 84.
Location = tuple[float, float]

_COORDINATES: Final = "SELECT ?place ?lat ?long { ?place wgs84:lat ?lat ; wgs84:long ?long }"
_AROUND: Final = "SELECT ?thing ?place { ?thing mg:locatedIn|mg:authorityOf ?place }"


def locate_nodes(store: Engine, iris: Iterable[str]) -> dict[str, Location]:
    """Return latitude and longitude of the things that have them, by IRI.

    A thing without coordinates of its own has those of the one place that it lies in or is the authority of. Of
    several places none is chosen, so that it is left out, as is a thing with two latitudes. Cost: it grows with the
    number of places in the graph.
    """
    known: dict[str, set[Location]] = {}
    for place, lat, long in select_rows(store, _COORDINATES):
        if isinstance(place, NamedNode) and isinstance(lat, Literal) and isinstance(long, Literal):
            known.setdefault(place.value, set()).add((float(lat.value), float(long.value)))
    around: dict[str, set[Location]] = {}
    for thing, place in select_rows(store, _AROUND):
        if isinstance(thing, NamedNode) and isinstance(place, NamedNode):
            around.setdefault(thing.value, set()).update(known.get(place.value, ()))
    found = {iri: known.get(iri) or around.get(iri, set()) for iri in sorted(set(iris))}
    return {iri: next(iter(places)) for iri, places in found.items() if len(places) == 1}
