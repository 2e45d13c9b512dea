"""Errors over HTTP: one table from class to status, one body in three formats, and never a trace.

https://www.rfc-editor.org/rfc/rfc9457 (problem details)
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable

from migragraph import errors
from migragraph.errors import InvalidGraph, MalformedQuery, MigragraphError, NotAcceptable
from migragraph.formats import HTML, Format, negotiate
from migragraph.web.addresses import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migragraph.checks.report import Report

#: The status of each error that a request can meet; a class that is not here takes that of its parent.
STATUS: Final[dict[type[MigragraphError], HTTPStatus]] = {
    errors.MigragraphError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NoVersion: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DamagedVersion: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.InvalidGraph: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ForbiddenWrite: HTTPStatus.FORBIDDEN,
    errors.WriteConflict: HTTPStatus.CONFLICT,
    errors.OutdatedVersion: HTTPStatus.CONFLICT,
    errors.NotLoaded: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.EngineUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueryError: HTTPStatus.BAD_REQUEST,
    errors.UnknownFunction: HTTPStatus.NOT_IMPLEMENTED,
    errors.ForbiddenQuery: HTTPStatus.FORBIDDEN,
    errors.QueryTimeout: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueryMemoryExceeded: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ResultTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.FetchFailed: HTTPStatus.BAD_GATEWAY,
    errors.MeasureError: HTTPStatus.BAD_REQUEST,
    errors.ServiceBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ExportError: HTTPStatus.BAD_REQUEST,
    errors.RequestError: HTTPStatus.BAD_REQUEST,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.Unauthorized: HTTPStatus.UNAUTHORIZED,
    errors.InsufficientScope: HTTPStatus.FORBIDDEN,
    errors.RequestTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UnknownThing: HTTPStatus.NOT_FOUND,
}
#: Errors that say that a limit was hit.
_LIMITS: Final = (
    errors.QueryTimeout,
    errors.QueryMemoryExceeded,
    errors.ResultTooLarge,
    errors.ServiceBusy,
    errors.RequestTooLarge,
    errors.TooManyRequests,
)
#: Errors whose own words name folders.
_OF_FOLDERS: Final = (errors.NoVersion, errors.DamagedVersion, errors.DiskFull)
#: Statuses from 500 on that come of what was asked for, so that they are nothing for the operator.
_ASKED_FOR: Final = (HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.BAD_GATEWAY)
_TRY_AGAIN: Final = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
_PROBLEM: Final = Format(None, ("json",), ("application/problem+json", "application/json"), "Problem details")
_TEXT: Final = Format(None, ("txt",), ("text/plain",), "Text")
#: What errors are written in; the first where the client does not say.
PROBLEM_FORMATS: Final = (_PROBLEM, HTML, _TEXT)
_log = logging.getLogger("migragraph.web")


def status_of(error: MigragraphError) -> HTTPStatus:
    """Return the status of an error: that of its class, else of the nearest class above it."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def register(app: Flask) -> None:
    """Let an application answer every error with :func:`answer_problem`."""

    @app.errorhandler(MigragraphError)
    def known(error: MigragraphError) -> Response:
        status = status_of(error)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return unknown(error)  # it is about our files or settings
        if isinstance(error, _LIMITS):
            app.extensions["migragraph-metrics"].limits.labels(error.code).inc()
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in _ASKED_FOR:
            _log.error("%s", error)
        more: dict[str, Any] = {}
        if isinstance(error, MalformedQuery):
            more = {"line": error.line, "column": error.column}
        elif isinstance(error, InvalidGraph):
            more = {"report": _without_places(error.report)}
        message, remedy = error.message, error.remedy
        if isinstance(error, _OF_FOLDERS):
            # its own words name folders of this machine; they are in the log
            message, remedy = _no_room(error) if isinstance(error, errors.DiskFull) else _NO_STORE
        answer = answer_problem(error.code, status, message, remedy, **more)
        if isinstance(error, errors.Unauthorized | errors.InsufficientScope):
            answer.headers["WWW-Authenticate"] = _challenge(error)
        if status in _TRY_AGAIN:
            answer.headers["Retry-After"] = "5" if isinstance(error, errors.ServiceBusy) else "1"
        return answer

    @app.errorhandler(HTTPException)
    def routed(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        if status < HTTPStatus.BAD_REQUEST:
            return Response(status=status, headers=dict(error.get_headers()))
        code, message, remedy = _ROUTED.get(status, ("bad-request", f"{error.description}", "See the start page."))
        answer = answer_problem(code, status, message.format(request=request), remedy)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(sorted(dict(error.get_headers())["Allow"].split(", ")))
        if isinstance(error, RequestedRangeNotSatisfiable):
            answer.headers["Content-Range"] = f"bytes */{error.length}"
        return answer

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Response:
        id_ = secrets.token_hex(6)
        _log.error("unexpected error %s", id_, exc_info=error)
        code, message, remedy = _INTERNAL
        message = f"{message.rstrip('.')}; it is noted under {id_}."
        return answer_problem(code, HTTPStatus.INTERNAL_SERVER_ERROR, message, remedy)


def show_problems_in(template: str, **values: Any) -> None:
    """Let people see an error that this request may meet in another page, with these values beside those of the error.

    It is for pages with a form: what was written into it must not be lost.
    """
    g.problem_page = template, values


def _challenge(error: errors.Unauthorized | errors.InsufficientScope) -> str:
    """Return what a client is told of its token: https://www.rfc-editor.org/rfc/rfc6750#section-3."""
    what = 'Bearer realm="migragraph"'
    if isinstance(error, errors.InsufficientScope):
        return f'{what}, error="insufficient_scope"'
    sent = request.authorization
    return f'{what}, error="invalid_token"' if sent is not None and sent.type == "bearer" else what


def _no_room(error: errors.DiskFull) -> tuple[str, str]:
    """Return what a client is told of a full disk: what there is no room for, and not where."""
    message = f"there is no room for {error.what} on the disk of the service."
    return message, "Ask the operator to make room, and try again; nothing was changed."


_NO_STORE: Final = (
    "there is no version of the graph here that can be asked.",
    "Run `migragraph build`. The log of the service says more.",
)
_INTERNAL: Final = ("internal-error", "something went wrong here that should not have.", "Report it with its number.")
_ROUTED: Final = {
    HTTPStatus.BAD_REQUEST: (
        "bad-request",
        "the request cannot be read.",
        "Check its address, headers and body against /openapi.json.",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "request-too-large",
        "the headers of the request are longer than this service reads.",
        "Send fewer or shorter ones.",
    ),
    HTTPStatus.NOT_FOUND: (
        "unknown-address",
        "there is no page at {request.path}.",
        "Start at / or look for a name there.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method-not-allowed",
        "{request.path} does not take {request.method}.",
        "Use a method that the header Allow names.",
    ),
    HTTPStatus.PRECONDITION_FAILED: (
        "precondition-failed",
        "{request.path} is not, or no longer, what the header If-Match names.",
        "Ask for it without that header; ETag names what there is now.",
    ),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
        "range-not-satisfiable",
        "{request.path} has no such bytes: the range begins at or after its end.",
        "Content-Range says how long it is; what you have may be all of it.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "request-too-large",
        "the request is longer than this service reads.",
        "Send a shorter query; the longest is set by MIGRAGRAPH_MAX_QUERY_BYTES.",
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        "request-too-large",
        "the address is longer than this service reads.",
        "Send a shorter query; the longest is set by MIGRAGRAPH_MAX_QUERY_BYTES.",
    ),
}


def _without_places(report: Report) -> Report:
    """Leave out what is explained, and the places in files: they are those of this machine."""
    from migragraph.checks.report import Report, Severity

    findings = (replace(f, where=None) for f in report.findings if f.severity == Severity.VIOLATION)
    return Report(tuple(findings), report.counts)


def answer_problem(
    code: str, status: HTTPStatus, message: str, remedy: str, *, report: Report | None = None, **more: int | None
) -> Response:
    """Write an error as problem details, page or text, whichever the client likes best; problem details by default.

    ``report`` says what is wrong with a graph.
    """
    try:
        form = negotiate(request.headers.get("Accept"), PROBLEM_FORMATS).format
    except NotAcceptable:
        form = _PROBLEM
    about = absolute("pages.show_errors") + f"#{code}"
    if form is HTML:
        told = {"code": code, "status": status, "message": message, "remedy": remedy}
        template, values = g.get("problem_page", ("problem.html", {}))
        body = render_template(template, **told, **more, **values, report=_write(report, "text"))
    elif form is _TEXT:
        body = f"{code}: {message} {remedy}\n" + (_write(report, "text") + "\n" if report else "")
    else:
        details: dict[str, Any] = {
            "type": about,
            "title": status.phrase,
            "status": int(status),
            "detail": message,
            "remedy": remedy,
        }
        details |= {name: value for name, value in more.items() if value is not None}
        details |= {"report": json.loads(_write(report, "json"))} if report else {}
        body = json.dumps(details, ensure_ascii=False, indent=1) + "\n"
    answer = Response(body, status=status, mimetype=form.media_types[0])
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("Accept")
    return answer


def _write(report: Report | None, form: str) -> str:
    """Write what is wrong with a graph, in a format of reports; without a report, nothing."""
    if report is None:
        return ""
    from migragraph.checks.render import RENDERERS

    return RENDERERS[form](report)


def known_errors() -> dict[str, tuple[set[int], str]]:
    """Return statuses and explanation of every error of the service by its code, for the page about them."""
    known: dict[str, tuple[set[int], str]] = {}
    for code, status, text in _listed_errors():
        known.setdefault(code, (set(), text))[0].add(status)
    return known


def _listed_errors() -> Iterator[tuple[str, int, str]]:
    """Return code, status and explanation of every error; one that comes with several statuses, once for each."""

    def leaves(kind: type[MigragraphError]) -> Iterator[type[MigragraphError]]:
        below = kind.__subclasses__()
        for child in sorted(below, key=lambda c: c.code):
            yield from leaves(child)
        if not below:
            yield kind

    for kind in leaves(MigragraphError):
        status = next(STATUS[k] for k in kind.__mro__ if k in STATUS)
        yield kind.code, int(status), (kind.__doc__ or "").strip()
    for status, (code, message, remedy) in sorted(_ROUTED.items()):
        yield code, int(status), f"{message.replace('{request.', '{')} {remedy}"
    code, message, remedy = _INTERNAL
    yield code, int(HTTPStatus.INTERNAL_SERVER_ERROR), f"{message} {remedy}"


def status_and_code(fault: type[MigragraphError] | HTTPStatus) -> tuple[int, str]:
    """Return status and code of an error, known by its class, or by its status where the framework answers."""
    if isinstance(fault, HTTPStatus):
        return int(fault), _INTERNAL[0] if fault == HTTPStatus.INTERNAL_SERVER_ERROR else _ROUTED[fault][0]
    return int(next(STATUS[kind] for kind in fault.__mro__ if kind in STATUS)), fault.code
