"""The SPARQL 1.1 Protocol, for queries: https://www.w3.org/TR/sparql11-protocol/#query-operation

Clients get results, browsers a page with an editor, and who asks nothing the description of the service.
What can be answered at once is, by :mod:`migragraph.web.fast_path`, before it gets here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from migragraph.formats import GRAPH_FORMATS
from migragraph.representations import offers, write_document
from migragraph.service_description import SD, describe_service
from migragraph.web.addresses import absolute
from migragraph.web.editor import show_editor
from migragraph.web.headers import VERSION
from migragraph.web.query_operation import Operation, Sent, answer_headers, read_operation
from migragraph.web.serving import served, serving

if TYPE_CHECKING:
    from migragraph.web.serving import Served

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query, sent by GET, as a form or as the body; without one, describe the service."""
    operation = read_operation(_sent(), serving().settings.max_query_bytes)
    now = served() if operation.version is None else serving().of(operation.version)
    if operation.query is None:
        return _describe(now, operation)
    if operation.prefers_page():
        return show_editor(now, operation.query, timeout_seconds=operation.timeout_seconds)
    choice = operation.choose(offers(operation.query.kind))
    answer = Response(headers=answer_headers(now.version.id, operation.query, choice))
    if request.method != "POST" and request.if_none_match.contains_weak(answer.get_etag()[0] or ""):
        answer.status_code = HTTPStatus.NOT_MODIFIED
        return answer
    seconds = operation.timeout_seconds
    parts = serving().federation.answer(now.pool, operation.query, choice.format, timeout_seconds=seconds)
    if parts.is_whole:
        answer.data = parts.read()
    else:
        answer.response = parts
    return answer


def _sent() -> Sent:
    """Return the request that is answered."""
    return Sent(
        method=request.method,
        query_string=request.query_string,
        content_type=request.content_type or "",
        body=request.get_data(cache=True, parse_form_data=False) if request.method == "POST" else b"",
        accept=request.headers.get("Accept"),
    )


def _describe(now: Served, operation: Operation) -> Response:
    """Describe the service to a client, or show the editor to a reader."""
    if operation.prefers_page():
        return show_editor(now, None)
    choice = operation.choose(GRAPH_FORMATS)
    update = absolute("writing.update") if serving().takes_writes else None
    calls = serving().federation.calls_services
    triples = describe_service(absolute("sparql.endpoint"), now.version.manifest, update=update, calls_services=calls)
    answer = Response(write_document(triples, choice.format, {"sd": SD}), mimetype=choice.media_type)
    answer.vary.add("Accept")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers[VERSION] = now.version.id
    return answer
