"""SPARQL Update and the Graph Store Protocol, for those whose token allows it; without tokens there is neither.

https://www.w3.org/TR/sparql11-protocol/#update-operation
https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from flask import Blueprint, Response, abort, request
from pyoxigraph import DefaultGraph, NamedNode

from migragraph.errors import BadParameter, UnknownThing, UnsupportedMediaType
from migragraph.formats import GRAPH_FORMATS, by_name, negotiate
from migragraph.graph_store import read_graph
from migragraph.representations import write_triples
from migragraph.tokens import Scope
from migragraph.updates import UpdateRequest
from migragraph.web.addresses import absolute
from migragraph.web.authorization import bearer
from migragraph.web.serving import served, serving
from migragraph.web.transport import FORM, check_encoding, decode, is_utf_8, one_of

if TYPE_CHECKING:
    from pyoxigraph import Triple

blueprint = Blueprint("writing", __name__)

_UPDATE: Final = "application/sparql-update"
_MULTIPART: Final = "multipart/form-data"
_KNOWN: Final = {"update", "using-graph-uri", "using-named-graph-uri", "why"}
_METHODS: Final = ["GET", "HEAD", "PUT", "POST", "DELETE"]

Graph = NamedNode | DefaultGraph


class Writer(Protocol):
    """What carries out changes, each whole or not at all."""

    def update(self, request: UpdateRequest) -> None:
        """Carry out an update."""

    def replace(self, graph: Graph, triples: list[Triple]) -> bool:
        """Put triples in the place of a graph; tell whether it is new."""

    def add(self, graph: Graph, triples: list[Triple]) -> bool:
        """Add triples to a graph; tell whether it is new."""

    def drop(self, graph: Graph) -> None:
        """Remove a graph that is there."""


@blueprint.before_request
def refuse_without_token() -> None:
    """Let writing not exist where nobody may write; read whole graphs as bodies."""
    if not serving().takes_writes:
        abort(HTTPStatus.NOT_FOUND)
    request.max_content_length = serving().settings.write_mib * 2**20
    request.max_form_memory_size = request.max_content_length


@blueprint.post("/update")
def update() -> Response:
    """Carry out an update, sent as a form or as the body."""
    body = request.get_data()  # before the form is parsed, which leaves nothing to check
    writer = _writer()
    sent, text = request.args, None
    if "update" in sent:
        raise BadParameter("an update is not read from the address.", remedy="Send it in the body of the POST.")
    if request.mimetype == FORM:
        check_encoding(body)
        sent = request.values
    elif request.mimetype == _UPDATE and is_utf_8(request.mimetype_params):
        text = decode(body)
    else:
        raise UnsupportedMediaType(
            f"an update is not read from {request.content_type or 'a body without Content-Type'}.",
            remedy=f"Send {_UPDATE} in UTF-8 or {FORM}.",
        )
    if unknown := sorted(set(sent) - _KNOWN):
        raise BadParameter(
            f"there is no parameter {', '.join(unknown)} here.", remedy=f"Known: {', '.join(sorted(_KNOWN))}."
        )
    text = one_of("update", [*sent.getlist("update"), *([text] if text is not None else [])])
    graphs = (tuple(sent.getlist(f"using-{kind}graph-uri")) for kind in ("", "named-"))
    writer.update(serving().federation.load(UpdateRequest(text, *graphs)))
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.route("/graph-store", methods=_METHODS, defaults={"path": ""})
@blueprint.route("/graph-store/<path:path>", methods=_METHODS)
def graph_store(path: str) -> Response:
    """Read, replace, extend or remove one graph: ``?default``, ``?graph=IRI``, or the one named by the address."""
    graph = _named_graph(path)
    if request.method in ("GET", "HEAD"):
        return _show(graph)
    writer = _writer()
    if request.method == "DELETE":
        _check_there(graph)
        writer.drop(graph)
        return Response(status=HTTPStatus.NO_CONTENT)
    triples = _read_triples(graph)
    is_new = (writer.replace if request.method == "PUT" else writer.add)(graph, triples)
    answer = Response(status=HTTPStatus.CREATED if is_new else HTTPStatus.NO_CONTENT)
    if is_new and isinstance(graph, NamedNode):
        answer.headers["Location"] = graph.value
    return answer


def _writer() -> Writer:
    """Return what carries out changes for the bearer of the token that came along.

    Raises ``Unauthorized``, ``InsufficientScope``.
    """
    return serving().writer(bearer(Scope.WRITE), request.values.get("why", ""))


def _named_graph(path: str) -> Graph:
    """Return the graph that the request is about; for a POST without one, a new graph."""
    sent = request.args
    if path:
        if "default" in sent or "graph" in sent:
            raise BadParameter("the address names a graph, and a parameter another.", remedy="Use one of the two.")
        return _iri(absolute("writing.graph_store", path=path))
    if "default" in sent and "graph" in sent:
        raise BadParameter("default and graph are both given.", remedy="Name one graph.")
    if "default" in sent:
        return DefaultGraph()
    if "graph" in sent:
        return _iri(one_of("graph", sent.getlist("graph")))
    if request.method == "POST":
        return _iri(absolute("writing.graph_store", path=secrets.token_hex(8)))
    raise BadParameter("no graph is named.", remedy="Add ?default or ?graph=IRI.")


def _iri(text: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError as error:
        raise BadParameter(f"{text!r} is not an absolute IRI: {error}.", remedy="Give the IRI of a graph.") from error


def _check_there(graph: Graph) -> None:
    if isinstance(graph, NamedNode) and not served().store.contains_named_graph(graph):
        raise UnknownThing(
            f"there is no graph <{graph.value}>.", remedy="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs."
        )


def _show(graph: Graph) -> Response:
    _check_there(graph)
    asked = request.args.get("format")
    form = by_name(asked, GRAPH_FORMATS) if asked else negotiate(request.headers.get("Accept"), GRAPH_FORMATS).format
    triples = (quad.triple for quad in served().store.quads_for_pattern(None, None, None, graph))
    answer = Response(write_triples(triples, form), mimetype=form.media_types[0])
    answer.vary.add("Accept")
    return answer


def _read_triples(graph: Graph) -> list[Triple]:
    """Read the graph that the body holds, or the graphs of its parts."""
    base = graph.value if isinstance(graph, NamedNode) else absolute("writing.graph_store", path="")
    if request.mimetype != _MULTIPART:
        return read_graph(request.get_data(), request.mimetype, base)
    parts = [part for name in request.files for part in request.files.getlist(name)]
    if not parts or request.form:
        raise BadParameter(
            "a part of the form has no file name, or there is none.",
            remedy="Send each graph as a file with its own Content-Type.",
        )
    return [triple for part in parts for triple in read_graph(part.read(), part.mimetype, base)]
