"""The one canonical form of our RDF files, so that a change of a fact is a change of a line.

Prefixes that are used, sorted; then passages in the order of the document, subjects by name, types first, the
other predicates by name, objects by value. pyoxigraph writes the statements, rdflib those of files with lists;
comments do not survive, so what matters stands in statements.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)
from rdflib import Graph

from migragraph.iris import PREFIXES, term
from migragraph.sources.rdf_files import find_files, name, read_rdf_file
from migragraph.sources.text_files import read_each

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TYPE = term("rdf:type")
_START = re.compile(r"#char=(\d+),(\d+)$")
_HEADER = re.compile(r"(?:@(?:prefix|base) [^\n]*\n)+")
_FILES = (("ontology", "**/*.ttl"), ("shapes", "**/*.ttl"), ("data/ttl", "**/*.ttl"), ("data/ttl", "**/*.trig"))


def canonical_text(path: Path) -> str:
    """Return the canonical form of an RDF file of ours.

    Raises ``SourceError`` where the file cannot be read, and ``RuntimeError`` should the text not say the same.
    """
    file = read_rdf_file(path)
    form = RdfFormat.TRIG if path.suffix == ".trig" else RdfFormat.TURTLE
    has_lists = any(isinstance(node, BlankNode) for q in file.quads for node in (q.subject, q.object))
    text = _with_lists(path) if has_lists else write_quads(file.quads, form, file.base)
    if _canonical(parse(text.encode(), form)) != _canonical(file.quads):
        msg = f"the canonical form of {path} does not say what the file says"
        raise RuntimeError(msg)
    return text


def _canonical(quads: Iterable[Quad]) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def write_quads(quads: Iterable[Quad], form: RdfFormat, base: str | None = None) -> str:
    """Return quads without blank nodes in canonical form, as Turtle (the graphs are left out) or TriG."""
    quads = sorted(set(quads), key=_order)
    trig = form == RdfFormat.TRIG
    items = quads if trig else [q.triple for q in quads]
    # passages are written against the base, not by the prefix of sources, whose local names would need escapes
    prefixes = {p: iri for p, iri in PREFIXES.items() if not (trig and p == "source")}
    written = BytesIO()
    serialize(items, written, form, prefixes=prefixes)
    body = _HEADER.sub("", written.getvalue().decode(), count=1)
    body = re.sub(r"^\t+", lambda tabs: "    " * len(tabs[0]), body, flags=re.MULTILINE)
    body = re.sub(r"^(\}|    \S.* \.|\S.* \.)$", r"\1\n", body, flags=re.MULTILINE) if not trig else body
    body = body.replace("\n}\n", "\n}\n\n") if trig else body
    header = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in sorted(prefixes.items()) if _uses(body, p))
    if base:
        header = f"@base <{base}> .\n{header}"
        body = body.replace(f"<{base}#", "<#")
    return f"{header}\n{body.strip()}\n"


def format_project(folder: Path, *, write: bool) -> list[Path]:
    """Return the RDF files of a project that are not in canonical form, and bring them into it if ``write``.

    Raises ``SourceError`` with the problems of all files, before any is written, or where there is no file at all.
    """
    paths = sorted(p for part, pattern in _FILES for p in find_files(folder / part, pattern))
    texts = (text.encode() for text in read_each(paths, canonical_text))
    changed = {path: text for path, text in zip(paths, texts, strict=True) if path.read_bytes() != text}
    for path, text in changed.items() if write else ():
        path.write_bytes(text)
    return list(changed)


def _uses(body: str, prefix: str) -> bool:
    return re.search(rf"(?<![\w:<\"/-]){re.escape(prefix)}:", body) is not None


def _order(quad: Quad) -> tuple[int, int, bool, str, bool, str, str]:
    """Sort by passage, then notes on the passage last, then subject, type before other predicates, object."""
    graph = quad.graph_name
    start, end = 0, 0
    if not isinstance(graph, DefaultGraph) and (match := _START.search(graph.value)):
        start, end = int(match[1]), int(match[2])
    note = quad.subject == graph or name(quad.predicate) == "mg:wordedAs"
    subject = name(quad.subject) if isinstance(quad.subject, NamedNode) else str(quad.subject)
    return start, end, note, subject, quad.predicate != _TYPE, name(quad.predicate), str(quad.object)


def _with_lists(path: Path) -> str:
    graph = Graph(bind_namespaces="none")
    graph.parse(path, format="turtle")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri, override=True, replace=True)
    return graph.serialize(format="turtle").strip() + "\n"
