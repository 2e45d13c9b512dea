"""Which cells of a table make which triples: the declaration ``mapping.toml``, checked and as plain values.

The language is described at the head of the file itself (data/registry/mapping.toml).
Entry point: :func:`read_mapping`.
"""

from __future__ import annotations

import difflib
import itertools
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import NODE_KINDS, PREFIXES, term
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode

GRAINS: Final = ("row", "cell", "file")
#: How a cell becomes a literal; see :mod:`migragraph.sources.tables`.
CONVERSIONS: Final = ("text", "string", "integer", "decimal", "percent", "date")
WARRANTS: Final = ("stated", "computed")
_START: Final = re.compile(r"\s*\[\[\s*table\s*\]\]")
#: A reference in a template: a column or a value of the table, or a part of the IRI of a value, or its name.
REFERENCE: Final = re.compile(r"\{([a-z0-9_]+)(?:\.(slug|key|label))?\}")

_TABLE_KEYS = ("key", "file", "grain", "addresses", "citations", "as_of", "ignore", "triples", "values")
#: The entries of each form of value; the first two are needed.
_VALUE_KEYS = {
    "kind": ("kind", "name", "country", "split", "otherwise", "optional"),
    "map": ("map", "column", "otherwise", "split"),
    "node": ("node",),
}
_OPTION_KEYS = ("as", "lang", "match", "when", "unless", "says", "of", "coined", "warrant")
#: What is not a text, by the name of the entry or option.
_TYPES: Final[dict[str, tuple[Any, str]]] = {
    **dict.fromkeys(("citations", "ignore", "triples"), (list, "a list")),
    **dict.fromkeys(("values", "when", "unless", "of"), (dict, "a table")),
    **dict.fromkeys(("map", "says"), (dict, "a table of texts")),
    "kind": (str | list, "a text or a list"),
    "optional": (bool, "true or false"),
}


@dataclass(frozen=True, slots=True)
class Lookup:
    """A thing that a name is, through reconciliation: the first of the kinds that has a row for the name answers."""

    kinds: tuple[str, ...]
    name: str
    country: str
    split: str
    otherwise: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A concept or word that stands for what a cell says."""

    column: str
    choices: dict[str, str]
    otherwise: str | None
    split: str


@dataclass(frozen=True, slots=True)
class Node:
    """A node made of what identifies it."""

    template: str


Value = Lookup | Choice | Node


@dataclass(frozen=True, slots=True)
class TripleTemplate:
    """One triple for each row that fulfils the conditions and has every cell that the triple refers to."""

    subject: str
    predicate: NamedNode
    object: str
    conversion: str | None
    language: str
    match: re.Pattern[str] | None
    when: dict[str, tuple[str, ...] | bool]
    unless: dict[str, tuple[str, ...] | bool]
    says: dict[str, str]
    of: dict[str, tuple[str, ...]]
    coined: str | None
    computed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its source, how fine its passages are, and what its rows state."""

    key: str
    file: str
    grain: str
    addresses: str | None
    citations: tuple[str, ...]
    as_of: str | None
    ignored: tuple[str, ...]
    values: dict[str, Value]
    triples: tuple[TripleTemplate, ...]

    def columns_of(self, text: str) -> frozenset[str]:
        """Return the columns that a template refers to, directly or through values; of a lookup, that of the name."""
        out: set[str] = set()
        for name, _ in REFERENCE.findall(text):
            match self.values.get(name):
                case None:
                    out.add(name)
                case Lookup() as lookup:
                    out.add(lookup.name)
                case Choice() as choice:
                    out.add(choice.column)
                case Node() as node:
                    out |= self.columns_of(node.template)
        return frozenset(out)

    @property
    def columns(self) -> frozenset[str]:
        """Return every column that the mapping uses or ignores on purpose."""
        out = {*self.ignored, *self.citations, *(c for c in (self.addresses, self.as_of) if c)}
        for value in self.values.values():
            match value:
                case Lookup():
                    out |= {value.name, *([value.country] if value.country else ()), *self.columns_of(value.otherwise)}
                case Choice():
                    out.add(value.column)
                case Node():
                    out |= self.columns_of(value.template)
        for triple in self.triples:
            out |= self.columns_of(f"{triple.subject} {triple.object}")
            out |= {*triple.when, *triple.unless, *triple.says}
        return frozenset(out)


def read_mapping(path: Path) -> list[Table]:
    """Read the declaration; raises ``SourceError`` with every fault, at the line where the table stands."""
    where = Where(path)
    text = read_text_file(path)
    try:
        declared = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError([Problem(where, f"not well-formed: {error}.", "Correct the syntax.")]) from error
    tables: list[Table] = []
    entries = declared.get("table", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SourceError([Problem(where, "table is no list of tables.", "Declare each table with [[table]].")])
    stray = sorted(declared.keys() - {"table"})
    problems = [Problem(where, f"there is no entry {key!r}.", "Declare each table with [[table]].") for key in stray]
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _START.match(line)]
    for entry, line in zip(entries, itertools.chain(lines, itertools.repeat(None)), strict=False):
        faults = _Faults(Where(path, line), str(entry.get("key", "?")))
        tables.append(_table(entry, faults))
        problems += faults.problems
    if not tables:
        problems.append(Problem(where, "no table is declared.", "Declare each with [[table]]."))
    for field in ("key", "file"):
        names = [getattr(table, field) for table in tables]
        for twice in sorted({n for n in names if names.count(n) > 1}):
            problems.append(Problem(where, f"the {field} {twice!r} is declared twice.", "Join the two tables."))
    if problems:
        raise SourceError(problems)
    return tables


class _Faults:
    """Collects the problems of one table of the declaration."""

    def __init__(self, where: Where, key: str) -> None:
        self.problems: list[Problem] = []
        self._where, self._key = where, key

    def add(self, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._where, f"table {self._key}: {message}", remedy))

    def known(self, what: str, name: str, names: Iterable[str]) -> bool:
        names = list(names)
        if name in names:
            return True
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        self.add(f"there is no {what} {name!r}.", f"{hint}Known: {', '.join(names)}.")
        return False

    def sound(self, what: str, entry: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
        """Return the entries that are known and of their type; the others are faults."""
        sound: dict[str, Any] = {}
        for key, value in entry.items():
            kind, written = _TYPES.get(key, (str, "a text"))
            if not self.known(what, key, keys):
                continue
            inner = value.values() if isinstance(value, dict) and key in ("map", "says") else ()
            if isinstance(value, kind) and all(isinstance(v, str) for v in inner):
                sound[key] = value
            else:
                self.add(f"{key} is {value!r}.", f"Make it {written}.")
        return sound

    def template(self, text: str, values: dict[str, Value] | None = None) -> None:
        """Look for brackets that refer to nothing; with ``values``, for a template that makes no IRI."""
        whole = REFERENCE.fullmatch(text)
        if set("{}") & set(REFERENCE.sub("", text)):
            self.add(f"{text!r} has brackets that refer to nothing.", "Write {column}, {value} or {value.slug}.")
        elif values is None or (whole and whole[1] in values and whole[2] is None):
            return
        elif text.startswith("{") or (text.startswith("<") and not text.endswith(">")):
            self.add(f"{text!r} makes no IRI.", "Write {value}, prefix:…{column}… or <…{column}…>.")
        elif not text.startswith("<"):
            self.known("prefix", text.partition(":")[0], PREFIXES)


def _table(entry: dict[str, Any], faults: _Faults) -> Table:
    entry = faults.sound("entry", entry, _TABLE_KEYS)
    for needed in ("key", "file", "grain", "triples"):
        if not entry.get(needed):
            faults.add(f"it has no {needed}.", f"Give it one: {needed} = …")
    if entry.get("grain"):
        faults.known("grain", entry["grain"], GRAINS)
    values = {name: value for name, e in entry.get("values", {}).items() if (value := _value(name, e, faults))}
    table = Table(
        entry.get("key", ""),
        entry.get("file", ""),
        entry.get("grain", "row"),
        entry.get("addresses"),
        tuple(entry.get("citations", ())),
        entry.get("as_of"),
        tuple(entry.get("ignore", ())),
        values,
        tuple(t for e in _ungroup(entry.get("triples", ()), {}) if (t := _triple(e, faults))),
    )
    for name in sorted(table.columns & values.keys()):
        faults.add(f"{name!r} is a value and a column.", "Give the value another name.")
    used: set[str | None] = set()
    for template in table.triples:
        faults.template(template.subject, values)
        faults.template(template.object, None if template.conversion else values)
        used |= {n for n, _ in REFERENCE.findall(f"{template.subject} {template.object}")}
        used |= {*template.of, template.coined}
        for name in (*template.of, *([template.coined] if template.coined else ())):
            faults.known("value", name, values)
    for value in values.values():
        if isinstance(value, Node):
            faults.template(value.template)
        elif isinstance(value, Lookup) and value.otherwise:
            faults.template(value.otherwise, values)
        made_of = {Node: "template", Lookup: "otherwise"}.get(type(value))
        used |= {n for n, _ in REFERENCE.findall(getattr(value, made_of))} if made_of else set()
    for name in sorted(values.keys() - used) if not faults.problems else ():
        faults.add(f"the value {name!r} is used by nothing.", "Use it in a triple, or remove it.")
    return table


def _value(name: str, entry: Any, faults: _Faults) -> Value | None:
    form = next((form for form in _VALUE_KEYS if isinstance(entry, dict) and form in entry), None)
    if form is None:
        faults.add(f"the value {name!r} has none of {', '.join(_VALUE_KEYS)}.", "Say how the value is made.")
        return None
    entry = faults.sound(f"entry in the value {name!r},", entry, _VALUE_KEYS[form])
    for needed in _VALUE_KEYS[form][:2]:
        if not entry.get(needed):
            faults.add(f"the value {name!r} has no {needed}.", f"Give it one: {needed} = …")
            return None
    if form == "kind":
        return Lookup(
            _texts(entry["kind"]),
            entry.get("name", ""),
            entry.get("country", ""),
            entry.get("split", ""),
            entry.get("otherwise", ""),
            entry.get("optional", False),
        )
    if form == "map":
        for chosen in (*entry["map"].values(), entry.get("otherwise", "")):
            if chosen:
                faults.known(f"prefix in the value {name!r},", chosen.partition(":")[0], PREFIXES)
        return Choice(entry.get("column", ""), entry["map"], entry.get("otherwise"), entry.get("split", ""))
    kind = entry["node"].partition(":")[0]
    known = faults.known(f"kind of n-ary node for the value {name!r},", kind, NODE_KINDS)
    return Node(entry["node"]) if known else None


def _ungroup(entries: Iterable[Any], shared: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield each triple with the options of the groups around it; what is neither triple nor group as it is."""
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("triples", []), list):
            options = {key: value for key, value in entry.items() if key != "triples"}
            yield from _ungroup(entry.get("triples", ()), shared | options)
        elif not isinstance(entry, list):
            yield [entry]
        else:
            own = {key: value for e in entry if isinstance(e, dict) for key, value in e.items()}
            yield [*(e for e in entry if not isinstance(e, dict)), *([shared | own] if shared | own else ())]


def _triple(entry: list[Any], faults: _Faults) -> TripleTemplate | None:
    texts, options = [e for e in entry if isinstance(e, str)], next((e for e in entry if isinstance(e, dict)), {})
    if len(texts) != 3 or len(entry) != 3 + bool(options):
        faults.add(f"{entry!r} is not a triple.", "Write [subject, predicate, object] or the same with {options}.")
        return None
    options = faults.sound("option", options, _OPTION_KEYS)
    if "as" in options:
        faults.known("conversion", options["as"], CONVERSIONS)
    if "warrant" in options:
        faults.known("warrant", options["warrant"], WARRANTS)
    if texts[1] != "a":
        faults.known("prefix", texts[1].partition(":")[0], PREFIXES)
    if options.get("as") == "text" and not options.get("lang"):
        faults.add(f"the text {texts[2]!r} has no language.", 'Give it one: lang = "en".')
    pattern = None
    try:
        pattern = re.compile(options["match"]) if "match" in options else None
    except re.error as error:
        faults.add(f"{options['match']!r} is no regular expression: {error}.", "Correct it.")
    if pattern and pattern.groups != 1:
        faults.add(f"{options['match']!r} has not exactly one group.", "Put the part that is the object in brackets.")
    if faults.problems:
        return None
    return TripleTemplate(
        texts[0],
        term("rdf:type" if texts[1] == "a" else texts[1]),
        texts[2],
        options.get("as"),
        options.get("lang", ""),
        pattern,
        {c: v if isinstance(v, bool) else _texts(v) for c, v in options.get("when", {}).items()},
        {c: v if isinstance(v, bool) else _texts(v) for c, v in options.get("unless", {}).items()},
        dict(options.get("says", {})),
        {c: _texts(v) for c, v in options.get("of", {}).items()},
        options.get("coined"),
        options.get("warrant") == "computed",
    )


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
