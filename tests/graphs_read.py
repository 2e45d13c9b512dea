"""Graphs that the service sends, as rdflib reads them."""

import warnings

from rdflib import Graph

READABLE = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml", "n3": "n3"}


def read(data: bytes, extension: str) -> Graph:
    """Read a graph with rdflib, whose reader of JSON-LD still makes a class that it calls deprecated."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=data, format=READABLE[extension])
