"""What the SPARQL service is and can do, as triples, so that clients find out by themselves.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS
from migragraph.iris import term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SD: Final = "http://www.w3.org/ns/sparql-service-description#"


def describe_service(endpoint: str, manifest: Mapping[str, Any]) -> Iterator[Triple]:
    """Describe the service at an address: languages, formats, and the graphs of the version with their sizes."""
    service, dataset, facts = NamedNode(endpoint), NamedNode(f"{endpoint}#dataset"), NamedNode(f"{endpoint}#facts")
    yield Triple(service, term("rdf:type"), _sd("Service"))
    yield Triple(service, term("rdfs:label"), Literal("migragraph: SPARQL service", language="en"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for form in (*RESULT_FORMATS, *GRAPH_FORMATS):
        if form.engine:
            yield Triple(service, _sd("resultFormat"), NamedNode(form.engine.iri))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, term("rdf:type"), _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), facts)
    yield from _graph(facts, manifest.get("counts", {}).get("facts"))
    for name, size in manifest.get("graphs", {}).items():
        graph = NamedNode(name)
        named = NamedNode(f"{endpoint}#named-{name.rpartition('/graph/')[2].replace('/', '-')}")
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, term("rdf:type"), _sd("NamedGraph"))
        yield Triple(named, _sd("name"), graph)
        yield Triple(named, _sd("graph"), graph)
        yield from _graph(graph, size)


def _graph(graph: NamedNode, size: int | None) -> Iterator[Triple]:
    yield Triple(graph, term("rdf:type"), _sd("Graph"))
    if size is not None:
        yield Triple(graph, term("void:triples"), Literal(size))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
