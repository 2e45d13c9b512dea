"""Dumps of a version: the facts, or the whole dataset. The same version gives the same bytes.

Statements are sorted before they are written, since a store gives them in the order of its own keys.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize

from migragraph.errors import UnknownThing
from migragraph.iris import PREFIXES
from migragraph.store.versions import canonical_lines

if TYPE_CHECKING:
    from pyoxigraph import Store

#: What can be dumped, and in which formats; the first is the default.
DUMPS: Final[dict[str, dict[str, RdfFormat]]] = {
    "facts": {
        "nt": RdfFormat.N_TRIPLES,
        "ttl": RdfFormat.TURTLE,
        "jsonld": RdfFormat.JSON_LD,
        "rdf": RdfFormat.RDF_XML,
    },
    "dataset": {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG},
}


def write_dump(store: Store, what: str, format_name: str | None = None) -> bytes:
    """Write the ``facts`` (default graph) or the whole ``dataset`` in a format of :data:`DUMPS`.

    Raises ``UnknownThing`` for a format that this part is not written in. Needs memory for the whole dump.
    """
    formats = DUMPS[what]
    form = formats.get(format_name or next(iter(formats)))
    if form is None:
        raise UnknownThing(f"the {what} are not written as {format_name!r}.", remedy=f"Formats: {', '.join(formats)}.")
    quads = store.quads_for_pattern(None, None, None, DefaultGraph() if what == "facts" else None)
    lines = b"".join(canonical_lines(quads))
    if form == RdfFormat.N_QUADS:
        return lines
    ordered = parse(lines, RdfFormat.N_QUADS)
    items = (q.triple for q in ordered) if what == "facts" else ordered
    written = BytesIO()
    serialize(items, written, form, prefixes=PREFIXES)
    return written.getvalue()
