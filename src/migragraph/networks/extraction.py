"""From a query and its answer to a network: every row is checked, nothing is dropped without a remark.

Entry points: :func:`extract_network`; :func:`network_of_answer` for an answer that was got elsewhere, such as from the
query processes of the service.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QuerySolutions

from migragraph.errors import NotANetwork
from migragraph.iris import claim_source
from migragraph.networks.dates import first_day, first_to_begin, last_day, last_to_end, read_date
from migragraph.networks.definitions import faults_of_variables
from migragraph.networks.names import name_countries, name_nodes
from migragraph.networks.origins import find_origins
from migragraph.networks.themes import find_themes
from migragraph.networks.ties import ACTOR, GROUP, Attribute, Network, Node, Tie, group_id
from migragraph.query import QueryRequest, run_query
from migragraph.values import to_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.store.engine import Engine

    Row = Mapping[str, object]
    End = tuple[str, int]  # IRI and side


def extract_network(
    store: Engine, definition: NetworkDefinition, version: str = "", version_date: str | None = None
) -> Network:
    """Return the network that a definition, or a query of a user's own, finds in a store.

    ``version`` and ``version_date`` say which version the store holds, for whoever repeats it. Cost: that of the query,
    four small ones for names, classes, countries and themes of all nodes, and those for the origins of all claims.
    Raises what evaluation raises, and ``NotANetwork`` as :func:`network_of_answer` does.
    """
    request = QueryRequest(definition.sparql)
    answer = run_query(store, request)
    if not isinstance(answer, QuerySolutions):
        raise NotANetwork(f"the query is {request.kind.value}, not SELECT.", remedy="Select ?source and ?target.")
    return network_of_answer(definition, answer, store, version, version_date)


def network_of_answer(
    definition: NetworkDefinition,
    answer: QuerySolutions,
    store: Engine,
    version: str = "",
    version_date: str | None = None,
) -> Network:
    """Return the network that the rows of an answer make up; names of nodes come from the store.

    A thing on both sides of a two-mode network is two nodes: as actor its id is its IRI, as group that with
    ``#as-group`` after it (:func:`~migragraph.networks.ties.thing_of` leads back). A tie of a thing to itself is left
    out; a remark says how many.

    Raises ``NotANetwork``, with the variable or row (counted from 1): a query without ``?source`` or ``?target`` or
    with a variable that means nothing here; an end that is no IRI; a weight that is no number above 0; a date that is
    none, or a start after the end; evidence that is no claim; rows of one tie with different weights; no tie at all.
    """
    variables = [variable.value for variable in answer.variables]
    for message, remedy in faults_of_variables(variables):
        raise NotANetwork(message, remedy=remedy)
    rows = _Rows(definition)
    for number, solution in enumerate(answer, 1):
        rows.add(number, {name: node for name in variables if (node := solution[name]) is not None})
    return rows.network(store, version, version_date)


class _Rows:
    """The rows read so far: attributes of nodes, and what is known of each tie."""

    def __init__(self, definition: NetworkDefinition) -> None:
        self._definition = definition
        self._nodes: dict[End, dict[str, set[object]]] = {}
        self._ties: dict[tuple[End, End, object], _Found] = {}
        self._n_to_itself = 0

    def add(self, number: int, row: Row) -> None:
        """Take a row, numbered from 1."""
        two = self._definition.mode == "two"
        ends = {side: (_iri(number, side, row[side]), int(two and side == "target")) for side in _ENDS if side in row}
        if not ends:
            raise _fault(number, "has neither ?source nor ?target.", "Bind both; one alone names a node without tie.")
        for side, end in ends.items():
            attributes = self._nodes.setdefault(end, {})
            for name, node in row.items():
                if name.startswith(f"{side}_"):
                    attributes.setdefault(name.removeprefix(f"{side}_"), set()).add(_attribute(node))
        if len(ends) < len(_ENDS):
            return
        source, target = ends["source"], ends["target"]
        if source[0] == target[0]:
            self._n_to_itself += 1
            return
        if not two and not self._definition.directed:
            source, target = sorted((source, target))
        key = (source, target, row.get("tie", number))
        self._ties.setdefault(key, _Found()).add(number, row)

    def network(self, store: Engine, version: str, version_date: str | None) -> Network:
        """Return the network of all rows."""
        if not self._ties:
            named = f"{len(self._nodes)} nodes and " if self._nodes else ""
            raise NotANetwork(
                f"the network {self._definition.slug!r} is empty: the query finds {named}no tie.",
                remedy="Ask for ?source and ?target that are in the graph; SELECT a few rows to see what there is.",
            )
        two = self._definition.mode == "two"
        actors = {iri for iri, side in self._nodes if side == ACTOR}
        both = {iri for iri, side in self._nodes if side == GROUP and iri in actors}

        def id_of(end: End) -> str:
            return group_id(end[0]) if end[1] == GROUP and end[0] in both else end[0]

        iris = {iri for iri, _ in self._nodes}
        names = name_nodes(store, iris)
        themes, theme_names = find_themes(store, iris)
        countries = {name["country"] for name in names.values()}
        country_names = {code: name for code, name in name_countries(store).items() if code in countries}
        nodes = {
            id_of(end): Node(
                **names[end[0]],
                attributes={name: _joined(values) for name, values in sorted(attributes.items())},
                side=end[1] if two else None,
                themes=themes.get(end[0], ()),
            )
            for end, attributes in self._nodes.items()
        }
        ties = [found.tie(id_of(source), id_of(target)) for (source, target, _), found in self._ties.items()]
        remarks = []
        if self._n_to_itself:
            remarks.append(f"Rows that tie a thing to itself were left out: {self._n_to_itself}.")
        if both:
            remarks.append(f"Things that are actor and group, and two nodes therefore: {', '.join(sorted(both))}.")
        return Network(
            self._definition,
            version,
            nodes,
            tuple(sorted(ties, key=_order)),
            tuple(remarks),
            names=country_names | theme_names,
            version_date=version_date,
            origins=find_origins(store, {claim for tie in ties for _, claim in tie.evidence}),
        )


_ENDS = ("source", "target")


class _Found:
    """What the rows of one tie say of it."""

    def __init__(self) -> None:
        self._weight: float | None = None
        self._starts: set[str] = set()
        self._ends: set[str] = set()
        self._evidence: set[tuple[str, str]] = set()

    def add(self, number: int, row: Row) -> None:
        """Take a row of the tie."""
        weight = _weight(number, row["weight"]) if "weight" in row else 1.0
        if self._weight not in (None, weight):
            raise _fault(
                number,
                f"gives a tie the weight {weight:g} that another row gave the weight {self._weight:g}.",
                "Give each tie a ?tie of its own, or one weight.",
            )
        self._weight = weight
        for name, dates in (("start", self._starts), ("end", self._ends)):
            if name in row:
                dates.add(_date(number, name, row[name]))
        start, end = first_to_begin(self._starts), last_to_end(self._ends)
        if start and end and first_day(start) > last_day(end):
            raise _fault(number, f"starts at {start}, after its end {end}.", "Correct the dates, or leave them out.")
        part = row.get("part")
        for claim in _claims(number, row["evidence"]) if "evidence" in row else ():
            self._evidence.add((_text(part) if part is not None else "", claim))

    def tie(self, source: str, target: str) -> Tie:
        """Return the tie between two nodes."""
        return Tie(
            source,
            target,
            1.0 if self._weight is None else self._weight,
            first_to_begin(self._starts),
            last_to_end(self._ends),
            tuple(sorted(self._evidence)),
        )


def _order(tie: Tie) -> tuple[object, ...]:
    return tie.source, tie.target, tie.start or "", tie.end or "", tie.weight, tie.evidence


def _fault(number: int, what: str, remedy: str) -> NotANetwork:
    return NotANetwork(f"row {number} of the answer {what}", remedy=remedy)


def _text(node: object) -> str:
    return node.value if isinstance(node, (NamedNode, Literal)) else str(node)


def _iri(number: int, name: str, node: object) -> str:
    if not isinstance(node, NamedNode):
        raise _fault(number, f"has {node} as ?{name}, which is no IRI.", "Select the thing, not its name or a number.")
    return node.value


def _weight(number: int, node: object) -> float:
    value = to_python(node) if isinstance(node, Literal) else None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        weight = float(value)
        if math.isfinite(weight) and weight > 0:
            return weight
    raise _fault(number, f"has {node} as ?weight, which is no number above 0.", "Give a number above 0, or no weight.")


def _date(number: int, name: str, node: object) -> str:
    try:
        return read_date(_text(node))
    except ValueError as error:
        raise _fault(
            number, f"has a ?{name} that is no date: {error}.", "Give xsd:date, gYearMonth or gYear."
        ) from error


def _claims(number: int, node: object) -> list[str]:
    claims = _text(node).split()
    for claim in claims:
        try:
            claim_source(claim)
        except ValueError as error:
            remedy = "Select the claims, which stand in the graphs of the sources: ?evidence rdf:subject ?thing."
            raise _fault(number, f"has evidence that is no claim: {error}.", remedy) from error
    return claims


def _attribute(node: object) -> str | int | float | bool:
    value = to_python(node)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return value if value is not None else ""


def _joined(values: set[object]) -> Attribute:
    if len(values) == 1:
        (value,) = values
        return value  # type: ignore[return-value]
    return sorted({"true" if v is True else "false" if v is False else str(v) for v in values})
