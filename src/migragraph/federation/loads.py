"""LOAD from listed addresses: fetched here, and carried out as the INSERT DATA that it is.

https://www.w3.org/TR/sparql11-update/#load
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urlsplit

from migragraph.errors import (
    FetchFailed,
    ForbiddenQuery,
    MalformedData,
    QueryTimeout,
    ResultTooLarge,
    UnsupportedMediaType,
)
from migragraph.federation.calls import read_iri
from migragraph.federation.fetching import fetch
from migragraph.federation.terms import can_stand, write_term
from migragraph.formats import GRAPH_FORMATS
from migragraph.graph_store import read_graph
from migragraph.updates import without_loads

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from migragraph.federation.fetching import Fetched
    from migragraph.updates import Load, UpdateRequest

_ACCEPT: Final = ", ".join(f"{form.media_types[0]};q={1 - n / 10:.1f}" for n, form in enumerate(GRAPH_FORMATS))
#: What servers say of a file when they do not know: its extension tells then.
_UNKNOWN: Final = {"text/plain", "application/octet-stream", "binary/octet-stream"}
_BY_EXTENSION: Final = {form.extension: form.media_types[0] for form in GRAPH_FORMATS}


def replace_loads(
    request: UpdateRequest,
    sources: frozenset[str],
    place: Callable[[float], AbstractContextManager[None]],
    *,
    seconds: float,
    max_bytes: int,
) -> UpdateRequest:
    """Return the update with the triples in the place of each LOAD from one of the sources; ``place`` is held for it.

    ``seconds`` and ``max_bytes`` are for all of them together. A LOAD from elsewhere stays, for
    ``UpdateRequest.check`` to leave out where it is SILENT; where it is not, ``ForbiddenQuery`` is raised and nothing
    fetched.
    """
    text, loads = without_loads(request)
    if not loads:
        return request
    replace(request, text=text).check()
    wanted = [(load, read_iri(load.source, load.declarations)) for load in loads]
    listed = [(load, source) for load, source in wanted if is_listed(source, sources)]
    for load, source in wanted:
        if not load.is_silent and not is_listed(source, sources):
            raise ForbiddenQuery(
                f"the update loads <{source}>, which is not one of the addresses that may be loaded from here.",
                remedy="Fetch the data yourself, and send them with INSERT DATA or to the graph store; whoever runs"
                " this service lists addresses in MIGRAGRAPH_LOAD_SOURCES.",
            )
    deadline = time.monotonic() + seconds
    data: dict[int, str] = {}
    left = max_bytes
    if listed:
        with place(seconds / 2):
            for load, source in listed:
                data[load.start] = _data_of(load, source, deadline - time.monotonic(), left, max_bytes)
                left -= len(data[load.start].encode())
    parts, at = [], 0
    for load in loads:
        if load.start in data:
            parts += [request.text[at : load.start], data[load.start]]
            at = load.end
    return replace(request, text="".join([*parts, request.text[at:]]))


def is_listed(source: str, sources: frozenset[str]) -> bool:
    """Tell whether an address is one of the sources, or below one that ends in a slash; a way up is none.

    >>> is_listed("https://example.org/data/a.ttl", frozenset({"https://example.org/data/"}))
    True
    >>> is_listed("https://example.org/data/%2E%2E/secret", frozenset({"https://example.org/data/"}))
    False
    """
    address = urldefrag(source).url
    steps = unquote(urlsplit(address).path).replace("\\", "/").split("/")
    if ".." in steps or "." in steps:
        return False
    return any(address == listed or (listed.endswith("/") and address.startswith(listed)) for listed in sources)


def _data_of(load: Load, source: str, seconds: float, max_bytes: int, most: int) -> str:
    """Return the INSERT DATA that a LOAD stands for; one without triples where it is SILENT and fails."""
    what = f"and {most:,} bytes are what an update may be long (MIGRAGRAPH_WRITE_MIB)"
    try:
        found = fetch(urldefrag(source).url, accept=_ACCEPT, seconds=seconds, max_bytes=max_bytes, what=what)
        data = _insert(load, source, found)
        if len(data.encode()) > max_bytes:
            raise ResultTooLarge(f"<{source}> is too much to load: written out it is longer, {what}.", remedy=_SMALLER)
    except (FetchFailed, QueryTimeout, ResultTooLarge):
        if not load.is_silent:
            raise
        return "INSERT DATA {}"
    return data


_SMALLER: Final = "Load smaller parts, or send the data to the graph store."


def _insert(load: Load, source: str, found: Fetched) -> str:
    media_type = found.media_type
    if media_type in _UNKNOWN:
        extension = PurePosixPath(urlsplit(source).path).suffix.removeprefix(".")
        media_type = _BY_EXTENSION.get(extension, media_type)
    try:
        triples = read_graph(found.content, media_type, urldefrag(source).url)
    except (MalformedData, UnsupportedMediaType) as error:
        raise FetchFailed(
            f"<{source}> cannot be loaded: {error.message}", remedy="Whoever offers it can correct it."
        ) from error
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if not can_stand(term):
                raise FetchFailed(
                    f"<{source}> cannot be loaded: {str(term)[:80]} cannot stand in an update.",
                    remedy="Send the data to the graph store.",
                )
    written = " . ".join(
        " ".join(write_term(term) for term in (triple.subject, triple.predicate, triple.object)) for triple in triples
    )
    return f"INSERT DATA {{ GRAPH {load.graph} {{ {written} }} }}" if load.graph else f"INSERT DATA {{ {written} }}"
