"""The network that a query of a user's own finds, over HTTP: its files. The query has the limits of all queries."""

from __future__ import annotations

from flask import Blueprint, Response

from migragraph.depiction.task import ExportTask
from migragraph.web.network_files import find_export, write_file
from migragraph.web.queried import asked_version, read_query
from migragraph.web.serving import serving

blueprint = Blueprint("network_queries", __name__)


@blueprint.get("/networks/query/export.<path:form>")
def export(form: str) -> Response:
    """Write the network that a query of a user's own finds in a format; the query has the limits of all queries."""
    found = find_export(form, "query")
    now = asked_version()
    query = read_query()
    content = serving().make(ExportTask(now.store_folder, query.answered(now), found.name), now)
    answer = write_file(content, "query", found)
    if not query.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
    return answer
