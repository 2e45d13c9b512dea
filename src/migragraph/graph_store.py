"""Graphs as they are sent: the body of a request as triples, in any of the formats that are read.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, RdfFormat, parse

from migragraph.errors import MalformedData, UnsupportedMediaType
from migragraph.formats import GRAPH_FORMATS

if TYPE_CHECKING:
    from pyoxigraph import Triple

_BY_MEDIA_TYPE: Final = {media_type: form for form in GRAPH_FORMATS for media_type in form.media_types}


def read_graph(body: bytes, media_type: str, base_iri: str) -> list[Triple]:
    """Return the triples of a graph that was sent; its blank nodes get names that are nobody else's.

    Raises ``UnsupportedMediaType``, which lists the formats, and ``MalformedData`` with the line.
    """
    form = _BY_MEDIA_TYPE.get(media_type)
    if form is None or not isinstance(form.engine, RdfFormat):
        known = ", ".join(sorted(f.media_types[0] for f in GRAPH_FORMATS))
        raise UnsupportedMediaType(
            f"a graph is not read from {media_type or 'a body without Content-Type'}.", remedy=f"Send one of {known}."
        )
    if b"\0" in body:
        raise MalformedData(
            f"the graph holds a NUL byte at byte {body.index(0) + 1}.", remedy="Leave it out, and send it in UTF-8."
        )
    try:
        quads = parse(body, form.engine, base_iri=base_iri, without_named_graphs=True, rename_blank_nodes=True)
        triples = [quad.triple for quad in quads]
    except (SyntaxError, ValueError) as error:
        raise MalformedData(
            f"the graph is not {form.title}: {error}.", remedy="Correct it and send it again; nothing was changed."
        ) from error
    for triple in triples:
        if isinstance(triple.object, Literal) and "\0" in triple.object.value:
            raise MalformedData(
                f"the graph holds a NUL character, as an escape, in a value of {triple.predicate}.",
                remedy="Leave it out; nothing was changed.",
            )
    return triples
