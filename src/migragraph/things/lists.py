"""Lists of all things of a class, with what each is and the country it is in; the list of sources.

Entry points: :data:`KINDS`, :class:`Catalogue`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import Literal, NamedNode

from migragraph.iris import PREFIXES, term
from migragraph.sources.documents import fold
from migragraph.things.names import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import QuerySolutions

    from migragraph.store.engine import Engine


@dataclass(frozen=True, slots=True)
class Kind:
    """A class whose things are listed: its name in addresses, its class, what several of its things are called."""

    name: str
    cls: str
    plural: str


#: What is listed, in the order in which it is offered; sources and concept schemes have lists of their own form.
KINDS: Final = {
    name: Kind(name, cls, plural)
    for name, cls, plural in (
        ("city", "mg:City", "cities"),
        ("region", "mg:Region", "regions"),
        ("country", "mg:Country", "countries"),
        ("network", "mg:Network", "networks"),
        ("project", "mg:Project", "projects"),
        ("practice", "mg:Practice", "practices"),
        ("service", "mg:Service", "services"),
        ("policy", "mg:Policy", "policies and laws"),
        ("organisation", "mg:Organisation", "organisations"),
        ("scheme", "mg:FundingScheme", "funding schemes"),
        ("event", "mg:Event", "events"),
        ("work", "mg:Work", "publications"),
        ("method", "mg:Method", "methods"),
        ("position", "mg:Position", "positions"),
        ("provision", "mg:Provision", "provisions"),
        ("challenge", "mg:Challenge", "challenges"),
        ("figure", "mg:Figure", "figures"),
        ("grant", "mg:Grant", "grants"),
        ("membership", "mg:Membership", "memberships"),
        ("participation", "mg:Participation", "participations"),
        ("source", "mg:Source", "sources"),
    )
}
#: IRI of a class → what lists its things.
KIND_OF: Final = {term(kind.cls).value: kind for kind in KINDS.values()}

_THINGS: Final = """SELECT ?thing ?label ?description WHERE {{
  ?thing a {cls} ; skos:prefLabel|rdfs:label ?label .
  OPTIONAL {{ ?thing dct:description ?description }}
}}"""
_COUNTRIES: Final = """SELECT DISTINCT ?thing ?country ?label WHERE {{
  ?thing a {cls} ; mg:locatedIn|schema:containedInPlace ?country .
  ?country a mg:Country ; skos:prefLabel ?label .
}}"""
#: Where nothing is said of a place: the countries of the cities and regions that run it.
_COUNTRIES_OF_OPERATORS: Final = """SELECT DISTINCT ?thing ?country ?label WHERE {{
  ?thing a {cls} ; mg:operator/schema:containedInPlace ?country .
  ?country a mg:Country ; skos:prefLabel ?label .
}}"""
_PARTS: Final = "SELECT ?part WHERE { ?part a mg:Source ; dct:isPartOf ?whole . ?whole a mg:Source }"


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing in a list: its name, what it is in a few words, the countries it is in."""

    thing: Link
    description: str
    countries: tuple[Link, ...]


class Catalogue:
    """The lists of a version, each made when it is first wanted and kept.

    >>> from pyoxigraph import Literal, Quad, Store
    >>> store = Store()
    >>> for predicate, value in (("rdf:type", term("mg:City")), ("skos:prefLabel", Literal("Malmö", language="en"))):
    ...     store.add(Quad(term("city:malmo"), term(predicate), value))
    >>> [listed.thing.text for listed in Catalogue(store).of(KINDS["city"])]
    ['Malmö']
    """

    def __init__(self, store: Engine) -> None:
        self._store = store
        self._lists: dict[str, tuple[Listed, ...]] = {}

    def of(self, kind: Kind) -> tuple[Listed, ...]:
        """Return all things of a kind that have a name, by name; of sources those that are no part of another one.

        Cost: three queries the first time; 60 ms for 1,700 regions of 450,000 quads.
        """
        if kind.name not in self._lists:
            self._lists[kind.name] = tuple(self._list(kind))
        return self._lists[kind.name]

    def _list(self, kind: Kind) -> Iterable[Listed]:
        labels: dict[NamedNode, Literal] = {}
        descriptions: dict[NamedNode, Literal] = {}
        for row in self._ask(_THINGS.format(cls=kind.cls)):
            node, label, description = row["thing"], row["label"], row["description"]
            if not isinstance(node, NamedNode) or not isinstance(label, Literal):
                continue
            labels[node] = min((label, labels.get(node, label)), key=_english_first)
            if isinstance(description, Literal):
                descriptions[node] = min((description, descriptions.get(node, description)), key=_english_first)
        countries = self._countries(_COUNTRIES_OF_OPERATORS, kind) | self._countries(_COUNTRIES, kind)
        if kind is KINDS["source"]:
            for row in self._ask(_PARTS):
                labels.pop(cast("NamedNode", row["part"]), None)
        for node in sorted(labels, key=lambda node: (fold(labels[node].value), node.value)):
            named = countries.get(node, {}).items()
            where = sorted((Link(label.value, iri) for iri, label in named), key=lambda link: link.text)
            description = descriptions[node].value if node in descriptions else ""
            yield Listed(Link(labels[node].value, node.value), description, tuple(where))

    def _countries(self, query: str, kind: Kind) -> dict[NamedNode, dict[str, Literal]]:
        countries: dict[NamedNode, dict[str, Literal]] = defaultdict(dict)
        for row in self._ask(query.format(cls=kind.cls)):
            found, country = countries[cast("NamedNode", row["thing"])], cast("NamedNode", row["country"]).value
            label = cast("Literal", row["label"])
            found[country] = min((label, found.get(country, label)), key=_english_first)
        return countries

    def _ask(self, query: str) -> QuerySolutions:
        return cast("QuerySolutions", self._store.query(query, prefixes=PREFIXES))


def _english_first(text: Literal) -> tuple[bool, str]:
    return text.language != "en", text.value
