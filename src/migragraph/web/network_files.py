"""The files of networks over HTTP: which format an address names, and how a file is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from migragraph.depiction.choice import read_choice
from migragraph.depiction.part import part_of
from migragraph.errors import NotAcceptable, UnknownThing
from migragraph.exports import EXPORTS, by_name

if TYPE_CHECKING:
    from migragraph.depiction.picture import Depicted
    from migragraph.exports import Export


def find_export(form: str, name: str) -> Export:
    """Return the format of this name; ``UnknownThing`` with the list where there is none."""
    try:
        return by_name(form)
    except NotAcceptable as error:
        raise UnknownThing(
            f"there is no export {form!r} of the network {name!r}.",
            remedy=f"There are: {', '.join(export.name for export in EXPORTS)}.",
        ) from error


def write_part(depicted: Depicted, name: str, export: Export) -> Response:
    """Write the file of the nodes that the address chooses, as on the page of the network; of all without a choice."""
    return write_file(export.write(*part_of(depicted, read_choice(depicted, request.args))), name, export)


def write_file(content: bytes, name: str, export: Export) -> Response:
    """Return a file to be kept, or a picture to be shown."""
    media_type = export.form.media_types[0]
    answer = Response(content, mimetype=media_type)
    shown = "inline" if media_type.startswith("image/") else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{name}.{export.name}"'
    return answer
