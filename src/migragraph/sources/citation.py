"""Citation: from words of a document to the block of a claim file, so that nobody counts characters by hand.

The way back is :mod:`migragraph.sources.quotation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migragraph.errors import UnknownThing
from migragraph.iris import PREFIXES, SOURCE
from migragraph.sources.claims import LONGEST_PASSAGE
from migragraph.sources.documents import Excerpt, cut_out, find_document
from migragraph.sources.statement import TextSpan

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cited:
    """A place where the words stand: the span, and its text with a little of the text around it."""

    span: TextSpan
    excerpt: Excerpt

    @property
    def block(self) -> str:
        """Return an empty block of a claim file for the passage."""
        return f"<#{self.span.fragment}> {{\n}}\n"


def claim_file_header(source: str) -> str:
    """Return what a claim file of a source begins with: its base and all our prefixes; ``format`` drops the others."""
    prefixes = (f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(PREFIXES.items()) if prefix != "source")
    return f"@base <{SOURCE}{source}> .\n{''.join(prefixes)}"


def cite_passages(project: Path, documents: Path | None, source: str, first: str, last: str | None) -> list[Cited]:
    """Find every passage of a source that starts with ``first`` and ends with the next ``last``.

    Words are compared without case, accents and kinds of dash, quote and white space. Raises ``UnknownThing`` for a
    source that is not known or not in the folder, or words that do not stand in it; passages longer than a claim may
    cite are left out, and if none remains that is an error too.
    """
    document = find_document(project, documents, source)
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
    return [Cited(span, cut_out(document.text, span.start, span.end)) for span in spans]
