"""The networks of the version over HTTP: the list, and of each the page, the data of its picture, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from migragraph.errors import NotANetwork
from migragraph.exports.thumbnail import write_thumbnail
from migragraph.web.network_addresses import NetworkAddresses
from migragraph.web.network_files import find_export, write_part
from migragraph.web.network_page import write_page, write_picture
from migragraph.web.queried import asked_version
from migragraph.web.serving import served

if TYPE_CHECKING:
    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.networks.ties import Size
    from migragraph.web.depictions import Depictions

blueprint = Blueprint("networks", __name__)


@blueprint.get("/networks")
def list_networks() -> str:
    """List the networks that can be analysed, with their sizes."""
    now = served().depictions
    return render_template("networks.html", entries=[_entry(now, found) for found in now.definitions.values()])


@blueprint.get("/networks/<name>")
def show_network(name: str) -> Response:
    """Show a network: picture, table, and where its numbers, files and query are."""
    depicted = asked_version().depictions.depicted(name)
    return write_page(depicted, NetworkAddresses.of_stored(depicted.network.definition, request.args.get("version")))


@blueprint.get("/networks/<name>/picture.json")
def show_picture(name: str) -> Response:
    """Give what the interactive picture is drawn from."""
    return write_picture(asked_version().depictions.depicted(name))


@blueprint.get("/networks/<name>/thumbnail.svg")
def show_thumbnail(name: str) -> Response:
    """Draw a network small."""
    depicted = asked_version().depictions.depicted(name)
    return Response(write_thumbnail(depicted.table, depicted.look), mimetype="image/svg+xml")


@blueprint.get("/networks/<name>/export.<path:form>")
def export(name: str, form: str) -> Response:
    """Write a network in a format, with its measures and communities; 404 with the list for an unknown format."""
    depictions = asked_version().depictions
    depictions.definition(name)
    found = find_export(form, name)
    return write_part(depictions.depicted(name), name, found)


@dataclass(frozen=True, slots=True)
class Entry:
    """One network in the list; without a size it is empty, and ``fault`` says why."""

    definition: NetworkDefinition
    size: Size | None
    fault: str = ""


def _entry(now: Depictions, definition: NetworkDefinition) -> Entry:
    try:
        return Entry(definition, now.network(definition.slug).size)
    except NotANetwork as error:
        return Entry(definition, None, str(error.message))
