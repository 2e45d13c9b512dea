"""Authority files: the things of the graph with their types, names and descriptions; and every known spelling.

Entry points: :func:`read_authority`, :class:`Spellings`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.errors import Problem, SourceError, Where
from migragraph.iris import ID, term
from migragraph.sources.rdf_files import blank_nodes, name, read_rdf_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

#: What every entry has.
_ENTRY = frozenset({term("rdf:type"), term("skos:prefLabel"), term("dct:description")})
_UNNAMED = term("mg:unnamed")
_LABELS = tuple(term(t) for t in ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "rdfs:label"))
_HIDDEN = term("skos:hiddenLabel")
#: All that an authority file may say of a thing; whatever a source has to vouch for is a claim.
AUTHORITY_PREDICATES = frozenset(
    {
        *_ENTRY,
        _UNNAMED,
        term("skos:altLabel"),
        term("owl:differentFrom"),
    }
)


def read_authority(paths: Iterable[Path]) -> dict[Triple, Where]:
    """Read authority files: each statement with the place of its subject.

    Raises ``SourceError`` with every problem of every file: syntax, a subject that is not one of our things, a
    predicate that needs a claim, a thing described in two files. That an entry is whole, see :func:`incomplete`; that
    names are in English, and IRIs of a known kind, is for the shapes.
    """
    statements: dict[Triple, Where] = {}
    home: dict[object, Where] = {}
    problems: list[Problem] = []
    for file in read_rdf_files(paths, problems):
        problems += blank_nodes(file)
        for quad in file.quads:
            where = file.where(quad.subject)
            if not isinstance(quad.subject, NamedNode) or not quad.subject.value.startswith(ID):
                message = f"{name(quad.subject)} is not an IRI of ours: a thing stands below {ID}."
                problems.append(Problem(where, message, "Mint one of the form {kind}:{slug}."))
                continue
            if quad.predicate not in AUTHORITY_PREDICATES:
                message = f"{name(quad.subject)}: {name(quad.predicate)} is a fact that a source has to vouch for."
                problems.append(Problem(where, message, "Move it into a claim file, with its passage."))
            if home.setdefault(quad.subject, where).path != file.path:
                message = f"{name(quad.subject)} is described in {home[quad.subject]} too."
                problems.append(Problem(where, message, "Keep one entry, with the spellings of both."))
            statements[Triple(quad.subject, quad.predicate, quad.object)] = where
    if problems:
        raise SourceError(problems)
    return statements


def incomplete(statements: Mapping[Triple, Where]) -> list[Problem]:
    """Return a problem for each thing that has an entry without type, name or description."""
    said: dict[object, set[NamedNode]] = defaultdict(set)
    first: dict[object, Where] = {}
    for triple, where in statements.items():
        said[triple.subject].add(triple.predicate)
        first.setdefault(triple.subject, where)
    return [
        Problem(first[subject], f"{name(subject)} has no {name(missing)}.", "Give it type, English name, description.")
        for subject, predicates in said.items()
        for missing in sorted(_ENTRY - predicates, key=str)
    ]


class Spellings:
    """Every name by which a thing, concept or property is known: labels in all languages, hidden ones too.

    >>> from pyoxigraph import Literal, NamedNode, Triple
    >>> padua = NamedNode("https://w3id.org/migragraph/id/city/padua")
    >>> label = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
    >>> Spellings([Triple(padua, label, Literal("Padova", language="it"))]).of(padua)
    ('Padova',)
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        names: dict[object, dict[str, None]] = defaultdict(dict)
        wordings: dict[object, list[str]] = defaultdict(list)
        self._unnamed: set[object] = set()
        for triple in triples:
            if triple.predicate in _LABELS and isinstance(triple.object, Literal):
                names[triple.subject][triple.object.value] = None
                if triple.predicate == _HIDDEN:
                    wordings[triple.subject].append(triple.object.value)
            elif triple.predicate == _UNNAMED:
                self._unnamed.add(triple.subject)
        self._names = {subject: tuple(labels) for subject, labels in names.items()}
        self._wordings = {subject: tuple(labels) for subject, labels in wordings.items()}

    def of(self, node: object) -> tuple[str, ...]:
        """Return the spellings of a node; none for a node that is not known or has no name of its own in a source."""
        return () if node in self._unnamed else self._names.get(node, ())

    def wordings(self, node: object) -> tuple[str, ...]:
        """Return only the words that sources use for a property: its hidden labels."""
        return self._wordings.get(node, ())

    def is_unnamed(self, node: object) -> bool:
        """Tell whether the label of the thing is ours, because no source gives it a name."""
        return node in self._unnamed
