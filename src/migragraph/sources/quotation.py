"""Quotation: from a place in a source back to its words, or to the cells of the table. The reverse of citation.

Entry points: :func:`quote`, :func:`read_place`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.errors import BadParameter, UnknownThing
from migragraph.iris import EDIT_KEY, SOURCE
from migragraph.sources.csv_files import read_csv_file
from migragraph.sources.documents import cut_out, find_document
from migragraph.sources.mapping import read_mapping
from migragraph.sources.statement import Cell, Row, Selector, TextSpan, Whole

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = r"0|[1-9]\d{0,11}"
_PLACE = re.compile(rf"(?:char=)?({_NUMBER}),({_NUMBER})|row=({_NUMBER})|cell=({_NUMBER}),({_NUMBER})")
_FORMS: Final = "Write characters as 5962,6178, a row of a table as row=127, a cell as cell=127,3."


@dataclass(frozen=True, slots=True)
class Quoted:
    """A place in a source, and what stands there, for people: words with a little around them, or a row of a table."""

    iri: str
    text: str


def read_place(text: str) -> Selector:
    """Read a place as it is written after the ``#`` of a passage; characters may be written as two numbers alone.

    Raises ``BadParameter`` for anything else.

    >>> read_place("5962,6178"), read_place("row=127")
    (TextSpan(start=5962, end=6178), Row(row=127))
    """
    match = _PLACE.fullmatch(text)
    if match is None:
        raise BadParameter(f"{text!r} is no place in a source.", remedy=_FORMS)
    start, end, row, cell_row, column = (None if n is None else int(n) for n in match.groups())
    if start is not None and end is not None:
        return TextSpan(start, end)
    return Row(row) if row is not None else Cell(cell_row or 0, column or 0)


def quote(project: Path, documents: Path | None, source: str, place: Selector) -> Quoted:
    """Return what stands at a place of a source.

    The words of a document come from the folder of documents, as :func:`find_document` finds them; the cells of a
    table from ``data/registry`` of the project. Raises ``UnknownThing`` where there is no such source or place, and
    ``ConfigError`` where a document is needed and no folder is known.
    """
    iri = f"{SOURCE}{source}" + (f"#{place.fragment}" if place.fragment else "")
    if re.fullmatch(EDIT_KEY, source):
        return Quoted(iri, "an edit, which has no document; `migragraph edits` tells who made it, when and why")
    registry = project / "data" / "registry"
    tables = {table.key: table.file for table in read_mapping(registry / "mapping.toml")}
    if source in tables:
        return Quoted(iri, _in_table(registry / tables[source], place))
    document = find_document(project, documents, source, others=tables)
    match place:
        case TextSpan(start, end) if start < end <= len(document.text):
            return Quoted(iri, cut_out(document.text, start, end).marked)
        case Whole():
            return Quoted(iri, f"the document as a whole, {len(document.text)} characters")
    raise UnknownThing(
        f"there is no {place.fragment} in {source}, a text of {len(document.text)} characters.",
        remedy="Give start and end, counted from 0, the end not included.",
    )


def _in_table(path: Path, place: Selector) -> str:
    """Return a row of a table, a cell a line, with the cell that is meant marked."""
    file = read_csv_file(path)
    name = f"data/registry/{path.name}"
    if isinstance(place, Whole):
        return f"{name} as a whole, {len(file.records)} rows below the header"
    number = place.row if isinstance(place, Row | Cell) else 0
    column = place.column if isinstance(place, Cell) else None
    cells = {record.number: record.cells for record in file.records} | {1: {name: name for name in file.columns}}
    if number not in cells or (column is not None and not 1 <= column <= len(file.columns)):
        last = f"{len(file.records) + 1} rows, the header is row 1, and {len(file.columns)} columns"
        raise UnknownThing(f"there is no {place.fragment} in {name}, which has {last}.", remedy=_FORMS)
    meant = file.columns[column - 1] if column else None
    lines = (f"{'>' if key == meant else ' '} {key}: {value}" for key, value in cells[number].items())
    return "\n".join((name, *lines))
