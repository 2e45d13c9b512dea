"""What a reader wants to know of the nodes of a network: names in all languages, class, country. One query for all.

Entry points: :func:`name_nodes`, :func:`name_countries`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypedDict

from pyoxigraph import Literal, NamedNode

from migragraph.iris import BASE, shorten
from migragraph.query import select_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from migragraph.store.engine import Engine


class Names(TypedDict):
    """Names, class and country of a node, as :class:`~migragraph.networks.ties.Node` takes them."""

    label: str
    labels: Mapping[str, str]
    kind: str | None
    country: str | None


#: Kinds of names, the best first; another spelling stands in where a language has no preferred name.
_NAMES: Final = ("skos:prefLabel", "rdfs:label", "dct:title", "skos:altLabel")
#: Text without a language: https://www.rfc-editor.org/rfc/rfc5646#section-4.1 has und for it.
_UNDETERMINED: Final = "und"
_QUERY: Final = """
SELECT ?node ?what ?value WHERE {
  VALUES ?node { %s }
  {
    VALUES ?what { skos:prefLabel rdfs:label dct:title skos:altLabel rdf:type }
    ?node ?what ?value .
  } UNION {
    ?node rdf:type ?class .
    ?class rdfs:subClassOf ?value .
    BIND(rdfs:subClassOf AS ?what)
  } UNION {
    {
      ?node a mg:Country .
      BIND(?node AS ?country)
    } UNION {
      ?node schema:containedInPlace|mg:locatedIn|mg:authorityOf ?country .
    } UNION {
      ?node mg:authorityOf ?territory .
      ?territory schema:containedInPlace ?country .
    }
    ?country a mg:Country ;
      mg:isoCode ?value .
    BIND(mg:isoCode AS ?what)
  }
}
"""
_COUNTRIES: Final = """
SELECT ?code ?name WHERE {
  ?country a mg:Country ;
    mg:isoCode ?code ;
    skos:prefLabel ?name .
  FILTER(LANG(?name) = "en")
}
"""


def name_nodes(store: Engine, iris: Collection[str]) -> dict[str, Names]:
    """Return what the facts say of things, by IRI; of a thing that they do not know, its IRI as its name.

    ``label`` is the English name, else that without a language, else the first by language. ``kind`` is the narrowest
    class, ours before others, the first by name where there are several; None where none is known. ``country`` is the
    code of the one country that a thing is or lies in, or that its territory lies in; None for none or several.
    """
    said: dict[str, dict[str, list[Literal | NamedNode]]] = {iri: defaultdict(list) for iri in iris}
    values = " ".join(str(NamedNode(iri)) for iri in sorted(iris))
    for row in select_rows(store, _QUERY % values):
        node, what, value = row["node"], row["what"], row["value"]
        if isinstance(node, NamedNode) and isinstance(what, NamedNode) and isinstance(value, Literal | NamedNode):
            said[node.value][shorten(what.value)].append(value)
    return {iri: _names(iri, about) for iri, about in said.items()}


def name_countries(store: Engine) -> dict[str, str]:
    """Return the English names of all countries of the graph, by code (ISO-2)."""
    rows = [(row["code"], row["name"]) for row in select_rows(store, _COUNTRIES)]
    return {
        code.value: name.value
        for code, name in sorted(rows, key=str)
        if isinstance(code, Literal) and isinstance(name, Literal)
    }


def _names(iri: str, about: Mapping[str, list[Literal | NamedNode]]) -> Names:
    labels: dict[str, str] = {}
    for kind in _NAMES:
        found: dict[str, str] = {}
        for text in about.get(kind, ()):
            if isinstance(text, Literal):
                language = text.language or _UNDETERMINED
                found[language] = min(found.get(language, text.value), text.value)
        labels = found | labels
    wider = {node.value for node in about.get("rdfs:subClassOf", ())}
    classes = {node.value for node in about.get("rdf:type", ())} - wider
    ours = {name for name in classes if name.startswith(BASE)} or classes
    countries = {node.value for node in about.get("mg:isoCode", ())}
    label = next((labels[language] for language in ("en", _UNDETERMINED, *sorted(labels)) if language in labels), None)
    return Names(
        label=shorten(iri).strip("<>") if label is None else label,
        labels=dict(sorted(labels.items())),
        kind=min((shorten(name) for name in ours), default=None),
        country=countries.pop() if len(countries) == 1 else None,
    )
