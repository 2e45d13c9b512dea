"""What each operation of the service takes, gives, and which errors it can meet: the table behind ``/openapi.json``.

A new view gets its line in :data:`OPERATIONS`; a test compares the table with the routes of the application.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from migragraph import errors
from migragraph.depiction.choice import CHOICES
from migragraph.exports import EXPORTS
from migragraph.formats import GRAPH_FORMATS, HTML, RESULT_FORMATS
from migragraph.report.rendering import REPORT_FORMATS
from migragraph.web.linked_data_operations import LINKED_DATA
from migragraph.web.metrics import CONTENT_TYPE
from migragraph.web.operation_parts import (
    GRAPHS,
    NO_VERSION,
    PAGE,
    VERSION,
    WHICH_VERSION,
    Json,
    Operation,
    first_media_types,
    format_parameter,
    media_types_of,
    names_of,
    parameter,
)
from migragraph.web.transport import FORM

if TYPE_CHECKING:
    from collections.abc import Mapping


def operation_of(endpoint: str, method: str) -> Operation | None:
    """Return what is known of a view, or of a view and a method where they differ."""
    return OPERATIONS.get(f"{endpoint} {method}") or OPERATIONS.get(endpoint)


_IRIS: Final[Json] = {"type": "array", "items": {"type": "string", "format": "uri"}}
_EXAMPLE: Final = "SELECT ?city ?name { ?city a mg:City ; skos:prefLabel ?name } LIMIT 5"
_QUERY_TEXT: Final[Json] = {"type": "string", "maxLength": "{max_query_bytes}"}
_UPDATE_TEXT: Final[Json] = {"type": "string", "maxLength": "{write_bytes}"}
_ALL_RESULTS: Final = (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)
_QUERY_FIELDS: Final = {
    "default-graph-uri": ("A graph that the default graph of the query is made of.", _IRIS),
    "named-graph-uri": ("A graph that can be asked with GRAPH.", _IRIS),
    "timeout": (
        "A shorter deadline than the service's, in seconds (other engines read milliseconds).",
        {"type": "number", "exclusiveMinimum": 0},
    ),
    "version": (WHICH_VERSION, {"type": "string"}),
    "format": (f"The format of the answer, in the place of Accept: {names_of(_ALL_RESULTS)}.", {"type": "string"}),
    "output": ("As format.", {"type": "string"}),
    "results": ("As format.", {"type": "string"}),
}
_QUERY_PARAMETERS: Final = tuple(parameter(name, *found) for name, found in _QUERY_FIELDS.items())
_UPDATE_FIELDS: Final = {
    "using-graph-uri": ("A graph that the default graph of WHERE is made of.", _IRIS),
    "using-named-graph-uri": ("A graph that WHERE can ask with GRAPH.", _IRIS),
    "why": ("The reason, for the record.", {"type": "string"}),
}


def _form(main: str, text: Json, fields: Mapping[str, tuple[str, Json]], example: str) -> Json:
    """Return the body of an operation of the SPARQL protocol: a form, or the text alone."""
    properties = {main: text} | {name: {**schema, "description": words} for name, (words, schema) in fields.items()}
    form = {"type": "object", "required": [main], "properties": properties, "additionalProperties": False}
    return {
        FORM: {"schema": form, "example": {main: example}, "encoding": {n: {"explode": True} for n in fields}},
        f"application/sparql-{main}": {"schema": text, "example": example},
    }


_QUERY_FAULTS: Final = (
    *NO_VERSION,
    errors.BadParameter,
    errors.MalformedQuery,
    errors.UpdateInPlaceOfQuery,
    errors.ForbiddenQuery,
    errors.UnknownThing,
    errors.NotAcceptable,
    errors.ResultTooLarge,
    errors.FetchFailed,
    errors.UnknownFunction,
    errors.QueryTimeout,
    errors.QueryMemoryExceeded,
    errors.ServiceBusy,
)
#: What can come of a write: the token, the guard of the graph, another writer, the disk.
_WRITE_FAULTS: Final = (
    errors.Unauthorized,
    errors.InsufficientScope,
    *NO_VERSION,
    errors.ForbiddenWrite,
    errors.WriteConflict,
    errors.OutdatedVersion,
    errors.InvalidGraph,
    errors.DiskFull,
    errors.QueryTimeout,
    errors.QueryMemoryExceeded,
    errors.ServiceBusy,
)
_STATE: Final[Json] = {
    "type": "object",
    "required": ["status", "version"],
    "properties": {"status": {"type": "string"}, "version": {"type": "string"}},
}
_PAGE_OR_DATA: Final = Operation(
    (*PAGE, *media_types_of(GRAPH_FORMATS)),
    (format_parameter((HTML, *GRAPH_FORMATS)),),
    faults=(*NO_VERSION, errors.NotAcceptable, errors.UnknownThing),
)
_WHICH_GRAPH: Final = (
    parameter("default", "The default graph is meant; has no value.", {"type": "string"}),
    parameter("graph", "The graph that is meant.", {"type": "string", "format": "uri"}),
)
_WHY: Final = parameter("why", "The reason, for the record.")
_GRAPH_STORE_FAULTS: Final = (errors.BadParameter, errors.UnknownThing)
_SENT_GRAPH: Final[Json] = {
    **{
        media_type: {"schema": {"type": "string", "maxLength": "{write_bytes}"}}
        for media_type in first_media_types(GRAPH_FORMATS)
    },
    "multipart/form-data": {
        "schema": {"type": "object", "additionalProperties": {"type": "string", "format": "binary"}, "minProperties": 1}
    },
}
_CHANGED: Final = {201: "Done; the graph is new.", 204: "Done; the graph was there before."}
_CHANGE: Final = Operation(
    parameters=(*_WHICH_GRAPH, _WHY),
    body=_SENT_GRAPH,
    answers=_CHANGED,
    faults=(*_GRAPH_STORE_FAULTS, *_WRITE_FAULTS, errors.UnsupportedMediaType, errors.MalformedData),
    is_writing=True,
    is_authorized=True,
)

_NETWORK_FAULTS: Final = (
    *NO_VERSION,
    errors.BadParameter,
    errors.UnknownThing,
    errors.NotANetwork,
    errors.ResultTooLarge,
    errors.QueryTimeout,
    errors.QueryMemoryExceeded,
    errors.ServiceBusy,
)
_DRAWN_FAULTS: Final = (*_NETWORK_FAULTS, errors.NetworkTooLarge, errors.UnusableNetwork, errors.ExportError)
_QUERIED_FAULTS: Final = tuple(dict.fromkeys((*_QUERY_FAULTS, *_DRAWN_FAULTS)))
#: What the page of a network takes: which nodes, in which order, and which one is looked at.
_CHOOSING: Final = (
    *(parameter(name, says) for name, says in CHOICES.items()),
    parameter("sort", "The column that the table is sorted by, such as degree; nothing to a file."),
    parameter("order", "asc or desc; nothing to a file."),
)
_OF_NODES: Final = (
    *_CHOOSING,
    parameter("node", "The IRI of a node whose ties are listed."),
)
_OF_QUERY: Final = (
    parameter("query", "A SELECT of ?source and ?target.", _QUERY_TEXT),
    parameter("mode", "one, or two where sources are actors and targets groups.", {"type": "string"}),
    parameter("directed", "yes or no: whether ties have a direction.", {"type": "string"}),
)
_REPORT: Final = Operation(
    media_types_of(REPORT_FORMATS),
    (
        parameter("measure", "Measures to rank by.", {"type": "array", "items": {"type": "string"}}),
        parameter("resamples", "Networks drawn by chance.", {"type": "integer", "minimum": 2}),
        parameter("drop", "Share of the ties that a sample leaves out.", {"type": "number"}),
        parameter("level", "Share of the ranks in an interval.", {"type": "number"}),
        parameter("largest", "Leave out groups of more members.", {"type": "integer", "minimum": 2}),
        parameter("seed", "Starts all chance.", {"type": "integer", "minimum": 0}),
        VERSION,
        format_parameter(REPORT_FORMATS),
    ),
    faults=(*NO_VERSION, errors.BadParameter, errors.UnknownThing, errors.NotAcceptable, errors.NotANetwork,
            errors.NotApplicable, errors.NetworkTooLarge, errors.ServiceBusy),
)  # fmt: skip

#: View, or view and method, → what is known of it.
OPERATIONS: Final[dict[str, Operation]] = {
    "pages.show_home": Operation(
        (*PAGE, *GRAPHS),
        (parameter("q", "A name, or beginnings of its words, without case and accents.", None, "malmo"),),
        faults=(*NO_VERSION, errors.BadParameter),
    ),
    "pages.show_errors": Operation(PAGE),
    "static": Operation(("*/*",), faults=(HTTPStatus.NOT_FOUND,)),
    "openapi.show_description": Operation(("application/vnd.oai.openapi+json",), schema={"type": "object"}),
    "sparql.endpoint GET": Operation(
        media_types_of(_ALL_RESULTS),
        (parameter("query", "The query; without one the service is described.", _QUERY_TEXT, _EXAMPLE),
         *_QUERY_PARAMETERS),
        faults=_QUERY_FAULTS,
    ),
    "sparql.endpoint POST": Operation(
        media_types_of(_ALL_RESULTS),
        _QUERY_PARAMETERS,
        _form("query", _QUERY_TEXT, _QUERY_FIELDS, _EXAMPLE),
        {200: "The answer."},
        (*_QUERY_FAULTS, errors.UnsupportedMediaType),
    ),
    "editor.show_completions": Operation(("application/json",), faults=(*NO_VERSION, errors.BadParameter)),
    "editor.show_names": Operation(
        ("application/json",),
        (parameter("q", "Beginnings of the words of a name.", None, "malmo"),
         parameter("under", "The namespace that the things are in.")),
        faults=(*NO_VERSION, errors.BadParameter),
    ),
    "networks.list_networks": Operation(PAGE, faults=_NETWORK_FAULTS),
    "networks.show_network": Operation(PAGE, (*_OF_NODES, VERSION), faults=_DRAWN_FAULTS),
    "networks.show_picture": Operation(
        ("application/json",), (VERSION,), faults=_DRAWN_FAULTS, schema={"type": "object"}
    ),
    "networks.show_thumbnail": Operation(("image/svg+xml",), (VERSION,), faults=_DRAWN_FAULTS),
    "networks.export": Operation(
        first_media_types([export.form for export in EXPORTS]), (*_CHOOSING, VERSION), faults=_DRAWN_FAULTS
    ),
    "network_queries.show_network": Operation(PAGE, (*_OF_QUERY, VERSION, *_OF_NODES), faults=_QUERIED_FAULTS),
    "network_queries.show_picture": Operation(
        ("application/json",), (*_OF_QUERY, VERSION), faults=_QUERIED_FAULTS, schema={"type": "object"}
    ),
    "network_queries.export": Operation(
        first_media_types([export.form for export in EXPORTS]),
        (*_OF_QUERY, VERSION, *_CHOOSING),
        faults=_QUERIED_FAULTS,
    ),
    "network_reports.show_report": _REPORT,
    "network_reports.show_report_of_query": replace(
        _REPORT,
        parameters=(*_OF_QUERY, *_REPORT.parameters),
        faults=tuple(dict.fromkeys((*_QUERY_FAULTS, *_REPORT.faults))),
    ),
    "writing.update": Operation(
        parameters=tuple(parameter(name, *found) for name, found in _UPDATE_FIELDS.items()),
        body=_form("update", _UPDATE_TEXT, _UPDATE_FIELDS, "INSERT DATA { city:malmo schema:population 357377 }"),
        answers={204: "Done."},
        faults=(errors.BadParameter, errors.MalformedQuery, errors.QueryInPlaceOfUpdate, errors.ForbiddenQuery,
                errors.UnknownThing, errors.UnknownFunction, errors.UnsupportedMediaType, errors.FetchFailed,
                errors.ResultTooLarge, *_WRITE_FAULTS),
        is_writing=True,
        is_authorized=True,
    ),
    "operation.roll_back_version": Operation(
        ("application/json",),
        (parameter("version", "The version to serve, by its id or the first 8 characters or more of it; without it the "
                   "one before the current one."),),
        answers={200: "The version that is served from now on."},
        faults=(errors.Unauthorized, errors.InsufficientScope, *NO_VERSION, errors.DiskFull, errors.UnknownThing,
                errors.UnsupportedMediaType),
        is_writing=True,
        is_authorized=True,
    ),
    "writing.graph_store GET": Operation(
        GRAPHS,
        (*_WHICH_GRAPH, format_parameter(GRAPH_FORMATS)),
        faults=(*_GRAPH_STORE_FAULTS, errors.NotAcceptable),
        is_writing=True,
    ),
    "writing.graph_store DELETE": Operation(
        parameters=(*_WHICH_GRAPH, _WHY),
        answers={204: "Done."},
        faults=(*_GRAPH_STORE_FAULTS, *_WRITE_FAULTS),
        is_writing=True,
        is_authorized=True,
    ),
    "writing.graph_store": _CHANGE,
    **LINKED_DATA,
    "lists.show_list": Operation(
        PAGE,
        (parameter("page", "The page of the list, from 1.", {"type": "integer", "minimum": 1}),),
        faults=(*NO_VERSION, errors.BadParameter, errors.UnknownThing),
    ),
    "lists.show_schemes": Operation(PAGE, faults=NO_VERSION),
    "vocabulary.show_ontology": _PAGE_OR_DATA,
    "vocabulary.show_shapes": _PAGE_OR_DATA,
    "operation.show_health": Operation(
        ("application/json",), answers={200: "Requests are answered."}, faults=NO_VERSION, schema=_STATE
    ),
    "operation.show_readiness": Operation(
        ("application/json",),
        answers={200: "Queries are answered at once.", 503: "Not yet, or there is no version: a problem."},
        faults=NO_VERSION,
        schema=_STATE,
    ),
    "operation.show_metrics": Operation((CONTENT_TYPE.partition(";")[0],), answers={200: "The counts."}),
}  # fmt: skip
