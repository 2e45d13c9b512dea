"""The SPARQL 1.1 Protocol, for queries: https://www.w3.org/TR/sparql11-protocol/#query-operation

Clients get results, browsers a page with an editor, and who asks nothing the description of the service.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

from migragraph.errors import BadParameter, NotAcceptable, QueryError, UnsupportedMediaType
from migragraph.formats import GRAPH_FORMATS, HTML, RESULT_FORMATS, Choice, Format, by_name, negotiate
from migragraph.query import QueryRequest
from migragraph.representations import offers, write_triples
from migragraph.service_description import SD, describe_service
from migragraph.web.addresses import absolute
from migragraph.web.editor import show_editor
from migragraph.web.serving import served, serving
from migragraph.web.transport import FORM, check_encoding, decode, is_utf_8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migragraph.web.serving import Served

blueprint = Blueprint("sparql", __name__)

_QUERY: Final = "application/sparql-query"
#: ``output`` and ``results`` are what SPARQLWrapper sends beside ``format``, with the same value.
_FORMAT_NAMES: Final = ("format", "output", "results")
_KNOWN: Final = {"query", "default-graph-uri", "named-graph-uri", "timeout", "version", *_FORMAT_NAMES}


@dataclass(frozen=True, slots=True)
class _Operation:
    """A query operation as it was sent; without a query it asks for the description of the service."""

    query: QueryRequest | None
    formats: tuple[str, ...]
    timeout_seconds: float | None = None
    version: str | None = None

    def choose(self, known: Sequence[Format]) -> Choice:
        """Return the format to answer in: the one that is named, else the one that is negotiated.

        SPARQLWrapper names some formats twice, by a short name and by media types as in an Accept header.
        """
        named = {negotiate(name, known).format if "/" in name else by_name(name, known) for name in self.formats}
        if len(named) > 1:
            message = f"more than one format is named: {', '.join(self.formats)}."
            raise BadParameter(message, remedy="Name one.")
        if named:
            return Choice(form := named.pop(), form.media_types[0])
        return negotiate(request.headers.get("Accept"), known)

    def prefers_page(self) -> bool:
        """Tell whether the client is a browser: it names HTML and likes it best. ``*/*`` asks for data."""
        if self.formats:
            return set(self.formats) <= {*HTML.names, *HTML.media_types}
        try:
            data = offers(self.query.kind) if self.query else GRAPH_FORMATS
        except QueryError:
            data = RESULT_FORMATS  # what is wrong with it shows in the editor or in the answer
        try:
            return negotiate(request.headers.get("Accept"), (*data, HTML)).format is HTML
        except NotAcceptable:
            return False


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query, sent by GET, as a form or as the body; without one, describe the service."""
    operation = _read_operation()
    now = served() if operation.version is None else serving().of(operation.version)
    if operation.query is None:
        return _describe(now, operation)
    if operation.prefers_page():
        return show_editor(now, operation.query, timeout_seconds=operation.timeout_seconds)
    choice = operation.choose(offers(operation.query.kind))
    answer = _prepare(now, operation.query, choice)
    if answer.status_code != HTTPStatus.NOT_MODIFIED:
        seconds = operation.timeout_seconds
        parts = serving().federation.answer(now.pool, operation.query, choice.format, timeout_seconds=seconds)
        if parts.is_whole:
            answer.data = parts.read()
        else:
            answer.response = parts
    return answer


def _prepare(now: Served, query: QueryRequest, choice: Choice) -> Response:
    """Return the answer without its body; it is 304 where the client has it already."""
    answer = Response(mimetype=choice.media_type)
    answer.vary.add("Accept")
    if not query.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
        return answer
    asked = (now.version.id, query.text, query.default_graphs, query.named_graphs, choice.media_type)
    etag = hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
    answer.set_etag(etag, weak=True)
    answer.headers["Cache-Control"] = "no-cache"
    if request.method != "POST" and request.if_none_match.contains_weak(etag):
        answer.status_code = HTTPStatus.NOT_MODIFIED
    return answer


def _describe(now: Served, operation: _Operation) -> Response:
    """Describe the service to a client, or show the editor to a reader."""
    if operation.prefers_page():
        return show_editor(now, None)
    choice = operation.choose(GRAPH_FORMATS)
    update = absolute("writing.update") if serving().takes_writes else None
    calls = serving().federation.calls_services
    triples = describe_service(absolute("sparql.endpoint"), now.version.manifest, update=update, calls_services=calls)
    answer = Response(write_triples(triples, choice.format, {"sd": SD}), mimetype=choice.media_type)
    answer.vary.add("Accept")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _read_operation() -> _Operation:
    """Read the operation that the request sends.

    Raises ``BadParameter``, ``UnsupportedMediaType``; 413 and 414 for a query that is longer than the settings allow.
    """
    sent = request.args
    text: str | None = None
    if request.method == "POST":
        if request.mimetype == FORM:
            check_encoding(request.get_data(cache=True, parse_form_data=False))
            sent = request.values
        elif request.mimetype == _QUERY and is_utf_8(request):
            text = decode(request.get_data())
        else:
            raise UnsupportedMediaType(
                f"a query is not read from {request.content_type or 'a body without Content-Type'!r}.",
                remedy=f"Send {_QUERY} in UTF-8 or {FORM}. Updates are not accepted at this address.",
            )
    if unknown := sorted(set(sent) - _KNOWN):
        raise BadParameter(
            f"there is no parameter {', '.join(unknown)} here.", remedy=f"Known: {', '.join(sorted(_KNOWN))}."
        )
    queries = [*sent.getlist("query"), *([text] if text is not None else [])]
    if len(queries) > 1:
        raise BadParameter("the query is given more than once.", remedy="Send one query.")
    if not queries and (request.method == "POST" or len(sent) > len(set(sent) & set(_FORMAT_NAMES))):
        raise BadParameter("there is no query.", remedy="Send it as the parameter query or as the body.")
    if queries and len(queries[0].encode()) > serving().settings.max_query_bytes:
        raise RequestURITooLarge if request.method == "GET" else RequestEntityTooLarge
    formats = {value for name in _FORMAT_NAMES for value in sent.getlist(name) if value}
    graphs = (tuple(sent.getlist(f"{kind}-graph-uri")) for kind in ("default", "named"))
    query = QueryRequest(queries[0], *graphs) if queries else None
    versions = sent.getlist("version")
    if len(versions) > 1:
        raise BadParameter("the version is given more than once.", remedy="Ask one version at a time.")
    version = versions[0] if versions else None
    return _Operation(query, tuple(sorted(formats)), _read_timeout(sent.getlist("timeout")), version)


def _read_timeout(sent: list[str]) -> float | None:
    """Return the deadline that a client asks for, in seconds."""
    try:
        values = {float(text) for text in sent}
    except ValueError:
        values = {math.nan}
    if not values:
        return None
    if len(values) > 1 or not all(0 < value < math.inf for value in values):
        raise BadParameter(
            f"timeout={','.join(sent)} is not one number of seconds above 0.", remedy="Give it once, such as timeout=5."
        )
    return values.pop()
