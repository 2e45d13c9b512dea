"""What the claims behind a network rest on: rows and passages, for when they hold, their sources and what these lack.

Entry point: :func:`find_origins`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, QuerySolutions

from migragraph.iris import SOURCE, claim_source
from migragraph.query import select_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from migragraph.store.engine import Engine

_CLAIMS: Final = """
SELECT ?claim ?passage ?as_of WHERE {
  VALUES ?claim { %s }
  GRAPH ?graph {
    ?claim prov:wasDerivedFrom ?passage .
    OPTIONAL {
      ?passage mg:asOf ?as_of .
    }
  }
}
"""
_SOURCES: Final = """
SELECT ?source ?title ?gap WHERE {
  VALUES ?source { %s }
  OPTIONAL {
    ?source skos:prefLabel ?title .
    FILTER(LANG(?title) = "en")
  }
  OPTIONAL {
    ?source mg:knownGap ?gap .
    FILTER(LANG(?gap) = "en")
  }
}
"""
#: Claims that are asked for at once: some engines refuse longer queries.
_AT_ONCE: Final = 500
#: A cell of a table, by RFC 7111: https://www.rfc-editor.org/rfc/rfc7111#section-2.3
_CELL: Final = re.compile(r"#cell=(\d+),\d+$")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a claim stands: ``passages`` are IRIs of rows, passages or whole sources; ``as_of`` for when they hold.

    A cell counts as its row. ``as_of`` holds the words of the source, sorted: a year, month or day, or a text.
    """

    passages: tuple[str, ...] = ()
    as_of: tuple[str, ...] = ()


_UNKNOWN: Final = Origin()


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins by claim; by the key of a source its title and what it is known to leave out, in English."""

    claims: Mapping[str, Origin] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, source: str) -> str:
        """Return the title of a source, its key where none is known."""
        return self.titles.get(source, source)

    def passages(self, claims: Iterable[str]) -> set[str]:
        """Return the rows and passages in which any of the claims stands."""
        return {passage for claim in claims for passage in self._of(claim).passages}

    def as_of(self, claims: Iterable[str]) -> tuple[str, ...]:
        """Return for when the claims hold, in the words of their sources, sorted; nothing where none says it."""
        return tuple(sorted({words for claim in claims for words in self._of(claim).as_of}))

    def _of(self, claim: str) -> Origin:
        return self.claims.get(claim, _UNKNOWN)


def row_of(passage: str) -> str:
    """Return the IRI of the row that a cell stands in; any other passage is itself.

    >>> row_of("https://w3id.org/migragraph/source/icc-members#cell=12,3")
    'https://w3id.org/migragraph/source/icc-members#row=12'
    """
    return _CELL.sub(r"#row=\1", passage)


def find_origins(store: Engine, claims: Collection[str]) -> Origins:
    """Return where claims stand and for when they hold, and titles and known gaps of their sources.

    A claim that the store does not know has no origin. Cost: a query for every 500 claims and one for the sources.
    """
    passages: dict[str, set[str]] = {}
    dates: dict[str, set[str]] = {}
    order = sorted(claims)
    for first in range(0, len(order), _AT_ONCE):
        for row in _rows(store, _CLAIMS, order[first : first + _AT_ONCE]):
            claim, passage, as_of = row["claim"], row["passage"], row["as_of"]
            if isinstance(claim, NamedNode) and isinstance(passage, NamedNode):
                passages.setdefault(claim.value, set()).add(row_of(passage.value))
                if isinstance(as_of, Literal):
                    dates.setdefault(claim.value, set()).add(as_of.value)
    found = {
        claim: Origin(tuple(sorted(of)), tuple(sorted(dates.get(claim, ())))) for claim, of in sorted(passages.items())
    }
    sources = sorted({claim_source(claim) for claim in claims})
    told: dict[str, dict[str, str]] = {"title": {}, "gap": {}}
    for row in _rows(store, _SOURCES, [SOURCE + key for key in sources]) if sources else ():
        source = row["source"]
        for what, of in told.items():
            if isinstance(source, NamedNode) and isinstance(said := row[what], Literal):
                of[source.value.removeprefix(SOURCE)] = said.value
    return Origins(found, *(dict(sorted(of.items())) for of in told.values()))


def _rows(store: Engine, query: str, iris: Iterable[str]) -> QuerySolutions:
    return select_rows(store, query % " ".join(str(NamedNode(iri)) for iri in iris))
