"""Putting a version of the graph into a remote engine, over the Graph Store Protocol.

Entry point: :func:`load_version`.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat

from migragraph.errors import EngineUnavailable
from migragraph.iris import GRAPH
from migragraph.store.answers import BLANK, read_solutions
from migragraph.store.loaded import MARK, Mark
from migragraph.store.remote import FACTS_GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.store.endpoint import Endpoint
    from migragraph.store.versions import Version

#: Bytes in one request.
_BATCH: Final = 8 * 2**20
_SUBJECT: Final = re.compile(rb"^_:(\S+)")
_OBJECT: Final = re.compile(rb"> _:(\S+) \.$")
#: How long counting a graph may take.
_SECONDS: Final = 600.0
_SUBJECT_IRI: Final = f"<{BLANK}".encode() + rb"\1>"
_OBJECT_IRI: Final = f"> <{BLANK}".encode() + rb"\1> ."
_OURS: Final = f"""
SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{GRAPH}")) }}
"""
_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def load_version(version: Version, endpoint: Endpoint, progress: Callable[[str], None] = lambda _: None) -> int:
    """Put a version into an engine in the place of what is there of this project; return the number of quads.

    Only graphs whose names begin as ours do are touched. While it goes on, and where it is interrupted, the engine
    holds no version, and a service that asks it says so. What was put there is counted and the facts are read back,
    so that an engine that loses something or cuts it short is found out here: ``EngineUnavailable``.
    """
    store = version.open()
    endpoint = endpoint.within(_SECONDS, endpoint.max_bytes)
    endpoint.remove(MARK.value)
    for there in _graphs_there(endpoint):
        progress(f"removing {there.removeprefix(GRAPH)}")
        endpoint.remove(there)
    names = {graph for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    sizes: Counter[str] = Counter()
    graphs: list[DefaultGraph | NamedNode] = [DefaultGraph(), *sorted(names, key=str)]
    for graph in graphs:
        name = graph.value if isinstance(graph, NamedNode) else FACTS_GRAPH.value
        progress(f"loading {name.removeprefix(GRAPH)}")
        with TemporaryFile() as file:
            store.dump(file, RdfFormat.N_TRIPLES, from_graph=graph)
            file.seek(0)
            while lines := file.readlines(_BATCH):
                endpoint.add(name, b"".join(map(_without_blank_nodes, lines)))
                sizes[name] += len(lines)
    progress("counting")
    for name, size in sizes.items():
        _see_that_all_is_there(endpoint, name, size)
    mark = Mark(version.id, secrets.token_hex(8), frozenset(name.value for name in names))
    mark.write(endpoint)
    return sizes.total()


def _without_blank_nodes(line: bytes) -> bytes:
    """Return a line of N-Triples with the IRIs that stand for its blank nodes.

    >>> _without_blank_nodes(b'_:a <http://example.org/p> "> _:b ." .')
    b'<https://w3id.org/migragraph/genid/a> <http://example.org/p> "> _:b ." .'
    """
    return _OBJECT.sub(_OBJECT_IRI, _SUBJECT.sub(_SUBJECT_IRI, line)) if b"_:" in line else line


def _graphs_there(endpoint: Endpoint) -> list[str]:
    rows = read_solutions(endpoint.fetch(_OURS))
    return sorted(row["g"].value for row in rows if isinstance(row["g"], NamedNode))


def _see_that_all_is_there(endpoint: Endpoint, graph: str, size: int) -> None:
    """Raise ``EngineUnavailable`` where an engine counts, or gives, other than so many triples in a graph."""
    counts = [row["n"] for row in read_solutions(endpoint.fetch(_COUNT, default_graphs=[graph]))]
    found = int(counts[0].value) if len(counts) == 1 and isinstance(counts[0], Literal) else 0
    if graph == FACTS_GRAPH.value and found == size:
        given = read_solutions(endpoint.fetch("SELECT ?s WHERE { ?s ?p ?o }", default_graphs=[graph]))
        found = len(list(given))
    if found != size:
        raise EngineUnavailable(
            f"of {size} triples in <{graph}> the engine gives {found}.",
            remedy="Look for a limit on the length of results in its settings, and load again.",
        )
