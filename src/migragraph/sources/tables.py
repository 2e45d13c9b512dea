"""Reading of the registry tables: rows become statements as ``mapping.toml`` declares, without code of their own.

Entry points: :func:`read_tables`, :func:`read_mentions`. All files lie in one folder: the tables, ``mapping.toml``
and ``reconciliation.csv``.
"""

from __future__ import annotations

import datetime
import difflib
import itertools
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import ID, SOURCE, literal, slug, term
from migragraph.sources.csv_files import CsvFile, Record, read_csv_file
from migragraph.sources.mapping import REFERENCE, Choice, Lookup, Node, Table, TripleTemplate, read_mapping
from migragraph.sources.names import Mention, Reconciliation, read_reconciliation
from migragraph.sources.statement import COMPUTED, STATED, Cell, Passage, Row, Statement, Whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INTEGER = re.compile(r"-?[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_DATE_TYPES = (term("xsd:gYear"), term("xsd:gYearMonth"), term("xsd:date"))
_ADDRESS = re.compile(r"https?://\S+")
_IN_IRI = re.compile(r"[A-Za-z0-9._~-]+")


def read_tables(folder: Path) -> list[Statement]:
    """Read every table that ``mapping.toml`` in the folder declares.

    Raises ``SourceError`` with all problems of all tables: of the file (not UTF-8, a missing or undeclared column, a
    row with too many cells, no row at all, not declared itself), of a cell (a name that reconciliation does not know, a
    bad number or date, a word without a concept) and of the declaration.
    """
    problems: list[Problem] = []
    statements: list[Statement] = []
    tables: list[Table] = []
    reconciliation = Reconciliation(())
    try:
        tables = read_mapping(folder / "mapping.toml")
    except SourceError as error:
        problems += error.problems
    try:
        reconciliation = read_reconciliation(folder / "reconciliation.csv")
    except SourceError as error:
        problems += error.problems
    declared = {"reconciliation.csv", *(table.file for table in tables)}
    for path in sorted(folder.glob("*.csv")) if tables else ():
        if path.name not in declared:
            message = "the table is not declared in mapping.toml."
            problems.append(Problem(Where(path), message, "Declare it with [[table]], or remove it."))
    for table in tables if not problems else ():
        try:
            file = _read_table(folder, table)
        except SourceError as error:
            problems += error.problems
            continue
        for record in file.records:
            statements += _RecordReader(table, file.columns, record, reconciliation, problems).statements()
    if problems:
        raise SourceError(problems)
    return list(dict.fromkeys(statements))


def read_mentions(folder: Path) -> Iterator[Mention]:
    """Yield every name that the tables look up, with its place; for :mod:`migragraph.sources.reconciliation`."""
    for table in read_mapping(folder / "mapping.toml"):
        for record in _read_table(folder, table).records:
            for value in table.values.values():
                if isinstance(value, Lookup):
                    yield from _mentions(value, record)


def parse_literal(text: str, conversion: str, language: str = "") -> Literal:
    """Turn the text of a cell into a literal: text, string, integer, decimal, percent (0.9 for 90 %) or date.

    A date is as precise as written: a year, a month or a day. Raises ``ValueError`` that says what was expected.

    >>> parse_literal("2010-02", "date").datatype.value.rpartition("#")[2]
    'gYearMonth'
    >>> parse_literal("90 %", "percent").value
    '0.9'
    """
    match conversion:
        case "text":
            return literal(text, language)
        case "string":
            return Literal(text)
        case "integer" if _INTEGER.fullmatch(text):
            return Literal(str(int(text.replace(",", ""))), datatype=term("xsd:integer"))
        case "decimal" if _DECIMAL.fullmatch(text):
            return Literal(text, datatype=term("xsd:decimal"))
        case "percent" if found := _PERCENT.fullmatch(text):
            return Literal(f"{(Decimal(found[1]) / 100).normalize():f}", datatype=term("xsd:decimal"))
        case "date" if (found := _DATE.fullmatch(text)) and _is_day(*(int(part or 1) for part in found.groups())):
            return Literal(text, datatype=_DATE_TYPES[text.count("-")])
    wanted = {"integer": "a whole number", "decimal": "a number", "percent": "a percentage"}
    msg = f"{text!r} is not {wanted.get(conversion, 'a date of the form 2024, 2024-05 or 2024-05-31')}"
    raise ValueError(msg)


class _RecordReader:
    """Makes the statements of one row; what cannot be made is added to the problems and left out."""

    def __init__(
        self, table: Table, columns: tuple[str, ...], record: Record, names: Reconciliation, problems: list[Problem]
    ) -> None:
        self._table, self._columns, self._record, self._names = table, columns, record, names
        self._problems = problems
        self._nodes: dict[str, list[NamedNode]] = {}
        self._coined: set[str] = set()
        addresses: dict[str, None] = {}
        citations: dict[str, None] = {}
        for column in (table.addresses, *table.citations):
            for part in _parts(record.cells[column], " | ") if column else ():
                address = _ADDRESS.match(part)
                if address:
                    addresses[address[0]] = None
                if rest := part[address.end() if address else 0 :].strip(" ()"):
                    citations[rest] = None
        self._evidence = (tuple(addresses), tuple(citations), record.cells[table.as_of] if table.as_of else "")

    def statements(self) -> Iterator[Statement]:
        """Yield the statements of the row, in the order of the templates."""
        for template in self._table.triples:
            if not self._applies(template):
                continue
            passage = self._passage(template)
            warrant = COMPUTED if template.computed else STATED
            objects: list[NamedNode | Literal]
            objects = [*(self._literals(template) if template.conversion else self._resources(template.object))]
            for subject, value in itertools.product(list(self._resources(template.subject)), objects):
                if all(_kind(node) in kinds for name, kinds in template.of.items() for node in self._values(name)) and (
                    template.coined is None or (self._values(template.coined) and template.coined in self._coined)
                ):
                    triple = Triple(subject, template.predicate, value)
                    words = tuple(template.says.values())
                    yield Statement(triple, passage, self._record.where, warrant=warrant, object_words=words)

    def _applies(self, template: TripleTemplate) -> bool:
        cells = self._record.cells
        return (
            all(cells[c] in v if isinstance(v, tuple) else bool(cells[c]) == v for c, v in template.when.items())
            and not any(
                cells[c] in v if isinstance(v, tuple) else bool(cells[c]) == v for c, v in template.unless.items()
            )
            and all(words in cells[c] for c, words in template.says.items())
        )

    def _passage(self, template: TripleTemplate) -> Passage:
        source, row = NamedNode(SOURCE + self._table.key), self._record.number
        match self._table.grain:
            case "file":
                return Passage(source, Whole(), *self._evidence)
            case "cell":
                columns = self._table.columns_of(template.object) | template.says.keys()
                if len(columns) == 1:
                    return Passage(source, Cell(row, self._columns.index(next(iter(columns))) + 1), *self._evidence)
        return Passage(source, Row(row), *self._evidence)

    def _resources(self, text: str) -> Iterator[NamedNode]:
        """Yield the IRIs that a template makes; none where a cell is empty or a name is left out."""
        whole = REFERENCE.fullmatch(text)
        if whole and whole[2] is None and whole[1] in self._table.values:
            yield from self._values(whole[1])
        elif text.startswith("<"):
            for filled in self._fill(text[1:-1], in_iri=True):
                yield NamedNode(filled)
        else:
            for filled in self._fill(text, slugs=True):
                yield term(filled)

    def _literals(self, template: TripleTemplate) -> Iterator[Literal]:
        for text in self._fill(template.object):
            found = template.match.search(text) if template.match else None
            if template.match and not found:
                continue
            try:
                yield parse_literal(found[1] if found else text, str(template.conversion), template.language)
            except ValueError as error:
                self._report(template.object, f"{error}.", "Correct the cell.")

    def _fill(self, text: str, *, slugs: bool = False, in_iri: bool = False) -> Iterator[str]:
        choices: list[list[str]] = []
        for name, part in REFERENCE.findall(text):
            if name in self._table.values:
                write = {"key": _key, "label": self._names.label}.get(part, _slug)
                choices.append([write(node) for node in self._values(name)])
                continue
            cell = self._record.cells[name]
            if in_iri and cell and not _IN_IRI.fullmatch(cell):
                self._report(text, f"{cell!r} cannot stand in an IRI.", "Use letters, digits, point and hyphen only.")
                cell = ""
            try:
                choices.append([slug(cell) if slugs else cell] if cell else [])
            except ValueError as error:
                self._report(text, f"{error}.", "Write a name with letters or digits.")
                choices.append([])
        for combination in itertools.product(*choices):
            parts = iter(combination)
            yield REFERENCE.sub(lambda _: next(parts), text)  # noqa: B023 (used at once)

    def _values(self, name: str) -> list[NamedNode]:
        if name not in self._nodes:
            self._nodes[name] = []
            self._nodes[name] = list(dict.fromkeys(self._make(name)))
        return self._nodes[name]

    def _make(self, name: str) -> Iterator[NamedNode]:
        value = self._table.values[name]
        match value:
            case Node():
                yield from self._resources(value.template)
            case Choice():
                for part in _parts(self._record.cells[value.column], value.split):
                    chosen = value.choices.get(part, value.otherwise)
                    if chosen is None:
                        near = difflib.get_close_matches(part, value.choices, n=2)
                        hint = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
                        known = ", ".join(map(repr, value.choices))
                        message = f"{part!r} stands for nothing."
                        self._report(f"{{{value.column}}}", message, f"{hint}mapping.toml knows {known}.")
                    elif chosen:
                        yield term(chosen)
            case Lookup():
                for mention in _mentions(value, self._record):
                    match = self._names.find(mention.name, mention.country, mention.kinds)
                    if match is not None:
                        yield from (match.thing,) if match.thing is not None else ()
                    elif value.otherwise:
                        self._coined.add(name)
                        yield from self._resources(value.otherwise)
                    elif not value.optional:
                        self._problems.append(self._names.refuse(mention))

    def _report(self, template: str, message: str, remedy: str) -> None:
        columns = ", ".join(sorted(self._table.columns_of(template)))
        self._problems.append(Problem(self._record.where, f"column {columns}: {message}", remedy))


def _read_table(folder: Path, table: Table) -> CsvFile:
    """Read a table; a column that the mapping wants and does not find, or does not know, is a ``SourceError``."""
    file = read_csv_file(folder / table.file)
    problems: list[Problem] = []
    for name in sorted(table.columns - set(file.columns)):
        near = difflib.get_close_matches(name, file.columns, n=1)
        hint = f"Is it {near[0]!r} here? " if near else ""
        message = f"there is no column {name!r}."
        problems.append(Problem(Where(file.path, 1), message, f"{hint}Add it, or correct mapping.toml."))
    for name in sorted(set(file.columns) - table.columns):
        message = f"the column {name!r} is not declared."
        problems.append(Problem(Where(file.path, 1), message, "Map it in mapping.toml, or list it there under ignore."))
    if problems:
        raise SourceError(problems)
    return file


def _mentions(lookup: Lookup, record: Record) -> Iterator[Mention]:
    country = record.cells[lookup.country] if lookup.country else ""
    for part in _parts(record.cells[lookup.name], lookup.split):
        yield Mention(part, country, lookup.kinds, record.where, open=bool(lookup.otherwise or lookup.optional))


def _parts(cell: str, separator: str) -> list[str]:
    parts = cell.split(separator) if separator else [cell]
    return [text for part in parts if (text := part.strip())]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _kind(node: NamedNode) -> str:
    return node.value.removeprefix(ID).partition("/")[0]


def _slug(node: NamedNode) -> str:
    return node.value.rpartition("/")[2]


def _key(node: NamedNode) -> str:
    """Name a node within another: the slug of a city, the kind before that of any other thing."""
    return _slug(node) if _kind(node) == "city" else f"{_kind(node)}-{_slug(node)}"
