"""The service over HTTP: a thin coat that turns a request into a value, calls one function, and writes its answer.

Entry points: :func:`create_app` for any WSGI server, :func:`serve` to run the one that comes along.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Flask
from waitress.server import create_server

from migragraph.errors import NoVersion
from migragraph.web import pages, problems, sparql, things, vocabulary
from migragraph.web.addresses import local_path
from migragraph.web.serving import Serving, served

if TYPE_CHECKING:
    from flask import Response

    from migragraph.config import Settings

_FORM_OVERHEAD = 10_000
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, X-Requested-With",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Content-Location",
    "Access-Control-Max-Age": "86400",
}
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(settings: Settings) -> Flask:
    """Make the WSGI application; it starts without a built version too, and then says what to do."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 3 * settings.max_query_bytes + _FORM_OVERHEAD  # %XX is three bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    app.extensions["migragraph"] = Serving(settings)
    app.jinja_env.filters["local_path"] = local_path
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for room in (pages, sparql, things, vocabulary):
        app.register_blueprint(room.blueprint)
    problems.register(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in (_CORS | _SECURITY).items():
            response.headers.setdefault(name, value)
        return response

    return app


def serve(settings: Settings) -> None:
    """Serve until interrupted; say the address on standard error once requests are answered."""
    app = create_app(settings)
    with suppress(NoVersion), app.app_context():
        served().pool.warm()
    longest = 3 * settings.max_query_bytes + _FORM_OVERHEAD
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident="migragraph",
        max_request_header_size=longest,
        max_request_body_size=2 * longest,
    )
    sys.stderr.write(f"serving {settings.home} at http://{settings.host}:{server.effective_port}\n")
    sys.stderr.flush()
    try:
        server.run()
    finally:
        server.close()
