"""Things as linked data: the IRI leads to a page or to data, whichever the client likes best.

https://www.w3.org/TR/cooluris/#r303gendocument
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from pyoxigraph import DefaultGraph, NamedNode

from migragraph.errors import UnknownThing
from migragraph.formats import GRAPH_FORMATS, HTML, negotiate
from migragraph.representations import write_triples
from migragraph.things import NAMES, describe_thing, surroundings
from migragraph.web.addresses import thing_iri
from migragraph.web.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple
    from werkzeug.wrappers import Response as BaseResponse

    from migragraph.store.engine import Engine
    from migragraph.web.serving import Served

blueprint = Blueprint("things", __name__)

_BY_EXTENSION: Final = {form.extension: form for form in GRAPH_FORMATS}


@blueprint.get("/id/<path:path>", defaults={"room": ""})
@blueprint.get("/concept/<path:path>", defaults={"room": "concept/"})
@blueprint.get("/claim/<path:path>", defaults={"room": "claim/"})
@blueprint.get("/source/<path:path>", defaults={"room": "source/"})
def see_other(path: str, room: str) -> BaseResponse:
    """Lead from the IRI of a thing to a document about it; 404 for a thing that is not in the graph."""
    _known_iri(served(), room + path)
    choice = negotiate(request.headers.get("Accept"), (HTML, *GRAPH_FORMATS))
    if choice.format is HTML:
        address = url_for("things.show_page", path=room + path)
    else:
        address = url_for("things.show_data", path=f"{room}{path}.{choice.format.extension}")
    answer = redirect(address, code=303)
    answer.vary.add("Accept")
    return answer


@blueprint.get("/page/<path:path>")
def show_page(path: str) -> Response:
    """Show a thing to a reader: what it is, what is said of it, and where each fact comes from."""
    now = served()
    thing = describe_thing(now.store, _known_iri(now, path))
    answer = Response(
        render_template("thing.html", thing=thing, path=path, formats=_BY_EXTENSION), mimetype="text/html"
    )
    for form in GRAPH_FORMATS:
        address = url_for("things.show_data", path=f"{path}.{form.extension}")
        answer.headers.add("Link", f'<{address}>; rel="alternate"; type="{form.media_types[0]}"')
    return answer


@blueprint.get("/data/<path:path>")
def show_data(path: str) -> Response:
    """Give the triples about a thing, with the names of what they mention, in the format of the extension."""
    now = served()
    stem, _, extension = path.rpartition(".")
    form = _BY_EXTENSION.get(extension)
    if form is None:
        raise UnknownThing(
            f"there is no data at {request.path}: .{extension} is no format.",
            remedy=f"Formats: {', '.join(f'.{known}' for known in _BY_EXTENSION)}.",
        )
    node = NamedNode(_known_iri(now, stem))
    triples = _about(surroundings(now.store, node), node)
    answer = Response(write_triples(triples, form), mimetype=form.media_types[0])
    answer.headers["Link"] = f'<{url_for("things.show_page", path=stem)}>; rel="alternate"; type="text/html"'
    return answer


def _about(store: Engine, node: NamedNode) -> Iterator[Triple]:
    quads = list(store.quads_for_pattern(node, None, None, DefaultGraph()))
    quads += store.quads_for_pattern(None, None, node, DefaultGraph())
    yield from (quad.triple for quad in quads or store.quads_for_pattern(node, None, None, None))
    for mentioned in {n for quad in quads for n in (quad.subject, quad.object)} - {node}:
        if isinstance(mentioned, NamedNode):
            for predicate in NAMES:
                yield from (q.triple for q in store.quads_for_pattern(mentioned, predicate, None, DefaultGraph()))


def _known_iri(now: Served, path: str) -> str:
    """Return the IRI that a path is about; ``UnknownThing`` with names that come near where nothing is known of it."""
    iri = thing_iri(path)
    try:
        node = NamedNode(iri)
    except ValueError:
        node = None
    if node is not None:
        for pattern in ((node, None), (None, node)):
            if next(now.store.quads_for_pattern(pattern[0], None, pattern[1], None), None):
                return iri
    near = now.labels.find(path.rpartition("/")[2].replace("-", " "), limit=3)
    names = ", ".join(f"{hit.label} <{hit.iri}>" for hit in near)
    remedy = f"Did you mean {names}?" if near else "Look for its name on the start page."
    raise UnknownThing(f"nothing is known of <{iri}>.", remedy=remedy)
