"""Citation: from words of a document to the block of a claim file, so that nobody counts characters by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from migragraph.errors import ConfigError, UnknownThing
from migragraph.iris import SOURCE, term
from migragraph.sources.claims import LONGEST_PASSAGE
from migragraph.sources.documents import read_documents
from migragraph.sources.rdf_files import find_files, read_rdf_file
from migragraph.sources.statement import TextSpan

if TYPE_CHECKING:
    from pathlib import Path

_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Cited:
    """A place where the words stand: the span, its text, a little of the text around it."""

    span: TextSpan
    text: str
    before: str
    after: str

    @property
    def block(self) -> str:
        """Return an empty block of a claim file for the passage."""
        return f"<#{self.span.fragment}> {{\n}}\n"


def cite_passages(project: Path, documents: Path | None, source: str, first: str, last: str | None) -> list[Cited]:
    """Find every passage of a source that starts with ``first`` and ends with the next ``last``.

    Words are compared without case, accents and kinds of dash, quote and white space. Raises ``UnknownThing`` for a
    source that is not known or not in the folder, or words that do not stand in it; passages longer than a claim may
    cite are left out, and if none remains that is an error too.
    """
    if documents is None:
        raise ConfigError(
            "no folder with the source documents is known.", remedy="Give --documents, or set MIGRAGRAPH_REFERENCE."
        )
    digests = {
        q.subject.value.removeprefix(SOURCE): q.object.value
        for path in find_files(project / "data" / "ttl", "sources*.ttl")
        for q in read_rdf_file(path).quads
        if q.predicate == term("schema:sha256") and isinstance(q.subject, NamedNode) and isinstance(q.object, Literal)
    }
    found = read_documents(documents, digests)
    if source not in found:
        raise UnknownThing(
            f"there is no document of a source {source!r} in {documents}.", remedy=f"There are: {', '.join(found)}."
        )
    document = found[source]
    starts = document.find(first)
    if not starts:
        raise UnknownThing(f"{first!r} does not stand in {source}.", remedy="Give words as the document writes them.")
    ends = document.find(last) if last else []
    spans: list[TextSpan] = []
    for start, end in starts:
        if last:
            end = next((e for s, e in ends if s >= start), 0)
        if 0 < end - start <= LONGEST_PASSAGE:
            spans.append(TextSpan(start, end))
    if not spans:
        raise UnknownThing(
            f"no passage of at most {LONGEST_PASSAGE} characters goes from {first!r} to {last!r}.",
            remedy="Choose words that are closer together.",
        )
    text = document.text
    return [
        Cited(s, text[s.start : s.end], text[max(0, s.start - _CONTEXT) : s.start], text[s.end : s.end + _CONTEXT])
        for s in spans
    ]
