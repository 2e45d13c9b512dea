"""The service described for programs: OpenAPI 3.1 at ``/openapi.json``.

Addresses, methods and summaries are those of the application's own routes and views; media types those of
:mod:`migragraph.formats`, statuses and codes those of :mod:`migragraph.web.problems`, bounds those of the settings.
What an operation takes and which errors it can meet stands in :mod:`migragraph.web.operations`.

https://spec.openapis.org/oas/v3.1.1 https://www.rfc-editor.org/rfc/rfc8631 (``Link: rel="service-desc"``)
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, current_app, request, url_for

from migragraph.web.operation_parts import EVERYWHERE
from migragraph.web.operations import operation_of
from migragraph.web.problems import PROBLEM_FORMATS, known_errors, status_and_code
from migragraph.web.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from migragraph.web.operation_parts import Operation

    Json = dict[str, Any]

blueprint = Blueprint("openapi", __name__)

MEDIA_TYPE: Final = "application/vnd.oai.openapi+json"
#: Answered by the framework for every address, as HTTP says; they are not described one by one.
IMPLIED: Final = frozenset({"HEAD", "OPTIONS"})
#: The views whose answers tell where the description is.
_ADVERTISED: Final = {"pages.show_home", "sparql.endpoint", "operation.show_health"}
_VARIABLE: Final = re.compile(r"<(?:[^:>]+:)?(\w+)>")
_TRY_AGAIN: Final = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
_ABOUT: Final = """\
A knowledge graph of migrant integration in Europe: SPARQL 1.1, every thing as a page and as data, evidence for each
fact.

Each operation that reads answers HEAD too, and OPTIONS is answered at every address. The format of an answer is chosen
by `Accept`; errors are problem details (RFC 9457), a page or text, whichever is liked best. A parameter that an
operation does not list is refused, and so is one that is given twice where it is no list.
A slash in the path of a thing may be sent as it is or as `%2F`."""


@blueprint.get("/openapi.json")
def show_description() -> Response:
    """Describe the service for programs, as OpenAPI 3.1."""
    public = serving().settings.public_url.rstrip("/")
    text = json.dumps(describe(current_app, public or "/"), ensure_ascii=False, indent=1)
    return Response(text + "\n", mimetype=MEDIA_TYPE)


def advertise(response: Response) -> None:
    """Tell a client of the main addresses where the description is."""
    if request.endpoint in _ADVERTISED:
        address = url_for("openapi.show_description")
        response.headers.add("Link", f'<{address}>; rel="service-desc"; type="{MEDIA_TYPE}"')


def describe(app: Flask, address: str) -> Json:
    """Return the description of an application that is reached at an address.

    Writing is left out where nobody may write. A route that :data:`OPERATIONS` does not know is left out; a test holds
    that there is none.
    """
    state = app.extensions["migragraph"]
    paths: dict[str, Json] = {}
    for path, method, rule in routes(app):
        found = operation_of(rule.endpoint, method)
        if found is None or (found.is_writing and not state.takes_writes):
            continue
        summary = (app.view_functions[rule.endpoint].__doc__ or "Give a file of the pages.").partition("\n")[0]
        paths.setdefault(path, {})[method.lower()] = _operation(
            found, f"{method.lower()}-{_slug(path)}", summary, _path_parameters(rule), is_open=state.is_open
        )
    document: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "migragraph",
            "version": version("migragraph"),
            "summary": "Who does what for migrant integration in Europe, where, with whom, paid by whom",
            "description": _ABOUT,
            "license": {"name": "EUPL-1.2 (software), CC BY 4.0 (data)"},
        },
        "servers": [{"url": address}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "headers": _HEADERS,
            "schemas": {"Problem": _PROBLEM, "Report": _REPORT},
            "responses": {f"Problem{status}": _problem(status, codes) for status, codes in _codes().items()},
        },
    }
    if state.takes_writes and not state.is_open:
        document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    bounds = {"{max_query_bytes}": state.settings.max_query_bytes, "{write_bytes}": state.settings.write_mib * 2**20}
    return _filled(document, bounds)  # type: ignore[no-any-return]


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Return path, method and rule of every route, without the methods that the framework answers itself."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - IMPLIED):
            yield _VARIABLE.sub(r"{\1}", rule.rule), method, rule


def _slug(path: str) -> str:
    return re.sub(r"[^a-z]+", "-", path.lower()).strip("-") or "home"


def _path_parameters(rule: Rule) -> list[Json]:
    """Describe the variables of a route: texts, and numbers from 1."""
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1}
            if re.search(rf"<int:{name}>", rule.rule)
            else {"type": "string", "minLength": 1},
        }
        for name in re.findall(r"{(\w+)}", _VARIABLE.sub(r"{\1}", rule.rule))
    ]


def _operation(found: Operation, id_: str, summary: str, path_parameters: list[Json], *, is_open: bool) -> Json:
    faults = {status_and_code(fault) for fault in (*EVERYWHERE, *found.faults)}
    codes = sorted({code for _, code in faults})
    answers = {str(status): _answer(status, found) for status in found.answers}
    answers |= {str(s): {"$ref": f"#/components/responses/Problem{s}"} for s, _ in faults if str(s) not in answers}
    described: Json = {
        "operationId": id_,
        "summary": summary,
        "description": f"Errors that can come: {', '.join(codes)}.",
        "responses": dict(sorted(answers.items())),
    }
    if parameters := [*path_parameters, *found.parameters]:
        described["parameters"] = parameters
    if found.body:
        described["requestBody"] = {"required": True, "content": found.body}
    if found.is_authorized and not is_open:
        described["security"] = [{"bearer": []}]
    return described


def _answer(status: int, found: Operation) -> Json:
    names = ["Access-Control-Allow-Origin", "X-Request-Id"]
    names += {HTTPStatus.SEE_OTHER: ["Location"], HTTPStatus.PARTIAL_CONTENT: ["Content-Range"]}.get(
        HTTPStatus(status), []
    )
    answer: Json = {"description": found.answers[status], "headers": _refer_to(names)}
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.SERVICE_UNAVAILABLE):
        answer["content"] = {
            media_type: {"schema": found.schema} if found.schema else {} for media_type in found.media_types
        }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["content"] |= _problem_content()
    return answer


def _codes() -> dict[int, list[str]]:
    """Return the codes of all errors by status."""
    by_status: dict[int, list[str]] = {}
    for code, (statuses, _) in known_errors().items():
        for status in statuses:
            by_status.setdefault(status, []).append(code)
    return dict(sorted(by_status.items()))


def _problem(status: int, codes: Iterable[str]) -> Json:
    names = ["Access-Control-Allow-Origin", "X-Request-Id"]
    names += ["Retry-After"] if status in _TRY_AGAIN else []
    names += ["Content-Range"] if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE else []
    names += ["WWW-Authenticate"] if status == HTTPStatus.UNAUTHORIZED else []
    listed = "\n".join(f"- [{code}](errors#{code})" for code in sorted(set(codes)))
    return {
        "description": f"{HTTPStatus(status).phrase}:\n{listed}",
        "headers": _refer_to(names),
        "content": _problem_content(),
    }


def _problem_content() -> Json:
    first, *others = (form.media_types[0] for form in PROBLEM_FORMATS)
    text = {"schema": {"type": "string", "minLength": 1}}
    return {first: {"schema": {"$ref": "#/components/schemas/Problem"}}} | dict.fromkeys(others, text)


def _refer_to(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _filled(value: Any, bounds: dict[str, int]) -> Any:
    """Put the values of settings in the places that are named for them."""
    if isinstance(value, dict):
        return {name: _filled(inner, bounds) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, bounds) for inner in value]
    return bounds.get(value, value) if isinstance(value, str) else value


_HEADERS: Final[Json] = {
    "Access-Control-Allow-Origin": {"required": True, "schema": {"const": "*"}},
    "X-Request-Id": {"description": "The number of the request in the log.", "schema": {"type": "string"}},
    "Content-Range": {"required": True, "description": "Which bytes of how many.", "schema": {"type": "string"}},
    "Location": {"required": True, "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": {"required": True, "description": "Seconds.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"required": True, "schema": {"type": "string"}},
}
_PROBLEM: Final[Json] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "remedy"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "The error's place on /errors, which names its code.",
        },
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "minLength": 1, "description": "What failed, on which thing, why."},
        "remedy": {"type": "string", "minLength": 1, "description": "What to do."},
        "line": {"type": "integer", "minimum": 1, "description": "Where a query is wrong."},
        "column": {"type": "integer", "minimum": 1},
        "report": {"$ref": "#/components/schemas/Report"},
    },
}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_TEXT: Final[Json] = {"type": "string"}
_FINDING: Final[Json] = {
    "check": {**_TEXT, "minLength": 1, "description": "The shape or rule that is broken."},
    "severity": {"enum": ["violation", "warning", "info"]},
    "focus": {**_TEXT, "description": "The thing that it is about: a prefixed name, IRI or literal."},
    "label": {**_TEXT, "description": "The name of that thing."},
    "message": {**_TEXT, "minLength": 1, "description": "What is wrong, and what to do."},
    "path": {**_TEXT, "description": "The property that is looked at."},
    "value": {**_TEXT, "description": "The value at fault."},
    "file": {"type": "null", "description": "Not told over HTTP."},
    "line": {"type": "null", "description": "Not told over HTTP."},
    "shape": {"type": ["string", "null"], "format": "uri"},
}
_REPORT: Final[Json] = {
    "type": "object",
    "description": "What is wrong with the graph that would follow (422 alone).",
    "required": ["conforms", "violations", "warnings", "checked", "findings"],
    "properties": {
        "conforms": {"type": "boolean"},
        "violations": _COUNT,
        "warnings": _COUNT,
        "checked": {"type": "object", "description": "What was looked at.", "additionalProperties": _COUNT},
        "findings": {
            "type": "array",
            "items": {"type": "object", "required": list(_FINDING), "properties": _FINDING},
        },
    },
}
