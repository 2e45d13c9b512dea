"""Operations of linked data: the dataset and its downloads, the things, and where the IRIs that we mint lead."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from migragraph import errors
from migragraph.formats import DATASET_FORMATS, GRAPH_FORMATS
from migragraph.web.operation_parts import (
    GRAPHS,
    NO_VERSION,
    PAGE,
    VERSION,
    Operation,
    first_media_types,
    format_parameter,
    parameter,
)

_DATA: Final = Operation(GRAPHS, (format_parameter(GRAPH_FORMATS),), faults=(*NO_VERSION, errors.NotAcceptable))
_SITEMAP: Final = Operation(
    ("application/xml",),
    faults=(*NO_VERSION, errors.UnknownThing, errors.QueryTimeout, errors.QueryMemoryExceeded, errors.ServiceBusy),
)
_SEE_OTHER: Final = Operation(
    answers={303: "A page or data about the thing, as Accept says."},
    faults=(*NO_VERSION, errors.UnknownThing, errors.NotAcceptable),
)

#: View → what is known of it.
LINKED_DATA: Final[dict[str, Operation]] = {
    "harvesting.describe": _DATA,
    "harvesting.see_other": _SEE_OTHER,
    "harvesting.show_robots": Operation(("text/plain",)),
    "harvesting.show_sitemap": _SITEMAP,
    "harvesting.show_part": _SITEMAP,
    "dumps.download": Operation(
        tuple(dict.fromkeys((*GRAPHS, *first_media_types(DATASET_FORMATS)))),
        (VERSION,),
        answers={200: "The file.", 206: "The bytes that Range names.", 304: "You have it already."},
        faults=(
            *_SITEMAP.faults,
            errors.NotAcceptable,
            errors.DiskFull,
            HTTPStatus.PRECONDITION_FAILED,
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        ),
    ),
    "minted.see_question": _SEE_OTHER,
    "minted.see_graph": _SEE_OTHER,
    "minted.see_ontology": _SEE_OTHER,
    "minted.show_graph": Operation(PAGE, faults=(*NO_VERSION, errors.UnknownThing)),
    "minted.show_data_of_graph": Operation(GRAPHS, faults=(*NO_VERSION, errors.UnknownThing)),
    "things.see_other": _SEE_OTHER,
    "things.show_page": Operation(PAGE, faults=(*NO_VERSION, errors.UnknownThing)),
    "things.show_data": Operation(
        GRAPHS,
        (parameter("page", "The page of the passages of a source.", {"type": "integer", "minimum": 1}),),
        faults=_SITEMAP.faults,
    ),
}
