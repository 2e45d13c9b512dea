"""The facts of the real graph as Python's own sets, and the networks of the project, for tests that walk over them."""

from collections import defaultdict

from pyoxigraph import DefaultGraph, NamedNode, Store

from migragraph.iris import PREFIXES, shorten
from migragraph.networks.definitions import read_networks
from migragraph.networks.ties import Network
from projects import ROOT

DEFINITIONS = {definition.slug: definition for definition in read_networks(ROOT / "networks")}
Ties = set[tuple[str, str]]


class Facts:
    """The facts and the accepted claims as Python's own sets, IRIs as prefixed names."""

    def __init__(self, store: Store) -> None:
        self.of: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        claims: dict[str, dict[str, str]] = defaultdict(dict)
        self.derived: set[tuple[str, str, str]] = set()
        for quad in store:
            graph = quad.graph_name
            said = tuple(self._name(node) for node in (quad.subject, quad.predicate, quad.object))
            if isinstance(graph, DefaultGraph):
                self.of[said[1]][said[0]].add(said[2])
            elif graph.value.startswith(PREFIXES["graph"] + "claims/"):
                claims[quad.subject.value][said[1]] = said[2]
            elif graph.value == PREFIXES["graph"] + "derived/locations":
                self.derived.add(said)
        self.claims: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for iri, said_of in claims.items():
            standing = (said_of.get("mg:claimStatus"), said_of.get("mg:polarity"))
            if standing == ("claim-status:accepted", "polarity:positive"):
                self.claims[said_of["rdf:subject"], said_of["rdf:predicate"], said_of["rdf:object"]].add(iri)

    @staticmethod
    def _name(node: object) -> str:
        return shorten(node.value) if isinstance(node, NamedNode) else str(node)

    def are(self, kind: str) -> set[str]:
        """Return the things of a class."""
        return {thing for thing, kinds in self.of["rdf:type"].items() if kind in kinds}

    def acting(self, body: str) -> str:
        """Return the territory of an authority, any other body itself."""
        return min(self.of["mg:authorityOf"].get(body, {body}))

    def involved(self, kind: str) -> set[tuple[str, str]]:
        """Return who carries or takes part in what of a class, authorities as their territories."""
        return {
            (self.acting(body), thing)
            for thing in self.are(kind)
            for relation in ("mg:operator", "mg:partner")
            for body in self.of[relation][thing]
        }


def pairs(network: Network) -> Ties:
    """Return the ends of the ties as prefixed names; a group that is an actor too without what tells it apart."""
    return {(shorten(t.source), shorten(t.target.removesuffix("#as-group"))) for t in network.ties}
