"""What each operation of the service takes, gives, and which errors it can meet: the table behind ``/openapi.json``.

A new view gets its line in :data:`OPERATIONS`; a test compares the table with the routes of the application.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from migragraph import errors
from migragraph.exports import EXPORTS
from migragraph.formats import GRAPH_FORMATS, HTML, RESULT_FORMATS, Format
from migragraph.report.rendering import REPORT_FORMATS
from migragraph.web.metrics import CONTENT_TYPE
from migragraph.web.transport import FORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migragraph.errors import MigragraphError

Json = dict[str, Any]

#: What can come at every address: of its parameters, from the front, from the server, and from faults of ours.
EVERYWHERE: Final = (
    errors.BadParameter,
    errors.RequestTooLarge,
    errors.TooManyRequests,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: parameters beside those of the path, media types of its body and answer, statuses, errors.

    ``answers`` are the statuses that are no errors, each with what it means; ``schema`` is that of the answer.
    """

    media_types: tuple[str, ...] = ()
    parameters: tuple[Json, ...] = ()
    body: Json | None = None
    answers: Mapping[int, str] = field(default_factory=lambda: {200: "The answer.", 304: "You have it already."})
    faults: tuple[type[MigragraphError] | HTTPStatus, ...] = ()
    schema: Json = field(default_factory=dict)
    is_writing: bool = False
    is_authorized: bool = False


def operation_of(endpoint: str, method: str) -> Operation | None:
    """Return what is known of a view, or of a view and a method where they differ."""
    return OPERATIONS.get(f"{endpoint} {method}") or OPERATIONS.get(endpoint)


def _parameter(name: str, description: str, schema: Json | None = None, example: str | None = None) -> Json:
    found: Json = {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}
    return found | ({"example": example} if example is not None else {})


def _media_types(formats: Sequence[Format]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(media_type for form in formats for media_type in form.media_types))


def _first_media_types(formats: Sequence[Format]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form.media_types[0] for form in formats))


def _names(formats: Sequence[Format]) -> str:
    return ", ".join(dict.fromkeys(form.name for form in formats))


def _format_parameter(formats: Sequence[Format]) -> Json:
    text = (
        f"The format of the answer, in the place of Accept: {_names(formats)}, another of its names, or a media type."
    )
    return _parameter("format", text)


_IRIS: Final[Json] = {"type": "array", "items": {"type": "string", "format": "uri"}}
_EXAMPLE: Final = "SELECT ?city ?name { ?city a mg:City ; skos:prefLabel ?name } LIMIT 5"
_QUERY_TEXT: Final[Json] = {"type": "string", "maxLength": "{max_query_bytes}"}
_UPDATE_TEXT: Final[Json] = {"type": "string", "maxLength": "{write_bytes}"}
_ALL_RESULTS: Final = (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)
_QUERY_FIELDS: Final = {
    "default-graph-uri": ("A graph that the default graph of the query is made of.", _IRIS),
    "named-graph-uri": ("A graph that can be asked with GRAPH.", _IRIS),
    "timeout": ("A shorter deadline than the service's, in seconds.", {"type": "number", "exclusiveMinimum": 0}),
    "version": ("The version that is asked, where it is still kept.", {"type": "string"}),
    "format": (f"The format of the answer, in the place of Accept: {_names(_ALL_RESULTS)}.", {"type": "string"}),
    "output": ("As format.", {"type": "string"}),
    "results": ("As format.", {"type": "string"}),
}
_QUERY_PARAMETERS: Final = tuple(_parameter(name, *found) for name, found in _QUERY_FIELDS.items())
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


_GRAPHS: Final = _first_media_types(GRAPH_FORMATS)
_PAGE: Final = (HTML.media_types[0],)
_NO_VERSION: Final = (errors.NoVersion, errors.DamagedVersion)
_QUERY_FAULTS: Final = (
    *_NO_VERSION,
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
    *_NO_VERSION,
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
    (*_PAGE, *_media_types(GRAPH_FORMATS)),
    (_format_parameter((HTML, *GRAPH_FORMATS)),),
    faults=(*_NO_VERSION, errors.NotAcceptable, errors.UnknownThing),
)
_WHICH_GRAPH: Final = (
    _parameter("default", "The default graph is meant; has no value.", {"type": "string"}),
    _parameter("graph", "The graph that is meant.", {"type": "string", "format": "uri"}),
)
_WHY: Final = _parameter("why", "The reason, for the record.")
_GRAPH_STORE_FAULTS: Final = (errors.BadParameter, errors.UnknownThing)
_SENT_GRAPH: Final[Json] = {
    **{
        media_type: {"schema": {"type": "string", "maxLength": "{write_bytes}"}}
        for media_type in _first_media_types(GRAPH_FORMATS)
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
    *_NO_VERSION,
    errors.BadParameter,
    errors.UnknownThing,
    errors.NotANetwork,
    errors.ResultTooLarge,
    errors.QueryTimeout,
    errors.QueryMemoryExceeded,
    errors.ServiceBusy,
)
_DRAWN_FAULTS: Final = (*_NETWORK_FAULTS, errors.NetworkTooLarge, errors.UnusableNetwork, errors.ExportError)
_VERSION: Final = _parameter("version", "The version that is asked, where it is still kept.")
_OF_QUERY: Final = (
    _parameter("query", "A SELECT of ?source and ?target.", _QUERY_TEXT),
    _parameter("mode", "one, or two where sources are actors and targets groups.", {"type": "string"}),
    _parameter("directed", "yes or no: whether ties have a direction.", {"type": "string"}),
)
_REPORT: Final = Operation(
    _media_types(REPORT_FORMATS),
    (
        _parameter("measure", "Measures to rank by.", {"type": "array", "items": {"type": "string"}}),
        _parameter("resamples", "Networks drawn by chance.", {"type": "integer", "minimum": 2}),
        _parameter("drop", "Share of the ties that a sample leaves out.", {"type": "number"}),
        _parameter("level", "Share of the ranks in an interval.", {"type": "number"}),
        _parameter("largest", "Leave out groups of more members.", {"type": "integer", "minimum": 2}),
        _parameter("seed", "Starts all chance.", {"type": "integer", "minimum": 0}),
        _VERSION,
        _format_parameter(REPORT_FORMATS),
    ),
    faults=(*_NO_VERSION, errors.BadParameter, errors.UnknownThing, errors.NotAcceptable, errors.NotANetwork,
            errors.NotApplicable, errors.NetworkTooLarge, errors.ServiceBusy),
)  # fmt: skip

#: View, or view and method, → what is known of it.
OPERATIONS: Final[dict[str, Operation]] = {
    "pages.show_home": Operation(
        _PAGE,
        (_parameter("q", "A name, or beginnings of its words, without case and accents.", None, "malmo"),),
        faults=(*_NO_VERSION, errors.BadParameter),
    ),
    "pages.show_errors": Operation(_PAGE),
    "static": Operation(("*/*",), faults=(HTTPStatus.NOT_FOUND,)),
    "openapi.show_description": Operation(("application/vnd.oai.openapi+json",), schema={"type": "object"}),
    "sparql.endpoint GET": Operation(
        _media_types(_ALL_RESULTS),
        (_parameter("query", "The query; without one the service is described.", _QUERY_TEXT, _EXAMPLE),
         *_QUERY_PARAMETERS),
        faults=_QUERY_FAULTS,
    ),
    "sparql.endpoint POST": Operation(
        _media_types(_ALL_RESULTS),
        _QUERY_PARAMETERS,
        _form("query", _QUERY_TEXT, _QUERY_FIELDS, _EXAMPLE),
        {200: "The answer."},
        (*_QUERY_FAULTS, errors.UnsupportedMediaType),
    ),
    "editor.show_completions": Operation(("application/json",), faults=(*_NO_VERSION, errors.BadParameter)),
    "editor.show_names": Operation(
        ("application/json",),
        (_parameter("q", "Beginnings of the words of a name.", None, "malmo"),
         _parameter("under", "The namespace that the things are in.")),
        faults=(*_NO_VERSION, errors.BadParameter),
    ),
    "networks.list_networks": Operation(_PAGE, faults=_NETWORK_FAULTS),
    "networks.show_network": Operation(
        _PAGE,
        (_parameter("q", "Words that stand in the name of a node."),
         _parameter("country", "The country of a node, such as SE."),
         _parameter("network", "The IRI of a group: it and its members are chosen."),
         _parameter("theme", "A theme that a node works on, such as theme:health."),
         _parameter("kind", "The class of a node, such as mg:City."),
         _parameter("year", "A year in which a tie of the node can have held."),
         _parameter("sort", "The column that the table is sorted by, such as degree."),
         _parameter("order", "asc or desc."),
         _parameter("node", "The IRI of a node whose ties are listed.")),
        faults=_DRAWN_FAULTS,
    ),
    "networks.show_picture": Operation(("application/json",), faults=_DRAWN_FAULTS, schema={"type": "object"}),
    "networks.show_thumbnail": Operation(("image/svg+xml",), faults=_DRAWN_FAULTS),
    "networks.export": Operation(_first_media_types([export.form for export in EXPORTS]), faults=_DRAWN_FAULTS),
    "networks.export_of_query": Operation(
        _first_media_types([export.form for export in EXPORTS]),
        (*_OF_QUERY, _VERSION),
        faults=tuple(dict.fromkeys((*_QUERY_FAULTS, *_DRAWN_FAULTS))),
    ),
    "network_reports.show_report": _REPORT,
    "network_reports.show_report_of_query": replace(
        _REPORT,
        parameters=(*_OF_QUERY, *_REPORT.parameters),
        faults=tuple(dict.fromkeys((*_QUERY_FAULTS, *_REPORT.faults))),
    ),
    "writing.update": Operation(
        parameters=tuple(_parameter(name, *found) for name, found in _UPDATE_FIELDS.items()),
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
        (_parameter("version", "The version to serve; without it the one before the current one."),),
        answers={200: "The version that is served from now on."},
        faults=(*_WRITE_FAULTS, errors.BadParameter, errors.UnknownThing, HTTPStatus.NOT_FOUND),
        is_writing=True,
        is_authorized=True,
    ),
    "writing.graph_store GET": Operation(
        _GRAPHS,
        (*_WHICH_GRAPH, _format_parameter(GRAPH_FORMATS)),
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
    "lists.show_list": Operation(
        _PAGE,
        (_parameter("page", "The page of the list, from 1.", {"type": "integer", "minimum": 1}),),
        faults=(*_NO_VERSION, errors.BadParameter, errors.UnknownThing),
    ),
    "lists.show_schemes": Operation(_PAGE, faults=_NO_VERSION),
    "things.see_other": Operation(
        answers={303: "A page or data about the thing, as Accept says."},
        faults=(*_NO_VERSION, errors.UnknownThing, errors.NotAcceptable),
    ),
    "things.show_page": Operation(_PAGE, faults=(*_NO_VERSION, errors.UnknownThing)),
    "things.show_data": Operation(_GRAPHS, faults=(*_NO_VERSION, errors.UnknownThing)),
    "vocabulary.show_ontology": _PAGE_OR_DATA,
    "vocabulary.show_shapes": _PAGE_OR_DATA,
    "operation.show_health": Operation(
        ("application/json",), answers={200: "Requests are answered."}, faults=_NO_VERSION, schema=_STATE
    ),
    "operation.show_readiness": Operation(
        ("application/json",),
        answers={200: "Queries are answered at once.", 503: "Not yet, or there is no version: a problem."},
        faults=_NO_VERSION,
        schema=_STATE,
    ),
    "operation.show_metrics": Operation((CONTENT_TYPE.partition(";")[0],), answers={200: "The counts."}),
}  # fmt: skip
