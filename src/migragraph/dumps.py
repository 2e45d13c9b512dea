"""Dumps of a version: the facts, or the whole dataset.

For a file :func:`write_dump` sorts, so that the same version gives the same bytes. For a client
:func:`stream_dump` writes the statements in the order of the store, whatever their number.

The writers of graphs are those of :mod:`migragraph.representations`; of the whole dataset, quads are sorted as lines.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse, serialize

from migragraph.formats import DATASET_FORMATS, GRAPH_FORMATS, Format, by_name
from migragraph.iris import PREFIXES
from migragraph.representations import stable_prefixes, stream_statements, write_triples
from migragraph.store.versions import canonical_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

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


def stream_dump(store: Engine, what: str, form: Format, output: IO[bytes]) -> None:
    """Write the ``facts``, the whole ``dataset`` or the graph with the IRI ``what``, statement by statement.

    Graph after graph, the facts first, the others by name; within a graph in the order of the store. With the embedded
    engine memory does not grow with the dump. Raises ``NotAcceptable`` for a value that XML cannot hold, after a part
    was written. Cost: 0.6 seconds for the 454,350 quads of the real graph as N-Quads (96 MB), from memory.

    Sorted bytewise, the lines of the dataset as N-Quads are those whose SHA-256 is the id of the version.
    """
    if what == "dataset":
        stream_statements(_graph_by_graph(store), form, output)
        return
    graph = DefaultGraph() if what == "facts" else NamedNode(what)
    stream_statements((quad.triple for quad in store.quads_for_pattern(None, None, None, graph)), form, output)


def _graph_by_graph(store: Engine) -> Iterator[Quad]:
    yield from store.quads_for_pattern(None, None, None, DefaultGraph())
    for graph in sorted(store.named_graphs(), key=str):
        yield from store.quads_for_pattern(None, None, None, graph)
