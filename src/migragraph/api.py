"""The graph in Python, for notebooks and scripts: open a version, ask it, take its facts along.

Entry point: :func:`open_graph`, which users know as ``migragraph.open``.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QueryBoolean, QuerySolutions

from migragraph.config import PREFIX, read_settings
from migragraph.iris import PREFIXES
from migragraph.networks.definitions import NetworkDefinition, stored_networks, unknown_network
from migragraph.networks.extraction import extract_network
from migragraph.query import QueryRequest, run_query
from migragraph.questions import Question, stored_questions, unknown_question
from migragraph.search import Hit, LabelIndex
from migragraph.store.opening import open_engine
from migragraph.store.versions import Version, current_version, find_version
from migragraph.values import Value, to_python

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib
    from pyoxigraph import Triple

    from migragraph.networks.ties import Network
    from migragraph.store.engine import Engine


_MOST_INT64: Final = 2**63 - 1
#: A whole number above has no nearest float.
_MOST_FLOAT: Final = int(sys.float_info.max)


@dataclass(frozen=True)
class Rows(Sequence[Mapping[str, Value]]):
    """The rows of a SELECT, each a dictionary from variable to value: int, Decimal, float, bool, date or text.

    A variable that is unbound in a row is there with the value None. Languages of texts are left out; ask for
    ``LANG(?x)`` where they matter. Years and months (``xsd:gYear``, ``xsd:gYearMonth``) stay text.
    """

    variables: tuple[str, ...]
    rows: list[dict[str, Value]]

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.rows)

    def to_dataframe(self, *, exact: bool = False) -> pd.DataFrame:
        """Return the rows as a data frame of pandas; the columns are the variables, also where there is no row.

        A column whose values are all of one of these kinds has a type that pandas computes with; what is unbound is
        missing in it (NaN, NA, NaT). Any other column holds the values as they are, such as text beside numbers.

        =========================  =============================================================
        whole numbers              int64, Int64 where some are missing
        numbers                    float64; with ``exact`` the numbers as they are, ``Decimal`` among them
        truth values               bool, boolean where some are missing
        dates                      datetime64[s]
        points in time             datetime64[us], in UTC where they have a time zone
        =========================  =============================================================

        >>> from decimal import Decimal
        >>> rows = Rows(("budget",), [{"budget": Decimal("100.5")}, {"budget": None}])
        >>> rows.to_dataframe().dtypes["budget"].name, float(rows.to_dataframe().budget.sum())
        ('float64', 100.5)
        >>> rows.to_dataframe(exact=True).budget[0]
        Decimal('100.5')
        """
        import pandas as pd

        frame = pd.DataFrame(self.rows, columns=list(self.variables))
        for name in self.variables:
            values = [row[name] for row in self.rows]
            if (dtype := _dtype_of(values, exact=exact)) is not None:
                frame[name] = pd.Series(values, index=frame.index, dtype=dtype)
            elif any(not isinstance(value, str | None) for value in values):
                frame[name] = pd.Series(values, index=frame.index, dtype=object)
        return frame


def _dtype_of(values: Sequence[Value], *, exact: bool) -> str | None:
    """Return the name of the type of pandas that holds all values, None where there is none but ``object`` or text."""
    kinds = {type(value) for value in values} - {type(None)}
    has_gaps = None in values
    if kinds == {bool}:
        return "boolean" if has_gaps else "bool"
    if kinds == {int}:
        if not all(-_MOST_INT64 - 1 <= value <= _MOST_INT64 for value in values if isinstance(value, int)):
            return None
        return "Int64" if has_gaps else "int64"
    if kinds == {float} or (kinds and kinds <= {int, float, Decimal} and not exact):
        fit = (-_MOST_FLOAT <= value <= _MOST_FLOAT for value in values if isinstance(value, int | Decimal))
        return "float64" if all(fit) else None
    if kinds == {dt.date}:
        return "datetime64[s]"
    if kinds == {dt.datetime}:
        return _dtype_of_times([value for value in values if isinstance(value, dt.datetime)])
    return None


def _dtype_of_times(values: Sequence[dt.datetime]) -> str | None:
    if all(value.tzinfo is None for value in values):
        return "datetime64[us]"
    try:
        in_utc = [value.astimezone(dt.UTC) for value in values if value.tzinfo is not None]
    except OverflowError:  # in the year 0 or 10,000 of UTC
        return None
    return "datetime64[us, UTC]" if len(in_utc) == len(values) else None


class Graph:
    """One version of the graph, open for reading.

    >>> from pyoxigraph import Literal, Quad, Store
    >>> from migragraph.iris import term
    >>> store = Store()
    >>> store.add(Quad(term("city:malmo"), term("skos:prefLabel"), Literal("Malmö", language="en")))
    >>> graph = Graph(Version("0" * 64, Path(), {}), store)
    >>> graph.query("SELECT ?name { city:malmo skos:prefLabel ?name }").rows
    [{'name': 'Malmö'}]
    >>> graph.query("ASK { city:malmo a mg:City }")
    False
    """

    def __init__(self, version: Version, store: Engine | None = None) -> None:
        self._version = version
        self.store: Engine = version.open() if store is None else store

    def __repr__(self) -> str:
        return f"<migragraph.Graph, version {self.version[:12]}>"

    @property
    def version(self) -> str:
        """Return the id of the version."""
        return self._version.id

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Return what the version holds, what it was made of, by which tools, when."""
        return self._version.manifest

    def query(self, sparql: str | Question) -> Any:
        """Answer a query or a question: :class:`Rows` for SELECT, bool for ASK, else an rdflib graph.

        The default graph holds the facts. Prefixes of :data:`migragraph.iris.PREFIXES` need no declaration.
        Raises ``MalformedQuery`` with line and column, ``ForbiddenQuery`` for SPARQL Update and SERVICE.
        """
        text = sparql.sparql if isinstance(sparql, Question) else sparql
        result = run_query(self.store, QueryRequest(text))
        if isinstance(result, QueryBoolean):
            return bool(result)
        if isinstance(result, QuerySolutions):
            names = tuple(variable.value for variable in result.variables)
            return Rows(names, [{name: to_python(row[name]) for name in names} for row in result])
        return _to_rdflib(result)

    def answer(self, slug: str) -> Any:
        """Answer the stored question of this name, as :meth:`query` does; else ``UnknownThing``."""
        return self.query(self.question(slug))

    def graph(self) -> rdflib.Graph:
        """Return all facts (the default graph) as an rdflib graph, with our prefixes; some seconds for 100,000."""
        return _to_rdflib(q.triple for q in self.store.quads_for_pattern(None, None, None, DefaultGraph()))

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Return the questions that the version was built with, by name, in the order of groups and titles."""
        return {question.slug: question for question in stored_questions(self.store)}

    def question(self, slug: str) -> Question:
        """Return the question of this name, to read or to give to :meth:`query`; else ``UnknownThing``."""
        if slug not in self.questions:
            raise unknown_question(slug, self.questions)
        return self.questions[slug]

    @cached_property
    def networks(self) -> dict[str, NetworkDefinition]:
        """Return the networks that can be analysed, as the version was built with them, by name."""
        return {network.slug: network for network in stored_networks(self.store)}

    def network(self, name: str) -> nx.Graph:
        """Return the network of this name as a networkx graph; else ``UnknownThing``.

        What stands on nodes, ties and the graph is said in ``docs/networks.md``.
        """
        return self.ties(name).to_graph()

    def network_of(self, sparql: str, *, mode: str = "one", directed: bool = False) -> nx.Graph:
        """Return the network of a query of your own, a SELECT of ``?source`` and ``?target``, as a networkx graph.

        ``mode`` is ``one``, or ``two`` where sources are actors and targets groups. ``docs/networks.md`` tells what
        further variables mean. Raises ``NotANetwork`` where the answer is none, with the variable or row.
        """
        return self.ties(NetworkDefinition.of_query(sparql, mode=mode, directed=directed)).to_graph()

    def ties(self, network: str | NetworkDefinition) -> Network:
        """Return the single ties of a network, from which :mod:`migragraph.networks.slices` cuts parts."""
        if isinstance(network, str):
            if network not in self.networks:
                raise unknown_network(network, self.networks)
            network = self.networks[network]
        return extract_network(self.store, network, self.version, self._version.built)

    @cached_property
    def _labels(self) -> LabelIndex:
        return LabelIndex(self.store)

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """Return the things whose name has words that begin like those of the text, the nearest first."""
        return self._labels.find(text, limit=limit)


def open_graph(home: str | Path | None = None, *, version: str | None = None) -> Graph:
    """Open a version of the graph: the current one, or that with this id.

    ``home`` is the folder of the built versions; without it, the setting ``MIGRAGRAPH_HOME``, else the nearest ``var``
    with a version, here or in a folder above, so that a notebook in ``examples`` finds it.
    It is asked in the engine that the settings name, else here.
    Raises ``NoVersion`` where nothing has been built or no version has the id, ``NotLoaded`` where the engine lacks it.
    """
    settings = read_settings(home=Path(home) if home is not None else None)
    folder = settings.home
    if home is None and PREFIX + "HOME" not in os.environ:
        near = (above / folder.name for above in (folder.parent, *folder.parent.parents))
        folder = next((found for found in near if (found / "current").is_file()), folder)
    found = current_version(folder) if version is None else find_version(folder, version)
    return Graph(found, open_engine(found, settings))


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    made: dict[object, rdflib.term.Node] = {}

    def convert(node: object) -> rdflib.term.Node:
        """Return the same term for rdflib, made once; by hand, since its parser takes three times as long."""
        if node in made:
            return made[node]
        if isinstance(node, NamedNode):
            term: rdflib.term.Node = rdflib.URIRef(node.value)
        elif isinstance(node, BlankNode):
            term = rdflib.BNode(node.value)
        elif not isinstance(node, Literal):
            msg = f"rdflib has no term like {node}"
            raise TypeError(msg)
        elif node.language or node.datatype.value == PREFIXES["xsd"] + "string":
            term = rdflib.Literal(node.value, lang=node.language)
        else:
            term = rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value), normalize=False)
        return made.setdefault(node, term)

    for triple in triples:
        graph.add((convert(triple.subject), convert(triple.predicate), convert(triple.object)))
    return graph
