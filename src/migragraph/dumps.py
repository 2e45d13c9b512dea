"""Dumps of a version: the facts, or the whole dataset. The same version gives the same bytes.

The writers of graphs are those of :mod:`migragraph.representations`; of the whole dataset, quads are sorted as lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize

from migragraph.formats import DATASET_FORMATS, GRAPH_FORMATS, Format, by_name
from migragraph.iris import PREFIXES
from migragraph.representations import stable_prefixes, write_triples
from migragraph.store.versions import canonical_lines

if TYPE_CHECKING:
    from migragraph.store.engine import Engine

#: What can be dumped, the formats for it, and the name of the default: one statement a line, which any tool can cut.
DUMPS: Final[dict[str, tuple[tuple[Format, ...], str]]] = {
    "facts": (GRAPH_FORMATS, "nt"),
    "dataset": (DATASET_FORMATS, "nq"),
}


def write_dump(store: Engine, what: str, format_name: str | None = None) -> bytes:
    """Write the ``facts`` (default graph) or the whole ``dataset`` in a format of :data:`DUMPS`.

    Raises ``NotAcceptable`` for a format that this part is not written in. Needs memory for the whole dump.
    """
    formats, default = DUMPS[what]
    form = by_name(format_name or default, formats)
    if what == "facts":
        return write_triples((q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph())), form)
    lines = b"".join(canonical_lines(store))
    if form.engine == RdfFormat.N_QUADS:
        return lines
    written = serialize(parse(lines, RdfFormat.N_QUADS), format=RdfFormat.TRIG, prefixes=PREFIXES) or b""
    return stable_prefixes(written, RdfFormat.TRIG)
