"""Nine things to make networks of, and definitions of networks whose query states its rows."""

import networkx as nx
from pyoxigraph import (
    RdfFormat,
    Store,
)

from migragraph.iris import PREFIXES
from migragraph.networks.definitions import NetworkDefinition

ID = "https://w3id.org/migragraph/id/"
CLAIM = "https://w3id.org/migragraph/claim/"
LABEL = 'Mal"mö"\nthe city, of <Skåne> & more\t\u2028'
FACTS = """
mg:City rdfs:subClassOf mg:Territory . mg:Network rdfs:subClassOf mg:Organisation .
mg:Service rdfs:subClassOf mg:Practice . service:desk a mg:Service, mg:Practice ; skos:prefLabel "Desk"@en .
country:sweden a mg:Country, mg:Territory ; skos:prefLabel "Sweden"@en ; mg:isoCode "SE" .
country:poland a mg:Country, mg:Territory ; skos:prefLabel "Poland"@en ; mg:isoCode "PL" .
city:malmo a mg:City, mg:Territory ; skos:prefLabel LABEL@en ; skos:altLabel "Malmoe"@en, "Malmø"@da, "Malmö"@sv ;
    schema:containedInPlace country:sweden .
city:lodz a mg:City, mg:Territory ; skos:prefLabel "Łódź"@pl, "Litzmannstadt"@de ;
    schema:containedInPlace country:poland .
city:both a mg:City, mg:Territory ; rdfs:label "Both" ; schema:containedInPlace country:poland, country:sweden .
organisation:council a mg:Organisation ; skos:prefLabel "Council"@en ; mg:authorityOf city:malmo .
network:one a mg:Network, mg:Organisation ; skos:prefLabel "One"@en ; mg:locatedIn country:poland .
network:two a mg:Network, mg:Organisation ; skos:prefLabel "Two"@en .
"""
PREFIX = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())


def load_facts() -> Store:
    """Return a store with them: three cities, two countries, two networks, a council, a service."""
    found = Store()
    literal = '"' + LABEL.replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    found.load(f"{PREFIX}\n{FACTS.replace('LABEL', literal)}".encode(), RdfFormat.TURTLE)
    return found


def rows(variables: str, *given: str, mode: str = "one", directed: bool = False) -> NetworkDefinition:
    """Return the definition of a network whose query answers with these rows, whatever the store holds."""
    values = "\n".join(f"({row})" for row in given)
    return NetworkDefinition.of_query(
        f"SELECT * {{ VALUES ({variables}) {{ {values} }} }}", mode=mode, directed=directed
    )


def edges(graph: nx.Graph) -> dict[tuple[str, str], float]:
    """Return the edges with their weights, ids without what all share."""
    return {(a.removeprefix(ID), b.removeprefix(ID)): w for a, b, w in graph.edges(data="weight")}
