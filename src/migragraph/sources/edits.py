"""Edits: changes that were made through the service, each a folder in the forms of the project's own files.

::

    {home}/edits/{number}-{time}/edit.json       who, when, why, on which version, how much
                                 sources.ttl     the edit as a source
                                 claims.trig     what it states: claims that rest on the edit as a whole
                                 things.ttl      what it adds to authority files
                                 withdrawn.trig  what it takes back: authority statements, claims of earlier edits
                                 decisions.csv   which claims of other sources it withdraws, and why

Only the first two are always there. Entry points: :func:`read_edit`, :func:`read_withdrawn`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import EDIT_KEY, EDIT_NAME, GRAPH, SOURCE, edit_source, source_key, term
from migragraph.sources.rdf_files import blank_nodes, name, read_rdf_file
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from pathlib import Path

NOTE: Final = "edit.json"
SOURCES, CLAIMS, THINGS, WITHDRAWN, DECISIONS = (
    "sources.ttl", "claims.trig", "things.ttl", "withdrawn.trig", "decisions.csv",
)  # fmt: skip
FILES: Final = (NOTE, SOURCES, CLAIMS, THINGS, WITHDRAWN, DECISIONS)
_AUTHORITY = NamedNode(f"{GRAPH}authority")
_EDIT = re.compile(re.escape(SOURCE) + EDIT_KEY)
#: What is counted of an edit, in the order of :class:`Edit`.
COUNTS: Final = ("claims_added", "claims_withdrawn", "names_added", "names_withdrawn")


@dataclass(frozen=True, slots=True)
class Edit:
    """What is recorded of one edit: its name and number, who made it, when and why, on which version, and its size.

    ``claims_withdrawn`` counts claims of other sources that were rejected and claims of earlier edits that were taken
    back; ``names_…`` count statements of the authority files.
    """

    name: str
    who: str
    why: str
    when: datetime
    base: str
    claims_added: int
    claims_withdrawn: int
    names_added: int
    names_withdrawn: int

    @property
    def number(self) -> int:
        """Return its number: edits are applied in this order."""
        return int(self.name.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What an edit takes back: authority statements, and claims of earlier edits by the key of their source."""

    authority: frozenset[Triple] = frozenset()
    claims: frozenset[tuple[str, Triple]] = frozenset()


def read_edit(folder: Path) -> Edit:
    """Read the note of an edit.

    Raises ``SourceError`` where the folder is no edit, the note is not whole, or not the one whose SHA-256 stands in
    the edit's description as a source.
    """
    path = folder / NOTE
    text = read_text_file(path)
    if not re.fullmatch(EDIT_NAME, folder.name.lstrip(".")):
        raise _refuse(folder, "the folder is not named like an edit.", "Name it {number}-{time}, or move it away.")
    try:
        note = json.loads(text)
        when = datetime.fromisoformat(note["when"])
        counts = [int(note[key]) for key in COUNTS]
        edit = Edit(str(note["edit"]), str(note["who"]), str(note["why"]), when, str(note["base"]), *counts)
    except (ValueError, KeyError, TypeError) as error:
        raise _refuse(path, f"not the note of an edit: {error!r}.", "Take the file back as it was written.") from error
    if edit.name != folder.name.lstrip("."):
        raise _refuse(path, f"this is the note of the edit {edit.name}.", "Give the folder its name back.")
    digest = Literal(hashlib.sha256(text.encode()).hexdigest())
    described = read_rdf_file(folder / SOURCES).triples
    if Triple(edit_source(edit.name), term("schema:sha256"), digest) not in described:
        message = f"it has another SHA-256 than the one in {SOURCES}."
        raise _refuse(path, message, "Take both files back as they were written.")
    return edit


def read_withdrawn(path: Path) -> Withdrawn:
    """Read what an edit takes back: one graph for authority statements, one for each earlier edit.

    Raises ``SourceError`` where the file cannot be read or has another graph.
    """
    if not path.exists():
        return Withdrawn()
    file = read_rdf_file(path)
    problems = blank_nodes(file)
    said: dict[str, set[Triple]] = defaultdict(set)
    for quad in file.quads:
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and (graph == _AUTHORITY or _EDIT.fullmatch(graph.value)):
            said[graph.value].add(Triple(quad.subject, quad.predicate, quad.object))
        else:
            message = f"the graph {name(graph)} is neither {name(_AUTHORITY)} nor an edit."
            problems.append(Problem(file.where(graph), message, "Claims of other sources are rejected by a decision."))
    if problems:
        raise SourceError(problems)
    authority = said.pop(_AUTHORITY.value, set())
    return Withdrawn(
        frozenset(authority), frozenset((source_key(iri), t) for iri, triples in said.items() for t in triples)
    )


def _refuse(path: Path, message: str, remedy: str) -> SourceError:
    return SourceError([Problem(Where(path), message, remedy)])
