"""The text of a query, as far as it has to be known before and after the engine parses it.

:func:`strip_tokens` leaves the keywords of a query, so that SERVICE cannot hide; :func:`explain` turns the engine's
message about a fault into one for people, with its place.
"""

from __future__ import annotations

import re

from migragraph.errors import MalformedQuery

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
_EXPECTED = re.compile(r'"((?:[^"\\]|\\.)+)"|\b([A-Z]{2,})\b')
_CLASSES = re.compile(r"\[[^\n]*?'\]|\[_\]")


def explain(error: SyntaxError, text: str) -> MalformedQuery:
    """Turn the engine's message about a query into one for people, with line and column (both from 1)."""
    match = _PLACE.match(str(error))
    if match is None:
        return MalformedQuery(str(error).rstrip("."))
    line, column, message = int(match[1]), int(match[2]), match[3]
    lines = text.split("\n")
    row = lines[line - 1] if line <= len(lines) else ""
    if "Prefix not found" in message:
        name = next((t for t in _TOKEN.finditer(row) if t["prefix"] is not None and t.start() < column <= t.end() + 1), None)
        cause = f"the prefix {name['prefix']}: is not declared" if name else "a prefix is not declared"
        return MalformedQuery(cause, line=line, column=name.start() + 1 if name else column)
    if sentence := _SENTENCE.search(message):
        cause = sentence[0]
        return MalformedQuery(cause[0].lower() + cause[1:], line=line, column=column)
    found = re.match(r"\w+|\S", row[column - 1 :])
    what = f"“{found[0]}” is not expected here" if found else "it ends too early"
    wanted = sorted({a or b for a, b in _EXPECTED.findall(_CLASSES.sub("", message))})
    if 0 < len(wanted) <= _FEW:
        what += f"; possible: {' '.join(wanted)}"
    return MalformedQuery(what, line=line, column=column)


_FEW = 8
