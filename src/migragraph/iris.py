"""Names: namespaces, prefixes, slugs, and the making and reading of our IRIs.

Every IRI that the project mints is made here; other modules never join strings to an IRI.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from anyascii import anyascii
from pyoxigraph import Literal, NamedNode, Triple

if TYPE_CHECKING:
    from datetime import datetime

BASE: Final = "https://w3id.org/migragraph/"
ID: Final = BASE + "id/"
CONCEPT: Final = BASE + "concept/"
SOURCE: Final = BASE + "source/"
CLAIM: Final = BASE + "claim/"
GRAPH: Final = BASE + "graph/"
AGENT: Final = BASE + "agent/"
NETWORKS: Final = BASE + "networks/"
QUERY: Final = BASE + "query/"
#: The graph as a whole, and who makes it.
DATASET: Final = BASE + "dataset"
DEVELOPERS: Final = BASE + "developers"
#: The licence of data, ontology and shapes.
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

#: Kinds of things: the part of an IRI after ``/id/``, and the prefix in our files.
THING_KINDS: Final = (
    "city", "region", "country", "place", "organisation", "network", "project", "pilot", "practice", "service",
    "method", "policy", "law", "scheme", "event", "work", "person",
)  # fmt: skip
#: Kinds of n-ary nodes: relations with properties of their own.
NODE_KINDS: Final = ("membership", "participation", "grant", "figure", "provision", "challenge", "position")
#: Concept schemes: the part of an IRI after ``/concept/``, and the prefix in our files.
SCHEMES: Final = (
    "theme", "group", "ground", "approach", "barrier", "organisation-kind", "practice-kind", "policy-kind", "law-kind",
    "event-kind", "event-format", "work-kind", "place-kind", "scheme-kind", "role", "membership-status",
    "claim-status", "polarity", "warrant", "provision-kind", "position-kind", "share", "indicator", "qualifier",
    "basis", "unit",
)  # fmt: skip

#: Every prefix that our files, queries and results use.
PREFIXES: Final[dict[str, str]] = {
    "mg": BASE + "ontology#",
    "mgsh": BASE + "shapes#",
    "source": SOURCE,
    "claim": CLAIM,
    "graph": GRAPH,
    **{kind: f"{ID}{kind}/" for kind in (*THING_KINDS, *NODE_KINDS)},
    **{scheme: f"{CONCEPT}{scheme}/" for scheme in SCHEMES},
    "cpsv": "http://purl.org/vocab/cpsv#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dingo": "https://w3id.org/dingo#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eurio": "http://data.europa.eu/s66#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "m8g": "http://data.europa.eu/m8g/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: The prefix of each namespace; all end with a slash or a hash.
_PREFIX_OF: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}


def term(name: str) -> NamedNode:
    """Return the IRI of a prefixed name of :data:`PREFIXES`.

    Raises ``KeyError`` for a prefix that is not ours.

    >>> term("mg:City").value
    'https://w3id.org/migragraph/ontology#City'
    """
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


_SPLIT = re.compile(r"[^a-z0-9]+")
_PLAIN_NAME = re.compile(r"[a-z0-9_]+")


def slug(name: str) -> str:
    """Turn a name into the last part of an IRI: transliterated to a-z and 0-9, the rest hyphens.

    The rule is that of the library anyascii: ø is o, ł is l, ß is ss, ţ is t, Greek and Cyrillic letters by sound.
    Raises ``ValueError`` where nothing would remain.

    >>> slug("Schwäbisch Gmünd"), slug("Łódź"), slug("Constanţa"), slug("Malmö – Öresund")
    ('schwabisch-gmund', 'lodz', 'constanta', 'malmo-oresund')
    """
    text = _SPLIT.sub("-", anyascii(name).lower()).strip("-")
    if not text:
        msg = f"the name {name!r} has no letter or digit to make a slug of"
        raise ValueError(msg)
    return text


def shorten(iri: str) -> str:
    """Write an IRI as a prefixed name where one of :data:`PREFIXES` fits, else in angle brackets.

    >>> shorten("https://w3id.org/migragraph/id/city/malmo")
    'city:malmo'
    """
    end = len(iri) - 1
    while (end := max(iri.rfind("/", 0, end), iri.rfind("#", 0, end))) > 0:  # the longest namespace first
        prefix = _PREFIX_OF.get(iri[: end + 1])
        if prefix is not None:
            return f"{prefix}:{iri[end + 1 :]}"
    return f"<{iri}>"


def source_key(iri: str) -> str:
    """Return the key of the source document or table that an IRI of a source, a part or a passage belongs to.

    >>> source_key("https://w3id.org/migragraph/source/mechelen-booklet-2024/amposta#char=1,2")
    'mechelen-booklet-2024'
    """
    if not iri.startswith(SOURCE):
        msg = f"<{iri}> is not the IRI of a source: it does not start with {SOURCE}"
        raise ValueError(msg)
    return iri.removeprefix(SOURCE).partition("#")[0].partition("/")[0]


def claim_source(iri: str) -> str:
    """Return the key of the source that makes the claim with this IRI.

    >>> claim_source("https://w3id.org/migragraph/claim/includ-eu-journey/0123456789abcdef")
    'includ-eu-journey'
    """
    source, slash, _ = iri.removeprefix(CLAIM).partition("/")
    if not iri.startswith(CLAIM) or not source or not slash:
        msg = f"<{iri}> is not the IRI of a claim: it does not start with {CLAIM}"
        raise ValueError(msg)
    return source


def mint_claim(source: str, triple: Triple) -> NamedNode:
    """Make the IRI of the claim that the source with this key states the triple.

    The last part is the first 16 hexadecimal digits of the SHA-256 of the triple in N-Triples.
    """
    digest = hashlib.sha256(str(triple).encode()).hexdigest()[:16]
    return NamedNode(f"{CLAIM}{source}/{digest}")


def mint_node(kind: str, *parts: str) -> NamedNode:
    """Make the IRI of an n-ary node from what identifies it, for example network and member.

    >>> mint_node("membership", "eurocities", "malmo").value
    'https://w3id.org/migragraph/id/membership/eurocities/malmo'
    """
    if kind not in NODE_KINDS:
        msg = f"{kind!r} is not a kind of n-ary node; known: {', '.join(NODE_KINDS)}"
        raise ValueError(msg)
    return NamedNode(f"{ID}{kind}/" + "/".join(slug(part) for part in parts))


#: The name of an edit: its number and the moment (UTC) it was made; with ``edit-`` before, the key of its source.
EDIT_NAME: Final = r"(?P<number>\d{4,})-\d{8}t\d{6}z"
EDIT_KEY: Final = rf"edit-{EDIT_NAME}"


def name_edit(number: int, when: datetime) -> str:
    """Make the name of an edit, which is never given twice.

    >>> from datetime import UTC, datetime
    >>> name_edit(7, datetime(2026, 11, 22, 6, 15, tzinfo=UTC))
    '0007-20261122t061500z'
    """
    return f"{number:04}-{when:%Y%m%dt%H%M%Sz}"


def edit_source(edit: str) -> NamedNode:
    """Return the source that an edit of this name is.

    >>> edit_source("0007-20261122t061500z").value
    'https://w3id.org/migragraph/source/edit-0007-20261122t061500z'
    """
    return NamedNode(f"{SOURCE}edit-{edit}")


def mint_agent(who: str) -> NamedNode:
    """Make the IRI of somebody who writes, from the name; ``ValueError`` where the name has no letter or digit.

    >>> mint_agent("Curator of Crete").value
    'https://w3id.org/migragraph/agent/curator-of-crete'
    """
    return NamedNode(AGENT + slug(who))


def mint_network(name: str) -> NamedNode:
    """Make the IRI of a network that can be analysed; its last part is the slug of the name.

    >>> mint_network("Membership of networks").value
    'https://w3id.org/migragraph/networks/membership-of-networks'
    """
    return NamedNode(NETWORKS + slug(name))


def mint_tie(network: NamedNode, source: str, target: str) -> NamedNode:
    """Make the IRI of the tie between two nodes of a network: the fragment is a digest of both IRIs in this order."""
    digest = hashlib.sha256(f"{source}\n{target}".encode()).hexdigest()[:16]
    return NamedNode(f"{network.value}#tie-{digest}")


def mint_attribute(network: NamedNode, of: str, name: str) -> NamedNode:
    """Make the IRI of an attribute of the nodes or ties (``of``) of a network.

    A plain name (a-z, 0-9, ``_``) is the fragment itself; any other is followed by a digest, so that no two are alike.

    >>> mint_attribute(mint_network("membership"), "node", "degree").value
    'https://w3id.org/migragraph/networks/membership#node-degree'
    """
    if _PLAIN_NAME.fullmatch(name):
        return NamedNode(f"{network.value}#{of}-{name}")
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return NamedNode(f"{network.value}#{of}-attribute-{digest}")


def literal(text: str, language: str | None = None) -> Literal:
    """Make a literal, with a lower-case language tag where one is given."""
    return Literal(text, language=language.lower()) if language else Literal(text)
