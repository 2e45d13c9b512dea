"""The text of a query, as far as it has to be known before and after the engine parses it.

:func:`strip_tokens` leaves the keywords of a query, so that SERVICE cannot hide; :func:`explain` turns the engine's
message about a fault into one for people, with its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from pyoxigraph import Store

from migragraph.errors import MalformedQuery
from migragraph.iris import PREFIXES

# The tokens of https://www.w3.org/TR/sparql11-query/#sparqlGrammar in which a word is not a keyword. The engine reads
# as far as it can, so the local part of a name may start with a digit but not with "-" or ".": `ex:-5SERVICE` is
# a name, a number and a keyword to it.
_TOKEN = re.compile(
    r'''
      (?P<string> """(?:[^"\\]|\\.|"(?!""))*+""" | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*+\'\'\'
                | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*+> )
    | (?P<space> \#[^\n\r]*+ | \s++ )
    | (?P<name> (?P<prefix>[\w.-]*+): (?:(?:[\w:%]|\\.)(?:[\w:%.-]|\\.)*+)? )
    | (?P<variable> [?$]\w++ )
    | (?P<language> @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
    | (?P<word> \w++ )
    ''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NAMED_BLOCK = re.compile(r"(\w+):\s*\{")


def strip_tokens(text: str) -> str:
    r"""Return a query without strings, IRIs, comments, variables, names and language tags: keywords and signs.

    What cannot be told apart stays, so a look for a keyword never misses it:

    - the engine needs no space after a keyword, so a name before a brace, as in ``SERVICEex:x { … }``, stays;
    - ``<`` may be an operator: an IRI with a bracket before the word "service" stays;
    - ``\u0053`` may be read as the letter: the text with such escapes resolved is appended.

    >>> strip_tokens("SELECT ?service { ?s <http://service> 'service' } # service").split()
    ['SELECT', '{', '}']
    """
    bare = _TOKEN.sub(_blank, text)
    if "\\u" in text or "\\U" in text:
        resolved = _ESCAPE.sub(lambda match: _character(match[1] or match[2]), text)
        bare += "\n" + _TOKEN.sub(_blank, resolved)
    return _NAME.sub(" ", _NAMED_BLOCK.sub(r" \1 {", bare))


_NAME = re.compile(r"\w+:")


def _blank(match: re.Match[str]) -> str:
    if (prefix := match["prefix"]) is not None:
        return f" {prefix}: " if "service" in prefix.lower() else " "
    if match["word"]:
        return match[0]
    if match["iri"] and "service" in match[0].partition(")")[2].lower():
        return match[0]
    return " "


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else " "


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][a-z]*(?: [A-Za-z?]+){2,}")
_PIECE = re.compile(
    rf"""(?P<blank> \#[^\n\r]*+ | \s++ )
       | (?: [+-]?+(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)? | {_TOKEN.pattern} | [|&<>]{{2}} | [<>!]= | \^\^ | . )""",
    re.VERBOSE | re.DOTALL,
)
_GAP = " " * 32
_MOST_PIECES = 20_000


def explain(error: SyntaxError, text: str) -> MalformedQuery:
    """Turn the engine's message about a query into one for people, with line and column (both from 1).

    The engine names the furthest place it looked at, which is some characters after the fault: it reads ahead as far
    as the longest keyword that might stand there. So it is asked again with wide gaps between the pieces of the query.
    """
    pieces = [match for match in _PIECE.finditer(text) if match["blank"] is None]
    for piece in pieces:
        if piece[0] in {'"', "'"}:
            return _fault("a string starts here and does not end", text, piece.start())
    found = _PLACE.match(str(error))
    if found is None:
        return MalformedQuery(str(error).rstrip("."))
    if sentence := _SENTENCE.search(found[3]):
        if sentence[0] != "Prefix not found":
            return _fault(sentence[0][0].lower() + sentence[0][1:], text, _offset(text, found))
    piece_at = _locate(pieces) if len(pieces) <= _MOST_PIECES else None
    if piece_at is None:
        return _fault("it is not understood near here", text, _offset(text, found))
    if piece_at == len(pieces):
        return _fault("it ends too early", text, len(text.rstrip()))
    piece = pieces[piece_at]
    if sentence and piece["prefix"] is not None:
        return _fault(f"the prefix {piece['prefix']}: is not declared", text, piece.start())
    return _fault(f"“{_short(piece[0])}” is not expected here", text, piece.start())


def _locate(pieces: list[re.Match[str]]) -> int | None:
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
        Store().query(wide, prefixes=PREFIXES)
    except SyntaxError as error:
        if place := _PLACE.match(str(error)):
            offset = _offset(wide, place)
            return len(pieces) if offset >= len(wide) else max(bisect_right(starts, offset) - 1, 0)
    return None


def _offset(text: str, place: re.Match[str]) -> int:
    """Return the position in the text of a line and column."""
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: int(place[1]) - 1]) + int(place[2]) - 1


def _fault(cause: str, text: str, offset: int) -> MalformedQuery:
    before = text[:offset]
    return MalformedQuery(cause, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def _short(piece: str) -> str:
    return piece if len(piece) <= _LONGEST else piece[:_LONGEST] + "…"


_LONGEST = 40
