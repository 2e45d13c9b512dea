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
_ENTAILMENT: Final = NamedNode("http://www.w3.org/ns/entailment/Simple")


def describe_service(
    endpoint: str, manifest: Mapping[str, Any], *, update: str | None = None, calls_services: bool = False
) -> Iterator[Triple]:
    """Describe the service at an address: languages, formats, and the graphs of the version with their sizes.

    ``update`` is the address for SPARQL Update, where there is one; ``calls_services`` tells whether queries may call
    others with SERVICE.
    """
    service, dataset, facts = NamedNode(endpoint), NamedNode(f"{endpoint}#dataset"), NamedNode(f"{endpoint}#facts")
    yield from _service(service, "migragraph: SPARQL service", "SPARQL11Query", dataset)
    if calls_services:
        yield Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))
    for form in (*RESULT_FORMATS, *GRAPH_FORMATS):
        if form.engine:
            yield Triple(service, _sd("resultFormat"), NamedNode(form.engine.iri))
    if update is not None:
        writing = NamedNode(update)
        yield from _service(writing, "migragraph: SPARQL Update", "SPARQL11Update", dataset)
        for form in GRAPH_FORMATS:
            if form.engine:
                yield Triple(writing, _sd("inputFormat"), NamedNode(form.engine.iri))
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


def _service(service: NamedNode, label: str, language: str, dataset: NamedNode) -> Iterator[Triple]:
    yield Triple(service, term("rdf:type"), _sd("Service"))
    yield Triple(service, term("rdfs:label"), Literal(label, language="en"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, _sd("supportedLanguage"), _sd(language))
    yield Triple(service, _sd("defaultEntailmentRegime"), _ENTAILMENT)
    yield Triple(service, _sd("defaultDataset"), dataset)


def _graph(graph: NamedNode, size: int | None) -> Iterator[Triple]:
    yield Triple(graph, term("rdf:type"), _sd("Graph"))
    if size is not None:
        yield Triple(graph, term("void:triples"), Literal(size))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
