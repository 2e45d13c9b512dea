"""Addresses of the service: which page shows a thing, and the full address of a document."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import request, url_for

from migragraph.iris import AGENT, BASE, CLAIM, CONCEPT, DEVELOPERS, GRAPH, ID, QUERY, SOURCE
from migragraph.web.serving import serving

#: What stands first in the path of a page, and the IRIs that such pages are about. Things need no such word.
_ROOMS: Final = {
    "concept/": CONCEPT, "source/": SOURCE, "claim/": CLAIM, "query/": QUERY, "graph/": GRAPH, "agent/": AGENT,
    "": ID,
}  # fmt: skip
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
#: What is alone in its room.
_ALONE: Final = {DEVELOPERS.removeprefix(BASE): DEVELOPERS}


def thing_iri(path: str) -> str:
    """Return the IRI of the thing that the page or data at ``/page/{path}`` is about."""
    if path in _ALONE:
        return _ALONE[path]
    room = next(room for room in _ROOMS if path.startswith(room))
    return _ROOMS[room] + path.removeprefix(room)


def local_path(iri: str) -> str:
    """Return the path of the page about a thing of ours (of the source, for a passage), else the IRI itself."""
    if iri in _ALONE.values():
        return url_for("things.show_page", path=iri.removeprefix(BASE))
    for room, base in _ROOMS.items():
        if iri.startswith(base) and len(iri) > len(base):
            return url_for("things.show_page", path=room + iri.removeprefix(base).partition("#")[0])
    return iri


def absolute(endpoint: str, **values: Any) -> str:
    """Return the full address of a document, as the public reaches it."""
    public = serving().settings.public_url
    path = url_for(endpoint, **values)
    return (public.rstrip("/") if public else f"{request.scheme}://{_host()}") + path


def is_host(text: str) -> bool:
    """Tell whether a text can stand in the header Host: a name or address, and maybe a port.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2; of the characters of a name, those that stand in names alone.

    >>> is_host("localhost:8000"), is_host("[::1]:80"), is_host("my_app"), is_host('a"b'), is_host("u:p@x"), is_host("")
    (True, True, True, False, False, False)
    """
    return bool(_HOST.fullmatch(text))


def _host() -> str:
    """Return the host of the request; that of the server where the client names none that can be."""
    given = str(request.environ.get("HTTP_HOST", ""))
    if request.host or not is_host(given):
        return request.host or f"{request.environ['SERVER_NAME']}:{request.environ['SERVER_PORT']}"
    return given  # an underscore, which werkzeug does not take for a part of a name, but networks of containers do
