"""The text of a query or update: its tokens, and what is wrong with it.

:func:`split_pieces` splits it as the engine does; :func:`explain` turns the engine's message about a fault into one for
people, with its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pyoxigraph import Store

from migragraph.errors import BadParameter, MalformedQuery
from migragraph.iris import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# The tokens of https://www.w3.org/TR/sparql11-query/#sparqlGrammar as the engine reads them, which needs no space after
# a number or keyword: `ex:-5SERVICE` is a name, a number and a keyword to it. A string that does not end goes as far as
# it could.
_PIECE = re.compile(
    r'''
      (?P<blank> \#[^\n\r]*+ | \s++ )
    | """(?:[^"\\]|\\.|"(?!""))*+""" | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*+\'\'\'
    | (?!"""|\'\'\') (?: "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<open> """.*+ | \'\'\'.*+ | ["'](?:[^\\\n\r]|\\.)*+ )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*+> )
    | (?P<name> (?P<prefix>_|(?:[^\W\d_][\w.-]{0,200}+)?): (?:(?:[\w:%]|\\.)(?:[\w:%.-]|\\.)*+)? )
    | (?P<variable> [?$]\w++ )
    | (?P<language> @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
    | (?P<number> [+-]?(?:\d++(?:\.\d++)?+|\.\d++)(?:[eE][+-]?\d++)? )
    | (?P<word> \w++ )
    | (?P<sign> \|\| | && | << | >> | [<>!]= | \^\^ | . )
    ''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*(?P<nul>\\u0000|\\U00000000)")
BRACKETS = {"(": 1, "[": 1, "{": 1, "<<": 1, ")": -1, "]": -1, "}": -1, ">>": -1}
#: What declares something, and how many pieces each takes.
PROLOGUE = {"BASE": 2, "PREFIX": 3, "VERSION": 2}


def iterate_pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield what :func:`split_pieces` returns."""
    return (match for match in _PIECE.finditer(text) if match["blank"] is None)


def split_pieces(text: str) -> list[re.Match[str]]:
    """Return the tokens of a query or update, without spaces and comments; each match has the group of its kind."""
    return list(iterate_pieces(text))


def count_declarations(pieces: Sequence[re.Match[str]]) -> int:
    """Return how many of these pieces make up the prologue that they begin with: prefixes, base, version.

    >>> count_declarations(split_pieces("PREFIX a: <http://a.example/> BASE <http://b.example/> ASK {}"))
    5
    """
    n = 0
    while n < len(pieces) and (step := PROLOGUE.get(pieces[n][0].upper())):
        n += step
    return min(n, len(pieces))


def resolve_escapes(text: str) -> str:
    r"""Return a query with the letters that ``\u`` and ``\U`` stand for.

    >>> resolve_escapes(r"\u0053ELECT")
    'SELECT'
    """
    return _ESCAPE.sub(lambda match: _character(match[1] or match[2]), text)


def refuse_nul(text: str, what: str) -> None:
    r"""Raise ``BadParameter`` for a query or update with an escape for NUL, which stands for the character itself.

    https://www.w3.org/TR/sparql11-query/#codepointEscape

    >>> refuse_nul(r'ASK { ?s ?p "\\u0000" }', "query")  # a backslash, and letters
    """
    if found := _NUL.search(text):
        raise BadParameter(f"the {what} holds a NUL character, as {found['nul']}.", remedy="Leave it out.")


def find_dataset(text: str) -> tuple[str, list[str]]:
    """Return the prologue of a query, and the graphs that its FROM clauses name, as they are written.

    A clause that is written with escapes, or without a space before a name, is passed over.

    >>> find_dataset("BASE <a:> SELECT (1 AS ?x) FROM <b> FROM NAMED a:c { ?s ?p 'FROM <d>' }")
    ('BASE <a:> ', ['<b>', 'a:c'])
    """
    names: list[str] = []
    start, depth, before = -1, 0, ""
    for piece in split_pieces(text):
        word = piece[0].upper() if piece["word"] else ""
        if start < 0 and word and word not in PROLOGUE:
            start = piece.start()
        depth += BRACKETS.get(piece[0], 0)
        if depth == 0 and before in {"FROM", "FROM NAMED"} and (piece["iri"] or piece["name"]):
            names.append(piece[0])
        before = "FROM NAMED" if (before, word) == ("FROM", "NAMED") else word
    return text[: max(start, 0)], names


def with_plain_concatenations(text: str) -> str:
    """Return a query or update with each GROUP_CONCAT inside STR, which is the same in SPARQL 1.1.

    There its value has no language; the engine keeps one that all values share.
    https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat

    >>> with_plain_concatenations("SELECT (group_concat(DISTINCT ?x ; separator='(') AS ?all) {}")
    "SELECT (STR(group_concat(DISTINCT ?x ; separator='(')) AS ?all) {}"
    """
    if "group_concat" not in text.lower():
        return text
    added: list[tuple[int, str]] = []
    depth, open_ = 0, list[int]()
    before: re.Match[str] | None = None
    for piece in split_pieces(text):
        if piece[0] == "(":
            depth += 1
            if before is not None and before["word"] and before[0].upper() == "GROUP_CONCAT":
                open_.append(depth)
                added.append((before.start(), "STR("))
        elif piece[0] == ")":
            if open_ and open_[-1] == depth:
                open_.pop()
                added.append((piece.end(), ")"))
            depth -= 1
        before = piece
    parts, written = [], 0
    for offset, more in added:
        parts += [text[written:offset], more]
        written = offset
    return "".join([*parts, text[written:]])


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else " "


_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"\b[A-Za-z]\w*(?: [A-Za-z?]+){2,}")
_OF_A_PIECE = {"Prefix not found", "IRI parsing failed"}
_GAP = " " * 32
_LONGEST = 40


def parse_query(text: str) -> None:
    """Raise ``SyntaxError`` for what the engine does not take as a query."""
    Store().query(text, prefixes=PREFIXES, base_iri=BASE)


def explain(error: SyntaxError, text: str, parse: Callable[[str], object] = parse_query) -> MalformedQuery:
    """Turn the engine's message about a query into one for people, with line and column (both from 1).

    The engine names the furthest place it looked at, which is some characters after the fault: it reads ahead as far
    as the longest keyword that might stand there. So it is asked again with wide gaps between the pieces of the query.
    """
    pieces = split_pieces(text)
    for piece in pieces:
        if piece["open"]:
            return fault_at("a string starts here and does not end", text, piece.start())
    found = _PLACE.match(str(error))
    if found is None:
        return MalformedQuery(str(error).rstrip("."))
    sentence = _SENTENCE.search(found[3])
    if sentence and sentence[0] not in _OF_A_PIECE:
        return fault_at(sentence[0][0].lower() + sentence[0][1:], text, _offset(text, found))
    at = _locate(pieces, parse)
    if at is None:
        return fault_at("it is not understood near here", text, _offset(text, found))
    if at == len(pieces):
        return fault_at("it ends too early", text, len(text.rstrip()))
    piece = pieces[at]
    if sentence and piece["prefix"] is not None:
        return fault_at(f"the prefix {piece['prefix']}: is not declared", text, piece.start())
    if sentence and piece["iri"]:
        return fault_at(f"{piece[0]} is not an IRI", text, piece.start())
    shown = piece[0] if len(piece[0]) <= _LONGEST else piece[0][:_LONGEST] + "…"
    return fault_at(f"'{shown}' is not expected here", text, piece.start())


def _locate(pieces: list[re.Match[str]], parse: Callable[[str], object]) -> int | None:
    """Return the index of the piece that the engine does not understand, the number of pieces for the end."""
    starts: list[int] = []
    parts: list[str] = []
    length, before = 0, ""
    for piece in pieces:
        gap = "" if piece["language"] or "^^" in (before, piece[0]) else _GAP
        starts.append(length + len(gap))
        parts += [gap, piece[0]]
        length += len(gap) + len(piece[0])
        before = piece[0]
    wide = "".join(parts) + _GAP
    try:
        parse(wide)
    except SyntaxError as error:
        if place := _PLACE.match(str(error)):
            offset = _offset(wide, place)
            return len(pieces) if offset >= len(wide) else max(bisect_right(starts, offset) - 1, 0)
    return None


def _offset(text: str, place: re.Match[str]) -> int:
    """Return the position in the text of a line and column."""
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: int(place[1]) - 1]) + int(place[2]) - 1


def fault_at(cause: str, text: str, offset: int) -> MalformedQuery:
    """Return the error at a position of the text, with its line and column."""
    before = text[:offset]
    return MalformedQuery(cause, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def point_at(text: str, line: int, column: int) -> str:
    r"""Return the part of a line of a query that a fault is in, with a mark below the place; both count from 1.

    >>> print(point_at("SELECT *\nWHERE { ?s ?p & }", 2, 15))
    WHERE { ?s ?p & }
                  ^
    """
    found = text.replace("\r\n", " \n").split("\n")[line - 1].replace("\t", " ")
    start = max(0, column - 60)
    return f"{found[start : start + 100]}\n{' ' * (column - 1 - start)}^"
