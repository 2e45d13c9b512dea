"""Reading of our own text files: UTF-8 and nothing else, faults named by file.

Entry points: :func:`read_text_file`; :func:`read_each` for several files, whose faults are all found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from migragraph.errors import Problem, SourceError, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

T = TypeVar("T")
_MARK = "\ufeff"


def read_text_file(path: Path, *, marked: bool = False) -> str:
    """Return the text of a file as it is, line ends too; ``marked`` lets a byte order mark pass, which is left out.

    Raises ``SourceError`` where there is no such file, where it is not UTF-8, or where it starts with a byte order
    mark, which parsers of RDF, SPARQL and TOML take for a sign.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise _refuse(path, "there is no such file.", "Check the name, and the folder given.") from error
    except UnicodeDecodeError as error:
        raise _refuse(path, f"the file is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    if text.startswith(_MARK) and not marked:
        raise _refuse(path, "the file starts with a byte order mark.", "Save it as UTF-8 without one.")
    return text.removeprefix(_MARK)


def read_each(paths: Iterable[Path], read: Callable[[Path], T]) -> list[T]:
    """Return what a function reads from each file, in their order.

    Where it raises ``SourceError`` the files that follow are read all the same; then one is raised with the problems
    of all files.
    """
    found: list[T] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(read(path))
        except SourceError as error:
            problems += error.problems
    if problems:
        raise SourceError(problems)
    return found


def _refuse(path: Path, message: str, remedy: str) -> SourceError:
    return SourceError([Problem(Where(path), message, remedy)])
