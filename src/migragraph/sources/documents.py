"""The source documents themselves, where a folder with them is at hand.

They are not part of the project: a document is known by its SHA-256 in ``data/ttl/sources.ttl`` and read as UTF-8
without newline translation, so that positions count Unicode code points of the file as it is.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from migragraph.errors import ConfigError, Problem, SourceError, UnknownThing, Where
from migragraph.iris import SOURCE, term
from migragraph.sources.rdf_files import find_files, read_rdf_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: Characters that are shown on each side of an excerpt.
_CONTEXT = 40
_FOLD = str.maketrans({
    **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("‘’‚‛′´`", "'"), **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("*_[]#\u00ad\u200b\ufeff", ""),
    "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "ı": "i",
})  # fmt: skip


def fold(text: str) -> str:
    r"""Fold a text for comparison: no case, accents, emphasis marks, kinds of dash, quote and white space.

    >>> fold("The  **Región** –\u00a0de")
    'the region - de'
    """
    # folding one letter can uncover another (an accent below a capital), so it goes on until nothing changes
    while True:
        plain = unicodedata.normalize("NFKD", text.translate(_FOLD).casefold())
        folded = " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
        if folded == text:
            return folded
        text = folded


def stands_in(words: str, folded: str) -> bool:
    """Tell whether the words stand in a folded text as whole words.

    >>> stands_in("Région", fold("the REGION of")), stands_in("act", fold("the actors"))
    (True, False)
    """
    needle = fold(words)
    return bool(needle) and re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", folded) is not None


@dataclass(frozen=True)
class Document:
    """A source document as it was read: key of the source, file, text."""

    key: str
    path: Path
    text: str

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        """The folded text, and for each of its characters the position in the text."""
        out: list[str] = []
        at: list[int] = []
        for index, char in enumerate(self.text):
            piece = " " if char.isspace() else fold(char)
            if piece == " " and (not out or out[-1] == " "):
                continue
            for c in piece:
                out.append(c)
                at.append(index)
        return "".join(out), at

    def grow_to_words(self, start: int, end: int) -> tuple[int, int]:
        """Return a passage with the letters and digits added that stand before and after it in the words it cuts.

        >>> from pathlib import Path
        >>> Document("d", Path(), "in the region of Crete").grow_to_words(9, 18)
        (7, 22)
        """

        def within(at: int) -> bool:
            return 0 < at < len(self.text) and all(c.isalpha() or c.isdecimal() for c in self.text[at - 1 : at + 1])

        while within(start):
            start -= 1
        while within(end):
            end += 1
        return start, end

    def find(self, words: str) -> list[tuple[int, int]]:
        """Return start and end of every place where the words stand, compared as :func:`fold` does."""
        folded, at = self._folded
        needle = fold(words)
        if not needle:
            return []
        return [(at[m.start()], at[m.end() - 1] + 1) for m in re.finditer(re.escape(needle), folded)]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words of a text, with a little of the text around them."""

    text: str
    before: str
    after: str

    @property
    def marked(self) -> str:
        """Return the words in brackets, amid what is around them."""
        return f"…{self.before}[{self.text}]{self.after}…"


def cut_out(text: str, start: int, end: int) -> Excerpt:
    """Return the characters ``start`` to ``end`` (exclusive) of a text, with up to 40 on each side."""
    return Excerpt(text[start:end], text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT])


def find_document(project: Path, documents: Path | None, source: str, *, others: Iterable[str] = ()) -> Document:
    """Return the document of a source that the project describes, from the folder of documents.

    Raises ``ConfigError`` where no folder is given, and ``UnknownThing`` for a source that is not known, or not in the
    folder; ``others`` are names of sources that would have done too.
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
    if source not in digests:
        raise UnknownThing(
            f"there is no document of a source {source!r}.",
            remedy=f"There are: {', '.join((*sorted(digests), *sorted(others)))}. "
            "Describe another in data/ttl/sources.ttl first, with the SHA-256 of its file.",
        )
    found = read_documents(documents, digests)
    if source not in found:
        raise _absent(documents, {source: digests[source]})
    return found[source]


def read_documents(folder: Path, digests: Mapping[str, str]) -> dict[str, Document]:
    """Read the documents of a folder whose SHA-256 is that of a source: key → document.

    ``digests`` gives the SHA-256 (hexadecimal) of each source. Files of the folder that are no source are
    left alone; a source that is not there is not in the answer. Raises ``UnknownThing`` where none is there, and
    ``SourceError`` where one is no text in UTF-8.
    """
    keys: dict[str, list[str]] = {}
    for key, digest in digests.items():
        keys.setdefault(digest.lower(), []).append(key)
    found: dict[str, Document] = {}
    for path in _files(folder):
        raw = path.read_bytes()
        for key in keys.get(hashlib.sha256(raw).hexdigest(), ()):
            try:
                found[key] = Document(key, path, raw.decode("utf-8"))
            except UnicodeDecodeError as error:
                message = f"the document of {key} is not UTF-8 (byte {error.start})."
                remedy = "Cite a text: turn the document into one, and give its SHA-256 in data/ttl/sources.ttl."
                raise SourceError([Problem(Where(path), message, remedy)]) from error
    if not found:
        raise _absent(folder, digests)
    return found


def _absent(folder: Path, digests: Mapping[str, str]) -> UnknownThing:
    """Say that no file of the folder is the document of one of these sources, and which one was before it changed."""
    keys = {digest.lower(): key for key, digest in digests.items()}
    for path in _files(folder):
        unmarked = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        plain = unmarked.replace(b"\r\n", b"\n")
        for lines in (plain, plain.replace(b"\n", b"\r\n")):
            for form in (lines, codecs.BOM_UTF8 + lines):
                if key := keys.get(hashlib.sha256(form).hexdigest()):
                    return UnknownThing(
                        f"{path} is the document of {key} with other line ends or another byte order mark, so its "
                        "places would be wrong.",
                        remedy="Put the file there as it was; an editor, or git with core.autocrlf, changed it.",
                    )
    if len(digests) == 1:
        what = f"no file in {folder} is the document of {next(iter(digests))}: none has its SHA-256."
    else:
        what = f"no file in {folder} is a source document: none has the SHA-256 of a source."
    return UnknownThing(
        what,
        remedy="Give the folder that holds the documents, unchanged; `sha256sum FILE` prints what "
        "data/ttl/sources.ttl has to say of one.",
    )


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())
