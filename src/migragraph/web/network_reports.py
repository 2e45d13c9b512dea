"""Centrality reports over HTTP: of the networks of the version, and of a query of a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, current_app, render_template, request, url_for
from markupsafe import Markup

from migragraph.errors import BadParameter, UnknownThing
from migragraph.formats import HTML, Format, by_name, negotiate
from migragraph.networks.definitions import find_stored
from migragraph.report.content import DEFAULTS, Parameters, Report
from migragraph.report.rendering import RENDERERS, REPORT_FORMATS
from migragraph.report.rendering.as_html import render_fragment
from migragraph.report.task import ReportTask
from migragraph.web.addresses import local_path
from migragraph.web.made import Made
from migragraph.web.network_addresses import NetworkAddresses
from migragraph.web.queried import asked_version, read_query, wanted
from migragraph.web.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.blueprints import BlueprintSetupState

    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.networks.wanted import Wanted
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


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["migragraph-reports"] = Made[Report](_HELD)


@blueprint.get("/networks/<name>/report")
@blueprint.get("/networks/<name>/report.<extension>")
def show_report(name: str, extension: str | None = None) -> Response:
    """Give the report of a network of the version, as a page or as data."""
    form = _read_format(extension)
    now = asked_version()
    definition = find_stored(now.store, name)
    parameters = _read_parameters()
    report = _make(now, definition, parameters, lambda: wanted(now, definition))
    return _answer(report, form, {"name": name}, NetworkAddresses.of_stored(definition))


@blueprint.get("/networks/query/report")
@blueprint.get("/networks/query/report.<extension>")
def show_report_of_query(extension: str | None = None) -> Response:
    """Give the report of the network that a query of a user's own finds; the query has the limits of all queries."""
    form = _read_format(extension)
    now = asked_version()
    query = read_query()
    parameters = _read_parameters()
    report = _make(now, query.definition, parameters, lambda: query.answered(now), keep=query.is_repeatable)
    at = NetworkAddresses.of_query(query.definition, request.args.get("version"))
    answer = _answer(report, form, {}, at)
    if not query.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _make(
    now: Served,
    definition: NetworkDefinition,
    parameters: Parameters,
    read: Callable[[], Wanted],
    *,
    keep: bool = True,
) -> Report:
    """Return the report of a network, which is read where none was made before."""
    reports: Made[Report] = current_app.extensions["migragraph-reports"]

    def make() -> Report:
        return serving().make(ReportTask(now.store_folder, read(), parameters), now)

    return reports.find_or_make(now, definition, make, keep=keep, parameters=parameters)


def _answer(report: Report, form: Format, where: dict[str, Any], at: NetworkAddresses) -> Response:
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
                at=at,
            ),
            mimetype="text/html",
        )
        for other, address in others:
            answer.headers.add("Link", f'<{address}>; rel="alternate"; type="{other.media_types[0]}"')
    else:
        answer = Response(RENDERERS[form](report), mimetype=form.media_types[0])
    answer.vary.add("Accept")
    return answer


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
