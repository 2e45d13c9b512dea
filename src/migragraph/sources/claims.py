"""Claim files: what a document says, one TriG graph per passage.

The form is described in ``docs/model.md``. Entry point: :func:`read_claims`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from migragraph.errors import Problem, SourceError
from migragraph.iris import EDIT_KEY, SOURCE, source_key, term
from migragraph.sources.rdf_files import RdfFile, blank_nodes, name, read_rdf_files
from migragraph.sources.statement import (
    COMPUTED,
    FROM_CONTEXT,
    NEGATIVE,
    POSITIVE,
    STATED,
    Passage,
    Statement,
    TextSpan,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: The longest passage, in code points, and the longest wording that may be quoted.
LONGEST_PASSAGE = 400
LONGEST_WORDING = 60

_PASSAGE = re.compile(re.escape(SOURCE) + r"(?P<key>[a-z0-9-]+)#char=(?P<start>0|[1-9]\d*),(?P<end>0|[1-9]\d*)")
#: An edit has no document: its claims rest on the edit as a whole.
_EDIT = re.compile(re.escape(SOURCE) + EDIT_KEY)
_WORDED_AS, _WARRANT, _POLARITY = term("mg:wordedAs"), term("mg:warrant"), term("mg:polarity")
#: What may be said of a passage itself, the first where nothing is said.
_NOTES = {_WARRANT: (STATED, FROM_CONTEXT, COMPUTED), _POLARITY: (POSITIVE, NEGATIVE)}
_NOTE_VALUES = ", ".join(name(value) for values in _NOTES.values() for value in values)
_AS_STATED = term("mg:asStated")
#: Texts of our own making: names and descriptions of what has none in the document.
OWN_WORDS = frozenset({term("rdfs:label"), term("skos:prefLabel"), term("dct:description")})


def read_claims(paths: Iterable[Path]) -> list[Statement]:
    """Read claim files into statements, in the order of files and blocks.

    Raises ``SourceError`` with every problem of every file: syntax, a block that is no passage of a source, a span that
    is empty or longer than 400 code points, a wording of more than 60 characters, a note on a passage that is none, a
    blank node.
    """
    statements: list[Statement] = []
    problems: list[Problem] = []
    for file in read_rdf_files(paths, problems):
        faults = [*blank_nodes(file), *_faults(file)]
        problems += faults
        if not faults:
            statements += _statements(file)
    if problems:
        raise SourceError(problems)
    return statements


#: What is said of a passage in its block; the reader takes such a statement for a note, never for a claim.
NOTES = frozenset({_WORDED_AS, *_NOTES})


def _faults(file: RdfFile) -> Iterator[Problem]:
    for graph in dict.fromkeys(quad.graph_name for quad in file.quads):
        where = file.where(graph)
        if isinstance(graph, NamedNode) and _EDIT.fullmatch(graph.value):
            continue
        match = _PASSAGE.fullmatch(graph.value) if isinstance(graph, NamedNode) else None
        if match is None:
            what = "statements outside a passage" if isinstance(graph, DefaultGraph) else f"the graph {graph}"
            yield Problem(
                where,
                f"{what}: every statement of a claim file stands in a graph <#char=start,end> of a source.",
                "Put it into the block of the passage that says it.",
            )
            continue
        start, end = int(match["start"]), int(match["end"])
        if start >= end:
            yield Problem(where, f"the passage {start},{end} is empty.", "The end comes after the start.")
        elif end - start > LONGEST_PASSAGE:
            yield Problem(
                where,
                f"the passage is {end - start} characters long; {LONGEST_PASSAGE} is the most.",
                "Choose the smallest span that says it, or two blocks.",
            )
    noted: set[tuple[object, object]] = set()
    for quad in file.quads:
        subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
        if "#char=" in subject or quad.predicate in _NOTES:
            key = (quad.graph_name, quad.predicate)
            if quad.subject != quad.graph_name or quad.object not in _NOTES.get(quad.predicate, ()) or key in noted:
                yield Problem(
                    file.where_said(quad),
                    f"{name(quad.predicate)} {name(quad.object)} is no note on this passage, or a second one.",
                    f"Write one mg:warrant or mg:polarity on the passage itself; values: {_NOTE_VALUES}.",
                )
            noted.add(key)
        text = quad.object.value if isinstance(quad.object, Literal) else ""
        if quad.predicate in (_WORDED_AS, _AS_STATED) and len(text) > LONGEST_WORDING:
            yield Problem(
                file.where_said(quad),
                f"the wording {text[:30]!r}… has {len(text)} characters; {LONGEST_WORDING} is the most.",
                "Quote only the few words that stand for the term.",
            )


def _statements(file: RdfFile) -> Iterator[Statement]:
    blocks: dict[NamedNode, list[Quad]] = defaultdict(list)
    for quad in file.quads:
        assert isinstance(quad.graph_name, NamedNode)  # noqa: S101 (checked in _faults)
        blocks[quad.graph_name].append(quad)
    for graph, quads in blocks.items():
        yield from _block(file, graph, quads)


def _block(file: RdfFile, graph: NamedNode, quads: list[Quad]) -> Iterator[Statement]:
    match = _PASSAGE.fullmatch(graph.value)
    selector = TextSpan(int(match["start"]), int(match["end"])) if match else Whole()
    passage = Passage(NamedNode(SOURCE + source_key(graph.value)), selector)
    words: dict[object, list[str]] = defaultdict(list)
    notes = {predicate: values[0] for predicate, values in _NOTES.items()}
    stated: list[Quad] = []
    for quad in quads:
        if quad.predicate == _WORDED_AS and isinstance(quad.object, Literal):
            words[quad.subject].append(quad.object.value)
        elif quad.predicate in notes and isinstance(quad.object, NamedNode):
            notes[quad.predicate] = quad.object
        else:
            stated.append(quad)
    used = {node for quad in stated for node in (quad.subject, quad.predicate, quad.object)}
    unused = [node for node in words if node not in used]
    if unused:
        listed = ", ".join(name(node) for node in unused)
        message = f"words are given for {listed}, which no claim of the block uses."
        raise SourceError([Problem(file.where(graph), message, "Use the term in a claim or remove the note.")])
    for quad in stated:
        own = quad.predicate in OWN_WORDS
        yield Statement(
            Triple(quad.subject, quad.predicate, quad.object),
            passage,
            file.where_said(quad),
            warrant=COMPUTED if own else notes[_WARRANT],
            polarity=notes[_POLARITY],
            subject_words=tuple(words[quad.subject]),
            relation_words=tuple(words[quad.predicate]),
            object_words=tuple(words[quad.object]),
        )
