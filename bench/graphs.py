"""The graphs that are asked: the one of the project, and synthetic ones, each as a file and as a published version."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, parse, serialize

from bench import generate, names
from migragraph.store.versions import current_version, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZES: Final = {"k": 1_000, "m": 1_000_000}
_SEED: Final = 1


@dataclass(frozen=True)
class Graph:
    """A graph: its name in the tables, a file of N-Quads, and the folder with the version that migragraph serves.

    ``key`` names it on disk, other content has another key; ``facts`` is the graph that takes the default graph in
    an engine that has none.
    """

    name: str
    key: str
    triples: int
    file: Path
    home: Path
    publish_seconds: float
    facts: str = "https://w3id.org/migragraph/graph/facts"


def real(home: Path, folder: Path) -> Graph:
    """Return the graph of the project, all its graphs, from its current version."""
    version = current_version(home)
    file = folder / "graphs" / f"real-{version.id[:12]}.nq"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        serialize(iter(version.open()), str(partial), RdfFormat.N_QUADS)
        partial.rename(file)
    return Graph("real", file.stem, version.manifest["quads"], file, home, 0.0)


def synthetic(size: str, folder: Path) -> Graph:
    """Return a synthetic graph of a size such as ``100k`` or ``1m``, written and published unless it is there."""
    triples = n_triples(size)
    ontology = sorted((generate.ROOT / "ontology").rglob("*.ttl"))
    made_of = hashlib.sha256(
        b"".join(path.read_bytes() for path in (Path(generate.__file__), Path(names.__file__), *ontology))
    )
    key = f"synthetic-{size}-{made_of.hexdigest()[:12]}"
    file, home = folder / "graphs" / f"{key}.nq", folder / "homes" / key
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as output:
            for group in generate.lines(triples, _SEED):
                output.writelines(group)
        partial.rename(file)
    told = home / "published.json"
    if not told.exists():
        start = time.perf_counter()
        publish(home, parse(path=file, format=RdfFormat.N_QUADS), {"counts": {}, "classes": {}, "graphs": {}})
        told.write_text(json.dumps(time.perf_counter() - start), encoding="ascii")
    return Graph(size, key, triples, file, home, json.loads(told.read_text(encoding="ascii")))


def n_triples(size: str) -> int:
    """Read a size.

    >>> n_triples("100k"), n_triples("10m")
    (100000, 10000000)
    """
    number, unit = size[:-1], size[-1:].lower()
    if unit not in _SIZES or not number.isdigit():
        msg = f"{size!r} is no size: write 100k, 1m, 10m"
        raise ValueError(msg)
    return int(number) * _SIZES[unit]


def entity_queries(graph: Graph, how_many: int = 100) -> list[str]:
    """Return light queries: all that is said of a city, for the first cities of the graph, in the order of the file."""
    return [f"SELECT ?property ?value WHERE {{ {city} ?property ?value }}" for city in _cities(graph, how_many)]


def _cities(graph: Graph, how_many: int) -> Iterator[str]:
    found: set[str] = set()
    with graph.file.open(encoding="utf-8") as lines:
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            if predicate.endswith("#type>") and rest.startswith("<https://w3id.org/migragraph/ontology#City> ."):
                if subject not in found:
                    found.add(subject)
                    yield subject
                if len(found) == how_many:
                    return
