"""Formats of RDF and of query results: one table over those of the engine, and the choice among them.

Media types, file extensions and names of the formats are the engine's; this table adds the short names that clients
use in a ``format`` parameter, and the older media types that they still ask for. The writers are the engine's too, see
:mod:`migragraph.representations`.

Entry points: :func:`negotiate`, :func:`by_name`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import QueryResultsFormat, RdfFormat

from migragraph.errors import NotAcceptable

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the engine's own (None for the HTML page), short names, media types; the first of each is ours."""

    engine: RdfFormat | QueryResultsFormat | None
    names: tuple[str, ...]
    media_types: tuple[str, ...]
    title: str

    @property
    def name(self) -> str:
        """Return the short name, as in ``?format=`` and on the command line."""
        return self.names[0]

    @property
    def extension(self) -> str:
        """Return the file extension, without a dot."""
        return self.engine.file_extension if self.engine else self.name

    @property
    def iri(self) -> str | None:
        """Return the name of the format at https://www.w3.org/ns/formats/, where it has one."""
        if self.engine == RdfFormat.JSON_LD:  # of which the engine says https://www.w3.org/ns/formats/data/JSON-LD
            return "http://www.w3.org/ns/formats/JSON-LD"
        return self.engine.iri if self.engine else None

    def __str__(self) -> str:
        return f"{self.name} ({self.media_types[0]})"


def _format(engine: RdfFormat | QueryResultsFormat, *names: str, also: tuple[str, ...] = ()) -> Format:
    return Format(engine, names, (engine.media_type.partition(";")[0], *also), engine.name)


_EXACT = 2
_XML = ("application/xml", "text/xml")

HTML: Final = Format(None, ("html",), ("text/html", "application/xhtml+xml"), "HTML page")

#: Results of SELECT and ASK. https://www.w3.org/TR/sparql11-overview/#sparql11-results
RESULT_FORMATS: Final = (
    _format(QueryResultsFormat.JSON, "json", "srj", also=("application/json",)),
    _format(QueryResultsFormat.XML, "xml", "srx", also=_XML),
    _format(QueryResultsFormat.CSV, "csv"),
    _format(QueryResultsFormat.TSV, "tsv"),
)
#: Graphs: results of CONSTRUCT and DESCRIBE, data of a thing, facts of a version.
GRAPH_FORMATS: Final = (
    _format(RdfFormat.TURTLE, "ttl", "turtle", also=("application/turtle", "application/x-turtle")),
    _format(RdfFormat.N_TRIPLES, "nt", "ntriples", "n-triples"),
    _format(RdfFormat.JSON_LD, "jsonld", "json-ld", "json", also=("application/json",)),
    _format(RdfFormat.RDF_XML, "rdf", "rdfxml", "rdf+xml", "rdf-xml", "xml", also=_XML),
    _format(RdfFormat.N3, "n3", also=("application/n3", "text/rdf+n3")),
)
#: Datasets: all graphs of a version.
DATASET_FORMATS: Final = (
    _format(RdfFormat.N_QUADS, "nq", "nquads", "n-quads"),
    _format(RdfFormat.TRIG, "trig"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen format, and the one of its media types that the client asked for."""

    format: Format
    media_type: str


def negotiate(accept: str | None, offers: Sequence[Format]) -> Choice:
    """Choose the format that a client likes best; among equals, the more specific wish, then the earlier offer.

    No header and an empty one mean that anything will do. Parameters of a media type (``profile``, ``charset``) are
    wishes that are not looked at. Raises ``NotAcceptable``, which lists the offers.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept

    >>> negotiate("text/html;q=0.5, application/xml", RESULT_FORMATS).format.name
    'xml'
    """
    if accept is None or not accept.strip():
        return Choice(offers[0], offers[0].media_types[0])
    best: Choice | None = None
    best_rank = (0.0, 0)
    for offer in offers:
        for media_type in offer.media_types:
            rank = _rank(accept, media_type)
            meant = media_type == offer.media_types[0] or rank[1] == _EXACT
            if meant and rank[0] > 0 and rank > best_rank:
                best, best_rank = Choice(offer, media_type), rank
    if best is None:
        raise NotAcceptable(
            f"nothing that can be written here is acceptable by {accept!r}.", remedy=f"Ask for {_list(offers)}."
        )
    return best


def by_name(name: str, offers: Sequence[Format]) -> Format:
    """Return the offer with this short name or media type; ``NotAcceptable`` lists the offers where there is none."""
    wanted = name.strip().lower()
    for offer in offers:
        if wanted in offer.names or wanted in offer.media_types:
            return offer
    raise NotAcceptable(f"the format {name!r} cannot be written here.", remedy=f"Ask for {_list(offers)}.")


@lru_cache(maxsize=4096)
def _rank(accept: str, media_type: str) -> tuple[float, int]:
    """Return quality and specificity (0 to 2) of the wish that fits; the most specific ones are listed first.

    Remembered, since clients send the same few headers and this is a fifth of what a light query costs.
    """
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    read = parse_accept_header(accept, MIMEAccept)
    bare = ((item.partition(";")[0].strip(), quality) for item, quality in read)
    for wish, quality in MIMEAccept([("*/*" if item == "*" else item, quality) for item, quality in bare]):  # Java: a *
        if MIMEAccept([(wish, 1)]).quality(media_type):
            return quality, _EXACT - wish.count("*")
    return 0.0, 0


def _list(offers: Sequence[Format]) -> str:
    return ", ".join(map(str, offers))
