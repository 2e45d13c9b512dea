"""Addresses of the service: which page shows a thing, and the full address of a document."""

from __future__ import annotations

from typing import Any, Final

from flask import request, url_for

from migragraph.iris import AGENT, BASE, CLAIM, CONCEPT, DEVELOPERS, GRAPH, ID, QUERY, SOURCE
from migragraph.web.serving import serving

#: What stands first in the path of a page, and the IRIs that such pages are about. Things need no such word.
_ROOMS: Final = {
    "concept/": CONCEPT, "source/": SOURCE, "claim/": CLAIM, "query/": QUERY, "graph/": GRAPH, "agent/": AGENT,
    "": ID,
}  # fmt: skip
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
    return (public.rstrip("/") if public else request.host_url.rstrip("/")) + path
