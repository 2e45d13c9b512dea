"""The page about a thing: what is said of it, in sections, and for each fact where it comes from.

Entry point: :func:`describe_thing`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from migragraph.iris import ID, PREFIXES, shorten, term
from migragraph.store.engine import Batching, quads_about
from migragraph.things.evidence import (
    AS_OF,
    DESCRIBING_A_RULE,
    GENERAL,
    PAGE,
    PASSAGE,
    Evidence,
    Fact,
    Origin,
    evidence_of,
    explain_origins,
    origins_of,
)
from migragraph.things.figures import OF_FIGURES, numbers_of
from migragraph.things.names import (
    CLAIMED,
    NAMES,
    TYPE,
    Link,
    Node,
    fetch_names,
    inverse_label_of,
    label_of,
    link_to,
    narrowest,
)
from migragraph.things.schemes import Counted, concepts_of
from migragraph.things.sections import FOLDED, REPEATING, SECTIONS, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import QuerySolutions

    from migragraph.store.engine import Engine

_FACTS: Final = DefaultGraph()
_DESCRIPTION, _DEFINITION = term("dct:description"), term("skos:definition")
_ALTERNATIVE, _CONCEPT, _SCHEME = term("skos:altLabel"), term("skos:Concept"), term("skos:ConceptScheme")
#: What stands in the head of a page and is not repeated among the facts.
_HEAD: Final = {TYPE, _DESCRIPTION, _DEFINITION, _ALTERNATIVE, *NAMES}
_BROADER: Final = "SELECT ?concept ?broader WHERE { ?concept skos:broader ?broader }"
_USES: Final = (
    "SELECT DISTINCT ?thing ?relation ?concept WHERE {{ VALUES ?concept {{ {concepts} }} ?thing ?relation ?concept }}"
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property, with the claims for it and what else put it there.

    ``via`` is the narrower concept that the value is about, where it is not about the thing itself. ``number`` is what
    a value that is a figure says, in words; empty for all others.
    """

    value: Link
    evidence: tuple[Evidence, ...] = ()
    origins: tuple[Origin, ...] = ()
    via: Link | None = None
    number: str = ""

    @property
    def moment(self) -> str:
        """Return for when it holds as far as sources tell: the latest date, else that there is none, else nothing."""
        said = {text for e in self.evidence for text in e.as_of}
        said |= {text for o in self.origins for premise in o.premises for text in premise.as_of}
        dated = [text for text in said if text.startswith("as of ")]
        return max(dated, default="") or min((text for text in said if text.startswith("undated")), default="")


@dataclass(frozen=True, slots=True)
class Property:
    """A property, or one seen from its value, with its values; folded where few readers want them."""

    property: Link
    values: tuple[Value, ...]
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, with a title in plain words."""

    title: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """All that a page about a thing shows."""

    iri: str
    label: str
    types: tuple[Link, ...]
    names: tuple[Link, ...]
    description: str
    sections: tuple[Section, ...]
    implied: tuple[Property, ...]
    not_accepted: tuple[Property, ...]
    concepts: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class _Relation:
    """A relation of the thing to be placed on the page: the other end, and from which side it is seen."""

    predicate: NamedNode
    other: Node
    is_inverse: bool
    fact: Fact
    via: NamedNode | None = None

    @property
    def key(self) -> str:
        return ("^" if self.is_inverse else "") + shorten(self.predicate.value)


def surroundings(store: Engine, node: NamedNode) -> Engine:
    """Return what can be asked for all that :func:`describe_thing` wants to know of a thing.

    That is the engine itself, unless it is asked over a network: then what is said of the thing, of its claims and
    their passages, and the names of all of these, fetched with a few requests where a request each would be hundreds.
    """
    if not isinstance(store, Batching):
        return store
    here = Store()
    about = list(store.quads_for_pattern(node, None, None, None))
    naming = list(store.quads_for_pattern(None, None, node, None))
    claimed = list(quads_about(store, [q.subject for q in naming if q.predicate in (CLAIMED[0], CLAIMED[2])]))
    passages = [quad.object for quad in claimed if quad.predicate == PASSAGE]
    rules = {quad.graph_name for quad in (*about, *naming) if isinstance(quad.graph_name, NamedNode)}
    for quads in (about, naming, claimed, quads_about(store, {*passages, *rules}, [PAGE, AS_OF, *DESCRIBING_A_RULE])):
        here.extend(quads)
    mentioned = {n for quad in about for n in (quad.predicate, quad.object)}
    mentioned |= {n for quad in naming if quad.graph_name == _FACTS for n in (quad.subject, quad.predicate)}
    mentioned |= {quad.object for quad in claimed if quad.predicate != PASSAGE}
    mentioned |= {NamedNode(p.value.partition("#")[0]) for p in passages if isinstance(p, NamedNode)}
    fetch_names(store, here, {node, *mentioned})
    return here


def describe_thing(store: Engine, iri: str) -> Thing | None:
    """Return what the graph says of a thing, and in which properties others name it; None if nothing does."""
    node = NamedNode(iri)
    near = surroundings(store, node)
    said = list(near.quads_for_pattern(node, None, None, None))
    facts = [quad for quad in said if quad.graph_name == _FACTS] or said
    naming = [quad for quad in near.quads_for_pattern(None, None, node, _FACTS) if quad.predicate != TYPE]
    if not facts and not naming:
        return None
    why = _Why(store, near, node, [*said, *near.quads_for_pattern(None, None, node, None)])
    stated = {(quad.predicate, quad.object) for quad in facts}
    forward = [_Relation(p, o, False, (node, p, o)) for p, o in stated if p not in _HEAD]
    implied = [relation for relation in forward if why.is_general(relation.fact)]
    inverse = [
        _Relation(q.predicate, q.subject, True, (q.subject, q.predicate, node))
        for q in set(naming)
        if isinstance(q.subject, NamedNode) and not why.is_general((q.subject, q.predicate, node))
    ]
    if (TYPE, _CONCEPT) in stated:
        inverse += _on_narrower(store, near, node, {relation.other for relation in inverse})
    is_scheme = (TYPE, _SCHEME) in stated
    if is_scheme:  # its concepts are shown as a tree
        inverse, forward = [], [r for r in forward if r.key != "skos:hasTopConcept"]
    texts = [
        q.object.value for q in facts if q.predicate in (_DESCRIPTION, _DEFINITION) and isinstance(q.object, Literal)
    ]
    others = [q.object for q in facts if q.predicate == _ALTERNATIVE]
    refused = [_Relation(p, o, False, (s, p, o)) for s, p, o in why.claimed if s == node and (p, o) not in stated]
    return Thing(
        iri=iri,
        label=label_of(near, node),
        types=tuple(narrowest(near, [q.object for q in facts if q.predicate == TYPE])),
        names=tuple(sorted((link_to(near, name) for name in others), key=lambda name: (name.note, name.text))),
        description=" ".join(sorted(texts)),
        sections=tuple(_sections(near, [r for r in forward if r not in implied], inverse, why)),
        implied=tuple(_properties(near, implied, why)),
        not_accepted=tuple(_properties(near, refused, why)),
        concepts=concepts_of(store, node) if is_scheme else (),
    )


class _Why:
    """Why the facts about a node are there."""

    def __init__(self, store: Engine, near: Engine, node: NamedNode, quads: Iterable[Quad]) -> None:
        self.claimed = evidence_of(near, node)
        self._store, self._near = store, near
        self._graphs = origins_of(quads)
        self._origins: dict[Fact, tuple[Origin, ...]] = {}
        self._numbers: dict[Node, str] = {}

    def look_up(self, relations: Iterable[_Relation]) -> None:
        """Find out what put the facts of some relations there beside claims, and what the figures among them say."""
        relations = list(relations)
        self._numbers |= numbers_of(self._store, {r.other for r in relations if r.key in OF_FIGURES})
        facts = {relation.fact for relation in relations}
        self._origins |= explain_origins(
            self._store, self._near, {f: self._graphs[f] for f in facts & self._graphs.keys()}
        )

    def is_general(self, fact: Fact) -> bool:
        """Tell whether a fact only says another one again, in terms of wider vocabularies."""
        return bool(self._graphs.get(fact)) and self._graphs[fact] <= GENERAL

    def value(self, relation: _Relation) -> Value:
        """Return the other end of a relation with what put it there."""
        via = link_to(self._near, relation.via) if relation.via else None
        evidence = tuple(self.claimed.get(relation.fact, ()))
        number = self._numbers.get(relation.other, "")
        return Value(link_to(self._near, relation.other), evidence, self._origins.get(relation.fact, ()), via, number)


def _on_narrower(store: Engine, near: Engine, node: NamedNode, known: set[Node]) -> list[_Relation]:
    """Return what is about concepts narrower than one and not about the concept itself."""
    below: dict[Node, set[Node]] = defaultdict(set)
    for row in cast("QuerySolutions", store.query(_BROADER, prefixes=PREFIXES)):
        below[cast("Node", row["broader"])].add(cast("Node", row["concept"]))
    narrower: set[Node] = set()
    left = set(below[node])
    while left:  # a path expression would do, were it not that engines differ on those that start anywhere
        narrower |= left
        left = {inner for concept in left for inner in below[concept]} - narrower - {node}
    text = _USES.format(concepts=" ".join(sorted(str(concept) for concept in narrower)))
    rows = [
        cast("tuple[NamedNode, NamedNode, NamedNode]", (row["thing"], row["relation"], row["concept"]))
        for row in (cast("QuerySolutions", store.query(text, prefixes=PREFIXES)) if narrower else ())
        if row["thing"] not in known
    ]
    # relations of our own: those of other vocabularies say the same again
    rows = [row for row in rows if row[0].value.startswith(ID) and row[1].value.startswith(PREFIXES["mg"])]
    if isinstance(store, Batching) and isinstance(near, Store):
        fetch_names(store, near, {node for row in rows for node in row})
    found: dict[tuple[NamedNode, NamedNode], _Relation] = {}
    for thing, predicate, concept in sorted(rows, key=str):  # one of the concepts is enough to say why
        found.setdefault((thing, predicate), _Relation(predicate, thing, True, (thing, predicate, concept), concept))
    return list(found.values())


def _sections(near: Engine, forward: list[_Relation], inverse: list[_Relation], why: _Why) -> Iterator[Section]:
    shown = {r.other for r in (*forward, *inverse) if r.key not in REPEATING}
    rows: dict[tuple[int, int], list[_Relation]] = defaultdict(list)
    for relation in (*forward, *inverse):
        classes: set[str] = set()
        if relation.is_inverse:
            types = near.quads_for_pattern(cast("NamedNode", relation.other), TYPE, None, _FACTS)
            classes = {shorten(q.object.value) for q in types if isinstance(q.object, NamedNode)}
        name = shorten(relation.predicate.value)
        rows[place_of(name, is_inverse=relation.is_inverse, classes=classes)].append(relation)
    for place in sorted(rows):
        rows[place] = [r for r in rows[place] if r.key not in REPEATING or r.other not in shown]
        shown |= {relation.other for relation in rows[place]}
    why.look_up(relation for row in rows.values() for relation in row)
    by_section: dict[int, list[Property]] = defaultdict(list)
    for section, row in sorted(rows):
        by_section[section] += _properties(near, rows[section, row], why)
    for section, properties in by_section.items():
        if properties:
            yield Section(SECTIONS[section][0], tuple(properties))


def _properties(near: Engine, relations: Iterable[_Relation], why: _Why) -> list[Property]:
    """Join the relations with one property; those with the most values of the thing itself first."""
    groups: dict[tuple[NamedNode, bool], list[_Relation]] = defaultdict(list)
    for relation in relations:
        groups[relation.predicate, relation.is_inverse].append(relation)
    found: list[tuple[int, Property]] = []
    for (predicate, is_inverse), group in groups.items():
        label = (inverse_label_of if is_inverse else label_of)(near, predicate)
        values = [why.value(relation) for relation in group]
        values.sort(key=lambda v: (v.via is not None, v.value.text.casefold(), v.value.iri or ""))
        shown = Property(Link(label, predicate.value), tuple(values), group[0].key in FOLDED)
        found.append((sum(1 for value in values if value.via is None), shown))
    found.sort(key=lambda item: (-item[0], item[1].property.text.casefold(), item[1].property.iri or ""))
    return [shown for _, shown in found]
