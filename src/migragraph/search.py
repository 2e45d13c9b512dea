"""Search of things by their names: words and beginnings of words, without case and accents.

An index of every label is made once per version and kept in memory, since a look through all labels by SPARQL takes
seconds on a large graph.

Entry point: :class:`LabelIndex`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from migragraph.iris import CONCEPT, ID, term
from migragraph.sources.documents import fold

if TYPE_CHECKING:
    from migragraph.store.engine import Engine

_WORD = re.compile(r"\w+")
_FACTS = DefaultGraph()
_LABELS = (term("skos:prefLabel"), term("skos:altLabel"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its IRI, its name, and the spelling that fits where that is another one."""

    iri: str
    label: str
    spelling: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    iri: str
    text: str
    folded: str
    is_preferred: bool


class LabelIndex:
    """The names of all things and concepts of a version, by their words.

    >>> from pyoxigraph import Literal, Quad, Store
    >>> store = Store()
    >>> store.add(Quad(term("city:malmo"), term("skos:prefLabel"), Literal("Malmö", language="en")))
    >>> [hit.label for hit in LabelIndex(store).find("malm")]
    ['Malmö']
    """

    def __init__(self, store: Engine) -> None:
        self._names: dict[str, str] = {}
        self._entries: list[_Entry] = []
        for predicate in _LABELS:
            for quad in store.quads_for_pattern(None, predicate, None, _FACTS):
                if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
                    continue
                iri, text = quad.subject.value, quad.object.value
                if iri.startswith((ID, CONCEPT)):
                    preferred = predicate == _LABELS[0]
                    self._entries.append(_Entry(iri, text, fold(text), preferred))
                    if preferred and (quad.object.language == "en" or iri not in self._names):
                        self._names[iri] = text
        by_word: dict[str, set[int]] = defaultdict(set)
        for number, entry in enumerate(self._entries):
            for word in _WORD.findall(entry.folded):
                by_word[word].add(number)
        self._by_word = dict(by_word)
        self._words = sorted(by_word)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, text: str, *, limit: int = 20) -> list[Hit]:
        """Return the things with a name in which every word of the text begins a word; the nearest first.

        Nearest is the name itself, then a name that begins with the text, then the shorter one. A text without a
        letter or digit finds nothing.
        """
        words = _WORD.findall(fold(text))
        if not words:
            return []
        found = set.intersection(*(self._beginning_with(word) for word in words))
        folded = fold(text)

        def rank(entry: _Entry) -> tuple[object, ...]:
            begins = not entry.folded.startswith(folded)
            return entry.folded != folded, begins, not entry.is_preferred, len(entry.text), entry.text, entry.iri

        hits: dict[str, Hit] = {}
        for entry in sorted((self._entries[number] for number in found), key=rank):
            if entry.iri not in hits and len(hits) < limit:
                label = self._names.get(entry.iri, entry.text)
                hits[entry.iri] = Hit(entry.iri, label, None if entry.text == label else entry.text)
        return list(hits.values())

    def _beginning_with(self, start: str) -> set[int]:
        found: set[int] = set()
        for position in range(bisect_left(self._words, start), len(self._words)):
            if not self._words[position].startswith(start):
                break
            found |= self._by_word[self._words[position]]
        return found
