"""Centrality reports over HTTP: of the networks of the version, and of a query of a user's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from cachetools import LRUCache
from flask import Blueprint, Response, current_app, render_template, request, url_for
from markupsafe import Markup
from pyoxigraph import Store
from werkzeug.exceptions import RequestURITooLarge

from migragraph.errors import BadParameter, NotANetwork, UnknownThing
from migragraph.formats import HTML, RESULT_FORMATS, Format, by_name, negotiate
from migragraph.networks.definitions import NetworkDefinition, find_stored
from migragraph.query import QueryKind, QueryRequest
from migragraph.report.bounded import ReportProcesses, ReportTask, report_on, store_folder
from migragraph.report.content import DEFAULTS, Parameters
from migragraph.report.rendering import RENDERERS, REPORT_FORMATS
from migragraph.report.rendering.as_html import render_fragment
from migragraph.web.addresses import local_path
from migragraph.web.serving import served, serving
from migragraph.web.transport import check_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flask.blueprints import BlueprintSetupState

    from migragraph.report.content import Report
    from migragraph.store.engine import Engine
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
_OF_REPORT: Final = ("measure", *_NUMBERS)
_OF_QUERY: Final = ("query", "mode", "directed")
#: Reports that are held, so that another format of the same report need not be computed.
_HELD: Final = 16


class _Reports:
    """What makes the reports of an application, and those made last."""

    def __init__(self, state: BlueprintSetupState) -> None:
        settings = state.app.extensions["migragraph"].settings
        self.processes = ReportProcesses(
            processes=settings.report_processes,
            seconds=settings.report_seconds,
            queue_seconds=settings.queue_seconds,
            memory_mib=settings.query_memory_mib,
        )
        self._held: LRUCache[Hashable, Report] = LRUCache(_HELD)
        self._lock = threading.Lock()

    def make(self, task: ReportTask, store: Engine, *, in_place: bool, keep: bool) -> Report:
        """Return the report of a task: one that was made before, else from a process, or in place.

        In place is for a graph that no other process can open: that of a throw-away instance, or a remote engine's.
        """
        if in_place:
            return report_on(store, task)
        key = (task.version, task.definition, task.parameters)
        with self._lock:
            held = self._held.get(key) if keep else None
        if held is None:
            held = self.processes.make(task)
            if keep:
                with self._lock:
                    self._held[key] = held
        return held


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["migragraph-reports"] = _Reports(state)


@blueprint.get("/networks/<name>/report")
@blueprint.get("/networks/<name>/report.<extension>")
def show_report(name: str, extension: str | None = None) -> Response:
    """Give the report of a network of the version, as a page or as data."""
    form = _read_format(extension)
    _check_names(_OF_REPORT, extension)
    now = _asked_version()
    definition = find_stored(now.store, name)
    return _answer(now, definition, _read_parameters(), form, {"name": name})


@blueprint.get("/networks/query/report")
@blueprint.get("/networks/query/report.<extension>")
def show_report_of_query(extension: str | None = None) -> Response:
    """Give the report of the network that a query of a user's own finds; the query has the limits of all queries."""
    check_encoding(request.query_string)
    form = _read_format(extension)
    _check_names((*_OF_REPORT, *_OF_QUERY), extension)
    now = _asked_version()
    definition = _read_query()
    parameters = _read_parameters()
    asked = QueryRequest(definition.sparql)
    if asked.kind is not QueryKind.SELECT:
        raise NotANetwork(f"the query is {asked.kind.value}, not SELECT.", remedy="Select ?source and ?target.")
    found = now.pool.answer(asked, by_name("json", RESULT_FORMATS)).read()
    answer = _answer(now, definition, parameters, form, {}, found, keep=asked.is_repeatable)
    if not asked.is_repeatable:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer(
    now: Served,
    definition: NetworkDefinition,
    parameters: Parameters,
    form: Format,
    where: dict[str, Any],
    found: bytes | None = None,
    *,
    keep: bool = True,
) -> Response:
    task = ReportTask(
        store_folder(now.version.folder), now.version.id, now.version.built, definition, parameters, found
    )
    reports = current_app.extensions["migragraph-reports"]
    report: Report = reports.make(
        task, now.store, in_place=serving().is_scratch or not isinstance(now.store, Store), keep=keep
    )
    sent: dict[str, Any] = {name: request.args.getlist(name) for name in request.args if name != "format"}
    others = [
        (other, url_for(str(request.endpoint), **where, **sent, extension=extension))
        for extension, other in _BY_EXTENSION.items()
    ]
    if form is HTML:
        fragment = Markup(render_fragment(report, local_path))  # noqa: S704 (its template escapes)
        answer = Response(
            render_template(
                "network_report.html", report=report, fragment=fragment, formats=others, name=where.get("name")
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
        return _BY_EXTENSION[extension]
    named = request.args.get("format")
    if named:
        return by_name(named, REPORT_FORMATS)
    return negotiate(request.headers.get("Accept"), REPORT_FORMATS).format


def _check_names(known: tuple[str, ...], extension: str | None) -> None:
    """Refuse parameters that mean nothing here, and those that are given twice."""
    known = (*known, "version", *(("format",) if extension is None else ()))
    if unknown := sorted(set(request.args) - set(known)):
        raise BadParameter(f"there is no parameter {', '.join(unknown)} here.", remedy=f"Known: {', '.join(known)}.")
    for name in request.args:
        if name != "measure" and len(request.args.getlist(name)) > 1:
            raise BadParameter(f"{name} is given more than once.", remedy="Give it once.")


def _asked_version() -> Served:
    version = request.args.get("version")
    return served() if version is None else serving().of(version)


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


def _read_query() -> NetworkDefinition:
    text = request.args.get("query", "")
    if not text.strip():
        raise BadParameter(
            "there is no query.", remedy="Send a SELECT of ?source and ?target as query=; docs/networks.md tells more."
        )
    if len(text.encode()) > serving().settings.max_query_bytes:
        raise RequestURITooLarge
    directed = request.args.get("directed", "no")
    if directed not in ("yes", "no"):
        raise BadParameter(f"directed is {directed!r}.", remedy="Use yes or no.")
    return NetworkDefinition.of_query(text, mode=request.args.get("mode", "one"), directed=directed == "yes")
