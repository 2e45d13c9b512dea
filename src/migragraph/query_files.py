"""Files that hold one SPARQL query after a header of comments, such as questions and networks.

::

    # Title: Members of two networks
    # Question: Which cities are in Eurocities and in Intercultural Cities?

    PREFIX org: <http://www.w3.org/ns/org#>
    SELECT …

The name of the query is that of the file. Every fault is found with its file and line before anything is refused.

Entry points: :func:`read_query_file`, :func:`read_query_files`, :func:`find_query_file`, :func:`unknown_name`.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from migragraph.errors import MalformedQuery, Problem, QueryError, SourceError, UnknownThing, Where
from migragraph.graph.rules import read_header
from migragraph.query import QueryRequest, check_query
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_HEADER_LINES = re.compile(r"\A(?:\s*#[^\n]*\n)+\s*")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class QueryFile:
    """One file as it was read: its header (keys in lower case), its query, and the faults found so far.

    Whoever knows more about the kind of query adds what it finds with :meth:`fault`; :meth:`refuse` then raises all.
    """

    def __init__(self, path: Path, header: Mapping[str, str], sparql: str, first_line: int) -> None:
        self.path, self.header, self.sparql, self.first_line = path, header, sparql, first_line
        self.request = QueryRequest(sparql)
        self.problems: list[Problem] = []

    def fault(self, message: str, remedy: str, line: int | None = None) -> None:
        """Note a fault, with the line of the file (from 1) where one is known."""
        self.problems.append(Problem(Where(self.path, line), message, remedy))

    def refuse(self) -> None:
        """Raise ``SourceError`` with all faults, if there are any."""
        if self.problems:
            raise SourceError(self.problems)


class Named(Protocol):
    """What is read from a query file: it has a name and a title."""

    @property
    def slug(self) -> str:
        """Return the name."""

    @property
    def title(self) -> str:
        """Return the title."""


T = TypeVar("T", bound=Named)


def read_query_file(path: Path, keys: tuple[str, ...]) -> QueryFile:
    """Read a file whose header has these keys; a name that is no slug, a missing key, a bad query are faults of it.

    Raises ``SourceError`` where the file cannot be read at all.
    """
    text = read_text_file(path)
    match = _HEADER_LINES.match(text)
    sparql = text[match.end() :] if match else text
    file = QueryFile(path, read_header(text), sparql, text.count("\n", 0, len(text) - len(sparql)) + 1)
    if not _NAME.fullmatch(path.stem):
        file.fault("the name is no slug.", "Use a-z, 0-9 and hyphens.")
    if missing := [key for key in keys if key not in file.header]:
        lines = [f"# {key.title()}:" for key in keys]
        remedy = f"Start with {', '.join(lines[:-1])} and {lines[-1]} lines."
        file.fault(f"the header lacks {', '.join(missing)}.", remedy, 1)
    try:
        check_query(file.request)
    except QueryError as error:
        line = error.line or 1 if isinstance(error, MalformedQuery) else 1
        file.fault(error.message, error.remedy, file.first_line + line - 1)
    return file


def read_query_files(folder: Path, read: Callable[[Path], T], what: str) -> list[T]:
    """Read all query files of a folder, in the order of their names; ``what`` they are is said in messages.

    Raises ``SourceError`` with the problems of all files, for two with one title, and for a folder without any.
    """
    found: list[T] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.rq"), key=lambda path: path.stem):
        try:
            found.append(read(path))
        except SourceError as error:
            problems += error.problems
    titles: dict[str, str] = {}
    for item in found:
        if (taken := titles.setdefault(item.title, item.slug)) != item.slug:
            message = f"{taken}.rq has the same title."
            problems.append(Problem(Where(folder / f"{item.slug}.rq", 1), message, "Give it a title of its own."))
    if not found and not problems:
        problems.append(Problem(Where(folder), f"there is no {what} (*.rq) here.", "Check the folder given."))
    if problems:
        raise SourceError(problems)
    return found


def find_query_file(folder: Path, slug: str, what: str) -> Path:
    """Return the path of a query file by its name; ``UnknownThing`` with the nearest names where there is none."""
    path = folder / f"{slug}.rq"
    if not _NAME.fullmatch(slug) or not path.is_file():
        raise unknown_name(slug, (known.stem for known in folder.glob("*.rq")), what)
    return path


def unknown_name(slug: str, known: Iterable[str], what: str) -> UnknownThing:
    """Return the error for a name that no query has, with the names that come near."""
    names = sorted(known)
    near = difflib.get_close_matches(slug, names, n=3) or names[:5]
    return UnknownThing(f"there is no {what} {slug!r}.", remedy=f"Some there are: {', '.join(near) or 'none at all'}.")
