"""The service over HTTP: a thin coat that turns a request into a value, calls one function, and writes its answer.

Entry points: :func:`create_app` for any WSGI server, :func:`serve` to run the one that comes along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, request

from migragraph.web import (
    dumps,
    editor,
    harvesting,
    headers,
    lists,
    minted,
    network_pages,
    network_queries,
    network_reports,
    openapi,
    operation,
    pages,
    problems,
    sparql,
    things,
    vocabulary,
    writing,
)
from migragraph.web.addresses import local_path
from migragraph.web.lists import list_path
from migragraph.web.metrics import Metrics
from migragraph.web.parameters import check_parameters
from migragraph.web.server import serve_app
from migragraph.web.serving import Scratch, Serving
from migragraph.web.transport import check_encoding

if TYPE_CHECKING:
    from flask import Response

    from migragraph.config import Settings

_FORM_OVERHEAD = 10_000


def create_app(settings: Settings, serving: Serving | None = None) -> Flask:
    """Make the WSGI application; it starts without a built version too, and then says what to do.

    ``serving`` is what is served instead of the versions in the home.
    """
    serving = serving or Serving(settings)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 3 * settings.max_query_bytes + _FORM_OVERHEAD  # %XX is three bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    app.url_map.merge_slashes = False  # a graph may be named by an address with // in it
    app.extensions["migragraph"] = serving
    app.extensions["migragraph-metrics"] = metrics = Metrics()
    metrics.watch("running", lambda: serving.count_queries()[0])
    metrics.watch("waiting", lambda: serving.count_queries()[1])
    app.jinja_env.filters["local_path"] = local_path
    app.jinja_env.filters["list_path"] = list_path
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for room in (
        dumps,
        editor,
        harvesting,
        lists,
        minted,
        network_pages,
        network_queries,
        network_reports,
        openapi,
        operation,
        pages,
        sparql,
        things,
        vocabulary,
        writing,
    ):
        app.register_blueprint(room.blueprint)
    problems.register(app)

    @app.before_request
    def refuse() -> None:
        """Answer what the front refuses, so that all errors look alike; refuse an address that nobody understands."""
        refused = request.environ.get("migragraph.refused")
        if refused is not None:
            raise refused
        check_encoding(request.query_string)
        check_encoding(request.environ["PATH_INFO"].encode("latin-1"), is_escaped=False)
        check_parameters(request)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.COMMON.items():
            response.headers.setdefault(name, value)
        openapi.advertise(response)
        return headers.let_be_kept(response, request)

    return app


def serve(settings: Settings) -> None:
    """Serve until interrupted; say the address on standard error once requests are answered."""
    serve_app(create_app(settings))


def serve_scratch(settings: Settings, token: str | None) -> None:
    """Serve an empty store that may be changed, with the token where one is given; it is gone with the process."""
    serve_app(create_app(settings, Scratch(settings, token)))
