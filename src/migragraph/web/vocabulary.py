"""What the names mean and what the data must be like: ``/ontology`` and ``/shapes``, as pages and as data.

A term ``…/ontology#City`` leads to ``/ontology``, as its IRI has a fragment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request
from pyoxigraph import Literal, NamedNode

from migragraph.errors import UnknownThing
from migragraph.formats import GRAPH_FORMATS, HTML, by_name, negotiate
from migragraph.graph.assembly import ONTOLOGY, SHAPES
from migragraph.iris import shorten
from migragraph.query import select_rows
from migragraph.representations import write_document
from migragraph.web.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.web.serving import Served

blueprint = Blueprint("vocabulary", __name__)

#: The documentation carries its own styles and pictures in the page.
_DOCUMENTATION_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'"
_SHAPES = """
SELECT ?shape ?name ?message ?severity WHERE {
  GRAPH graph:shapes {
    ?shape sh:message ?message ; sh:severity ?severity .
    OPTIONAL { ?shape sh:name ?given }
    OPTIONAL { ?shape rdfs:label ?label }
  }
  BIND(COALESCE(?given, ?label, "") AS ?name)
}
ORDER BY STR(?shape)
"""


@dataclass(frozen=True, slots=True)
class ShapeLine:
    """One shape for readers: prefixed name, name, what to do when it is broken, whether that stops publication."""

    shape: str
    name: str
    message: str
    is_violation: bool


@blueprint.get("/ontology")
def show_ontology() -> Response:
    """Document the classes and properties, or give them with all concepts as RDF."""
    return _page_or_data(ONTOLOGY, _documentation)


@blueprint.get("/shapes")
def show_shapes() -> Response:
    """List what the data must be like, or give the shapes as RDF."""
    return _page_or_data(SHAPES, _list_shapes)


def _page_or_data(graph: NamedNode, make_page: Callable[[Served], Response]) -> Response:
    """Answer with the page or with the triples of a graph, as the client likes best or ``format=`` says."""
    now = served()
    offers = (HTML, *GRAPH_FORMATS)
    asked = request.args.get("format")
    form = by_name(asked, offers) if asked else negotiate(request.headers.get("Accept"), offers).format
    if form is HTML:
        answer = make_page(now)
    else:
        triples = (quad.triple for quad in now.store.quads_for_pattern(None, None, None, graph))
        answer = Response(write_document(triples, form), mimetype=form.media_types[0])
    answer.vary.add("Accept")
    return answer


def _documentation(now: Served) -> Response:
    try:
        page = now.version.page("ontology.html")
    except FileNotFoundError as error:
        raise UnknownThing(
            "this version was built without the documentation of the ontology.",
            remedy="Ask for it as RDF, for example with ?format=ttl, or build the version anew.",
        ) from error
    answer = Response(page, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _DOCUMENTATION_POLICY
    return answer


def _list_shapes(now: Served) -> Response:
    groups: dict[str, list[ShapeLine]] = {}
    for row in select_rows(now.store, _SHAPES):
        shape, name, message, severity = row["shape"], row["name"], row["message"], row["severity"]
        if isinstance(shape, NamedNode) and isinstance(message, Literal) and isinstance(severity, NamedNode):
            short = shorten(shape.value).partition(":")[2]
            label = name.value if isinstance(name, Literal) else ""
            line = ShapeLine(short, label, message.value, severity.value.endswith("Violation"))
            groups.setdefault(short.partition("-")[0], []).append(line)
    return Response(render_template("shapes.html", groups=groups), mimetype="text/html")
