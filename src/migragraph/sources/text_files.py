"""Reading of our own text files: UTF-8 and nothing else, faults named by file.

Entry point: :func:`read_text_file`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migragraph.errors import Problem, SourceError, Where

if TYPE_CHECKING:
    from pathlib import Path

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


def _refuse(path: Path, message: str, remedy: str) -> SourceError:
    return SourceError([Problem(Where(path), message, remedy)])
