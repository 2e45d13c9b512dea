"""Which networks can be analysed: one file each in ``networks/``.

A network is a SPARQL SELECT with its own PREFIX lines, after a header of comments::

    # Title: Territories and their networks
    # Question: Which cities, regions and countries are members of which networks?
    # Mode: two-mode
    # Directed: no
    # Tie: the territory (source) is a member of the network (target)
    # Boundary: every network of the graph that has a territory among its members

``Mode`` is ``one-mode`` (ties between nodes of one set) or ``two-mode`` (each tie joins an actor, the source, and a
group, the target); only a one-mode network may be directed. What the variables of the query mean:

=========================  ============================================================================================
``?source`` ``?target``    the ends of a tie, IRIs. A row with only one of them names a node that may have no tie
``?tie``                   what the tie is, for example a membership: rows of one source, target and tie are one tie.
                           Without it each row is a tie
``?weight``                a number above 0; without it a tie weighs 1
``?start`` ``?end``        year, month or day from which and to which the tie held; unbound where unknown
``?evidence``              the IRI of a claim behind the tie, or several with blanks between; needs ``?tie``
``?part``                  which condition of the tie the claim states; a tie stands as long as each has a claim
``?source_x`` ``?target_x``  an attribute ``x`` of the node
=========================  ============================================================================================

A version of the graph holds the networks it was built with (graph ``…/graph/networks``), so a reader needs no files.

Entry points: :func:`read_networks`, :func:`read_network`, :func:`describe_networks`, :func:`stored_networks`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from migragraph.errors import BadParameter, QueryError, UnknownThing
from migragraph.graph.assembly import NETWORKS
from migragraph.iris import QUERY, term
from migragraph.query import run_query
from migragraph.query_files import find_query_file, read_query_file, read_query_files, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from migragraph.store.engine import Engine

#: The words of the header for the modes that a graph names ``one`` and ``two``.
MODES: Final = {"one-mode": "one", "two-mode": "two"}
DIRECTIONS: Final = {"yes": True, "no": False}
#: Attributes that every node has from the graph itself; a query cannot give them.
OWN_ATTRIBUTES: Final = ("bipartite", "country", "kind", "label", "labels", "themes")
_VARIABLES: Final = ("source", "target", "tie", "weight", "start", "end", "evidence", "part")
_ATTRIBUTE: Final = re.compile(r"(?:source|target)_([A-Za-z0-9_]+)")
_KEYS: Final = ("title", "question", "mode", "directed", "tie", "boundary")
_NETWORK: Final = QUERY + "network/"
#: The name of every network of a user's own, in messages, files and addresses.
_OWN: Final = "query"
_GENRES: Final = {"directed": True, "undirected": False}


@dataclass(frozen=True, slots=True)
class NetworkDefinition:
    """One network: its name, title, question, mode (``one``, ``two``), direction, what a tie is, what is in, the query.

    A query of a user's own becomes a definition by ``NetworkDefinition.of_query``.
    """

    slug: str
    title: str
    question: str
    mode: str
    directed: bool
    tie: str
    boundary: str
    sparql: str

    @classmethod
    def of_query(
        cls, sparql: str, *, mode: str = "one", directed: bool = False, title: str = "Network of a query", tie: str = ""
    ) -> NetworkDefinition:
        """Make the definition of a network from a query of a user's own.

        Raises ``BadParameter`` for a mode that is neither ``one`` nor ``two``, and for a directed two-mode network.
        """
        if mode not in MODES.values():
            raise BadParameter(f"there is no mode {mode!r}.", remedy="Use one or two.")
        if mode == "two" and directed:
            raise BadParameter(
                "a two-mode network is not directed.",
                remedy="Leave the direction out: ?source is the actor and ?target the group.",
            )
        return cls(_OWN, title, "", mode, directed, tie, "what the query returns", sparql)


def faults_of_variables(variables: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the variables of a query for a network, each with the remedy."""
    names = list(variables)
    for name in ("source", "target"):
        if name not in names:
            yield f"the query has no variable ?{name}.", "Select ?source and ?target, the ends of each tie."
    for name in names:
        attribute = _ATTRIBUTE.fullmatch(name)
        if attribute and attribute[1] in OWN_ATTRIBUTES:
            yield (
                f"the variable ?{name} would hide the {attribute[1]} that every node has.",
                "Give the attribute another name.",
            )
        elif not attribute and name not in _VARIABLES:
            known = ", ".join(f"?{known}" for known in _VARIABLES)
            remedy = f"Select {known}, and ?source_x or ?target_x for an attribute x of a node."
            yield f"the variable ?{name} means nothing in a network.", remedy
    for name, needed, why in (
        ("evidence", "tie", "several claims of one tie would count as ties"),
        ("part", "evidence", "it says what a claim is needed for"),
    ):
        if name in names and needed not in names:
            yield f"the query has ?{name} and no ?{needed}: {why}.", f"Select ?{needed} too."


def read_networks(folder: Path) -> tuple[NetworkDefinition, ...]:
    """Read all networks of a folder, in the order of their names.

    Raises ``SourceError`` with every problem: a name that is no slug, a header that lacks a line, an unknown mode or
    direction, a query that is no SELECT or has other variables than a network takes, a title that is taken, a folder
    without any network.
    """
    return tuple(read_query_files(folder, _read, "network"))


def read_network(folder: Path, slug: str) -> NetworkDefinition:
    """Read one network by its name; ``UnknownThing`` with the nearest names where there is none."""
    return _read(find_query_file(folder, slug, "network"))


def unknown_network(slug: str, known: Iterable[str]) -> UnknownThing:
    """Return the error for a name that no network has, with the names that come near."""
    return unknown_name(slug, known, "network")


def describe_networks(folder: Path) -> Iterator[Quad]:
    """Write the networks of a folder as quads of the graph of networks, for a version of the graph."""
    for network in read_networks(folder):
        iri = NamedNode(_NETWORK + network.slug)
        mode = next(word for word, mode in MODES.items() if mode == network.mode)
        direction = next(word for word, directed in _GENRES.items() if directed == network.directed)
        pairs: list[tuple[str, NamedNode | Literal]] = [
            ("rdf:type", term("sh:SPARQLExecutable")),
            ("rdf:type", term("sh:SPARQLSelectExecutable")),
            ("rdfs:label", Literal(network.title, language="en")),
            ("rdfs:comment", Literal(network.question, language="en")),
            ("schema:genre", Literal(mode, language="en")),
            ("schema:genre", Literal(direction, language="en")),
            ("skos:definition", Literal(network.tie, language="en")),
            ("skos:scopeNote", Literal(network.boundary, language="en")),
            ("sh:select", Literal(network.sparql)),
        ]
        for predicate, value in pairs:
            yield Quad(iri, term(predicate), value, NETWORKS)


def stored_networks(store: Engine) -> tuple[NetworkDefinition, ...]:
    """Return the networks that a version of the graph holds, in the order of their names."""
    found: list[NetworkDefinition] = []
    for quad in store.quads_for_pattern(None, term("rdf:type"), term("sh:SPARQLSelectExecutable"), NETWORKS):
        assert isinstance(quad.subject, NamedNode)  # noqa: S101 (we wrote it)
        said: dict[str, list[str]] = {}
        for about in store.quads_for_pattern(quad.subject, None, None, NETWORKS):
            if isinstance(about.object, Literal):
                said.setdefault(about.predicate.value, []).append(about.object.value)

        def value(name: str, said: dict[str, list[str]] = said) -> str:
            return said[term(name).value][0]

        genres = said[term("schema:genre").value]
        found.append(
            NetworkDefinition(
                slug=quad.subject.value.removeprefix(_NETWORK),
                title=value("rdfs:label"),
                question=value("rdfs:comment"),
                mode=next(MODES[genre] for genre in genres if genre in MODES),
                directed=next(_GENRES[genre] for genre in genres if genre in _GENRES),
                tie=value("skos:definition"),
                boundary=value("skos:scopeNote"),
                sparql=value("sh:select"),
            )
        )
    return tuple(sorted(found, key=lambda network: network.slug))


def find_stored(store: Engine, slug: str) -> NetworkDefinition:
    """Return the network of this name that a version holds; else ``UnknownThing`` with the nearest names."""
    known = {network.slug: network for network in stored_networks(store)}
    if slug not in known:
        raise unknown_network(slug, known)
    return known[slug]


def _read(path: Path) -> NetworkDefinition:
    file = read_query_file(path, _KEYS)
    header = file.header
    if path.stem == _OWN:
        file.fault("the name is that of every network of a user's own query.", "Give the file another name.")
    for key, known in (("mode", MODES), ("directed", DIRECTIONS)):
        if key in header and header[key] not in known:
            file.fault(f"{key.title()} is {header[key]!r}.", f"Write {' or '.join(known)}.", 1)
    if header.get("mode") == "two-mode" and header.get("directed") == "yes":
        file.fault("a two-mode network is not directed.", "Write # Directed: no; the source is the actor.", 1)
    try:
        result = run_query(Store(), file.request)
        select = re.search(r"^\s*SELECT\b", file.sparql, re.IGNORECASE | re.MULTILINE)
        line = file.first_line + (file.sparql.count("\n", 0, select.end()) if select else 0)
        if isinstance(result, QuerySolutions):
            for message, remedy in faults_of_variables(variable.value for variable in result.variables):
                file.fault(message, remedy, line)
        else:
            file.fault(f"the query is {file.request.kind.value}, not SELECT.", "Select ?source and ?target.", line)
    except QueryError:
        pass  # already among the faults
    file.refuse()
    return NetworkDefinition(
        slug=path.stem,
        title=header["title"],
        question=header["question"],
        mode=MODES[header["mode"]],
        directed=DIRECTIONS[header["directed"]],
        tie=header["tie"],
        boundary=header["boundary"],
        sparql=file.sparql.strip() + "\n",
    )
