"""Centrality reports over HTTP: of the networks of the version, and of a query of a user's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from cachetools import LRUCache
from flask import Blueprint, Response, current_app, render_template, request, url_for
from markupsafe import Markup

from migragraph.errors import BadParameter, UnknownThing
from migragraph.exports import EXPORTS
from migragraph.formats import HTML, Format, by_name, negotiate
from migragraph.networks.definitions import find_stored
from migragraph.report.content import DEFAULTS, Parameters
from migragraph.report.rendering import RENDERERS, REPORT_FORMATS
from migragraph.report.rendering.as_html import render_fragment
from migragraph.report.task import ReportTask
from migragraph.web.addresses import local_path
from migragraph.web.queried import asked_version, read_query, wanted
from migragraph.web.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flask.blueprints import BlueprintSetupState

    from migragraph.networks.wanted import Wanted
    from migragraph.report.content import Report
    from migragraph.web.serving import Served

blueprint = Blueprint("network_reports", __name__)

_BY_EXTENSION: Final = {form.extension: form for form in REPORT_FORMATS if form is not HTML}
_NUMBERS: Final[dict[str, Callable[[str], Any]]] = {
    "resamples": int,
    "drop": float,
    "level": float,
    "largest": int,
    "seed": int,
}
#: Reports that are held, so that another format of the same report need not be computed.
_HELD: Final = 16


class _Reports:
    """The reports of an application that were made last."""

    def __init__(self) -> None:
        self._held: LRUCache[Hashable, Report] = LRUCache(_HELD)
        self._lock = threading.Lock()

    def make(self, task: ReportTask, now: Served, *, keep: bool) -> Report:
        """Return the report of a task: one that was made before, else from a process, or in place."""
        if now.is_elsewhere:
            return task.carry_out(now.store)
        key = (task.wanted.version, task.wanted.definition, task.parameters)
        with self._lock:
            held = self._held.get(key) if keep else None
        if held is None:
            held = serving().work.make(task)
            if keep:
                with self._lock:
                    self._held[key] = held
        return held


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["migragraph-reports"] = _Reports()


@blueprint.get("/networks/<name>/report")
@blueprint.get("/networks/<name>/report.<extension>")
def show_report(name: str, extension: str | None = None) -> Response:
    """Give the report of a network of the version, as a page or as data."""
    form = _read_format(extension)
    now = asked_version()
    definition = find_stored(now.store, name)
    return _answer(now, wanted(now, definition), _read_parameters(), form, {"name": name})


@blueprint.get("/networks/query/report")
@blueprint.get("/networks/query/report.<extension>")
def show_report_of_query(extension: str | None = None) -> Response:
    """Give the report of the network that a query of a user's own finds; the query has the limits of all queries."""
    form = _read_format(extension)
    now = asked_version()
    query = read_query()
    parameters = _read_parameters()
    answer = _answer(now, query.answered(now), parameters, form, {}, keep=query.is_repeatable)
    if not query.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer(
    now: Served,
    network: Wanted,
    parameters: Parameters,
    form: Format,
    where: dict[str, Any],
    *,
    keep: bool = True,
) -> Response:
    reports: _Reports = current_app.extensions["migragraph-reports"]
    report = reports.make(ReportTask(now.store_folder, network, parameters), now, keep=keep)
    sent: dict[str, Any] = {name: request.args.getlist(name) for name in request.args if name != "format"}
    others = [
        (other, url_for(str(request.endpoint), **where, **sent, extension=extension))
        for extension, other in _BY_EXTENSION.items()
    ]
    if form is HTML:
        fragment = Markup(render_fragment(report, local_path))  # noqa: S704 (its template escapes)
        answer = Response(
            render_template(
                "network_report.html",
                report=report,
                fragment=fragment,
                formats=others,
                name=where.get("name"),
                exports=_exports_of_query(sent) if "name" not in where else [],
            ),
            mimetype="text/html",
        )
        for other, address in others:
            answer.headers.add("Link", f'<{address}>; rel="alternate"; type="{other.media_types[0]}"')
    else:
        answer = Response(RENDERERS[form](report), mimetype=form.media_types[0])
    answer.vary.add("Accept")
    return answer


def _exports_of_query(sent: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the files of a network that has no page of its own, each with its address."""
    kept = {name: sent[name] for name in ("query", "mode", "directed", "version") if name in sent}
    return [(f".{export.name}", url_for("networks.export_of_query", form=export.name, **kept)) for export in EXPORTS]


def _read_format(extension: str | None) -> Format:
    """Return the format of the extension, else the one that is named, else the one that is negotiated."""
    if extension is not None:
        if extension not in _BY_EXTENSION:
            raise UnknownThing(
                f"there is no report at {request.path}: .{extension} is no format.",
                remedy=f"Formats: {', '.join(f'.{known}' for known in _BY_EXTENSION)}, and the page without any.",
            )
        if "format" in request.args:
            raise BadParameter(
                "there is no parameter format here.",
                remedy=f"Leave it out: the address names the format, .{extension}.",
            )
        return _BY_EXTENSION[extension]
    named = request.args.get("format")
    if named:
        return by_name(named, REPORT_FORMATS)
    return negotiate(request.headers.get("Accept"), REPORT_FORMATS).format


def _read_parameters() -> Parameters:
    from migragraph.report.making import check_parameters

    given: dict[str, Any] = {}
    for name, read in _NUMBERS.items():
        if name in request.args:
            try:
                given[name] = read(request.args[name])
            except ValueError as error:
                kind = "a whole number" if read is int else "a number"
                raise BadParameter(f"{name}={request.args[name]!r} is not {kind}.", remedy=f"Give {kind}.") from error
    measures = tuple(request.args.getlist("measure")) or DEFAULTS.measures
    return check_parameters(Parameters(measures=measures, **given))
