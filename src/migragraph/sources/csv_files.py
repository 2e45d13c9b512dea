"""Reading of our own CSV files: whole or not at all, each row with its number and line, faults named by file and line.

Entry point: :func:`read_csv_file`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migragraph.errors import Problem, SourceError, Where
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number (the header is row 1), the line it starts at, its cells without outer spaces."""

    number: int
    where: Where
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One file: its columns and its rows, in order."""

    path: Path
    columns: tuple[str, ...]
    records: tuple[Record, ...]


def read_csv_file(path: Path, header: tuple[str, ...] | None = None, *, may_be_empty: bool = False) -> CsvFile:
    """Read a file in UTF-8 with or without a byte order mark; where ``header`` is given, its columns are just those.

    Raises ``SourceError`` with every fault: no such file, not UTF-8, quotes that do not close, a column that is missing
    or unknown or stands there twice, a row with too few or too many cells, no row at all unless it ``may_be_empty``.
    Cells separated by semicolons or tabs, as some spreadsheet programs save them, are one fault.
    """
    text = read_text_file(path, marked=True)
    first = text.partition("\n")[0]
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if mark in first and "," not in first:
            message = f"the cells are separated by {called}."
            raise SourceError([Problem(Where(path, 1), message, "Save the table with commas between the cells.")])
    problems: list[Problem] = []
    records: list[Record] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: tuple[str, ...] = ()
    try:
        columns = tuple(next(reader, ()))
        for name in sorted({n for n in columns if columns.count(n) > 1}):
            problems.append(Problem(Where(path, 1), f"the column {name!r} stands there twice.", "Rename one of them."))
        if header is not None:
            remedy = f"The header is {','.join(header)}."
            stray = [(name, "is missing") for name in header if name not in columns]
            stray += [(name, "is not known") for name in columns if name not in header]
            problems += [Problem(Where(path, 1), f"the column {name} {what}.", remedy) for name, what in stray]
        line = reader.line_num + 1
        for number, row in enumerate(reader, 2):
            where, line = Where(path, line), reader.line_num + 1
            if len(row) != len(columns):
                message = f"the row has {len(row)} cells, the header {len(columns)}."
                problems.append(Problem(where, message, "Put a cell with a comma in quotes; leave no row empty."))
                continue
            cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
            records.append(Record(number, where, cells))
    except csv.Error as error:
        message = f"not well-formed: {error}."
        problems.append(Problem(Where(path, reader.line_num), message, "Check the quotes of the row."))
    if not records and not problems and not may_be_empty:
        problems.append(Problem(Where(path), "the table has no row.", "Fill it, or remove it."))
    if problems:
        raise SourceError(problems)
    return CsvFile(path, columns, tuple(records))
