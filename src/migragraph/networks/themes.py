"""The themes that the nodes of a network work on, as far as the graph says so.

Entry point: :func:`find_themes`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from migragraph.iris import GRAPH, shorten, term
from migragraph.query import select_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from migragraph.store.engine import Engine

_TOPS: Final = """
SELECT ?theme ?top ?name WHERE {
  ?top skos:topConceptOf <https://w3id.org/migragraph/concept/theme> .
  ?theme skos:broader* ?top .
  OPTIONAL {
    ?top skos:prefLabel ?name .
    FILTER(LANG(?name) = "en")
  }
}
"""
#: Of all things: some engines take minutes for a union after VALUES with all nodes of a network.
_THEMES: Final = """
SELECT DISTINCT ?node ?theme ?housed WHERE {
  {
    ?node mg:theme ?theme .
  } UNION {
    ?undertaking mg:coordinator|mg:operator|mg:partner ?node .
    ?undertaking a mg:Undertaking ;
      mg:theme ?theme .
  } UNION {
    ?body mg:authorityOf ?node .
    ?undertaking mg:coordinator|mg:operator|mg:partner ?body .
    ?undertaking a mg:Undertaking ;
      mg:theme ?theme .
  } UNION {
    ?housed mg:locatedIn ?node .
    ?housed a mg:Undertaking ;
      mg:theme ?theme .
  }
}
"""
#: The territories around a place that a source names: what takes place there does not become theirs.
_DERIVED: Final = NamedNode(GRAPH + "derived/locations")


def find_themes(store: Engine, iris: Collection[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return the top themes of things, such as ``theme:health``, by IRI, and the English names of these themes.

    A thing has the themes that the facts give it, and those of the practices, services, projects and pilots that it, or
    an authority of it, carries, takes part in or houses; each counts as the top themes above it. A theme has those
    above itself. Things without any are left out, and a theme without a name has its prefixed name. Cost: that of
    listing the themes of all things of the graph, 0.1 s for the 2,700 of ours.
    """
    tops: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for theme, top, name in _rows(store, _TOPS, "theme", "top", "name"):
        if isinstance(theme, NamedNode) and isinstance(top, NamedNode):
            tops[theme.value].add(shorten(top.value))
            if isinstance(name, Literal):
                names[shorten(top.value)] = name.value
    found = {iri: set(tops[iri]) for iri in iris if iri in tops}
    wanted = set(iris)
    around = {
        (quad.subject, quad.object) for quad in store.quads_for_pattern(None, term("mg:locatedIn"), None, _DERIVED)
    }
    for node, theme, housed in _rows(store, _THEMES, "node", "theme", "housed") if tops else ():
        if not isinstance(node, NamedNode) or not isinstance(theme, NamedNode) or (housed, node) in around:
            continue
        if node.value in wanted and theme.value in tops:
            found.setdefault(node.value, set()).update(tops[theme.value])
    used = {theme for themes in found.values() for theme in themes}
    return (
        {iri: tuple(sorted(themes)) for iri, themes in found.items()},
        {theme: names.get(theme, theme) for theme in sorted(used)},
    )


def _rows(store: Engine, query: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in select_rows(store, query)]
