"""Things as linked data: the IRI leads to a page or to data, whichever the client likes best.

https://www.w3.org/TR/cooluris/#r303gendocument
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode

from migragraph.errors import UnknownThing
from migragraph.formats import GRAPH_FORMATS, HTML, negotiate
from migragraph.representations import write_document
from migragraph.service_description import describe_document
from migragraph.thing_data import describe_in_data, describe_passages
from migragraph.things import describe_thing
from migragraph.web.addresses import absolute, thing_iri
from migragraph.web.headers import VERSION
from migragraph.web.passages import PER_PAGE, asked_page, passages_of
from migragraph.web.serving import served

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from migragraph.formats import Format
    from migragraph.web.serving import Served

blueprint = Blueprint("things", __name__)

_BY_EXTENSION: Final = {form.extension: form for form in GRAPH_FORMATS}


@blueprint.get("/id/<path:path>", defaults={"room": ""})
@blueprint.get("/concept/<path:path>", defaults={"room": "concept/"})
@blueprint.get("/claim/<path:path>", defaults={"room": "claim/"})
@blueprint.get("/source/<path:path>", defaults={"room": "source/"})
@blueprint.get("/agent/<path:path>", defaults={"room": "agent/"})
@blueprint.get("/developers", defaults={"room": "developers", "path": ""})
def see_other(path: str, room: str) -> BaseResponse:
    """Lead from the IRI of a thing to a document about it; 404 for a thing that is not in the graph."""
    known_iri(served(), room + path)
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
    thing = describe_thing(now.store, known_iri(now, path))
    answer = Response(
        render_template("thing.html", thing=thing, path=path, formats=_BY_EXTENSION), mimetype="text/html"
    )
    for form in GRAPH_FORMATS:
        address = url_for("things.show_data", path=f"{path}.{form.extension}")
        answer.headers.add("Link", f'<{address}>; rel="alternate"; type="{form.media_types[0]}"')
    return answer


@blueprint.get("/data/<path:path>")
def show_data(path: str) -> Response:
    """Give the triples about a thing, with the names of what they mention, in the format of the extension.

    Of a source, its passages too, a thousand in a document; ``page`` leads to those that come after.
    """
    now, page = served(), asked_page()
    stem, form = data_path(path)
    node = NamedNode(known_iri(now, stem))
    passages = passages_of(now, node, page)
    if page > 1 and not passages.nodes:
        raise UnknownThing(f"there is no page {page} of the data at {request.path}.", remedy="Leave the page out.")
    document = _address(path, page)
    further = _address(path, page + 1) if passages.has_more else None
    if page == 1:
        triples = [*describe_in_data(now.store, node, document, now.version)]
    else:
        triples = [*describe_document(document, [node], now.version)]
    if passages.nodes:
        first = (page - 1) * PER_PAGE + 1
        triples += describe_passages(now.store, node, passages.nodes, document, further, first)
    answer = Response(write_document(triples, form), mimetype=form.media_types[0])
    answer.headers[VERSION] = now.version.id
    answer.headers["Link"] = f'<{url_for("things.show_page", path=stem)}>; rel="alternate"; type="text/html"'
    if further is not None:
        answer.headers.add("Link", f'<{further}>; rel="next"')
    return answer


def _address(path: str, page: int) -> str:
    """Return the full address of the data at a path; the first page has no number."""
    return absolute("things.show_data", path=path, page=page if page > 1 else None)


def data_path(path: str) -> tuple[str, Format]:
    """Return what the path of data is about, and the format of its extension; ``UnknownThing`` for one that is none."""
    stem, _, extension = path.rpartition(".")
    form = _BY_EXTENSION.get(extension)
    if form is None:
        raise UnknownThing(
            f"there is no data at {request.path}: .{extension} is no format.",
            remedy=f"Formats: {', '.join(f'.{known}' for known in _BY_EXTENSION)}.",
        )
    return stem, form


def known_iri(now: Served, path: str) -> str:
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
    near = now.labels.find(path.rpartition("/")[2].replace("-", " "), limit=3, names_only=True)
    names = ", ".join(f"{hit.label} <{hit.iri}>" for hit in near)
    remedy = f"Did you mean {names}?" if near else "Look for its name on the start page."
    raise UnknownThing(f"nothing is known of <{iri}>.", remedy=remedy)
