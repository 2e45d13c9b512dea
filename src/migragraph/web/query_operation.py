"""A query operation as it is sent, and the headers of its answer, whoever takes the request in: no framework is needed.

https://www.w3.org/TR/sparql11-protocol/#query-operation

Entry points: :func:`read_operation`, :func:`answer_headers`.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge
from werkzeug.http import parse_options_header
from werkzeug.utils import get_content_type

from migragraph.errors import BadParameter, NotAcceptable, QueryError, UnsupportedMediaType
from migragraph.formats import GRAPH_FORMATS, HTML, RESULT_FORMATS, Choice, Format, by_name, negotiate
from migragraph.query import QueryRequest
from migragraph.representations import offers
from migragraph.web.headers import VERSION
from migragraph.web.transport import FORM, decode, is_utf_8, read_parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUERY: Final = "application/sparql-query"
#: ``output`` and ``results`` are what SPARQLWrapper sends beside ``format``, with the same value.
_FORMAT_NAMES: Final = ("format", "output", "results")
_KNOWN: Final = frozenset({"query", "default-graph-uri", "named-graph-uri", "timeout", "version", *_FORMAT_NAMES})


@dataclass(frozen=True, slots=True)
class Sent:
    """What of a request the protocol looks at. ``accept`` is None where the header is missing."""

    method: str
    query_string: bytes
    content_type: str
    body: bytes
    accept: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation; without a query it asks for the description of the service."""

    query: QueryRequest | None
    formats: tuple[str, ...]
    accept: str | None
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
        return negotiate(self.accept, known)

    def prefers_page(self) -> bool:
        """Tell whether the client is a browser: it names HTML and likes it best. ``*/*`` asks for data."""
        if self.formats:
            return set(self.formats) <= {*HTML.names, *HTML.media_types}
        try:
            data = offers(self.query.kind) if self.query else GRAPH_FORMATS
        except QueryError:
            data = RESULT_FORMATS  # what is wrong with it shows in the editor or in the answer
        try:
            return negotiate(self.accept, (*data, HTML)).format is HTML
        except NotAcceptable:
            return False


def read_operation(sent: Sent, max_query_bytes: int) -> Operation:
    """Read the operation that a request sends: a query by GET, as a form or as the body.

    Raises ``BadParameter``, ``UnsupportedMediaType``; 413 and 414 for a query of more than ``max_query_bytes``.
    """
    parameters = read_parameters(sent.query_string)
    queries = parameters.get("query", [])
    is_post = sent.method == "POST"
    if is_post:
        media_type, options = parse_options_header(sent.content_type)
        media_type = media_type.lower()  # https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
        if media_type == FORM:
            for name, values in read_parameters(sent.body).items():
                parameters.setdefault(name, []).extend(values)
            queries = parameters.get("query", [])
        elif media_type == _QUERY and is_utf_8(options):
            queries = [*queries, decode(sent.body)]
        else:
            raise UnsupportedMediaType(
                f"a query is not read from {sent.content_type or 'a body without Content-Type'}.",
                remedy=f"Send {_QUERY} in UTF-8 or {FORM}. Updates are not accepted at this address.",
            )
    if unknown := sorted(parameters.keys() - _KNOWN):
        raise BadParameter(
            f"there is no parameter {', '.join(unknown)} here.", remedy=f"Known: {', '.join(sorted(_KNOWN))}."
        )
    if len(queries) > 1:
        raise BadParameter("the query is given more than once.", remedy="Send one query.")
    if not queries and (is_post or not parameters.keys() <= {*_FORMAT_NAMES}):
        raise BadParameter("there is no query.", remedy="Send it as the parameter query or as the body.")
    if queries and len(queries[0].encode()) > max_query_bytes:
        raise RequestEntityTooLarge if is_post else RequestURITooLarge
    formats = {value for name in _FORMAT_NAMES for value in parameters.get(name, ()) if value}
    graphs = (tuple(parameters.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    versions = parameters.get("version", [])
    if len(versions) > 1:
        raise BadParameter("the version is given more than once.", remedy="Ask one version at a time.")
    return Operation(
        QueryRequest(queries[0], *graphs) if queries else None,
        tuple(sorted(formats)),
        sent.accept,
        _read_timeout(parameters.get("timeout", [])),
        versions[0] if versions else None,
    )


def answer_headers(version: str, query: QueryRequest, choice: Choice) -> dict[str, str]:
    """Return the headers that tell what an answer is, of which version, and that it may be kept until a new one."""
    headers = {"Content-Type": get_content_type(choice.media_type, "utf-8"), "Vary": "Accept", VERSION: version}
    if not query.is_repeatable:
        return {**headers, "Cache-Control": "no-store"}
    asked = (version, query.text, query.default_graphs, query.named_graphs, choice.media_type)
    etag = hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
    return {**headers, "ETag": f'W/"{etag}"', "Cache-Control": "no-cache"}


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
            f"timeout={','.join(sent)} is not one number of seconds above 0.",
            remedy="Give it once, such as timeout=5: seconds, where other engines take milliseconds.",
        )
    return values.pop()
