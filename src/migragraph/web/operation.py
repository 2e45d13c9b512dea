"""The state of the service, for monitors, load balancers and Prometheus."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, jsonify, request

from migragraph.errors import BadParameter, MigragraphError, NoVersion, StoreError, UnknownThing
from migragraph.store.versions import current_version, roll_back, switch
from migragraph.tokens import Scope
from migragraph.web.authorization import bearer
from migragraph.web.kept_versions import find_kept
from migragraph.web.metrics import CONTENT_TYPE
from migragraph.web.serving import served, serving
from migragraph.web.transport import one_of

if TYPE_CHECKING:
    from pathlib import Path

blueprint = Blueprint("operation", __name__)


@blueprint.get("/health")
def show_health() -> Response:
    """Tell monitors that requests are answered, and from which version; 503 where there is none."""
    version = served().version
    manifest = version.manifest
    answer = jsonify({"status": "ok", "version": version.id, "quads": manifest["quads"], "built": manifest["built"]})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/ready")
def show_readiness() -> Response:
    """Tell a load balancer whether queries are answered at once: 503 until the query processes are there.

    What is not there is started, since no query comes that would start it where nobody is sent here.
    """
    now = served()
    if not now.pool.is_warm:
        with suppress(MigragraphError):
            now.pool.warm()
    ready = now.pool.is_warm
    answer = jsonify({"status": "ready" if ready else "starting", "version": now.version.id})
    answer.status_code = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/rollback")
def roll_back_version() -> Response:
    """Serve the version before the current one, or the one given, for whoever may choose it."""
    if not serving().takes_writes:
        abort(HTTPStatus.NOT_FOUND)
    bearer(Scope.ADMIN)
    if serving().is_scratch:  # its home is that of others, where it has one
        raise UnknownThing("a throw-away instance has no versions.", remedy="Change its graph, or start it anew.")
    if unknown := sorted(request.form.keys() - {"version"}):
        raise BadParameter(f"there is no parameter {', '.join(unknown)} here.", remedy="Known: version.")
    home, ids = serving().settings.home, request.values.getlist("version")
    if ids:
        switch(home, find_kept(home, one_of("version", ids)).id)
    else:
        _go_back(home)
    answer = jsonify({"version": serving().latest().version.id})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _go_back(home: Path) -> None:
    try:
        roll_back(home)
    except NoVersion as error:
        current_version(home)  # where there is none, that is what is wrong
        raise UnknownThing(
            "there is no version before the current one.",
            remedy="Nothing was changed; a write or a build makes another.",
        ) from error


@blueprint.get("/metrics")
def show_metrics() -> Response:
    """Give the counts of requests, cache, limits and queries in the text format of Prometheus."""
    try:
        version = served().version.id
    except StoreError:
        version = ""
    answer = Response(current_app.extensions["migragraph-metrics"].write(version), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer
