"""Downloads: the facts, the whole dataset, or one graph, at an address that stays."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode
from werkzeug.wsgi import FileWrapper

from migragraph.dumps import DUMPS
from migragraph.errors import UnknownThing
from migragraph.formats import GRAPH_FORMATS
from migragraph.iris import GRAPH
from migragraph.web.addresses import absolute
from migragraph.web.headers import VERSION
from migragraph.web.queried import asked_version
from migragraph.web.serving import serving

if TYPE_CHECKING:
    from migragraph.formats import Format
    from migragraph.web.serving import Served

blueprint = Blueprint("dumps", __name__)

_OF_GRAPH: Final = "graph/"
_PART_BYTES: Final = 1 << 18


@blueprint.get("/dumps/<path:path>")
def download(path: str) -> Response:
    """Give the facts, the dataset or the graph that the path names as a file, in the format of its extension."""
    now = asked_version()
    what, form = _read(now, path)
    answer = Response(mimetype=form.media_types[0])
    answer.headers[VERSION] = now.version.id
    name = path.removeprefix(_OF_GRAPH).replace("/", "-")
    answer.headers["Content-Disposition"] = f'attachment; filename="migragraph-{name}"'
    answer.headers["Link"] = f'<{absolute("harvesting.describe")}>; rel="describedby"'
    if serving().is_scratch:
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer.headers["Cache-Control"] = "no-cache"
        answer.set_etag(hashlib.sha256(f"{now.version.id} {path}".encode()).hexdigest()[:32], weak=True)
        if request.if_none_match.contains_weak(answer.get_etag()[0] or ""):
            answer.status_code = HTTPStatus.NOT_MODIFIED
            return answer
    if request.method != "HEAD":
        answer.response = _Parts(now.dumps.open(what, form), _PART_BYTES)
    return answer


class _Parts(FileWrapper):
    """The parts of a file, which is closed after the last one."""

    def __next__(self) -> bytes:
        try:
            part: bytes = super().__next__()
        except StopIteration:
            self.close()
            raise
        return part


def _read(now: Served, path: str) -> tuple[str, Format]:
    """Return what a path names (``facts``, ``dataset``, the IRI of a graph) and the format; ``UnknownThing``."""
    stem, _, extension = path.rpartition(".")
    what, formats = stem, DUMPS[stem][0] if stem in DUMPS else ()
    if stem.startswith(_OF_GRAPH) and (graph := _graph(now, stem)) is not None:
        what, formats = graph.value, GRAPH_FORMATS
    form = next((form for form in formats if form.extension == extension), None)
    if form is None:
        known = ", ".join(f"{name}.{form.extension}" for name, (formats, _) in DUMPS.items() for form in formats)
        raise UnknownThing(
            f"there is no dump {path!r}.", remedy=f"There are: {known}; and graph/NAME.ttl for each graph of /sparql."
        )
    return what, form


def _graph(now: Served, stem: str) -> NamedNode | None:
    try:
        graph = NamedNode(GRAPH + stem.removeprefix(_OF_GRAPH))
    except ValueError:
        return None
    return graph if now.store.contains_named_graph(graph) else None
