"""What a source states: one triple, with the passage that says it and how it says it.

These plain values are what every kind of source is read into; the graph is built of nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from migragraph.iris import term

if TYPE_CHECKING:
    from migragraph.errors import Where

STATED = term("warrant:stated")
FROM_CONTEXT = term("warrant:from-context")
COMPUTED = term("warrant:computed")
POSITIVE = term("polarity:positive")
NEGATIVE = term("polarity:negative")


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Unicode code points ``start`` to ``end`` (exclusive) of a text read as UTF-8 without newline translation.

    RFC 5147, https://www.rfc-editor.org/rfc/rfc5147#section-2.1.1
    """

    start: int
    end: int

    @property
    def fragment(self) -> str:
        """Return the fragment identifier."""
        return f"char={self.start},{self.end}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; the header is row 1.

    RFC 7111, https://www.rfc-editor.org/rfc/rfc7111#section-2.1
    """

    row: int

    @property
    def fragment(self) -> str:
        """Return the fragment identifier."""
        return f"row={self.row}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; rows and columns count from 1, the header is row 1.

    RFC 7111, https://www.rfc-editor.org/rfc/rfc7111#section-2.3
    """

    row: int
    column: int

    @property
    def fragment(self) -> str:
        """Return the fragment identifier."""
        return f"cell={self.row},{self.column}"


@dataclass(frozen=True, slots=True)
class Whole:
    """The source as a whole, where nothing finer is known."""

    @property
    def fragment(self) -> str:
        """Return the empty fragment: the passage is the source itself."""
        return ""


Selector = TextSpan | Row | Cell | Whole


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a source, with what is known of where the source has it from.

    ``addresses`` are the pages that a row of a table names as its source, ``citations`` those that have no address;
    ``as_of`` is the date of the information in the words of the table.
    """

    source: NamedNode
    selector: Selector
    addresses: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    as_of: str = ""

    @property
    def iri(self) -> NamedNode:
        """Return the IRI of the passage: that of the source with a fragment."""
        fragment = self.selector.fragment
        return NamedNode(f"{self.source.value}#{fragment}") if fragment else self.source


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple as one passage states it.

    ``subject_words``, ``relation_words`` and ``object_words`` are the few words of the passage that stand for the
    subject, the relation and the object; ``where`` is the place in our own file that was read.
    """

    triple: Triple
    passage: Passage
    where: Where = field(compare=False)
    warrant: NamedNode = STATED
    polarity: NamedNode = POSITIVE
    subject_words: tuple[str, ...] = ()
    relation_words: tuple[str, ...] = ()
    object_words: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words quoted for the statement, sorted."""
        return tuple(sorted({*self.subject_words, *self.relation_words, *self.object_words}))
