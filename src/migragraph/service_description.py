"""What the dataset, its documents and the SPARQL service are, as triples, so that clients find out by themselves.

One place for what is said of the dataset: :func:`describe_dataset` (DCAT and VoID) says it all,
:func:`describe_service` and :func:`describe_document` refer to it.

https://www.w3.org/TR/void/ https://www.w3.org/TR/vocab-dcat-3/ https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from migragraph.dumps import DUMPS
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS
from migragraph.graph.assembly import AUTHORITY, CLAIMS_PREFIX, DERIVED_PREFIX, NETWORKS, ONTOLOGY, QUERIES, SHAPES
from migragraph.iris import BASE, DATASET, DEVELOPERS, LICENCE, PREFIXES, term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from migragraph.store.engine import Engine
    from migragraph.store.versions import Version

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_ENTAILMENT: Final = NamedNode("http://www.w3.org/ns/entailment/Simple")
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_TYPE: Final = term("rdf:type")
_DATASET, _LICENCE, _DEVELOPERS = NamedNode(DATASET), NamedNode(LICENCE), NamedNode(DEVELOPERS)
_TITLE: Final = "migragraph"
_DESCRIPTION: Final = (
    "Which cities and regions of Europe work on the integration of migrants, in which networks, projects, practices and"
    " policies, with whom, for whom and paid by whom. Each fact leads back to the place in a document or table that"
    " states it; where sources disagree, all of their claims are kept."
)
_KEYWORDS: Final = ("migrant integration", "cities", "regions", "networks", "projects", "funding", "policies")
#: Society, of the data themes of the European Union, as DCAT-AP wants one.
_THEME: Final = NamedNode("http://publications.europa.eu/resource/authority/data-theme/SOCI")
_LANGUAGE: Final = NamedNode("http://publications.europa.eu/resource/authority/language/ENG")
#: Classes of which the first thing is named as an example of what there is.
_SHOWN: Final = ("mg:City", "mg:Region", "mg:Network", "mg:Project", "mg:Practice", "mg:Policy")
#: What a dump holds, by its name in :data:`migragraph.dumps.DUMPS`.
_HOLDS: Final = {
    "facts": "The facts: accepted claims, authority files, what rules derive, ontology and concepts.",
    "dataset": "The facts and all named graphs: the claims of each source with their passages, authority files, what"
    " each rule derives, ontology, shapes, questions and networks.",
}


#: What named graphs hold, by the start of their names and by name.
_OF_KIND: Final = {
    CLAIMS_PREFIX: "What the source {} states: its claims, each with its passages.",
    DERIVED_PREFIX: "What the rule {} derives from other facts.",
}
_OF_GRAPH: Final = {
    AUTHORITY: "What authority files say: names, kinds and identifiers of things.",
    ONTOLOGY: "The ontology: classes, properties and concepts.",
    SHAPES: "The shapes: what data must be like to be published.",
    QUERIES: "The stored questions, with the queries that answer them.",
    NETWORKS: "The networks that can be analysed, with the queries that find their ties.",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the documents of a service are, as the public reaches them; ``dump`` gives that of a file."""

    home: str
    description: str
    endpoint: str
    dump: Callable[[str], str]


def describe_dataset(version: Version, store: Engine, addresses: Addresses) -> Iterator[Triple]:
    """Describe a version of the dataset: what it is, how much, of which terms, and where to get it.

    ``void:triples`` counts the facts, which is what the data dumps hold; the distributions in N-Quads and TriG hold the
    named graphs beside them. Cost: a look at the instances of six classes, and at the terms of the ontology.
    """
    document = NamedNode(addresses.description)
    yield Triple(document, _TYPE, term("void:DatasetDescription"))
    yield from describe_document(document.value, [_DATASET], version)
    about = _of(_DATASET)
    yield about("rdf:type", term("void:Dataset"))
    yield about("rdf:type", term("dcat:Dataset"))
    yield about("dct:title", Literal(_TITLE, language="en"))
    yield about("dct:description", Literal(_DESCRIPTION, language="en"))
    for keyword in _KEYWORDS:
        yield about("dcat:keyword", Literal(keyword, language="en"))
    yield about("dcat:theme", _THEME)
    yield about("dct:language", _LANGUAGE)
    yield about("dct:license", _LICENCE)
    yield about("dct:creator", _DEVELOPERS)
    yield about("dct:publisher", _DEVELOPERS)
    yield Triple(_DEVELOPERS, _TYPE, term("foaf:Agent"))
    yield Triple(_DEVELOPERS, term("foaf:name"), Literal("The migragraph developers"))
    yield from _versioned(_DATASET, version)
    yield about("dcat:version", Literal(version.id))
    yield about("foaf:homepage", NamedNode(addresses.home))
    yield about("dcat:landingPage", NamedNode(addresses.home))
    yield about("void:sparqlEndpoint", NamedNode(addresses.endpoint))
    yield about("void:uriSpace", Literal(BASE))
    yield from _statistics(version.manifest, document)
    for vocabulary in sorted(_vocabularies(store)):
        yield about("void:vocabulary", NamedNode(vocabulary))
    for class_ in _SHOWN:
        if (example := _first(store, term(class_))) is not None:
            yield about("void:exampleResource", example)
    for form in GRAPH_FORMATS:
        if form.iri:
            yield about("void:feature", NamedNode(form.iri))
    yield from _distributions(document, version, addresses)


def describe_document(
    address: str, topics: Iterable[NamedNode], version: Version, *, remarks: Iterable[str] = ()
) -> Iterator[Triple]:
    """Describe a document of ours: what it is about, that it is of the dataset, in which version, its licence."""
    about = _of(NamedNode(address))
    yield about("rdf:type", term("foaf:Document"))
    for topic in topics:
        yield about("foaf:primaryTopic", topic)
    yield about("void:inDataset", _DATASET)
    yield about("dct:license", _LICENCE)
    yield about("dct:publisher", _DEVELOPERS)
    yield from _versioned(NamedNode(address), version)
    for remark in remarks:
        yield about("rdfs:comment", Literal(remark, language="en"))


def describe_service(
    endpoint: str, manifest: Mapping[str, Any], *, update: str | None = None, calls_services: bool = False
) -> Iterator[Triple]:
    """Describe the service at an address: languages, formats, and the graphs of the version with their sizes.

    ``update`` is the address for SPARQL Update, where there is one; ``calls_services`` tells whether queries may call
    others with SERVICE.
    """
    service, dataset, facts = NamedNode(endpoint), NamedNode(f"{endpoint}#dataset"), NamedNode(f"{endpoint}#facts")
    yield from _service(service, "migragraph: SPARQL service", "SPARQL11Query", dataset)
    yield Triple(service, _TYPE, term("dcat:DataService"))
    yield Triple(service, term("dcat:endpointURL"), service)
    yield Triple(service, term("dcat:servesDataset"), _DATASET)
    if calls_services:
        yield Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))
    for form in (*RESULT_FORMATS, *GRAPH_FORMATS):
        if form.iri:
            yield Triple(service, _sd("resultFormat"), NamedNode(form.iri))
    if update is not None:
        writing = NamedNode(update)
        yield from _service(writing, "migragraph: SPARQL Update", "SPARQL11Update", dataset)
        for form in GRAPH_FORMATS:
            if form.iri:
                yield Triple(writing, _sd("inputFormat"), NamedNode(form.iri))
    yield Triple(dataset, _TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), facts)
    yield from _graph(facts, manifest.get("counts", {}).get("facts"))
    for name, size in manifest.get("graphs", {}).items():
        graph = NamedNode(name)
        named = NamedNode(f"{endpoint}#named-{name.rpartition('/graph/')[2].replace('/', '-')}")
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, _TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), graph)
        yield Triple(named, _sd("graph"), graph)
        yield from _graph(graph, size)


def purpose_of(graph: NamedNode) -> str:
    """Say for people what a named graph of a version holds."""
    for prefix, what in _OF_KIND.items():
        if graph.value.startswith(prefix):
            return what.format(graph.value.removeprefix(prefix))
    return _OF_GRAPH.get(graph, "A graph of this version.")


def describe_graph(graph: NamedNode, size: int | None, files: Iterable[str]) -> Iterator[Triple]:
    """Describe a named graph: what it holds, how many triples, and the addresses of the files that hold it."""
    yield from _graph(graph, size)
    yield Triple(graph, _TYPE, term("void:Dataset"))
    yield Triple(graph, term("dct:isPartOf"), _DATASET)  # not a void:subset, whose triples would be among the facts
    yield Triple(graph, term("dct:description"), Literal(purpose_of(graph), language="en"))
    yield Triple(graph, term("dct:license"), _LICENCE)
    for address in files:
        yield Triple(graph, term("void:dataDump"), NamedNode(address))


def _statistics(manifest: Mapping[str, Any], document: NamedNode) -> Iterator[Triple]:
    facts, classes = manifest.get("counts", {}).get("facts"), manifest.get("classes", {})
    if facts is not None:
        yield Triple(_DATASET, term("void:triples"), Literal(facts))
    for name, size in classes.items():
        part = NamedNode(f"{document.value}#class-{name.rpartition(':')[2]}")
        yield Triple(_DATASET, term("void:classPartition"), part)
        yield Triple(part, term("void:class"), term(name))
        yield Triple(part, term("void:entities"), Literal(size))


def _vocabularies(store: Engine) -> set[str]:
    """Return what defines the terms that the ontology of a version lists: its own, and those that it reuses."""
    found = store.quads_for_pattern(None, term("rdfs:isDefinedBy"), None, ONTOLOGY)
    return {quad.object.value for quad in found if isinstance(quad.object, NamedNode)} or {PREFIXES["mg"]}


def _first(store: Engine, class_: NamedNode) -> NamedNode | None:
    found = store.quads_for_pattern(None, _TYPE, class_, DefaultGraph())
    iris = (quad.subject.value for quad in found if isinstance(quad.subject, NamedNode))
    first = min(iris, default=None)
    return NamedNode(first) if first is not None else None


def _distributions(document: NamedNode, version: Version, addresses: Addresses) -> Iterator[Triple]:
    endpoint = NamedNode(addresses.endpoint)
    yield from _distribution(NamedNode(f"{document.value}#sparql"), "SPARQL endpoint", version)
    yield Triple(NamedNode(f"{document.value}#sparql"), term("dcat:accessURL"), endpoint)
    yield Triple(NamedNode(f"{document.value}#sparql"), term("dcat:accessService"), endpoint)
    yield Triple(endpoint, _TYPE, term("dcat:DataService"))
    yield Triple(endpoint, term("dct:title"), Literal("migragraph: SPARQL service", language="en"))
    yield Triple(endpoint, term("dcat:endpointURL"), endpoint)
    yield Triple(endpoint, term("dcat:endpointDescription"), endpoint)
    yield Triple(endpoint, term("dcat:servesDataset"), _DATASET)
    for what, (formats, _) in DUMPS.items():
        for form in formats:
            file = NamedNode(addresses.dump(f"{what}.{form.extension}"))
            node = NamedNode(f"{document.value}#{what}-{form.extension}")
            yield from _distribution(node, f"{_TITLE}: {what} as {form.title}", version)
            yield Triple(node, term("dct:description"), Literal(_HOLDS[what], language="en"))
            yield Triple(node, term("dcat:accessURL"), file)
            yield Triple(node, term("dcat:downloadURL"), file)
            yield Triple(node, term("dcat:mediaType"), NamedNode(_MEDIA_TYPES + form.media_types[0]))
            if what == "facts":
                yield Triple(_DATASET, term("void:dataDump"), file)


def _distribution(node: NamedNode, title: str, version: Version) -> Iterator[Triple]:
    yield Triple(_DATASET, term("dcat:distribution"), node)
    yield Triple(node, _TYPE, term("dcat:Distribution"))
    yield Triple(node, term("dct:title"), Literal(title, language="en"))
    yield Triple(node, term("dct:license"), _LICENCE)
    yield from _versioned(node, version)


def _versioned(node: NamedNode, version: Version) -> Iterator[Triple]:
    yield Triple(node, term("owl:versionInfo"), Literal(version.id))
    if version.built:
        yield Triple(node, term("dct:modified"), Literal(version.built, datatype=term("xsd:dateTime")))


def _of(node: NamedNode) -> Callable[[str, NamedNode | Literal], Triple]:
    return lambda name, value: Triple(node, term(name), value)


def _service(service: NamedNode, label: str, language: str, dataset: NamedNode) -> Iterator[Triple]:
    yield Triple(service, _TYPE, _sd("Service"))
    yield Triple(service, term("rdfs:label"), Literal(label, language="en"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, _sd("supportedLanguage"), _sd(language))
    yield Triple(service, _sd("defaultEntailmentRegime"), _ENTAILMENT)
    yield Triple(service, _sd("defaultDataset"), dataset)


def _graph(graph: NamedNode, size: int | None) -> Iterator[Triple]:
    yield Triple(graph, _TYPE, _sd("Graph"))
    if size is not None:
        yield Triple(graph, term("void:triples"), Literal(size))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
