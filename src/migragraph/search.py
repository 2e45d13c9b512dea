"""Search of things by their names: words and beginnings of words, without case and accents, in any order.

A word may stand in any of the names of a thing; of practices, projects and the like also in the name of a place, of who
runs them or of a theme. A plural finds the singular and the other way round.

An index of every label is made once per version and kept in memory, since a look through all labels by SPARQL takes
seconds on a large graph.

Entry point: :class:`LabelIndex`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode

from migragraph.iris import CONCEPT, ID, term
from migragraph.sources.documents import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from migragraph.store.engine import Engine

_WORD: Final = re.compile(r"\w+")
_FACTS: Final = DefaultGraph()
_LABELS: Final = (term("skos:prefLabel"), term("skos:altLabel"))
#: What is done somewhere about something: such a thing is found by the names of these too, and before concepts.
_DEEDS: Final = tuple(term(name) for name in ("mg:Undertaking", "mg:Policy", "mg:Event"))
_BESIDE: Final = tuple(
    term(name) for name in ("mg:locatedIn", "mg:operator", "mg:coordinator", "mg:coversArea", "mg:theme")
)
#: The shortest word of which an ending is taken for that of a plural.
_SHORTEST_PLURAL: Final = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its IRI, its name, and what else fits: another spelling, or names that go with it."""

    iri: str
    label: str
    spelling: str | None
    beside: tuple[str, ...] = ()


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
        self._of_thing: dict[str, list[int]] = defaultdict(list)
        for predicate in _LABELS:
            for quad in store.quads_for_pattern(None, predicate, None, _FACTS):
                if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
                    continue
                iri, text = quad.subject.value, quad.object.value
                if iri.startswith((ID, CONCEPT)):
                    preferred = predicate == _LABELS[0]
                    self._of_thing[iri].append(len(self._entries))
                    self._entries.append(_Entry(iri, text, fold(text), preferred))
                    if preferred and (quad.object.language == "en" or iri not in self._names):
                        self._names[iri] = text
        by_word: dict[str, set[int]] = defaultdict(set)
        for number, entry in enumerate(self._entries):
            for word in _WORD.findall(entry.folded):
                by_word[word].add(number)
        self._by_word = dict(by_word)
        self._words = sorted(by_word)
        self._deeds = {
            quad.subject.value
            for cls in _DEEDS
            for quad in store.quads_for_pattern(None, term("rdf:type"), cls, _FACTS)
            if isinstance(quad.subject, NamedNode)
        }
        #: What goes with a thing → the things that it goes with.
        self._with: dict[str, set[str]] = defaultdict(set)
        for predicate in _BESIDE if self._deeds else ():
            for quad in store.quads_for_pattern(None, predicate, None, _FACTS):
                deed, other = quad.subject, quad.object
                if isinstance(deed, NamedNode) and isinstance(other, NamedNode) and deed.value in self._deeds:
                    self._with[other.value].add(deed.value)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, text: str, *, limit: int = 20, names_only: bool = False) -> list[Hit]:
        """Return the things that every word of the text fits, as the beginning of a word or in another number.

        First those with all words in one name: the name itself, then things before concepts, names that begin with the
        text, shorter ones. Then those of which several names have the words between them, or names of places, of who
        runs them and of themes; ``names_only`` leaves these out. A text without a letter or digit finds nothing.
        """
        folded = fold(text)
        fitting = [self._fitting(word) for word in dict.fromkeys(_WORD.findall(folded))]
        if not fitting:
            return []

        def rank(entry: _Entry) -> tuple[object, ...]:
            begins, is_concept = entry.folded.startswith(folded), entry.iri.startswith(CONCEPT)
            is_it = entry.folded == folded and (entry.is_preferred or not is_concept)
            order = not is_it, is_concept, not begins, not entry.is_preferred
            return *order, len(entry.text), entry.text, entry.iri

        hits: dict[str, Hit] = {}
        for entry in sorted((self._entries[number] for number in set.intersection(*fitting)), key=rank):
            if entry.iri not in hits and len(hits) < limit:
                label = self._names.get(entry.iri, entry.text)
                hits[entry.iri] = Hit(entry.iri, label, None if entry.text == label else entry.text)
        if len(hits) < limit and not names_only:
            for hit in self._around(fitting, hits.keys()):
                if len(hits) < limit:
                    hits[hit.iri] = hit
        return list(hits.values())

    def _around(self, fitting: list[set[int]], known: Collection[str]) -> Iterator[Hit]:
        """Return what all words fit by several names of it and of what goes with it; most of its own names first."""
        named = [{self._entries[number].iri for number in numbers} for numbers in fitting]
        beside = [{thing for iri in iris & self._with.keys() for thing in self._with[iri]} for iris in named]
        found = set.intersection(*(own | near for own, near in zip(named, beside, strict=True))).difference(known)
        ranked: list[tuple[int, int, str, str]] = []
        for iri in found:
            label = self._names.get(iri) or self._entries[self._of_thing[iri][0]].text if iri in self._of_thing else ""
            if label:
                ranked.append((sum(iri not in own for own in named), len(label), label, iri))
        for _, _, label, iri in sorted(ranked):
            others = (
                [self._names[near] for near in own if near in self._names and iri in self._with.get(near, ())]
                for own in named
                if iri not in own
            )
            shown = {min(names, key=lambda name: (len(name), name)) for names in others if names}
            yield Hit(iri, label, None, tuple(sorted(shown)))

    def _fitting(self, word: str) -> set[int]:
        """Return the numbers of the names with a word that begins with this one, or is it in another number."""
        found: set[int] = set()
        for position in range(bisect_left(self._words, word), len(self._words)):
            if not self._words[position].startswith(word):
                break
            found |= self._by_word[self._words[position]]
        for form in _other_numbers(word):
            found |= self._by_word.get(form, set())
        return found


def _other_numbers(word: str) -> Iterator[str]:
    """Return what may be the singular or plural of an English word, the word itself aside.

    >>> list(_other_numbers("cities")), list(_other_numbers("city")), list(_other_numbers("refugees"))
    (['citie', 'city'], ['cities'], ['refugee'])
    """
    if len(word) < _SHORTEST_PLURAL:
        return
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("y"):
        yield word[:-1] + "ies"
