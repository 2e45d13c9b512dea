"""Downloads: the facts, the whole dataset, or one graph, at an address that stays."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import HTTPException
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
    from migragraph.limits.dump_files import DumpFile
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
        _put(answer, now.dumps.open(what, form))
        return answer
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.add("Accept-Encoding")
    about = hashlib.sha256(f"{now.version.id} {path}".encode()).hexdigest()[:32]
    if (known := _known_tag(about)) is not None:
        answer.set_etag(known)
        answer.status_code = HTTPStatus.NOT_MODIFIED
        return answer
    file = now.dumps.open(what, form)
    answer.set_etag(f"{about}-{file.digest}")
    _put(answer, file)
    try:
        answer = _conditional(answer, file.size)
    except HTTPException:
        file.content.close()
        raise
    if answer.status_code == HTTPStatus.NOT_MODIFIED:
        file.content.close()
    return answer


def _put(answer: Response, file: DumpFile) -> None:
    """Put a file into an answer, or to HEAD, its length alone."""
    answer.content_length = file.size
    if request.method == "HEAD":
        file.content.close()
    else:
        answer.direct_passthrough = True
        answer.response = _Parts(file.content, _PART_BYTES)


def _known_tag(about: str) -> str | None:
    """Return the tag by which a client says that it has this dump of this version.

    Whatever the order in which its statements were written: the dump need not be written again to tell.
    """
    tags = request.if_none_match.as_set(include_weak=True)
    found = (re.fullmatch(rf'(?:W/)?"?({about}-[0-9a-f]+)"?', tag) for tag in sorted(tags))
    return next((tag[1] for tag in found if tag is not None), None)


def _conditional(answer: Response, size: int) -> Response:
    """Return the answer, or the part of it that the request asks for; 412 and 416 where there is none.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2 (the order of what is looked at)
    """
    tag = answer.get_etag()[0] or ""
    if request.if_match and not request.if_match.contains(tag):
        abort(HTTPStatus.PRECONDITION_FAILED)
    environ = dict(request.environ)
    if not _takes_part(size):
        environ.pop("HTTP_RANGE", None)
    return answer.make_conditional(environ, accept_ranges=True, complete_length=size)  # type: ignore[return-value]


def _takes_part(size: int) -> bool:
    """Tell whether the Range of a request counts: one range of bytes, of a GET, and no weak tag in If-Range.

    What does not count is ignored, as RFC 9110 section 14.2 says, and the whole is given. werkzeug would refuse other
    units, several ranges and a last part longer than the whole, and takes a weak tag for a strong one.
    """
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or request.method != "GET":
        return False
    begin, _ = asked.ranges[0]
    is_weak = request.headers.get("If-Range", "").startswith("W/")
    return begin > -size and not is_weak and not request.if_none_match.star_tag


class _Parts(FileWrapper):
    """The parts of a file, which is closed after the last one."""

    def __next__(self) -> bytes:
        if self.file.closed:
            raise StopIteration
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
