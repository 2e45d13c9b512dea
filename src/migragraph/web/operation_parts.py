"""What an operation is made of in the description of the service, and what several of them share."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from migragraph import errors
from migragraph.formats import GRAPH_FORMATS, HTML, Format

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


def parameter(name: str, description: str, schema: Json | None = None, example: str | None = None) -> Json:
    """Return a parameter of the address."""
    found: Json = {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}
    return found | ({"example": example} if example is not None else {})


def media_types_of(formats: Sequence[Format]) -> tuple[str, ...]:
    """Return all media types of formats."""
    return tuple(dict.fromkeys(media_type for form in formats for media_type in form.media_types))


def first_media_types(formats: Sequence[Format]) -> tuple[str, ...]:
    """Return the media types that answers in these formats have."""
    return tuple(dict.fromkeys(form.media_types[0] for form in formats))


def names_of(formats: Sequence[Format]) -> str:
    """List formats by their short names."""
    return ", ".join(dict.fromkeys(form.name for form in formats))


def format_parameter(formats: Sequence[Format]) -> Json:
    """Return the parameter that names a format of the answer."""
    text = (
        f"The format of the answer, in the place of Accept: {names_of(formats)}, another of its names, or a media type."
    )
    return parameter("format", text)


GRAPHS: Final = first_media_types(GRAPH_FORMATS)
PAGE: Final = (HTML.media_types[0],)
NO_VERSION: Final = (errors.NoVersion, errors.DamagedVersion)
WHICH_VERSION: Final = "The version that is asked, where it is still kept: its id, or the first 8 characters or more."
VERSION: Final = parameter("version", WHICH_VERSION)
