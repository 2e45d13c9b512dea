"""Reading of our own RDF files: parsed whole, each subject with its line, faults named by file and line.

The parser is pyoxigraph's; what it lacks is the line of each statement, which is found again in the text by the name
of the subject or graph at the start of a line (our files are in canonical form, see :mod:`migragraph.canonical`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import PREFIXES, SOURCE, shorten, term
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FORMATS = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG}
#: What is no name with a prefix: texts, IRIs, comments.
_QUOTED = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^>\s]*>|(?:^|(?<=\s))\#.*', re.MULTILINE)
_DECLARED = re.compile(r"^\s*@?prefix\s+([\w-]*):", re.MULTILINE | re.IGNORECASE)
_BASE = re.compile(r"^\s*@?base\s", re.MULTILINE | re.IGNORECASE)
_USED = re.compile(r"(?<![\w:@.-])([a-z][a-z0-9-]*):(?=[\w\\])")
_TYPE = term("rdf:type")
_SUBJECT = re.compile(r"^\s*(<[^>\s]*>|[\w-]*:[^\s;,]+)")


@dataclass(frozen=True, slots=True)
class RdfFile:
    """One parsed file: its quads in order, its base, where each subject or graph starts.

    ``said`` are the lines on which a subject has a predicate in the block that begins at a line, with what they say.
    """

    path: Path
    quads: tuple[Quad, ...]
    base: str | None
    lines: dict[str, int]
    said: dict[tuple[int, str, str], list[tuple[int, str]]]

    @property
    def triples(self) -> list[Triple]:
        """Return the statements without their graphs, in order."""
        return [Triple(q.subject, q.predicate, q.object) for q in self.quads]

    def where(self, node: object) -> Where:
        """Return the place where the node starts a line, or the file as a whole."""
        return Where(self.path, self.lines.get(node.value) if isinstance(node, NamedNode) else None)

    def where_said(self, quad: Quad) -> Where:
        """Return the line of a statement in the block of its graph; the block where the file is not in canonical form.

        Where objects of one predicate stand on several lines, the one that has the object.
        """
        block = self.where(quad.graph_name)
        verb = "a" if quad.predicate == _TYPE else name(quad.predicate)
        keys = ((block.line or 0, subject, verb) for subject in self._written(quad.subject))
        said = next((self.said[key] for key in keys if key in self.said), None)
        if not said:
            return block
        what = quad.object.value if isinstance(quad.object, Literal) else name(quad.object)
        return Where(self.path, next((line for line, row in said if what in row), said[0][0]))

    def _written(self, node: object) -> tuple[str, ...]:
        """Return how a subject may be written: with a prefix, whole, or against the base."""
        if not isinstance(node, NamedNode):
            return ()
        return name(node), f"<{node.value}>", f"<{node.value.removeprefix(self.base or '')}>"


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
        header = missing_header(path, text)
        lines = "".join(f"\n    {line}" for line in header)
        remedy = f"These lines are missing at its head:{lines}" if header else "Correct the syntax."
        raise _refuse(path, error.lineno, f"not well-formed: {error.msg}.", remedy) from error
    for prefix, namespace in parser.prefixes.items():
        if PREFIXES.get(prefix) != namespace:
            line = next((n for n, row in enumerate(text.splitlines(), 1) if row.startswith(f"@prefix {prefix}:")), None)
            known = PREFIXES.get(prefix)
            remedy = f"Write @prefix {prefix}: <{known}> ." if known else "Use a prefix of migragraph.iris.PREFIXES."
            raise _refuse(path, line, f"the prefix {prefix}: stands for <{namespace}> here.", remedy)
    if not quads:
        raise _refuse(path, None, "the file holds no statement.", "Fill it or remove it.")
    return RdfFile(path, quads, parser.base_iri, dict(_lines(text, parser.base_iri)), _said(text))


def missing_header(path: Path, text: str) -> list[str]:
    """Return the lines that declare what a file of ours uses and does not declare: the base of its source, prefixes.

    >>> from pathlib import Path
    >>> missing_header(Path("claims/report.trig"), "<#char=1,9> { city:a a <urn:mg:b> }")
    ['@base <https://w3id.org/migragraph/source/report> .', '@prefix city: <https://w3id.org/migragraph/id/city/> .']
    """
    plain = _QUOTED.sub(" ", text)
    declared = {name.lower() for name in _DECLARED.findall(plain)}
    used = sorted({name for name in _USED.findall(plain) if name in PREFIXES} - declared)
    lines = [f"@prefix {name}: <{PREFIXES[name]}> ." for name in used]
    if path.suffix == ".trig" and "<#" in text and not _BASE.search(text):
        source = path.stem if path.parent.name == "claims" else path.parent.name
        lines.insert(0, f"@base <{SOURCE}{source}> .")
    return lines


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


def _said(text: str) -> dict[tuple[int, str, str], list[tuple[int, str]]]:
    """Find the lines of statements in blocks, as canonical form writes them: a predicate or an object a line."""
    found: dict[tuple[int, str, str], list[tuple[int, str]]] = {}
    block, subject, verb, ended = 0, "", "", "."
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace("\\", "").split()
        if words[1:] == ["{"] and not line[0].isspace():
            block, ended = number, "."
        elif block and words and words != ["}"]:
            if ended == "." and len(words) > 1:
                subject, verb = words[:2]
            elif ended == ";":
                verb = words[0]
            found.setdefault((block, subject, verb), []).append((number, line))
            ended = words[-1]
    return found


def name(node: object) -> str:
    """Write a term for people: a prefixed name where there is one."""
    return shorten(node.value) if isinstance(node, NamedNode) else str(node)
