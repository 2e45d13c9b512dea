"""Reading of our own RDF files: parsed whole, each subject with its line, faults named by file and line.

The parser is pyoxigraph's; what it lacks is the line of each statement, which is found again in the text by the name
of the subject or graph at the start of a line (our files are in canonical form, see :mod:`migragraph.canonical`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import PREFIXES, shorten
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FORMATS = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG}
_SUBJECT = re.compile(r"^\s*(<[^>\s]*>|[\w-]*:[^\s;,]+)")


@dataclass(frozen=True, slots=True)
class RdfFile:
    """One parsed file: its quads in order, its prefixes and base, and where each subject or graph starts."""

    path: Path
    quads: tuple[Quad, ...]
    base: str | None
    lines: dict[str, int]

    @property
    def triples(self) -> list[Triple]:
        """Return the statements without their graphs, in order."""
        return [Triple(q.subject, q.predicate, q.object) for q in self.quads]

    def where(self, node: object) -> Where:
        """Return the place where the node starts a line, or the file as a whole."""
        return Where(self.path, self.lines.get(node.value) if isinstance(node, NamedNode) else None)


def read_rdf_file(path: Path) -> RdfFile:
    """Parse one ``.ttl`` or ``.trig`` file.

    Raises ``SourceError`` with file and line where the file is not UTF-8 or not well-formed, declares a prefix that is
    not ours or one of ours with another namespace, or holds no statement at all.
    """
    text = read_text_file(path)
    try:
        parser = parse(text.encode(), _FORMATS[path.suffix])
        quads = tuple(parser)
    except SyntaxError as error:
        raise _refuse(path, error.lineno, f"not well-formed: {error.msg}.", "Correct the syntax.") from error
    for prefix, namespace in parser.prefixes.items():
        if PREFIXES.get(prefix) != namespace:
            line = next((n for n, row in enumerate(text.splitlines(), 1) if row.startswith(f"@prefix {prefix}:")), None)
            known = PREFIXES.get(prefix)
            remedy = f"Write @prefix {prefix}: <{known}> ." if known else "Use a prefix of migragraph.iris.PREFIXES."
            raise _refuse(path, line, f"the prefix {prefix}: stands for <{namespace}> here.", remedy)
    if not quads:
        raise _refuse(path, None, "the file holds no statement.", "Fill it or remove it.")
    return RdfFile(path, quads, parser.base_iri, dict(_lines(text, parser.base_iri)))


def read_rdf_files(paths: Iterable[Path], problems: list[Problem]) -> Iterator[RdfFile]:
    """Parse files one by one; what is wrong with one goes to ``problems``, and the others are read all the same."""
    for path in paths:
        try:
            yield read_rdf_file(path)
        except SourceError as error:
            problems += error.problems


def find_files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder that match, sorted; a pattern that matches nothing is an error, never no work."""
    found = sorted(folder.glob(pattern))
    if not found:
        raise _refuse(folder, None, f"no file matches {pattern}.", "Check the folder given.")
    return found


def blank_nodes(file: RdfFile) -> list[Problem]:
    """Return a problem where the file has a blank node: every thing, node and claim of ours has an IRI."""
    if any(isinstance(t, BlankNode) for q in file.quads for t in (q.subject, q.object, q.graph_name)):
        message = "the file has a blank node, which no fact or claim may have."
        return [Problem(Where(file.path), message, "Give the node an IRI of its own.")]
    return []


def _refuse(path: Path, line: int | None, message: str, remedy: str) -> SourceError:
    return SourceError([Problem(Where(path, line), message, remedy)])


def _lines(text: str, base: str | None) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not (match := _SUBJECT.match(line)):
            continue
        name = match[1].replace("\\", "")
        if name.startswith("<"):
            inner = name[1:-1]
            iri = inner if ":" in inner.partition("#")[0] else (base or "") + inner
        else:
            prefix, _, local = name.partition(":")
            iri = PREFIXES.get(prefix, prefix + ":") + local
        if iri not in seen:
            seen.add(iri)
            yield iri, number


def name(node: object) -> str:
    """Write a term for people: a prefixed name where there is one."""
    return shorten(node.value) if isinstance(node, NamedNode) else str(node)
