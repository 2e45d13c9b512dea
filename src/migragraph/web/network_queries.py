"""The network that a query of a user's own finds, over HTTP: the form, the page, the data of its picture, its files.

The query has the limits of all queries, and what is worked out from its answer is made in a process with a deadline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, current_app, render_template, request

from migragraph.depiction.choice import CHOICES
from migragraph.depiction.picture import MOST_NODES, MOST_TIES, Depicted
from migragraph.depiction.task import ExportTask, PictureTask
from migragraph.syntax import point_at
from migragraph.web.made import Made
from migragraph.web.network_addresses import NetworkAddresses, address_of_query
from migragraph.web.network_files import find_export, write_file, write_part
from migragraph.web.network_page import write_page, write_picture
from migragraph.web.operations import OPERATIONS
from migragraph.web.parameters import known_parameters
from migragraph.web.problems import show_problems_in
from migragraph.web.queried import QueryForm, asked_version, read_query
from migragraph.web.serving import served, serving

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from migragraph.web.queried import Queried
    from migragraph.web.serving import Served

blueprint = Blueprint("network_queries", __name__)

#: Nodes and ties of the networks that are held, so that page and picture are worked out once: two of the largest.
_HELD: Final = 2 * (MOST_NODES + MOST_TIES)
_EXAMPLE: Final = QueryForm(
    """\
# Which cities are partners in which projects?
SELECT ?source ?target WHERE {
  ?target a mg:Project ;
    mg:partner ?source .
  ?source a mg:City .
}""",
    mode="two",
)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["migragraph-pictures"] = Made[Depicted](_HELD, _size_of)


def _size_of(depicted: Depicted) -> int:
    return len(depicted.network.nodes) + len(depicted.network.ties)


@blueprint.get("/networks/query")
def show_network() -> Response:
    """Show the network that a query finds as the others are shown; without a query, the form that takes one."""
    if request.args.keys().isdisjoint(known_parameters(OPERATIONS["network_queries.show_network"])):
        definitions = served().depictions.definitions.values()
        starts = [(definition, address_of_query(definition)) for definition in definitions]
        return Response(render_template("network_query.html", form=_EXAMPLE, starts=starts), mimetype="text/html")
    form = QueryForm.sent()
    show_problems_in("network_query.html", form=form, point_at=point_at)
    now = asked_version()
    query = read_query()
    depicted = _depict(now, query)
    at = NetworkAddresses.of_query(query.definition, request.args.get("version"))
    return _keep(write_page(depicted, at, form=form, is_repeatable=query.is_repeatable), query)


@blueprint.get("/networks/query/picture.json")
def show_picture() -> Response:
    """Give what the interactive picture of the network that a query finds is drawn from."""
    now = asked_version()
    query = read_query()
    return _keep(write_picture(_depict(now, query)), query)


@blueprint.get("/networks/query/export.<path:form>")
def export(form: str) -> Response:
    """Write the network that a query of a user's own finds in a format; the query has the limits of all queries."""
    found = find_export(form, "query")
    now = asked_version()
    query = read_query()
    if request.args.keys().isdisjoint(CHOICES):
        content = serving().make(ExportTask(now.store_folder, query.answered(now), found.name), now)
        return _keep(write_file(content, "query", found), query)
    return _keep(write_part(_depict(now, query), "query", found), query)


def _depict(now: Served, query: Queried) -> Depicted:
    """Return the network of a query as it is shown, worked out unless it was a moment ago."""
    pictures: Made[Depicted] = current_app.extensions["migragraph-pictures"]

    def make() -> Depicted:
        return serving().make(PictureTask(now.store_folder, query.answered(now)), now)

    return pictures.find_or_make(now, query.definition, make, keep=query.is_repeatable)


def _keep(answer: Response, query: Queried) -> Response:
    """Let an answer be kept unless another would come the next time."""
    if not query.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
    return answer
