"""Where the other IRIs lead that we mint: stored questions and networks, graphs, parts and versions of the ontology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode

from migragraph.errors import UnknownThing
from migragraph.formats import GRAPH_FORMATS, HTML, negotiate
from migragraph.graph.assembly import ONTOLOGY
from migragraph.iris import BASE, GRAPH, term
from migragraph.representations import write_document
from migragraph.service_description import SD, describe_document, describe_graph, purpose_of
from migragraph.web.addresses import absolute
from migragraph.web.headers import VERSION
from migragraph.web.serving import served
from migragraph.web.things import data_path, known_iri

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from migragraph.web.serving import Served

blueprint = Blueprint("minted", __name__)

_NETWORK: Final = "network/"


@blueprint.get("/query/<path:path>")
def see_question(path: str) -> BaseResponse:
    """Lead from the IRI of a stored question to its answer in the editor, of a network to its page; or to data."""
    now = served()
    known_iri(now, f"query/{path}")
    page = url_for("things.show_page", path=f"query/{path}")
    if path.startswith(_NETWORK):
        page = url_for("networks.show_network", name=path.removeprefix(_NETWORK))
    for question in (question for group in now.questions.values() for question in group):
        if question.slug == path:
            page = url_for("sparql.endpoint", query=question.sparql)
    return _see_other(page, f"query/{path}")


@blueprint.get("/graph/<path:path>")
def see_graph(path: str) -> BaseResponse:
    """Lead from the IRI of a graph to a page or to data about it."""
    _graph(served(), path)
    return _see_other(url_for("minted.show_graph", path=path), f"graph/{path}")


@blueprint.get("/page/graph/<path:path>")
def show_graph(path: str) -> str:
    """Say what a graph holds, how much, and where it can be had."""
    now = served()
    graph = _graph(now, path)
    size = now.version.manifest.get("graphs", {}).get(graph.value)
    query = (
        f"SELECT ?subject ?predicate ?object WHERE {{\n  GRAPH {graph} {{ ?subject ?predicate ?object }}\n}}\nLIMIT 100"
    )
    return render_template(
        "graph.html",
        graph=graph.value,
        path=path,
        size=size,
        what=purpose_of(graph),
        query=query,
        formats=GRAPH_FORMATS,
    )


@blueprint.get("/data/graph/<path:path>")
def show_data_of_graph(path: str) -> Response:
    """Describe a graph: what it holds, how many triples, the files to take it in."""
    now = served()
    stem, form = data_path(path)
    graph = _graph(now, stem)
    size = now.version.manifest.get("graphs", {}).get(graph.value)
    files = [absolute("dumps.download", path=f"graph/{stem}.{known.extension}") for known in GRAPH_FORMATS]
    triples = [
        *describe_graph(graph, size, files),
        *describe_document(absolute("minted.show_data_of_graph", path=path), [graph], now.version),
    ]
    answer = Response(write_document(triples, form, {"sd": SD}), mimetype=form.media_types[0])
    answer.headers[VERSION] = now.version.id
    answer.headers["Link"] = f'<{url_for("minted.show_graph", path=stem)}>; rel="alternate"; type="text/html"'
    return answer


@blueprint.get("/ontology/<path:path>")
def see_ontology(path: str) -> BaseResponse:
    """Lead from the IRI of a part of the ontology, or of its version that is served, to the document about it."""
    now = served()
    try:
        node = NamedNode(f"{BASE}ontology/{path}")
    except ValueError:
        node = None
    patterns = ((node, None, None), (None, term("owl:versionIRI"), node)) if node is not None else ()
    if not any(next(now.store.quads_for_pattern(s, p, o, ONTOLOGY), None) for s, p, o in patterns):
        raise UnknownThing(
            f"there is no part and no version {path!r} of the ontology here.",
            remedy="The ontology of the version that is served is at /ontology.",
        )
    return redirect(url_for("vocabulary.show_ontology"), code=303)


def _see_other(page: str, stem: str) -> BaseResponse:
    """Lead to a page, or to the data at a path, as the client likes best."""
    choice = negotiate(request.headers.get("Accept"), (HTML, *GRAPH_FORMATS))
    if choice.format is not HTML:
        page = url_for("things.show_data", path=f"{stem}.{choice.format.extension}")
    answer = redirect(page, code=303)
    answer.vary.add("Accept")
    return answer


def _graph(now: Served, path: str) -> NamedNode:
    """Return the graph with this name; ``UnknownThing`` where there is none."""
    try:
        graph = NamedNode(GRAPH + path)
    except ValueError:
        graph = None
    if graph is None or not now.store.contains_named_graph(graph):
        raise UnknownThing(
            f"there is no graph <{GRAPH}{path}>.", remedy="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs."
        )
    return graph
