"""What is known of a query or update before the engine parses it: its keywords, its size.

SERVICE must not hide from us, and the engine ends the whole process on a query that nests too deep.

Entry point: :class:`Outline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from migragraph.syntax import BRACKETS, PROLOGUE, iterate_pieces, resolve_escapes, split_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WITH_HOST = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_DATA_WORDS = {"UNDEF", "TRUE", "FALSE"}
_DATA_SIGNS = {"(", ")", ",", "^^"}


@dataclass(frozen=True)
class Outline:
    """What can be known of a query or update before the engine parses it, worked out as far as it is asked for.

    A light query is answered in less time than it takes to split its text, so that is done where it has to be.
    """

    text: str

    @cached_property
    def bare(self) -> str:
        r"""Return the keywords and signs, without strings, IRIs, comments, variables, names, language tags.

        What cannot be told apart stays, so a look for a keyword never misses it:

        - the engine needs no space after a keyword, so a name before a brace, as in ``SERVICEex:x { … }``, stays;
        - ``<`` may be an operator: an IRI with a bracket before the word "service" stays, unless it begins like
          ``http://``;
        - ``\u0053`` may be read as the letter: the text with such escapes resolved is appended.

        >>> Outline("SELECT ?service { ?s <http://service> 'service' } # service").bare.split()
        ['SELECT', '{', '}']
        """
        return "".join(self._keywords())

    @cached_property
    def first(self) -> str:
        """Return the first keyword after the prologue, in capitals, or no text: SELECT, ASK, INSERT and the like."""
        words = (word.upper() for keyword in self._keywords() for word in re.findall(r"[A-Za-z]+", keyword))
        return next((word for word in words if word not in PROLOGUE), "")

    def mentions(self, word: str) -> bool:
        """Tell whether a word in small letters stands in a keyword, or may do so.

        >>> [Outline(text).mentions("service") for text in ("ASK { ?s a 'service' }", "ASK { SERVICE <x:> {} }")]
        [False, True]
        """
        return (word in self.text.lower() or self._has_escapes) and word in self.bare.lower()

    @property
    def depth(self) -> int:
        """Return how many levels deep its brackets go."""
        return self._extent[0]

    @property
    def size(self) -> int:
        """Return how many pieces there are to parse, but for the values in lists of VALUES and IN."""
        return self._extent[1]

    def exceeds(self, *, depth: int, size: int) -> bool:
        """Tell whether it is deeper or longer; a short text with few brackets is known not to be without a closer look.

        >>> Outline("ASK {}").exceeds(depth=1, size=3), Outline("ASK {{}}").exceeds(depth=1, size=10)
        (False, True)
        """
        n_brackets = sum(map(self.text.count, (bracket for bracket, step in BRACKETS.items() if step > 0)))
        if n_brackets <= depth and len(self.text) <= size:
            return False
        return self.depth > depth or self.size > size

    @property
    def _has_escapes(self) -> bool:
        return "\\u" in self.text or "\\U" in self.text

    @cached_property
    def _extent(self) -> tuple[int, int]:
        pieces = split_pieces(self.text)
        depths = accumulate((BRACKETS.get(piece[0], 0) for piece in pieces), initial=0)
        return max(depths), _size(pieces)

    def _keywords(self) -> Iterator[str]:
        yield from _keywords(iterate_pieces(self.text))
        if self._has_escapes:
            yield "\n"
            yield from _keywords(iterate_pieces(resolve_escapes(self.text)))


def _keywords(pieces: Iterable[re.Match[str]]) -> Iterator[str]:
    suspect = ""
    for piece in pieces:
        if suspect and piece[0] == "{":
            yield suspect
        suspect = ""
        is_doubtful = piece["open"] or (piece["iri"] and may_hide_service(piece[0]))
        if piece["word"] or piece["sign"] or is_doubtful:
            yield f" {piece[0]}"
        elif piece["prefix"] is not None and "service" in piece["prefix"].lower():
            suspect = f" {piece['prefix']}"


def may_hide_service(iri: str) -> bool:
    """Tell whether what looks like an IRI in ``<>`` may be an operator and what follows, a SERVICE among it.

    No expression goes on with ``http://`` after an operator: a local name has no slash, and no division has two.
    """
    return "service" in iri.partition(")")[2].lower() and not _WITH_HOST.match(iri)


def _size(pieces: list[re.Match[str]]) -> int:
    """Count the pieces, but not the values in ``VALUES … { }`` and ``IN ( )``, and nothing in ``DATA { }``."""
    count = inside = 0
    closing, before, is_data = "", "", False
    for piece in pieces:
        word = piece[0].upper() if piece["word"] else ""
        if not closing and word in {"VALUES", "IN", "DATA"}:
            closing, inside, is_data = ")" if word == "IN" else "}", 0, word == "DATA"
        elif closing:
            inside += {"{": 1, "}": -1}.get(piece[0], 0) if closing == "}" else BRACKETS.get(piece[0], 0)
            if piece[0] == closing and inside <= 0:
                closing = ""
        is_chain = piece["number"] and piece[0][0] in "+-" and closing == ")" and before not in {"(", ","}
        is_value = not (piece["word"] or piece["sign"]) or word in _DATA_WORDS or piece[0] in _DATA_SIGNS
        count += not (closing and (is_data or (is_value and not is_chain)))
        before = piece[0]
    return count
